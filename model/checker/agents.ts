// What the checker knows of a student, a tutor, a session: running counts only. What has to leave a window waits in a
// queue of its own, so an agent costs the same however much it does.

import { SESSION, STUDENT, TUTOR } from '../events/entities.ts'
import type { Aged } from './verdicts.ts'

export class Student implements Aged {
  readonly kind = 'student'
  readonly number: number
  judged = false
  /** Successful sessions seen in the last 7 and 30 days. */
  sessions7 = 0
  sessions30 = 0
  /** Calls seen in the last 14 days. */
  calls14 = 0
  /** Of all sessions seen in the last 30 days. */
  ratingSum = 0
  ratingCount = 0
  /** Hundredths: the mean as it was when the last session left the 30 days; 0 before the first. */
  lastMean = 0
  /** The latest start and completion seen; −Infinity before the first. */
  startedAt = Number.NEGATIVE_INFINITY
  completedAt = Number.NEGATIVE_INFINITY
  hasCompleted = false
  /** The latest session under way, with others under it. */
  running: Session | null = null
  /** What this instant does to the numbers; null where nothing yet. */
  moment: Moment | null = null
  /** Has completed a session or sent a health update: from now on every change is told. */
  begun = false
  /** A due update did not come, which only someone who has churned may do, and when that was. */
  isGone = false
  goneSince = Number.NaN
  /** Came back, so what was told last may be out of date. */
  stale = false
  /** Of the numbers that were told before anything happened, what is not known to have left its window; null: none were. */
  unseen: Record<Count, number> | null = null

  constructor(number: number) {
    this.number = number
  }

  get id(): string {
    return STUDENT.id(this.number, 0)
  }
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

export class Tutor implements Aged {
  readonly kind = 'tutor'
  readonly number: number
  judged = false
  /** Of the latest availability update; null before the first. */
  subjects: readonly string[] | null = null
  acceptsInstantBook = false
  /** Taught in lessons that ended in the last 7 days. */
  minutes7 = 0
  /** The latest lesson, with others that are still under way under it. */
  lesson: Lesson | null = null

  constructor(number: number) {
    this.number = number
  }

  get id(): string {
    return TUTOR.id(this.number, 0)
  }
}

/** A session's id, of which a text is made only when something is said of it. */
export class SessionName {
  /** The instant in it; NaN where it is not the one that a session of its student has, but a text of its own. */
  readonly told: number
  readonly #number: number
  readonly #text: string | undefined

  /** @param number of the student @param text where it is another one */
  constructor(number: number, told: number, text?: string) {
    this.#number = number
    this.told = text === undefined ? told : Number.NaN
    this.#text = text
  }

  get text(): string {
    return this.#text ?? SESSION.id(this.#number, this.told)
  }
}

/** Half-open, [start, end). */
interface Span<Self> {
  /** Of the session, or of the first session of a lesson. */
  name: SessionName
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

  student({ number }: Student): void {
    this.#student = Math.min(this.#student, number)
  }

  tutor({ number }: Tutor): void {
    this.#tutor = Math.min(this.#tutor, number)
  }

  /** Whether all sessions of a student lie in the stream: they would have been named, and were not. */
  isNew({ number, unseen }: Student): boolean {
    return unseen === null && number > this.#student
  }

  /** Whether a tutor that taught before the stream would have been named. */
  hasTutor({ number }: Tutor): boolean {
    return this.#student !== Number.POSITIVE_INFINITY || number > this.#tutor
  }
}

export class Agents {
  /** By their numbers. */
  #students = new Map<number, Student>()
  #tutors = new Map<number, Tutor>()

  student(number: number): Student {
    let student = this.#students.get(number)
    if (student === undefined) {
      student = new Student(number)
      this.#students.set(number, student)
    }
    return student
  }

  /** One who was named before. */
  knownStudent(number: number): Student | undefined {
    return this.#students.get(number)
  }

  tutor(number: number): Tutor {
    let tutor = this.#tutors.get(number)
    if (tutor === undefined) {
      tutor = new Tutor(number)
      this.#tutors.set(number, tutor)
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
