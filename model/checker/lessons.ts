// Promises 2, 3 and 4: sessions, and what student and tutor may do at one time.
//
// A session's end is known only when it comes, and lines of one instant may stand in any order: one that starts while
// another goes on is a suspect until time moves past its start, and innocent if the other ended at that very instant.

import { DAY, formatInstant, HOUR, MINUTE, WEEK } from '../../engine/index.ts'
import { digitsIn, instantIn, SESSION, STUDENT } from '../events/entities.ts'
import { type SessionCompleted, sessionCompleted } from '../events/session-completed.ts'
import type { SessionStarted } from '../events/session-started.ts'
import { type TutorAvailabilityUpdated, tutorAvailabilityUpdated } from '../events/tutor-availability-updated.ts'
import {
  type Agents,
  type Clock,
  type Lesson,
  type Named,
  type Session,
  SessionName,
  type Student,
  type Tutor,
  underWay,
} from './agents.ts'
import type { Fact } from './facts.ts'
import { Queue } from './queue.ts'
import type { Finding, Verdicts } from './verdicts.ts'

const SESSION_MINUTES_MAX = sessionCompleted.fields.actual_duration_minutes.max
const WEEK_MINUTES_MAX = (tutorAvailabilityUpdated.fields.available_hours_this_week.max * HOUR) / MINUTE
const ONGOING = Number.POSITIVE_INFINITY

interface Suspect {
  earlier: Session | Lesson
  finding: Finding
}

export class Lessons {
  readonly #clock: Clock
  readonly #agents: Agents
  readonly #named: Named
  readonly #verdicts: Verdicts
  /** Those under way whose ids are not what a session of their student has. */
  readonly #misnamed = new Map<string, Session>()
  readonly #started = new Queue<Session>()
  readonly #taught = new Queue<Tutor>()
  #suspects: Suspect[] = []

  constructor(clock: Clock, agents: Agents, named: Named, verdicts: Verdicts) {
    this.#clock = clock
    this.#agents = agents
    this.#named = named
    this.#verdicts = verdicts
  }

  /** @param stands it was so before the stream */
  available(payload: TutorAvailabilityUpdated, { agent }: Fact, stands: boolean): void {
    const tutor = this.#agents.tutor(agent)
    if (stands) {
      this.#named.tutor(tutor)
      this.#verdicts.beganInMidLife()
    }
    tutor.subjects = payload.subjects
    tutor.acceptsInstantBook = payload.accepts_instant_book
  }

  started(payload: SessionStarted, fact: Fact, line: number): Student {
    const student = this.#agents.student(fact.agent)
    const tutor = this.#agents.tutor(fact.tutor)
    const { told } = fact
    if (fact.ids === undefined) this.#checkNumber(payload, line)
    if (told !== fact.instant) this.#found(10, 'timestamp', payload, line, payload.timestamp, formatInstant(told))
    this.#checkOffer(tutor, payload, line)
    const isMisnamed = fact.ids === undefined && SESSION.id(fact.agent, told) !== payload.session_id
    const name = new SessionName(fact.agent, told, isMisnamed ? payload.session_id : undefined)
    const lesson = this.#join(tutor, name, payload, line)
    const session = this.#attend(student, lesson, name, line)
    if (isMisnamed) this.#misnamed.set(name.text, session)
    return student
  }

  completed(payload: SessionCompleted, fact: Fact, line: number): Student {
    const { instant, told: start } = fact
    const { actual_duration_minutes: minutes } = payload
    if (fact.ids === undefined) this.#checkNumber(payload, line)
    if (instant < start) {
      const expected = `no time before ${formatInstant(start)}`
      this.#verdicts.found({
        line,
        rule: 10,
        field: 'timestamp',
        says: payload.timestamp,
        expected,
        of: payload.session_id,
      })
    }
    if (instant - start !== minutes * MINUTE) {
      this.#found(2, 'actual_duration_minutes', payload, line, minutes, (instant - start) / MINUTE)
    }
    const session = this.#underWay(payload, fact)
    if (session === undefined) {
      this.#teach(this.#startedUnseen(payload, fact, line), minutes, line)
      return this.#agents.student(fact.agent)
    }
    const { student, lesson } = session
    if (fact.agent !== student.number) this.#found(2, 'student_id', payload, line, payload.student_id, student.id)
    if (fact.tutor !== lesson.tutor.number) {
      this.#found(2, 'tutor_id', payload, line, payload.tutor_id, lesson.tutor.id)
    }
    if (payload.subject !== session.subject) this.#found(2, 'subject', payload, line, payload.subject, session.subject)
    this.#close(session)
    this.#teach(lesson, minutes, line)
    return student
  }

  /** The session under way that is completed. */
  #underWay(payload: SessionCompleted, { ids, agent, told }: Fact): Session | undefined {
    const number = ids === undefined ? Number(digitsIn(payload.session_id)) : agent
    const isMisnamed = ids === undefined && SESSION.id(number, told) !== payload.session_id
    let session = isMisnamed ? null : (this.#agents.knownStudent(number)?.running ?? null)
    while (session !== null && !(session.name.told === told && session.end === ONGOING)) session = session.under
    if (session !== null) return session
    return this.#misnamed.size === 0 ? undefined : this.#misnamed.get(payload.session_id)
  }

  /** Time has come to `now`: what left the week, and sessions that no completion can still end. */
  leave(): void {
    const { now } = this.#clock
    while (this.#taught.oldest + WEEK <= now) {
      const tutor = this.#taught.shift()
      tutor.minutes7 -= this.#taught.amount
    }
    while (this.#started.oldest + SESSION_MINUTES_MAX * MINUTE < now) {
      const session = this.#started.shift()
      if (session.end === ONGOING) this.#overdue(session)
    }
  }

  /** Time moves past `now`. */
  settle(): void {
    if (this.#suspects.length === 0) return
    for (const { earlier, finding } of this.#suspects) {
      if (earlier.end > this.#clock.now) this.#verdicts.found(finding)
    }
    this.#suspects = []
  }

  #checkNumber(payload: SessionStarted | SessionCompleted, line: number): void {
    const { session_id, student_id } = payload
    const number = digitsIn(session_id)
    if (number === digitsIn(student_id)) return
    this.#found(2, 'student_id', payload, line, student_id, STUDENT.id(number, instantIn(session_id)))
  }

  #checkOffer(tutor: Tutor, payload: SessionStarted, line: number): void {
    const { subject, session_type } = payload
    if (tutor.subjects === null) {
      this.#teachesUntold(tutor, payload, line)
      return
    }
    this.#verdicts.judge(tutor, true)
    if (!tutor.subjects.includes(subject)) {
      this.#notOffered('subject', subject, tutor.subjects.join(' or '), tutor, payload, line)
    }
    if (session_type === 'instant_book' && !tutor.acceptsInstantBook) {
      const expected = 'none of a tutor with accepts_instant_book false'
      this.#notOffered('session_type', session_type, expected, tutor, payload, line)
    }
  }

  #teachesUntold(tutor: Tutor, payload: SessionStarted, line: number): void {
    const { first, now } = this.#clock
    const certain = now - 30 * DAY > first || this.#named.hasTutor(tutor)
    this.#verdicts.foundOr(certain, tutor, 4, () => {
      const expected = 'an availability update of the tutor before'
      return { line, field: 'subject', says: payload.subject, expected, of: offer(tutor, payload) }
    })
  }

  #notOffered(
    field: string,
    says: string,
    expected: string,
    tutor: Tutor,
    payload: SessionStarted,
    line: number,
  ): void {
    this.#verdicts.found({ line, rule: 4, field, says, expected, of: offer(tutor, payload) })
  }

  /** The lesson that a session which starts now belongs to: a group's of this instant, or a new one. */
  #join(tutor: Tutor, name: SessionName, payload: SessionStarted, line: number): Lesson {
    const { now } = this.#clock
    const group = payload.session_type === 'group'
    const latest = tutor.lesson
    if (group && latest?.group && latest.start === now && latest.subject === payload.subject) {
      latest.running++
      return latest
    }
    const under = underWay(latest)
    const { subject } = payload
    if (under !== null) this.#suspect(under, name, tutor, line)
    tutor.lesson = { name, start: now, end: ONGOING, under, tutor, subject, group, running: 1, minutes: 0 }
    return tutor.lesson
  }

  #attend(student: Student, lesson: Lesson, name: SessionName, line: number): Session {
    const { now } = this.#clock
    const { subject } = lesson
    const under = underWay(student.running)
    if (under !== null) this.#suspect(under, name, student, line)
    const session = { name, start: now, end: ONGOING, under, line, student, subject, lesson }
    student.running = session
    student.startedAt = now
    this.#started.push(now, session, 0)
    return session
  }

  #suspect(earlier: Session | Lesson, name: SessionName, of: Student | Tutor, line: number): void {
    const expected = `none before the end of ${earlier.name.text}`
    const finding = { line, rule: 3, field: 'session_id', says: name.text, expected, of: of.id } as const
    this.#suspects.push({ earlier, finding })
  }

  #close(session: Session): void {
    const { lesson, student } = session
    session.end = this.#clock.now
    if (--lesson.running === 0) lesson.end = this.#clock.now
    student.running = underWay(student.running)
    if (this.#misnamed.size > 0) this.#misnamed.delete(session.name.text)
  }

  #overdue(session: Session): void {
    const expected = `one by ${formatInstant(session.start + SESSION_MINUTES_MAX * MINUTE)}`
    const finding = { rule: 2 as const, field: 'session_completed', says: 'none', expected, of: session.name.text }
    this.#verdicts.found({ line: session.line, ...finding })
    this.#close(session)
  }

  /** A completion whose start nobody saw: right only where it began before the stream, and then no overlap either. */
  #startedUnseen(payload: SessionCompleted, fact: Fact, line: number): Lesson {
    const { first, now } = this.#clock
    const { subject } = payload
    const start = fact.told
    const name = new SessionName(fact.agent, start, fact.ids === undefined ? payload.session_id : undefined)
    const student = this.#agents.student(fact.agent)
    const tutor = this.#agents.tutor(fact.tutor)
    const inStream = start > first
    const expected = 'a session under way'
    this.#verdicts.foundOr(inStream, student, 2, () => {
      return { line, field: 'session_id', says: name.text, expected, of: student.id }
    })
    const latest = tutor.lesson
    if (latest?.group && latest.start === start && latest.subject === subject) {
      if (latest.running === 0) latest.end = now
      return latest
    }
    if (!inStream) {
      const busy = student.completedAt > start || (student.startedAt >= start && student.startedAt < now)
      if (busy) this.#overlap(name.text, student.id, line)
      if (latest !== null && latest.end > start && latest.start < now) this.#overlap(name.text, tutor.id, line)
    }
    // Its type is unknown: other sessions of the same start may turn out to be of its group.
    const under = underWay(latest)
    tutor.lesson = { name, start, end: now, under, tutor, subject, group: true, running: 0, minutes: 0 }
    return tutor.lesson
  }

  #overlap(id: string, of: string, line: number): void {
    const expected = 'no other between its start and its end'
    this.#verdicts.found({ line, rule: 3, field: 'session_id', says: id, expected, of })
  }

  /** A group session is as long as its longest, counted once. */
  #teach(lesson: Lesson, minutes: number, line: number): void {
    const { tutor } = lesson
    const more = minutes - lesson.minutes
    if (more > 0) {
      lesson.minutes = minutes
      tutor.minutes7 += more
      this.#taught.push(this.#clock.now, tutor, more)
    }
    if (tutor.minutes7 <= WEEK_MINUTES_MAX) return
    const taught = tutor.minutes7 - this.#taughtBeforeWeek(tutor)
    if (taught <= WEEK_MINUTES_MAX) return
    const expected = `at most ${WEEK_MINUTES_MAX} in 7 days`
    this.#verdicts.found({ line, rule: 4, field: 'minutes taught', says: taught, expected, of: tutor.id })
  }

  /** Minutes of lessons that ended in the last 7 days, but taught before them. */
  #taughtBeforeWeek(tutor: Tutor): number {
    const from = this.#clock.now - WEEK
    let minutesBefore = 0
    this.#taught.visit(from + SESSION_MINUTES_MAX * MINUTE, (owner, minutes, end) => {
      if (owner === tutor) minutesBefore += Math.max(0, from - (end - minutes * MINUTE)) / MINUTE
    })
    return minutesBefore
  }

  #found(
    rule: 2 | 10,
    field: string,
    payload: { session_id: string },
    line: number,
    says: string | number,
    recomputed: string | number,
  ): void {
    this.#verdicts.found({ line, rule, field, says, recomputed, of: payload.session_id })
  }
}

function offer(tutor: Tutor, { session_id }: SessionStarted): string {
  return `${session_id} of ${tutor.id}`
}
