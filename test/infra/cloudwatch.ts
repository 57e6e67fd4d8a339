// Alarms as CloudWatch evaluates them: at any minute, over the periods that end then. A period without a figure is what the
// alarm says of missing ones. Figures are looked at by the name of their metric; dimensions only where worlds differ.

import type { Properties } from './synthesis.ts'

/** What was reported, and when. */
export interface Figure {
  minute: number
  metric: string
  value: number
  /** The world that it is of; of none in particular where there is none. */
  world?: string
}

/** A value of a metric over a period; undefined where there is none. */
type Value = number | undefined

interface Statistic {
  metric: string
  statistic: string
  world: string | undefined
}

/** Whether the alarm is in alarm at the end of a minute. */
export function isInAlarm(alarm: Properties, figures: readonly Figure[], minute: number): boolean {
  const { EvaluationPeriods: of, DatapointsToAlarm: datapoints = of, Threshold, TreatMissingData } = alarm
  const periodMinutes = periodOf(alarm)
  let breaching = 0
  for (let index = 0; index < of; index++) {
    const end = minute - index * periodMinutes
    const value = figureOver(alarm, figures, end - periodMinutes, end)
    if (value === undefined ? TreatMissingData === 'breaching' : value > Threshold) breaching++
  }
  return breaching >= datapoints
}

export function periodOf({ Period, Metrics = [] }: Properties): number {
  const seconds = new Set([Period, ...Metrics.map(({ MetricStat }: Properties) => MetricStat?.Period)].filter(Boolean))
  if (seconds.size !== 1) throw new Error(`periods of ${[...seconds]} s in one alarm`)
  return [...seconds][0] / 60
}

/** Over `(from, to]`. */
function figureOver(alarm: Properties, figures: readonly Figure[], from: number, to: number): Value {
  const over = (statistic: Statistic) => statisticOf(statistic, figures, from, to)
  if (alarm.Metrics === undefined) return over(statisticIn(alarm.MetricName, alarm.Statistic, alarm.Dimensions))
  const [{ Expression: expression }, ...inputs] = alarm.Metrics
  const values = new Map<string, Value>(
    inputs.map(({ Id, MetricStat: { Metric, Stat } }: Properties) => [
      Id,
      over(statisticIn(Metric.MetricName, Stat, Metric.Dimensions)),
    ]),
  )
  return calculated(expression, values)
}

function statisticIn(metric: string, statistic: string, dimensions: Properties[] = []): Statistic {
  return { metric, statistic, world: dimensions.find(({ Name }) => Name === 'World')?.Value }
}

function statisticOf(of: Statistic, figures: readonly Figure[], from: number, to: number): Value {
  const values = figures
    .filter(({ minute, metric, world }) => minute > from && minute <= to && metric === of.metric && world === of.world)
    .map(({ value }) => value)
  if (values.length === 0) return undefined
  if (of.statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0)
  if (of.statistic === 'Maximum') return Math.max(...values)
  throw new Error(`no statistic for ${of.statistic}`)
}

/** The expressions that the stack has. */
function calculated(expression: string, values: ReadonlyMap<string, Value>): Value {
  const there = [...values.values()].filter((value) => value !== undefined)
  if (/^MAX\(\[[\w, ]+\]\)$/.test(expression)) return there.length > 0 ? Math.max(...there) : undefined
  if (/^SUM\(\[[\w, ]+\]\)$/.test(expression))
    return there.length > 0 ? there.reduce((sum, value) => sum + value, 0) : undefined
  const missing = /^IF\(FILL\(triggered, ([01])\) > 0 AND FILL\(invoked, 0\) < 1, 1, 0\)$/.exec(expression)
  if (!missing) throw new Error(`cannot calculate ${expression}`)
  // FILL has nothing to fill where no metric has a figure.
  if (there.length === 0) return undefined
  return (values.get('triggered') ?? Number(missing[1])) > 0 && (values.get('invoked') ?? 0) < 1 ? 1 : 0
}
