// Figures over time, a number for each hour or day: what the charts draw, and what can be taken along as CSV.

import { DAY, formatInstant, HOUR } from '../../engine/index.ts'
import { midnightAfter, midnightBefore, type ZoneName } from './days.ts'
import type { Metric } from './metrics.ts'
import type { Tally } from './tally.ts'

export type Step = 'hour' | 'day'

export interface Span {
  from: number
  /** What happens at this instant counts, what happens after it does not. */
  to: number
  step: Step
  zone: ZoneName
}

/** Where steps begin. */
export function stepsOf({ from, to, step, zone }: Span): number[] {
  const steps: number[] = []
  if (step === 'hour') for (let at = Math.floor(from / HOUR) * HOUR; at <= to; at += HOUR) steps.push(at)
  else for (let at = midnightBefore(zone, from); at <= to; at = midnightAfter(zone, at, 1)) steps.push(at)
  return steps
}

/** A number for each step: what happened in it, or what stood at its end. */
export function seriesOf(tally: Tally, metrics: readonly Metric[], span: Span): Record<string, number[]> {
  const steps = stepsOf(span)
  const ends = steps.map((at) => (span.step === 'hour' ? at + HOUR : midnightAfter(span.zone, at, 1)))
  const rowBefore = (instant: number): Int32Array =>
    instant % HOUR === 0 ? tally.atHour(instant) : tally.at(instant - 1)
  const begins = steps.map(rowBefore)
  const rows = ends.map((end) => (end > span.to ? tally.at(span.to) : rowBefore(end)))
  return Object.fromEntries(
    metrics.map((metric) => [
      metric.name,
      rows.map((row, at) => {
        const value = metric.read(row)
        return metric.kind === 'count' ? value - metric.read(begins[at] as Int32Array) : value
      }),
    ]),
  )
}

/** A line for each step, a column for each series. */
export function csvOf(at: readonly number[], series: Record<string, readonly number[]>): string {
  const names = Object.keys(series)
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = at.map((instant, index) =>
    [formatInstant(instant), ...names.map((name) => series[name]?.[index] ?? '')].join(','),
  )
  return `${[['at', ...names.map(quoted)].join(','), ...lines].join('\n')}\n`
}

/** So many steps at the most in an answer. */
export const STEPS_MAX = { hour: 24 * 400, day: 4000 } as const

export function stepsIn({ from, to, step }: Span): number {
  return (to - from) / (step === 'hour' ? HOUR : DAY)
}
