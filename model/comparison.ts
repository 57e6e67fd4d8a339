// Where two worlds of one chain part: what one has and the other has not, and what both have otherwise. What happens to
// somebody is paired by whom it happens to and what it is, never by its instant: a session that starts a minute later has
// moved.

import { DAY, formatInstant, parseTimestamp } from '../engine/index.ts'
import { digitsIn, FIRST_STUDENT, FIRST_TUTOR, placesOf } from './events/entities.ts'
import { type Event, partitionKeyOf, REGIONS } from './events/index.ts'
import { studentNumbers, tutorNumbers } from './state/numbering.ts'

/** So far apart, two events of the same kind of one agent may still be the same that has moved. */
const MOVED_WITHIN = 3 * DAY
const DATE_LENGTH = 10

export const CHANGES = ['added', 'removed', 'changed', 'moved'] as const
export type Change = (typeof CHANGES)[number]

/** An event that differs. */
export interface Difference {
  change: Change
  /** In the first world, and in the other; undefined where it has none. */
  was: Event | undefined
  is: Event | undefined
}

/** How many events differ, and in what way. */
export type Counts = Record<Change, number>

export interface Compared {
  /** Events of the first world, and of the other. */
  events: readonly [number, number]
  /** What differs first. */
  first: Difference | undefined
  counts: Counts
  /** … by agent (`stu_1042`, `tut_117`, `Physics|west`). */
  byAgent: Map<string, Counts>
  /** … by market (`Physics|west`), or by region where an event says no subject (`west`). */
  byMarket: Map<string, Counts>
  /** … by day (`2026-01-15`). */
  byDay: Map<string, Counts>
}

interface Waiting {
  event: Event
  instant: number
}

/** Takes the events of two worlds stretch by stretch, and says in the end how they differ. */
export class Comparison {
  readonly #events: [number, number] = [0, 0]
  /** Without a counterpart so far, by agent and type, in order; of the first world and of the other. */
  readonly #waiting: [Map<string, Waiting[]>, Map<string, Waiting[]>] = [new Map(), new Map()]
  readonly #differences: Difference[] = []

  /** Takes the same stretch of both. Each world's events come in order. */
  add(first: readonly Event[], other: readonly Event[]): void {
    this.#events[0] += first.length
    this.#events[1] += other.length
    const byId = new Map(other.map((event) => [event.event_id, event]))
    for (const event of first) {
      const same = byId.get(event.event_id)
      if (!same) {
        this.#wait(0, event)
        continue
      }
      byId.delete(event.event_id)
      if (JSON.stringify(event) !== JSON.stringify(same))
        this.#differences.push({ change: 'changed', was: event, is: same })
    }
    for (const event of byId.values()) this.#wait(1, event)
  }

  /** @returns what differs, in order */
  differences(): Difference[] {
    this.#pair()
    return this.#differences.sort((a, b) => instantOf(a) - instantOf(b))
  }

  compared(): Compared {
    const differences = this.differences()
    const counts = none()
    const byAgent = new Map<string, Counts>()
    const byMarket = new Map<string, Counts>()
    const byDay = new Map<string, Counts>()
    for (const difference of differences) {
      const { change, was, is } = difference
      const event = (was ?? is) as Event
      counts[change]++
      countsOf(byAgent, partitionKeyOf(event))[change]++
      countsOf(byMarket, marketOf(event))[change]++
      countsOf(byDay, formatInstant(instantOf(difference)).slice(0, DATE_LENGTH))[change]++
    }
    return { events: this.#events, first: differences[0], counts, byAgent, byMarket, byDay }
  }

  #wait(world: 0 | 1, event: Event): void {
    const key = `${partitionKeyOf(event)} ${event.event_type}`
    const waiting = this.#waiting[world]
    const list = waiting.get(key)
    const one = { event, instant: parseTimestamp(event.payload.timestamp) }
    if (list) list.push(one)
    else waiting.set(key, [one])
  }

  /** In the order of both: what one agent has left of a type in one world has moved where the other has it nearby. */
  #pair(): void {
    const [first, other] = this.#waiting
    for (const [key, list] of first) {
      const others = other.get(key) ?? []
      let next = 0
      for (const { event, instant } of list) {
        while (next < others.length && (others[next] as Waiting).instant < instant - MOVED_WITHIN)
          this.#differences.push({ change: 'added', was: undefined, is: (others[next++] as Waiting).event })
        const match = others[next]
        if (match && match.instant <= instant + MOVED_WITHIN) {
          this.#differences.push({ change: 'moved', was: event, is: match.event })
          next++
        } else this.#differences.push({ change: 'removed', was: event, is: undefined })
      }
      for (const { event } of others.slice(next)) this.#differences.push({ change: 'added', was: undefined, is: event })
      other.delete(key)
    }
    for (const list of other.values())
      for (const { event } of list) this.#differences.push({ change: 'added', was: undefined, is: event })
    first.clear()
    other.clear()
  }
}

function none(): Counts {
  return { added: 0, removed: 0, changed: 0, moved: 0 }
}

function countsOf(counts: Map<string, Counts>, key: string): Counts {
  let found = counts.get(key)
  if (!found) {
    found = none()
    counts.set(key, found)
  }
  return found
}

function instantOf({ was, is }: Difference): number {
  return parseTimestamp(((was ?? is) as Event).payload.timestamp)
}

/** The market that an event belongs to, as far as it says: numbers tell the region. */
function marketOf({ payload }: Event): string {
  const of: {
    subject?: string
    subjects?: readonly string[]
    region?: string
    student_id?: string
    tutor_id?: string
  } = payload
  const region =
    of.region ?? (of.student_id === undefined ? regionOfTutor(of.tutor_id) : regionOfStudent(of.student_id))
  const subject = of.subject ?? of.subjects?.[0]
  return subject === undefined ? region : `${subject}|${region}`
}

function regionOfStudent(id: string): string {
  return REGIONS[studentNumbers.locate(Number(digitsIn(id)) - FIRST_STUDENT).group] as string
}

function regionOfTutor(id = ''): string {
  return REGIONS[placesOf(tutorNumbers.locate(Number(digitsIn(id)) - FIRST_TUTOR).group).region] as string
}
