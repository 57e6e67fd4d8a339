// `tutorsim check`: verifies what an event stream promises (contract, section 3), line by line, from the stream alone.
// Pure: no I/O, no clock. State is what the windows need: 31 days of ids, 30 of sessions, 14 of calls, and a few
// numbers an agent.
//
//     line ─► an event? ─► place in time ─► id and cause ─► sessions (2, 3, 4) ─► numbers (5, 6, 8, 9) ─► verdicts
//                          └ what leaves its window on the way there, instant by instant
//
// Lines may begin at a world's birth or in mid-life; verdicts.ts tells which, and says only what holds for it. Where they begin
// with what stood before them, that is known from the first line on.

import { DAY, formatInstant } from '../../engine/index.ts'
import { balanceStatus } from '../events/balance.ts'
import { instantIn } from '../events/entities.ts'
import {
  EVENT_ID,
  EVENT_TYPES,
  type Event,
  type EventType,
  instantByIds,
  isOpening,
  naturalKey,
  type SupplyDemandUpdate,
  typeOf,
} from '../events/index.ts'
import { Agents, type Clock, Named } from './agents.ts'
import { type Fact, Facts } from './facts.ts'
import { isStanding } from './forms.ts'
import { Ids, REMEMBERED } from './ids.ts'
import { Lessons } from './lessons.ts'
import { LINE_CHARACTERS_MAX } from './lines.ts'
import { Numbers } from './numbers.ts'
import type { EventId } from './scanner.ts'
import { type Aged, type Rule, Verdicts, type Violation } from './verdicts.ts'

export { LINE_CHARACTERS_MAX, type Rule, type Violation }

export interface CheckerOptions {
  /** Called for each violation, in the order in which they are certain. */
  report: (violation: Violation) => void
  /** Whether the stream begins at its world's birth; found out where undefined. */
  sinceBirth?: boolean | undefined
}

export interface Totals {
  lines: number
  events: number
  eventsByType: Record<EventType, number>
  /** Of the first and the last event; NaN without any. */
  first: number
  last: number
  students: number
  tutors: number
  /** Students who fell silent where an update was due, and how often one of them was heard of again. */
  churned: number
  returned: number
  sinceBirth: boolean
  violations: number
  violationsByRule: Partial<Record<Rule, number>>
  /** Findings that what was before the stream may explain. */
  unjudged: number
}

interface Doubtful {
  fact: Fact
  line: number
}

export class Checker {
  readonly #clock: Clock = { first: Number.NaN, now: Number.NEGATIVE_INFINITY }
  readonly #agents = new Agents()
  readonly #named = new Named()
  readonly #ids = new Ids()
  readonly #verdicts: Verdicts
  readonly #lessons: Lessons
  readonly #numbers: Numbers
  readonly #facts = new Facts()
  /** By the place of the type. */
  readonly #events = EVENT_TYPES.map(() => 0)
  #lines = 0
  /** One whose timestamp is far ahead or denied by its own content: the next line tells whether it may be so. */
  #doubtful: Doubtful | null = null

  constructor({ report, sinceBirth }: CheckerOptions) {
    this.#verdicts = new Verdicts(report, sinceBirth)
    this.#lessons = new Lessons(this.#clock, this.#agents, this.#named, this.#verdicts)
    this.#numbers = new Numbers(this.#clock, this.#agents, this.#named, this.#verdicts)
  }

  /** The next line of the stream, without its line feed. */
  line(text: string): void {
    const line = ++this.#lines
    const fact = this.#facts.read(text)
    if (typeof fact === 'string') this.#verdicts.unreadable(line, fact)
    else this.#place(fact, line)
  }

  /**
   * The next lines, from their bytes, up to the first that has to come as text: one that is not as the generator writes it, or lies
   * at the end of the bytes.
   * @param from where a line begins @param to behind the line feed of the last one
   * @returns where the first line begins that was not taken, or `to`
   */
  lines(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    for (let next = this.#facts.readBytes(bytes, at, to); next !== -1; next = this.#facts.readBytes(bytes, at, to)) {
      this.#place(this.#facts.scanned, ++this.#lines)
      at = next
    }
    return at
  }

  /** After the last line. Its instant stays open: the stream may have been cut in the midst of it. */
  end(): Totals {
    if (this.#doubtful !== null) this.#placeDoubtful(this.#doubtful.fact.instant)
    if (this.#lines === 0) this.#verdicts.unreadable(1, 'no events')
    this.#verdicts.decide()
    return this.totals
  }

  get totals(): Totals {
    const { first, now } = this.#clock
    return {
      lines: this.#lines,
      events: this.#events.reduce((sum, count) => sum + count, 0),
      eventsByType: Object.fromEntries(
        EVENT_TYPES.map((type, place) => [type, this.#events[place]]),
      ) as Totals['eventsByType'],
      first,
      last: Number.isNaN(first) ? Number.NaN : now,
      students: this.#agents.students,
      tutors: this.#agents.tutors,
      churned: this.#numbers.churned,
      returned: this.#numbers.returned,
      sinceBirth: this.#verdicts.sinceBirth ?? false,
      violations: this.#verdicts.violations,
      violationsByRule: this.#verdicts.byRule,
      unjudged: this.#verdicts.unjudged,
    }
  }

  #place(fact: Fact, line: number): void {
    const { type, instant, ids, event } = fact
    ;(this.#events[type] as number)++
    if (this.#doubtful !== null) this.#placeDoubtful(instant)
    const ahead = instant - this.#clock.now
    const isDoubtful = ahead > DAY || (ahead > 0 && ids === undefined && instantByIds(event) !== instant)
    if (isDoubtful) this.#doubtful = { fact: this.#facts.kept(fact), line }
    else this.#take(fact, line, instant)
  }

  /** At its own instant where the next line is no earlier; else its timestamp is wrong, and it happens now. */
  #placeDoubtful(next: number): void {
    const { fact, line } = this.#doubtful as Doubtful
    const { instant, event } = fact
    this.#doubtful = null
    if (instant <= next) {
      this.#take(fact, line, instant)
      return
    }
    if (instantByIds(event) === instant) {
      this.#outOfOrder(event, line, `${formatInstant(next)} or earlier, as the next line`)
    }
    const begun = !Number.isNaN(this.#clock.first)
    this.#take(fact, line, begun ? this.#clock.now : next)
  }

  #take(fact: Fact, line: number, at: number): void {
    if (at > this.#clock.now) this.#moveTo(at)
    if (fact.instant < this.#clock.now) this.#outOfOrder(fact.event, line, `${formatInstant(this.#clock.now)} or later`)
    this.#checkCause(fact, line)
    if (this.#isNew(fact, line)) this.#happen(fact, line)
  }

  #outOfOrder(event: Event, line: number, expected: string): void {
    const { timestamp: says } = event.payload
    this.#verdicts.found({ line, rule: 1, field: 'timestamp', says, expected, of: event.event_id })
  }

  #happen(fact: Fact, line: number): void {
    const { event, instant, ids } = fact
    // Later it tells nothing that an event of the stream did not tell.
    const stands = instant === this.#clock.first && (ids ? isStanding(ids.own.kind) : isOpening(event))
    switch (event.event_type) {
      case 'session_started':
        return this.#numbers.heard(this.#lessons.started(event.payload, fact, line))
      case 'session_completed':
        return this.#numbers.completed(this.#lessons.completed(event.payload, fact, line), event.payload, line)
      case 'ib_call_logged':
        return this.#numbers.called(event.payload, fact, line)
      case 'tutor_availability_updated':
        return this.#lessons.available(event.payload, fact, stands)
      case 'customer_health_update':
        return stands
          ? this.#numbers.stood(event.payload, fact, line)
          : this.#numbers.updated(event.payload, fact, line)
      case 'supply_demand_update':
        return this.#checkBalance(event.payload, line)
    }
    // A type without a case does not compile.
    event satisfies never
  }

  /** From instant to instant of whatever leaves a window, up to `instant`. */
  #moveTo(instant: number): void {
    const clock = this.#clock
    if (Number.isNaN(clock.first)) clock.first = instant
    else this.#settle()
    for (let next = this.#numbers.nextLeaving; next <= instant; next = this.#numbers.nextLeaving) {
      clock.now = next
      this.#numbers.leave()
      if (next < instant) this.#numbers.settle()
    }
    clock.now = instant
    this.#lessons.leave()
    this.#ids.moveTo(instant)
    if (this.#verdicts.sinceBirth === undefined && instant >= clock.first + 30 * DAY) this.#verdicts.decide()
  }

  #settle(): void {
    this.#lessons.settle()
    this.#numbers.settle()
  }

  #checkCause({ event, ids, agent }: Fact, line: number): void {
    const instant = ids === undefined ? this.#unseen(event.caused_by) : this.#unseenId(ids.cause)
    if (instant === undefined) return
    const { first, now } = this.#clock
    const possible = instant <= now
    if (possible && instant >= first && instant < now - REMEMBERED) return
    this.#verdicts.foundOr(!(possible && instant <= first), this.#agentOf(event, agent), 1, () => {
      const expected = 'the id of an earlier event'
      return { line, field: 'caused_by', says: event.caused_by, expected, of: event.event_id }
    })
  }

  /** The instant of a cause that was not there before, NaN where it is none; undefined where there is nothing to ask. */
  #unseen(cause: string | null): number | undefined {
    if (cause === null || this.#ids.hasText(cause)) return undefined
    return EVENT_ID.test(cause) ? instantIn(cause) : Number.NaN
  }

  #unseenId(cause: EventId | undefined): number | undefined {
    return cause === undefined || this.#ids.has(cause) ? undefined : cause.instant
  }

  /** Checks the id, and that nothing happens twice: what does is reported and has no further effect. */
  #isNew({ event, instant, ids }: Fact, line: number): boolean {
    if (ids !== undefined ? this.#ids.add(ids.own) : this.#checkId(event, instant, line)) return true
    const { event_id: says } = event
    const expected = 'an id that was not there before'
    this.#verdicts.found({ line, rule: 1, field: 'event_id', says, expected, of: event.event_type })
    if (event.event_type === 'session_started' || event.event_type === 'session_completed') {
      const { session_id, student_id } = event.payload
      const once = event.event_type === 'session_started' ? 'to be started once' : 'to be completed once'
      this.#verdicts.found({ line, rule: 2, field: 'session_id', says: session_id, expected: once, of: student_id })
    }
    return false
  }

  /** @returns whether the id that it should have was not there before */
  #checkId(event: Event, instant: number, line: number): boolean {
    const { event_id: says } = event
    const key = naturalKey(event, instant)
    if (says !== key) {
      this.#verdicts.found({ line, rule: 1, field: 'event_id', says, recomputed: key, of: event.event_type })
    }
    return this.#ids.addText(key)
  }

  #checkBalance(payload: SupplyDemandUpdate, line: number): void {
    const { demand_score, supply_score, balance_status: says, region, subject } = payload
    const recomputed = balanceStatus(Math.round(demand_score * 100), Math.round(supply_score * 100))
    if (says === recomputed) return
    const of = `${subject} in ${region}`
    this.#verdicts.found({ line, rule: 7, field: 'balance_status', says, recomputed, of })
  }

  /** Whose age an event may tell of; none's where it is of a market. */
  #agentOf(event: Event, number: number): Aged {
    switch (typeOf(event).entity.agent.name) {
      case 'student':
        return this.#agents.student(number)
      case 'tutor':
        return this.#agents.tutor(number)
      case 'market':
        return { kind: 'tutor', judged: true }
    }
  }
}
