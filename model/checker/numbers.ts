// Promises 5, 6, 8 and 9: the four numbers of a student's health, the score made of them, what a call follows, and
// the silence of those who have churned.
//
// A number changes when a session ends or a call is logged, and again when either leaves its window. Whether an update
// had to come is decided when time moves past an instant. Where it had to and the student was silent in that instant,
// the student has churned: nothing else explains the silence, and it is no fault.
//
// What was before the stream is not known: a number may be larger than what was seen until its window lies in the
// stream, and a change may be hidden by one that nobody saw.

import { DAY, formatInstant } from '../../engine/index.ts'
import { CALL, digitsIn } from '../events/entities.ts'
import { churnRisk, healthScore, meanRating, WINDOWS } from '../events/health.ts'
import { FOLLOWS_SESSION_WITHIN, type IbCallLogged } from '../events/ib-call-logged.ts'
import type { CallReason, CustomerHealthUpdate, SessionCompleted } from '../events/index.ts'
import type { Agents, Clock, Count, Moment, Named, Student } from './agents.ts'
import type { Fact } from './facts.ts'
import { Queue } from './queue.ts'
import type { Told, Verdicts } from './verdicts.ts'

/** What a call follows, by its reason. */
const FOLLOWS: Partial<Record<CallReason, number>> = FOLLOWS_SESSION_WITHIN
const { sessions7: WEEK, calls14: FORTNIGHT, sessions30: MONTH } = WINDOWS
const NEVER = Number.NEGATIVE_INFINITY
const BEFORE_ANY_SESSION = {
  rule: 5,
  field: 'customer_health_update',
  expected: 'none before the first completed session',
} as const

export class Numbers {
  /** Students who missed a due update, and those of them heard of again. */
  churned = 0
  returned = 0
  readonly #clock: Clock
  readonly #agents: Agents
  readonly #named: Named
  readonly #verdicts: Verdicts
  /** Successful sessions, calls, and all sessions: amount = 2 · rating + 1 where successful. */
  readonly #week = new Queue<Student>()
  readonly #fortnight = new Queue<Student>()
  readonly #month = new Queue<Student>()
  readonly #touched: Student[] = []
  /** Moments that have passed, to be used again. */
  readonly #spare: Moment[] = []

  constructor(clock: Clock, agents: Agents, named: Named, verdicts: Verdicts) {
    this.#clock = clock
    this.#agents = agents
    this.#named = named
    this.#verdicts = verdicts
  }

  /** A sign of life, other than a number. */
  heard(student: Student): void {
    if (!student.isGone) return
    student.isGone = false
    this.returned++
    // What changed while gone is forgiven, up to this very instant.
    if (student.moment !== null) tell(student.moment, student)
  }

  completed(student: Student, payload: SessionCompleted, line: number): void {
    const { now } = this.#clock
    const { student_rating: rating, completed_successfully: successful } = payload
    this.heard(student)
    const moment = this.#touch(student)
    moment.line = line
    if (!student.begun) {
      student.begun = true
      moment.first = true
    }
    student.completedAt = now
    student.hasCompleted = true
    student.ratingSum += rating
    student.ratingCount++
    this.#month.push(now, student, 2 * rating + (successful ? 1 : 0))
    if (!successful) return
    student.sessions7++
    student.sessions30++
    this.#week.push(now, student, 0)
  }

  called(payload: IbCallLogged, fact: Fact, line: number): void {
    const student = this.#agents.student(fact.agent)
    if (fact.ids === undefined) this.#checkCallId(payload, fact, line)
    const within = FOLLOWS[payload.reason]
    if (within !== undefined) this.#checkFollows(student, payload, within, line)
    this.heard(student)
    this.#touch(student).line = line
    student.calls14++
    this.#fortnight.push(this.#clock.now, student, 0)
  }

  /** How a student was before the stream. */
  stood(payload: CustomerHealthUpdate, { agent }: Fact, line: number): void {
    const student = this.#agents.student(agent)
    this.#checkScore(student, payload, line)
    this.#verdicts.beganInMidLife(() => {
      return { line, says: payload.timestamp, of: student.id, ...BEFORE_ANY_SESSION }
    })
    student.begun = true
    student.unseen = {
      sessions7: payload.sessions_last_7_days - student.sessions7,
      sessions30: payload.sessions_last_30_days - student.sessions30,
      calls14: payload.ib_calls_last_14_days - student.calls14,
    }
    this.#named.student(student)
  }

  updated(payload: CustomerHealthUpdate, { agent }: Fact, line: number): void {
    const student = this.#agents.student(agent)
    this.#checkScore(student, payload, line)
    this.#checkPresence(student, payload, line)
    if (!student.judged) this.#judgeBirth(student, payload)
    if (!student.begun) this.#toldTooEarly(student, payload, line)
    this.#checkNumbers(student, payload, line)
    this.#checkChange(student, payload, line)
    student.begun = true
    student.stale = false
    if (student.moment !== null) tell(student.moment, student)
  }

  /** When the next session or call leaves a window; Infinity where none will. */
  get nextLeaving(): number {
    return Math.min(this.#week.oldest + WEEK, this.#fortnight.oldest + FORTNIGHT, this.#month.oldest + MONTH)
  }

  /** Time has come to `now`: takes out what leaves its window at this instant. */
  leave(): void {
    const { now } = this.#clock
    while (this.#week.oldest + WEEK <= now) this.#left(this.#week.shift()).sessions7--
    while (this.#fortnight.oldest + FORTNIGHT <= now) this.#left(this.#fortnight.shift()).calls14--
    while (this.#month.oldest + MONTH <= now) this.#leaveMonth(this.#month.shift(), this.#month.amount)
  }

  /** Time moves past `now`: whose numbers are not what was told last? */
  settle(): void {
    if (this.#touched.length === 0) return
    for (const student of this.#touched) {
      const moment = student.moment as Moment
      student.moment = null
      if (student.begun && !student.isGone && isDue(moment, student)) this.#missed(student, moment)
      this.#spare.push(moment)
    }
    this.#touched.length = 0
  }

  #touch(student: Student): Moment {
    if (student.moment === null) {
      const { sessions7, sessions30, calls14 } = student
      const moment = this.#spare.pop() ?? newMoment()
      moment.sessions7 = sessions7
      moment.sessions30 = sessions30
      moment.calls14 = calls14
      moment.mean = mean(student)
      moment.first = false
      moment.line = 0
      student.moment = moment
      this.#touched.push(student)
    }
    return student.moment
  }

  #left(student: Student): Student {
    this.#touch(student)
    return student
  }

  #leaveMonth(student: Student, amount: number): void {
    const before = this.#touch(student)
    student.ratingSum -= amount >> 1
    student.sessions30 -= amount & 1
    if (--student.ratingCount === 0) student.lastMean = before.mean
  }

  #missed(student: Student, moment: Moment): void {
    const { first, now } = this.#clock
    if (moment.line === 0 && student.running === null) {
      student.isGone = true
      student.goneSince = now
      student.stale = true
      this.churned++
      return
    }
    const certain =
      (this.#named.isNew(student) && (moment.first || moment.calls14 === student.calls14)) ||
      (moment.sessions7 !== student.sessions7 && now - WEEK > first) ||
      (moment.calls14 !== student.calls14 && now - FORTNIGHT > first) ||
      (moment.sessions30 !== student.sessions30 && now - MONTH > first) ||
      (moment.mean !== mean(student) && moment.mean !== 0 && now - MONTH > first)
    this.#verdicts.foundOr(certain, student, 5, () => ({
      line: moment.line || (student.running?.line ?? 0),
      field: 'customer_health_update',
      says: `none at ${formatInstant(now)}`,
      expected: change(moment, student),
      of: student.id,
    }))
  }

  #checkCallId(payload: IbCallLogged, { instant, told: logged }: Fact, line: number): void {
    const { call_id, student_id, timestamp } = payload
    if (logged !== instant) {
      const recomputed = formatInstant(logged)
      this.#verdicts.found({ line, rule: 10, field: 'timestamp', says: timestamp, recomputed, of: call_id })
    }
    const recomputed = CALL.id(digitsIn(student_id), logged)
    if (call_id !== recomputed) {
      this.#verdicts.found({ line, rule: 1, field: 'call_id', says: call_id, recomputed, of: student_id })
    }
  }

  #checkFollows(student: Student, payload: IbCallLogged, within: number, line: number): void {
    const { first, now } = this.#clock
    const { completedAt } = student
    if (completedAt >= now - within) return
    this.#verdicts.foundOr(now - within > first || this.#named.isNew(student), student, 8, () => {
      const last = completedAt === NEVER ? 'none was seen' : `the last ended ${formatInstant(completedAt)}`
      const expected = `a session in the ${within / DAY} days before, ${last}`
      return { line, field: 'reason', says: payload.reason, expected, of: payload.call_id }
    })
  }

  #checkScore(student: Student, payload: CustomerHealthUpdate, line: number): void {
    const score = healthScore(
      payload.sessions_last_7_days,
      payload.sessions_last_30_days,
      payload.ib_calls_last_14_days,
      Math.round(payload.avg_session_rating * 100),
    )
    const said = Math.round(payload.health_score * 100)
    if (said !== score) {
      const { health_score: says } = payload
      const recomputed = score / 100
      this.#verdicts.found({ line, rule: 6, field: 'health_score', says, recomputed, of: student.id })
    }
    const risk = churnRisk(said)
    const { churn_risk: says } = payload
    if (says !== risk) {
      this.#verdicts.found({ line, rule: 6, field: 'churn_risk', says, recomputed: risk, of: student.id })
    }
  }

  #checkPresence(student: Student, payload: CustomerHealthUpdate, line: number): void {
    if (!student.isGone) return
    const expected = `none since the one due at ${formatInstant(student.goneSince)}`
    this.#verdicts.found({
      line,
      rule: 9,
      field: 'customer_health_update',
      says: payload.timestamp,
      expected,
      of: student.id,
    })
    this.heard(student)
  }

  #judgeBirth(student: Student, payload: CustomerHealthUpdate): void {
    const seen =
      payload.sessions_last_7_days <= student.sessions7 &&
      payload.sessions_last_30_days <= student.sessions30 &&
      payload.ib_calls_last_14_days <= student.calls14
    this.#verdicts.judge(student, student.hasCompleted && seen)
  }

  #toldTooEarly(student: Student, payload: CustomerHealthUpdate, line: number): void {
    this.#verdicts.foundOr(this.#named.isNew(student), student, 5, () => {
      return { line, says: payload.timestamp, of: student.id, ...BEFORE_ANY_SESSION }
    })
  }

  #checkNumbers(student: Student, payload: CustomerHealthUpdate, line: number): void {
    const { sessions_last_7_days, sessions_last_30_days, ib_calls_last_14_days, avg_session_rating } = payload
    const { sessions7, sessions30, calls14, unseen } = student
    if (sessions_last_7_days !== sessions7 || unseen !== null) {
      this.#otherCount(student, 'sessions7', 'sessions_last_7_days', sessions_last_7_days, WEEK, line)
    }
    if (sessions_last_30_days !== sessions30 || unseen !== null) {
      this.#otherCount(student, 'sessions30', 'sessions_last_30_days', sessions_last_30_days, MONTH, line)
    }
    if (ib_calls_last_14_days !== calls14 || unseen !== null) {
      this.#otherCount(student, 'calls14', 'ib_calls_last_14_days', ib_calls_last_14_days, FORTNIGHT, line)
    }
    // Who has ended no session in this stream has a last known rating from before it, if any.
    if (!student.hasCompleted) return
    if (Math.round(avg_session_rating * 100) !== mean(student)) this.#otherMean(student, avg_session_rating, line)
  }

  #otherMean(student: Student, says: number, line: number): void {
    const recomputed = mean(student) / 100
    const certain = this.#clock.now - MONTH >= this.#clock.first || this.#named.isNew(student)
    this.#verdicts.foundOr(certain, student, 5, () => {
      return { line, field: 'avg_session_rating', says, recomputed, of: student.id }
    })
  }

  /**
   * A count may be larger than what was seen until its window lies in the stream, never smaller. Where it was told what it
   * was before the stream, it is larger by what of that is still in the window, which only ever gets less.
   */
  #otherCount(student: Student, count: Count, field: string, says: number, window: number, line: number): void {
    const recomputed = student[count]
    const { unseen } = student
    const before = says - recomputed
    const isNew = count !== 'calls14' && this.#named.isNew(student)
    const most =
      this.#clock.now - window >= this.#clock.first || isNew ? 0 : (unseen?.[count] ?? Number.POSITIVE_INFINITY)
    const tell = (): Told => ({ line, field, says, recomputed, of: student.id })
    if (before < 0 || before > most) this.#verdicts.found({ rule: 5, ...tell() })
    else if (before > 0 && unseen === null) this.#verdicts.foundIfBorn(student, 5, tell)
    if (unseen !== null) unseen[count] = Math.min(unseen[count], Math.max(0, before))
  }

  #checkChange(student: Student, payload: CustomerHealthUpdate, line: number): void {
    const { moment } = student
    if (student.stale || !student.hasCompleted || (moment !== null && isDue(moment, student))) return
    this.#unchanged(student, payload, line)
  }

  #unchanged(student: Student, payload: CustomerHealthUpdate, line: number): void {
    this.#verdicts.foundOr(this.#clock.now - MONTH > this.#clock.first, student, 5, () => ({
      line,
      field: 'customer_health_update',
      says: payload.timestamp,
      expected: 'none, an update without a change',
      of: student.id,
    }))
  }
}

/** Hundredths; 0 before the first session seen. */
function mean(student: Student): number {
  return student.ratingCount === 0 ? student.lastMean : meanRating(student.ratingSum, student.ratingCount)
}

function newMoment(): Moment {
  return { sessions7: 0, sessions30: 0, calls14: 0, mean: 0, first: false, line: 0 }
}

function isDue(moment: Moment, student: Student): boolean {
  return (
    moment.first ||
    moment.sessions7 !== student.sessions7 ||
    moment.sessions30 !== student.sessions30 ||
    moment.calls14 !== student.calls14 ||
    moment.mean !== mean(student)
  )
}

function tell(moment: Moment, student: Student): void {
  moment.sessions7 = student.sessions7
  moment.sessions30 = student.sessions30
  moment.calls14 = student.calls14
  moment.mean = mean(student)
  moment.first = false
}

function change(moment: Moment, student: Student): string {
  const { sessions7, sessions30, calls14 } = student
  if (moment.first) return 'the first, with the first completed session'
  if (moment.sessions7 !== sessions7) return `sessions_last_7_days ${sessions7} after ${moment.sessions7}`
  if (moment.sessions30 !== sessions30) return `sessions_last_30_days ${sessions30} after ${moment.sessions30}`
  if (moment.calls14 !== calls14) return `ib_calls_last_14_days ${calls14} after ${moment.calls14}`
  return `avg_session_rating ${mean(student) / 100} after ${moment.mean / 100}`
}
