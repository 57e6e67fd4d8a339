// Events of a history, page by page, newest first; a filter looks at rows, and only what passes becomes an object.

import { MINUTE, TickEvents } from '../../engine/index.ts'
import {
  EVENT_TYPES,
  type Event,
  type EventRow,
  type EventType,
  entityNamed,
  eventOf,
  events,
  instantIn,
  REGIONS,
  type Region,
  SUBJECTS,
  type Subject,
} from '../../model/index.ts'
import { names } from './appearances.ts'
import type { Chronicle } from './chronicle.ts'
import type { TickRows } from './rows.ts'

export type FeedEvent = Event & { at: number; region: Region }

/** What a page of events is to hold; all that is said has to be true of an event. */
export interface Filter {
  types?: readonly EventType[]
  /** Id of a student or a tutor. */
  person?: string
  subject?: Subject
  region?: Region
}

/** Where a page ends, and the next one goes on: before so many of a tick's events. */
export interface Mark {
  tick: number
  events: number
}

/** What has no subject never passes a filter by subject. */
const HAS_SUBJECT = EVENT_TYPES.map((name) => /^session_|^supply_/.test(name))
const NAMES_TUTOR = EVENT_TYPES.map((name) => name.startsWith('session_'))
const OFFER = EVENT_TYPES.indexOf('tutor_availability_updated')
const MARKET = EVENT_TYPES.indexOf('supply_demand_update')
/** No session takes longer from its start, which its ids tell, to its end. */
const SESSION_MILLISECONDS_MAX = 96 * MINUTE

type Test = (row: EventRow) => boolean

function testOf({ types, person, subject }: Filter): Test {
  const tests: Test[] = []
  if (types) {
    const wanted = EVENT_TYPES.map((name) => types.includes(name))
    tests.push((row) => wanted[row.type] as boolean)
  }
  const entity = person === undefined ? undefined : entityNamed(person)
  if (entity?.kind === 'student')
    tests.push(({ type, agent }) => type !== OFFER && type !== MARKET && agent === entity.number)
  else if (entity?.kind === 'tutor')
    tests.push(({ type, agent, tutor }) =>
      NAMES_TUTOR[type] ? tutor === entity.number : type === OFFER && agent === entity.number,
    )
  if (subject) {
    const index = SUBJECTS.indexOf(subject)
    tests.push((row) =>
      row.type === MARKET
        ? row.agent % SUBJECTS.length === index
        : (HAS_SUBJECT[row.type] as boolean) && row.subject === index,
    )
  }
  return (row) => tests.every((test) => test(row))
}

/** Reads a history's events; one reader at a time. */
export class Feed {
  readonly #chronicle: Chronicle
  readonly #reader = new TickEvents(events, 1)

  constructor(chronicle: Chronicle) {
    this.#chronicle = chronicle
  }

  /**
   * The newest events up to an instant, it included, or before a mark.
   * @returns newest first, and where to go on; undefined where the history begins
   */
  async page(
    from: number | Mark,
    limit: number,
    filter: Filter = {},
  ): Promise<{ events: FeedEvent[]; next: Mark | undefined }> {
    const chronicle = this.#chronicle
    const test = testOf(filter)
    const found: FeedEvent[] = []
    const mark = typeof from === 'number' ? undefined : from
    const until = typeof from === 'number' ? from : Number.POSITIVE_INFINITY
    for (const tick of this.#ticks(mark?.tick ?? chronicle.tickAt(until), filter)) {
      const passed = this.#passed(await chronicle.rows(tick), test, until, filter)
      let end = mark?.tick === tick ? Math.min(mark.events, passed.length) : passed.length
      while (end > 0 && found.length < limit) found.push(passed[--end] as FeedEvent)
      if (found.length === limit)
        return { events: found, next: end > 0 || tick > chronicle.first ? { tick, events: end } : undefined }
    }
    return { events: found, next: undefined }
  }

  /** The events after one instant, up to another, oldest first: the last so many, and how many were left out. */
  async between(after: number, until: number, limit: number): Promise<{ events: FeedEvent[]; skipped: number }> {
    const chronicle = this.#chronicle
    const found: FeedEvent[] = []
    let count = 0
    for (let tick = chronicle.tickAt(until); tick >= chronicle.tickAt(after + 1); tick--) {
      if (tick >= chronicle.next) continue
      const rows = await chronicle.rows(tick)
      const room = limit - found.length
      const passed = this.#passed(rows, ({ instant }) => instant > after, until)
      count += passed.length
      if (room > 0) found.push(...passed.slice(-room).reverse())
    }
    return { events: found.reverse(), skipped: count - found.length }
  }

  /** An event by its id; undefined where the history has none. */
  async find(eventId: string): Promise<FeedEvent | undefined> {
    const chronicle = this.#chronicle
    const instant = instantIn(eventId)
    if (!(instant >= chronicle.start && instant < chronicle.end)) return undefined
    const last = chronicle.tickAt(instant + SESSION_MILLISECONDS_MAX)
    for (let tick = chronicle.tickAt(instant); tick <= last && tick < chronicle.next; tick++) {
      const found = this.#passed(await chronicle.rows(tick), () => true, Number.POSITIVE_INFINITY).find(
        ({ event_id }) => event_id === eventId,
      )
      if (found) return found
    }
    return undefined
  }

  /** Those that may have what is looked for, the latest first. */
  *#ticks(upTo: number, { person }: Filter): Generator<number> {
    const { first, next, appearances } = this.#chronicle
    const last = Math.min(upTo, next - 1)
    const entity = person === undefined ? undefined : entityNamed(person)
    if (entity) yield* appearances.of(entity.number, last)
    else for (let tick = last; tick >= first; tick--) yield tick
  }

  /** What passes of a tick, in the order of instants; of events at one instant, region by region. */
  #passed(rows: TickRows, test: Test, until: number, { region: only, person }: Filter = {}): FeedEvent[] {
    const passed: FeedEvent[] = []
    const number = person === undefined ? undefined : entityNamed(person)?.number
    for (const [index, bytes] of rows.entries()) {
      const region = REGIONS[index] as Region
      if (only && only !== region) continue
      if (number !== undefined && !names(bytes, number)) continue
      for (const row of this.#reader.view([bytes]).rows()) {
        if (row.instant > until) break
        if (test(row)) passed.push({ ...eventOf(row), at: row.instant, region })
      }
    }
    return passed.sort((a, b) => a.at - b.at)
  }
}
