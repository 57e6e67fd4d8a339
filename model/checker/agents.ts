// What the checker knows of a student, a tutor, a session: running counts only. What has to leave a window waits in a
// queue of its own, so an agent costs the same however much it does.

import { digitsIn } from '../events/entities.ts'
import type { Aged } from './verdicts.ts'

export interface Student extends Aged {
  kind: 'student'
  id: string
  /** Successful sessions seen in the last 7 and 30 days. */
  sessions7: number
  sessions30: number
  /** Calls seen in the last 14 days. */
  calls14: number
  /** Of all sessions seen in the last 30 days. */
  ratingSum: number
  ratingCount: number
  /** Hundredths: the mean as it was when the last session left the 30 days; 0 before the first. */
  lastMean: number
  /** The latest start and completion seen; −Infinity before the first. */
  startedAt: number
  completedAt: number
  /** The latest session under way, with others under it. */
  running: Session | null
  /** What this instant does to the numbers; null where nothing yet. */
  moment: Moment | null
  /** Has completed a session or sent a health update: from now on every change is told. */
  begun: boolean
  /** When a due update did not come, which only someone who has churned may do; NaN while here. */
  goneSince: number
  /** Came back, so what was told last may be out of date. */
  stale: boolean
  /** Of the numbers that were told before anything happened, what is not known to have left its window; null: none were. */
  unseen: Record<Count, number> | null
}

/** The numbers that count what lies in a window. */
export type Count = 'sessions7' | 'sessions30' | 'calls14'

/** A student's numbers as they were told last before this instant, and why they may change in it. */
export interface Moment {
  sessions7: number
  sessions30: number
  calls14: number
  mean: number
  /** The first completed session: told whatever the numbers. */
  first: boolean
  /** Of the session or call of this instant; 0 where things only leave their windows. */
  line: number
}

export interface Tutor extends Aged {
  kind: 'tutor'
  id: string
  /** Of the latest availability update; null before the first. */
  subjects: readonly string[] | null
  acceptsInstantBook: boolean
  /** Taught in lessons that ended in the last 7 days. */
  minutes7: number
  /** The latest lesson, with others that are still under way under it. */
  lesson: Lesson | null
}

/** Half-open, [start, end). */
interface Span<Self> {
  /** Of the session, or of the first session of a lesson. */
  id: string
  start: number
  /** Infinity while it goes on. */
  end: number
  /** One that was under way when this began. */
  under: Self | null
}

export interface Session extends Span<Session> {
  line: number
  student: Student
  subject: string
  lesson: Lesson
}

/** What a tutor teaches at one time: one session, or the sessions of one group. */
export interface Lesson extends Span<Lesson> {
  tutor: Tutor
  subject: string
  group: boolean
  /** Sessions of it under way. */
  running: number
  /** Counted so far: those of its longest completed session. */
  minutes: number
}

/** The latest that goes on, of a span and those under it. */
export function underWay<Self extends Span<Self>>(latest: Self | null): Self | null {
  let span = latest
  while (span !== null && span.end !== Number.POSITIVE_INFINITY) span = span.under
  return span
}

/** The stream's first instant and the one that it has come to. */
export interface Clock {
  first: number
  now: number
}

/**
 * Whom a stream names that begins with what stood before it. It does so by number, students before tutors, so that of those
 * behind the first one all are named, though the stream may be cut before that one.
 */
export class Named {
  #student = Number.POSITIVE_INFINITY
  #tutor = Number.POSITIVE_INFINITY

  student({ id }: Student): void {
    this.#student = Math.min(this.#student, Number(digitsIn(id)))
  }

  tutor({ id }: Tutor): void {
    this.#tutor = Math.min(this.#tutor, Number(digitsIn(id)))
  }

  /** Whether all sessions of a student lie in the stream: they would have been named, and were not. */
  isNew({ id, unseen }: Student): boolean {
    return unseen === null && Number(digitsIn(id)) > this.#student
  }

  /** Whether a tutor that taught before the stream would have been named. */
  hasTutor({ id }: Tutor): boolean {
    return this.#student !== Number.POSITIVE_INFINITY || Number(digitsIn(id)) > this.#tutor
  }
}

export class Agents {
  #students = new Map<string, Student>()
  #tutors = new Map<string, Tutor>()

  student(id: string): Student {
    let student = this.#students.get(id)
    if (student === undefined) {
      student = newStudent(id)
      this.#students.set(id, student)
    }
    return student
  }

  tutor(id: string): Tutor {
    let tutor = this.#tutors.get(id)
    if (tutor === undefined) {
      tutor = newTutor(id)
      this.#tutors.set(id, tutor)
    }
    return tutor
  }

  get students(): number {
    return this.#students.size
  }

  get tutors(): number {
    return this.#tutors.size
  }
}

function newStudent(id: string): Student {
  return {
    kind: 'student',
    id,
    sessions7: 0,
    sessions30: 0,
    calls14: 0,
    ratingSum: 0,
    ratingCount: 0,
    lastMean: 0,
    startedAt: Number.NEGATIVE_INFINITY,
    completedAt: Number.NEGATIVE_INFINITY,
    running: null,
    moment: null,
    begun: false,
    goneSince: Number.NaN,
    stale: false,
    unseen: null,
    judged: false,
  }
}

function newTutor(id: string): Tutor {
  return {
    kind: 'tutor',
    id,
    subjects: null,
    acceptsInstantBook: false,
    minutes7: 0,
    lesson: null,
    judged: false,
  }
}
