// `tutorsim check`: verifies what an event stream promises (contract, section 3), line by line, from the stream alone.
// Pure: no I/O, no clock. State is what the windows need: 31 days of ids, 30 of sessions, 14 of calls, and a few
// numbers an agent.
//
//     line ─► an event? ─► place in time ─► id and cause ─► sessions (2, 3, 4) ─► numbers (5, 6, 8, 9) ─► verdicts
//                          └ what leaves its window on the way there, instant by instant
//
// Lines may begin at a world's birth or in mid-life; verdicts.ts tells which, and says only what holds for it. Where they begin
// with what stood before them, that is known from the first line on.

import { DAY, formatInstant, parseTimestamp } from '../../engine/index.ts'
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
import { Ids, REMEMBERED } from './ids.ts'
import { Lessons } from './lessons.ts'
import { LINE_CHARACTERS_MAX, readEvent } from './lines.ts'
import { Numbers } from './numbers.ts'
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

interface Placed {
  event: Event
  /** Of its timestamp. */
  instant: number
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
  readonly #eventsByType = Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) as Record<EventType, number>
  #lines = 0
  /** One whose timestamp is far ahead or denied by its own content: the next line tells whether it may be so. */
  #doubtful: Placed | null = null

  constructor({ report, sinceBirth }: CheckerOptions) {
    this.#verdicts = new Verdicts(report, sinceBirth)
    this.#lessons = new Lessons(this.#clock, this.#agents, this.#named, this.#verdicts)
    this.#numbers = new Numbers(this.#clock, this.#agents, this.#named, this.#verdicts)
  }

  /** The next line of the stream, without its line feed. */
  line(text: string): void {
    const line = ++this.#lines
    const event = readEvent(text)
    if (typeof event === 'string') {
      this.#verdicts.unreadable(line, event)
      return
    }
    const instant = parseTimestamp(event.payload.timestamp)
    this.#eventsByType[event.event_type]++
    if (this.#doubtful !== null) this.#placeDoubtful(instant)
    const ahead = instant - this.#clock.now
    if (ahead > 0 && (ahead > DAY || instantByIds(event) !== instant)) this.#doubtful = { event, instant, line }
    else this.#take({ event, instant, line }, instant)
  }

  /** After the last line. Its instant stays open: the stream may have been cut in the midst of it. */
  end(): Totals {
    if (this.#doubtful !== null) this.#placeDoubtful(this.#doubtful.instant)
    if (this.#lines === 0) this.#verdicts.unreadable(1, 'no events')
    this.#verdicts.decide()
    return this.totals
  }

  get totals(): Totals {
    const { first, now } = this.#clock
    return {
      lines: this.#lines,
      events: EVENT_TYPES.reduce((sum, type) => sum + this.#eventsByType[type], 0),
      eventsByType: this.#eventsByType,
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

  /** At its own instant where the next line is no earlier; else its timestamp is wrong, and it happens now. */
  #placeDoubtful(next: number): void {
    const doubtful = this.#doubtful as Placed
    this.#doubtful = null
    if (doubtful.instant <= next) {
      this.#take(doubtful, doubtful.instant)
      return
    }
    if (instantByIds(doubtful.event) === doubtful.instant) {
      this.#outOfOrder(doubtful, `${formatInstant(next)} or earlier, as the next line`)
    }
    const begun = !Number.isNaN(this.#clock.first)
    this.#take(doubtful, begun ? this.#clock.now : next)
  }

  #take(placed: Placed, at: number): void {
    const { event, instant, line } = placed
    if (at > this.#clock.now) this.#moveTo(at)
    if (instant < this.#clock.now) this.#outOfOrder(placed, `${formatInstant(this.#clock.now)} or later`)
    this.#checkCause(event, line)
    if (this.#isNew(event, instant, line)) this.#happen(placed)
  }

  #outOfOrder({ event, line }: Placed, expected: string): void {
    const { timestamp: says } = event.payload
    this.#verdicts.found({ line, rule: 1, field: 'timestamp', says, expected, of: event.event_id })
  }

  #happen({ event, instant, line }: Placed): void {
    // Later it tells nothing that an event of the stream did not tell.
    const stands = instant === this.#clock.first && isOpening(event)
    switch (event.event_type) {
      case 'session_started':
        return this.#numbers.heard(this.#lessons.started(event.payload, instant, line))
      case 'session_completed':
        return this.#numbers.completed(this.#lessons.completed(event.payload, instant, line), event.payload, line)
      case 'ib_call_logged':
        return this.#numbers.called(event.payload, instant, line)
      case 'tutor_availability_updated':
        return this.#lessons.available(event.payload, stands)
      case 'customer_health_update':
        return stands ? this.#numbers.stood(event.payload, line) : this.#numbers.updated(event.payload, line)
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

  #checkCause(event: Event, line: number): void {
    const cause = event.caused_by
    if (cause === null || this.#ids.has(cause)) return
    const { first, now } = this.#clock
    const instant = instantIn(cause)
    const possible = EVENT_ID.test(cause) && instant <= now
    if (possible && instant >= first && instant < now - REMEMBERED) return
    this.#verdicts.foundOr(!(possible && instant <= first), this.#agentOf(event), {
      line,
      rule: 1,
      field: 'caused_by',
      says: cause,
      expected: 'the id of an earlier event',
      of: event.event_id,
    })
  }

  /** Checks the id, and that nothing happens twice: what does is reported and has no further effect. */
  #isNew(event: Event, instant: number, line: number): boolean {
    const { event_id: says } = event
    const key = naturalKey(event, instant)
    if (says !== key) {
      this.#verdicts.found({ line, rule: 1, field: 'event_id', says, recomputed: key, of: event.event_type })
    }
    if (this.#ids.add(key)) return true
    const expected = 'an id that was not there before'
    this.#verdicts.found({ line, rule: 1, field: 'event_id', says, expected, of: event.event_type })
    if (event.event_type === 'session_started' || event.event_type === 'session_completed') {
      const { session_id, student_id } = event.payload
      const once = event.event_type === 'session_started' ? 'to be started once' : 'to be completed once'
      this.#verdicts.found({ line, rule: 2, field: 'session_id', says: session_id, expected: once, of: student_id })
    }
    return false
  }

  #checkBalance(payload: SupplyDemandUpdate, line: number): void {
    const { demand_score, supply_score, balance_status: says, region, subject } = payload
    const recomputed = balanceStatus(Math.round(demand_score * 100), Math.round(supply_score * 100))
    if (says === recomputed) return
    const of = `${subject} in ${region}`
    this.#verdicts.found({ line, rule: 7, field: 'balance_status', says, recomputed, of })
  }

  /** Whose age an event may tell of; none's where it is of a market. */
  #agentOf(event: Event): Aged {
    const { agent } = typeOf(event).entity
    const id = agent.keyIn(event.payload as never)
    switch (agent.name) {
      case 'student':
        return this.#agents.student(id)
      case 'tutor':
        return this.#agents.tutor(id)
      case 'market':
        return { kind: 'tutor', judged: true }
    }
  }
}
