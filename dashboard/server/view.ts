// All that the page's panels show at one instant, in one answer: the same whether somebody scrubs or the world goes on.

import { HOUR } from '../../engine/index.ts'
import { CALL_REASONS, LEVELS } from '../../model/index.ts'
import { midnightAfter, type ZoneName } from './days.ts'
import { linesAt, stateAt } from './figures.ts'
import { METRICS, type Metric, metricNamed } from './metrics.ts'
import type { Sources } from './person.ts'
import { seriesOf, stepsOf } from './series.ts'
import type { Days, Track, View, Week } from './shapes.ts'

const WEEK_HOURS = 168
const DAYS = 30
const FEED_EVENTS = 60

const named = (name: string): Metric => metricNamed(name) as Metric
const OF_WEEK = ['sessions_started', 'sessions_completed', 'sessions_broken_off'].map(named)
const RISKS = LEVELS.map((level) => [level, named(`students/${level}`)] as const)
const REASONS = CALL_REASONS.map((reason) => [reason, named(`calls/${reason}`)] as const)
const OF_DAYS = [...RISKS, ...REASONS].map(([, metric]) => metric)
/** What an hour has brought, for the track of the scrubber. */
const EVENTS_AN_HOUR = METRICS[0] as Metric

/** What is not asked for can be left out. */
export interface Parts {
  lines: boolean
  feed: boolean
}

export async function viewAt(
  { chronicle, feed, names }: Sources,
  instant: number,
  zone: ZoneName,
  parts: Parts,
): Promise<Omit<View, 'world' | 'end' | 'phase'>> {
  const { tally, start } = chronicle
  const state = stateAt(tally, start, instant, zone)
  const { events } = parts.feed ? await feed.page(instant, FEED_EVENTS) : { events: [] }
  return {
    ...state,
    tick: chronicle.tickAt(instant),
    zone,
    ...(parts.lines ? { lines: linesAt(tally, start, instant, zone) } : {}),
    week: weekUpTo(chronicle, instant, zone),
    days: daysUpTo(chronicle, instant, state.day_at, zone),
    ...(parts.feed ? { feed: { events, names: names.in(events) } } : {}),
  }
}

/** Hours up to the one that an instant lies in; fewer where the history is shorter. */
function weekUpTo({ tally, start }: Sources['chronicle'], to: number, zone: ZoneName): Week {
  const hour = Math.floor(to / HOUR) * HOUR
  const from = Math.max(Math.floor(start / HOUR) * HOUR, hour - (WEEK_HOURS - 1) * HOUR)
  const series = seriesOf(tally, OF_WEEK, { from, to, step: 'hour', zone })
  const [started, completed, broken] = OF_WEEK.map(({ name }) => series[name] as number[]) as [
    number[],
    number[],
    number[],
  ]
  return { from, step: HOUR, started, completed, broken }
}

function daysUpTo({ tally, start }: Sources['chronicle'], to: number, midnight: number, zone: ZoneName): Days {
  const from = Math.max(start, midnightAfter(zone, midnight, 1 - DAYS))
  const span = { from: Math.min(from, to), to, step: 'day', zone } as const
  const series = seriesOf(tally, OF_DAYS, span)
  const of = <Name extends string>(metrics: readonly (readonly [Name, Metric])[]) =>
    Object.fromEntries(metrics.map(([key, { name }]) => [key, series[name]])) as Record<Name, number[]>
  return { at: stepsOf(span), ...of(RISKS), calls: of(REASONS) }
}

/** The whole history by hour. */
export function trackOf({ tally, start }: Sources['chronicle'], to: number): Omit<Track, 'flags'> {
  const from = Math.floor(start / HOUR) * HOUR
  const { events = [] } = seriesOf(tally, [EVENTS_AN_HOUR], { from, to, step: 'hour', zone: 'eastern' })
  return { from, step: HOUR, events }
}
