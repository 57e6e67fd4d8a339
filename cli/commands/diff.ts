// `tutorsim diff`: where two worlds of one chain part, and by how much. The result is data: a text on standard output, or JSON.

import {
  formatInstant,
  LocalSimulation,
  OperationalError,
  type PartedTick,
  parted,
  recover,
  TickEvents,
  WorldError,
} from '../../engine/index.ts'
import {
  CHANGES,
  type Compared,
  Comparison,
  type Counts,
  type Difference,
  type Event,
  events as eventCatalogue,
  eventsIn,
  Marketplace,
  model,
  type Settings,
} from '../../model/index.ts'
import { withStore, worldIn } from '../terminal/store.ts'

/** Agents, markets and days that are printed, those with most differences first. */
const PRINTED = 10

export interface DiffOptions {
  store: string
  json?: boolean
}

/** Of a world at the last tick that both have, and of its events from the parting on. */
interface Figures {
  students: number
  tutors: number
  events: number
  sessions_started: number
  sessions_completed: number
  completed_successfully_percent: number
  calls: number
  mean_health_score: number
}

/** @returns the exit code */
export function diff(world: string, other: string, { store: text, json }: DiffOptions): Promise<number> {
  return withStore(text, 'read', async (store) => {
    const worlds = [await worldIn(store, world), await worldIn(store, other)] as const
    const { tick, until, ticks } = await parted(...worlds).catch((error: Error) => {
      if (error instanceof WorldError)
        throw new OperationalError(`worlds ${world} and ${other}: ${error.message}`, { code: error.code, cause: error })
      throw error
    })
    const comparison = new Comparison()
    const tallies = [new Tally(), new Tally()] as const
    const kept = new TickEvents(eventCatalogue, model.shardSizes.length)
    const eventsOf = ({ shards }: PartedTick['first']): Event[] =>
      eventsIn(kept.view(shards.map(({ events }) => events)))
    for await (const pair of ticks) {
      const both = [eventsOf(pair.first), eventsOf(pair.other)] as const
      for (const [place, events] of both.entries()) for (const event of events) tallies[place]?.add(event)
      comparison.add(...both)
    }
    const figures: Figures[] = []
    for (const [place, { log, head }] of worlds.entries()) {
      const simulation = new LocalSimulation(model)
      await recover(log, simulation, head, until)
      figures.push((tallies[place] as Tally).figures(new Marketplace(simulation.held)))
    }
    const { start, tickMilliseconds } = worlds[0].head.settings as Settings
    const instantOf = (at: number): string => formatInstant(start + at * tickMilliseconds)
    const compared = comparison.compared()
    const span = { tick, instant: instantOf(tick), until_tick: until, until: instantOf(until) }
    if (json)
      process.stdout.write(`${JSON.stringify({ worlds: [world, other], ...span, figures, ...asJson(compared) })}\n`)
    else for (const line of lines([world, other], span, figures, compared)) process.stdout.write(`${line}\n`)
    return 0
  })
}

/** Counts one world's events. */
class Tally {
  #events = 0
  readonly #byType = new Map<string, number>()
  #successful = 0

  add({ event_type, payload }: Event): void {
    this.#events++
    this.#byType.set(event_type, (this.#byType.get(event_type) ?? 0) + 1)
    if (event_type === 'session_completed' && payload.completed_successfully) this.#successful++
  }

  figures(world: Marketplace): Figures {
    const count = (type: Event['event_type']): number => this.#byType.get(type) ?? 0
    const completed = count('session_completed')
    const scores = [...world.students()].flatMap(({ health_score }) => health_score ?? [])
    return {
      ...world.census,
      events: this.#events,
      sessions_started: count('session_started'),
      sessions_completed: completed,
      completed_successfully_percent: rounded(completed === 0 ? 0 : (100 * this.#successful) / completed),
      calls: count('ib_call_logged'),
      mean_health_score: rounded(scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length)),
    }
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function asJson({ first, counts, byAgent, byMarket, byDay }: Compared): object {
  return {
    first: first ?? null,
    events: counts,
    by_agent: Object.fromEntries(byAgent),
    by_market: Object.fromEntries(byMarket),
    by_day: Object.fromEntries(byDay),
  }
}

function* lines(
  names: readonly [string, string],
  span: { tick: number; instant: string; until_tick: number; until: string },
  figures: readonly Figures[],
  { first, counts, byAgent, byMarket, byDay }: Compared,
): Generator<string> {
  const [world, other] = names
  if (!first) {
    yield `worlds ${world} and ${other} are the same up to tick ${span.until_tick}, ${span.until}`
    return
  }
  yield `worlds ${world} and ${other} part at tick ${span.tick}, ${span.instant}; compared up to tick ${span.until_tick}, ${span.until}`
  yield `first ${first.change}: ${said(first)}`
  yield ''
  yield `${''.padEnd(32)}${world.padStart(14)}${other.padStart(14)}`
  for (const name of Object.keys(figures[0] as Figures) as (keyof Figures)[])
    yield `${name.replaceAll('_', ' ').padEnd(32)}${figures.map((one) => String(one[name]).padStart(14)).join('')}`
  yield ''
  yield row('events', Object.fromEntries(CHANGES.map((change) => [change, change])))
  yield row('in all', counts)
  for (const [title, table] of [
    ['by agent', byAgent],
    ['by market or region', byMarket],
    ['by day', byDay],
  ] as const) {
    const most = [...table].sort(([, a], [, b]) => sum(b) - sum(a))
    const shown = title === 'by day' ? [...table] : most.slice(0, PRINTED)
    yield `${title}${shown.length < table.size ? `, ${shown.length} of ${table.size}` : ''}`
    for (const [name, some] of shown) yield row(`  ${name}`, some)
  }
}

function row(name: string, counts: Readonly<Record<string, number | string>>): string {
  return `${name.padEnd(32)}${CHANGES.map((change) => String(counts[change]).padStart(10)).join('')}`
}

function sum(counts: Counts): number {
  return CHANGES.reduce((total, change) => total + counts[change], 0)
}

/** What differs, in the words of the stream. */
function said({ was, is }: Difference): string {
  const ids = [was?.event_id, is?.event_id].filter((id) => id !== undefined)
  return [...new Set(ids)].join(', now ')
}
