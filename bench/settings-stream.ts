// A stream as the figures of settings are read from it: its sessions, calls, offers and markets, each with its instant.

import { DAY, parseTimestamp } from '../engine/index.ts'
import type {
  CustomerHealthUpdate,
  Event,
  IbCallLogged,
  SessionStarted,
  SupplyDemandUpdate,
  TutorAvailabilityUpdated,
} from '../model/index.ts'

export type Dated<Payload> = Payload & { at: number }

/** A session that is over. */
export interface Taught extends Dated<SessionStarted> {
  ends: number
  minutes: number
  studentRating: number
  tutorRating: number
  isGood: boolean
}

export interface Logged extends Dated<IbCallLogged> {
  id: string
  causedBy: string | null
}

/** Clocks that payloads name are whole hours behind UTC, in winter. */
export const BEHIND_UTC = { EST: 5, CST: 6, MST: 7, PST: 8 } as const

export class Stream {
  readonly from: number
  readonly until: number
  readonly sessions: Taught[] = []
  readonly calls: Logged[] = []
  readonly offers: Dated<TutorAvailabilityUpdated>[] = []
  readonly health: Dated<CustomerHealthUpdate>[] = []
  readonly markets: Dated<SupplyDemandUpdate>[] = []
  /** Sessions by student and by tutor, in order. */
  readonly byStudent: ReadonlyMap<string, readonly Taught[]>
  readonly byTutor: ReadonlyMap<string, readonly Taught[]>
  readonly offersOf: ReadonlyMap<string, readonly Dated<TutorAvailabilityUpdated>[]>

  constructor(events: readonly Event[], from: number, until: number) {
    this.from = from
    this.until = until
    const begun = new Map<string, Dated<SessionStarted>>()
    for (const { event_type, payload, event_id, caused_by } of events as (Event & { event_id: string })[]) {
      const at = parseTimestamp(payload.timestamp)
      if (event_type === 'session_started') begun.set(payload.session_id, { ...payload, at })
      else if (event_type === 'session_completed') {
        const start = begun.get(payload.session_id)
        if (!start) continue
        this.sessions.push({
          ...start,
          ends: at,
          minutes: payload.actual_duration_minutes,
          studentRating: payload.student_rating,
          tutorRating: payload.tutor_rating,
          isGood: payload.completed_successfully,
        })
      } else if (event_type === 'ib_call_logged') this.calls.push({ ...payload, at, id: event_id, causedBy: caused_by })
      else if (event_type === 'tutor_availability_updated') this.offers.push({ ...payload, at })
      else if (event_type === 'customer_health_update') this.health.push({ ...payload, at })
      else this.markets.push({ ...payload, at })
    }
    this.sessions.sort((a, b) => a.at - b.at)
    this.byStudent = Map.groupBy(this.sessions, ({ student_id }) => student_id)
    this.byTutor = Map.groupBy(this.sessions, ({ tutor_id }) => tutor_id)
    this.offersOf = Map.groupBy(this.offers, ({ tutor_id }) => tutor_id)
  }

  get days(): number {
    return (this.until - this.from) / DAY
  }
}

export function percentOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return (100 * items.filter(holds).length) / Math.max(1, items.length)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

export function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Pairs of neighbours in each list. */
export function neighbours<Item>(lists: Iterable<readonly Item[]>): [Item, Item][] {
  return [...lists].flatMap((list) => list.slice(1).map((item, at): [Item, Item] => [list[at] as Item, item]))
}
