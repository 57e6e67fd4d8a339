// What a region's events do to the figures, from the stream alone: who is in a session, whose risk was told as what, whose
// call left something open. The same rules for every reader of the stream; nothing here looks into the world's state.

import { DAY } from '../../engine/index.ts'
import { BALANCES, CALL_REASONS, EVENT_TYPES, type EventRow, type EventType } from '../../model/index.ts'
import { MARKETS, marketAt, Place } from './metrics.ts'

/** A student counts at the risk told last for so long; someone who stays is heard of again within it. */
const RISK_MILLISECONDS = 30 * DAY
/** So long an unresolved call counts as open, unless a later one was resolved. */
const OPEN_MILLISECONDS = 14 * DAY

const typeAt = (name: EventType): number => EVENT_TYPES.indexOf(name)
const STARTED = typeAt('session_started')
const COMPLETED = typeAt('session_completed')
const CALL = typeAt('ib_call_logged')
const OFFER = typeAt('tutor_availability_updated')
const HEALTH = typeAt('customer_health_update')

export type Effect = (instant: number, place: number, change: number) => void

/** What is over at an instant, unless it was told anew since: first in, first out. */
class Deadlines {
  readonly #milliseconds: number
  #dues: number[] = []
  #whose: number[] = []
  #first = 0

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  add(told: number, who: number): void {
    this.#dues.push(told + this.#milliseconds)
    this.#whose.push(who)
  }

  /** Infinity where nothing waits. */
  get next(): number {
    return this.#dues[this.#first] ?? Number.POSITIVE_INFINITY
  }

  /** Takes the first. @returns whose it is, and when it was told */
  take(): { who: number; told: number } {
    const who = this.#whose[this.#first] as number
    const told = (this.#dues[this.#first] as number) - this.#milliseconds
    if (++this.#first > 4096) {
      this.#dues = this.#dues.slice(this.#first)
      this.#whose = this.#whose.slice(this.#first)
      this.#first = 0
    }
    return { who, told }
  }
}

export class RegionCounts {
  readonly #region: number
  readonly #effect: Effect
  /** Tutor of each student in a session, and sessions of each tutor. */
  readonly #tutorOf = new Map<number, number>()
  readonly #teaching = new Map<number, number>()
  readonly #risks = new Map<number, { level: number; told: number }>()
  readonly #risksEnd = new Deadlines(RISK_MILLISECONDS)
  /** When the unresolved call was that is open. */
  readonly #open = new Map<number, number>()
  readonly #openEnds = new Deadlines(OPEN_MILLISECONDS)
  readonly #onDuty = new Set<number>()
  /** What was told last of each subject's market. */
  readonly #markets = Array.from({ length: MARKETS }, () => [0, 0, 0, 0, 0])

  /** @param region index into REGIONS */
  constructor(region: number, effect: Effect) {
    this.#region = region
    this.#effect = effect
  }

  /** A session that was under way when the history began. */
  stood(instant: number, student: number, tutor: number): void {
    this.#begin(instant, student, tutor)
  }

  /** Takes events in order. @param isCounted false: they tell what stood when the history began */
  take(rows: Iterable<EventRow>, isCounted = true): void {
    for (const row of rows) {
      this.pass(row.instant)
      if (isCounted) this.#effect(row.instant, Place.events + row.type, 1)
      this.#one(row)
    }
  }

  /** Lets time pass up to before an instant. */
  pass(until: number): void {
    for (;;) {
      const due = Math.min(this.#risksEnd.next, this.#openEnds.next)
      if (due >= until) return
      if (due === this.#risksEnd.next) this.#endRisk(due)
      else this.#endOpen(due)
    }
  }

  #one(row: EventRow): void {
    const { type, instant, agent } = row
    const market = marketAt(this.#region, row.subject)
    if (type === STARTED) {
      this.#effect(instant, Place.started + market, 1)
      this.#begin(instant, agent, row.tutor)
    } else if (type === COMPLETED) {
      this.#effect(instant, Place.completed + market, 1)
      if (row.yes === 0) this.#effect(instant, Place.brokenOff + market, 1)
      this.#end(instant, agent)
    } else if (type === CALL) this.#call(row)
    else if (type === OFFER) this.#offer(instant, agent, row.hours)
    else if (type === HEALTH) this.#health(instant, agent, row.level)
    else this.#market(row)
  }

  #begin(instant: number, student: number, tutor: number): void {
    this.#tutorOf.set(student, tutor)
    this.#effect(instant, Place.underWay, 1)
    const sessions = this.#teaching.get(tutor) ?? 0
    this.#teaching.set(tutor, sessions + 1)
    if (sessions === 0) this.#effect(instant, Place.teaching, 1)
  }

  #end(instant: number, student: number): void {
    const tutor = this.#tutorOf.get(student)
    if (tutor === undefined) return
    this.#tutorOf.delete(student)
    this.#effect(instant, Place.underWay, -1)
    const sessions = (this.#teaching.get(tutor) as number) - 1
    if (sessions > 0) this.#teaching.set(tutor, sessions)
    else {
      this.#teaching.delete(tutor)
      this.#effect(instant, Place.teaching, -1)
    }
  }

  #call({ instant, agent, reason, yes }: EventRow): void {
    this.#effect(instant, Place.calls + this.#region * CALL_REASONS.length + reason, 1)
    const wasOpen = this.#open.has(agent)
    if (yes === 1) {
      if (wasOpen) this.#effect(instant, Place.open, -1)
      this.#open.delete(agent)
      return
    }
    this.#effect(instant, Place.unresolved + this.#region, 1)
    if (!wasOpen) this.#effect(instant, Place.open, 1)
    this.#open.set(agent, instant)
    this.#openEnds.add(instant, agent)
  }

  #offer(instant: number, tutor: number, hours: number): void {
    const was = this.#onDuty.has(tutor)
    if (hours > 0 === was) return
    if (was) this.#onDuty.delete(tutor)
    else this.#onDuty.add(tutor)
    this.#effect(instant, Place.onDuty, was ? -1 : 1)
  }

  #health(instant: number, student: number, level: number): void {
    const known = this.#risks.get(student)
    this.#risksEnd.add(instant, student)
    if (known) {
      known.told = instant
      if (known.level === level) return
      this.#effect(instant, Place.risk + known.level, -1)
      known.level = level
    } else this.#risks.set(student, { level, told: instant })
    this.#effect(instant, Place.risk + level, 1)
  }

  #endRisk(now: number): void {
    const { who, told } = this.#risksEnd.take()
    const known = this.#risks.get(who)
    if (known?.told !== told) return
    this.#risks.delete(who)
    this.#effect(now, Place.risk + known.level, -1)
  }

  #endOpen(now: number): void {
    const { who, told } = this.#openEnds.take()
    if (this.#open.get(who) !== told) return
    this.#open.delete(who)
    this.#effect(now, Place.open, -1)
  }

  #market({ instant, agent, score, supplyScore, tutors, students, level }: EventRow): void {
    const before = this.#markets[agent] as number[]
    const after = [score, supplyScore, tutors, students, level + 1]
    const columns = [Place.demand, Place.supply, Place.tutors, Place.students, Place.marketBalance]
    for (const [at, column] of columns.entries()) {
      const change = (after[at] as number) - (before[at] as number)
      if (change !== 0) this.#effect(instant, column + agent, change)
    }
    const told = before[4] as number
    if (told !== level + 1) {
      if (told > 0) this.#effect(instant, Place.balance + told - 1, -1)
      this.#effect(instant, Place.balance + level, 1)
    }
    this.#markets[agent] = after
  }
}

/** Of a market's balance, as a row of figures keeps it. */
export function balanceAt(row: Int32Array, market: number): (typeof BALANCES)[number] | null {
  return BALANCES[(row[Place.marketBalance + market] as number) - 1] ?? null
}
