// Where two worlds of one chain part: what one has and the other has not, and what both have otherwise. What happens to
// somebody is paired by whom it happens to and what it is, never by its instant: a session that starts a minute later has
// moved. A session that ends a minute earlier has the same id in both, and has changed.

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
  #differences: Difference[] = []

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
    this.#pair(Number.POSITIVE_INFINITY)
    return this.#differences.sort((a, b) => instantOf(a) - instantOf(b))
  }

  /**
   * Lets go of what is certain once both worlds are known up to an instant: nothing later can be its counterpart. So a
   * comparison of two whole lives takes no more memory than the last days of them.
   * @returns what differs, in order
   */
  settle(until: number): Difference[] {
    this.#pair(until - MOVED_WITHIN)
    const certain = this.#differences.sort((a, b) => instantOf(a) - instantOf(b))
    this.#differences = []
    return certain
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
    const others = this.#waiting[world === 0 ? 1 : 0].get(key) ?? []
    const same = others.findIndex((other) => other.event.event_id === event.event_id)
    if (same >= 0) {
      const [other] = others.splice(same, 1) as [Waiting]
      const [was, is] = world === 0 ? [event, other.event] : [other.event, event]
      if (JSON.stringify(was) !== JSON.stringify(is)) this.#differences.push({ change: 'changed', was, is })
      return
    }
    const waiting = this.#waiting[world]
    const list = waiting.get(key)
    const one = { event, instant: parseTimestamp(event.payload.timestamp) }
    if (list) list.push(one)
    else waiting.set(key, [one])
  }

  /**
   * In the order of both: what one agent has left of a type in one world has moved where the other has it nearby.
   * @param before what happened later may have its counterpart still to come
   */
  #pair(before: number): void {
    const [first, other] = this.#waiting
    for (const key of new Set([...first.keys(), ...other.keys()])) {
      const [mine, theirs] = [first.get(key) ?? [], other.get(key) ?? []]
      let [at, next] = [0, 0]
      for (;;) {
        const [was, is] = [mine[at], theirs[next]]
        const earlier = Math.min(was?.instant ?? Number.POSITIVE_INFINITY, is?.instant ?? Number.POSITIVE_INFINITY)
        if (!(earlier <= before) || earlier === Number.POSITIVE_INFINITY) break
        const isPair = was && is && Math.abs(was.instant - is.instant) <= MOVED_WITHIN
        if (isPair || was?.instant === earlier) at++
        if (isPair || was?.instant !== earlier) next++
        if (isPair) this.#differences.push({ change: 'moved', was: was.event, is: is.event })
        else if (was?.instant === earlier) this.#differences.push({ change: 'removed', was: was.event, is: undefined })
        else this.#differences.push({ change: 'added', was: undefined, is: (is as Waiting).event })
      }
      for (const [waiting, left] of [
        [first, mine.slice(at)],
        [other, theirs.slice(next)],
      ] as const)
        if (left.length === 0) waiting.delete(key)
        else waiting.set(key, left)
    }
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
