// The lives of those followed, put together from what was kept of a stream: who was there from when to when, and what each week
// looked like.
//
// Nobody says when a student leaves. But health numbers are told the instant they change, so a session or a call that
// leaves its window without a word shows that the student had gone: between the last event and that instant. Where a stream is
// not so punctual, silence is all there is to go by.

import { DAY, HOUR } from '../../engine/index.ts'
import { WINDOWS } from '../events/health.ts'
import { Grouped } from './log.ts'
import { regionOfStudent, regionOfTutor, type Seen } from './seen.ts'

/** A stretch of time in which a student was there, in milliseconds. */
export interface Stay {
  from: number
  /** Their last event in it. */
  last: number
  /** When they left, as well as can be told; the end of the stream where they have not. */
  to: number
  hasLeft: boolean
}

export interface StudentLife {
  id: number
  region: number
  /** Records of `sessions` by start, of `health` and of `calls`. */
  sessions: Uint32Array
  health: Uint32Array
  calls: Uint32Array
  first: number
  last: number
  stays: Stay[]
}

export interface TutorLife {
  id: number
  region: number
  sessions: Uint32Array
  offers: Uint32Array
  first: number
  last: number
  hasLeft: boolean
}

/** Silence after which somebody without a number left to change counts as gone. */
const SILENCE = 75 * DAY
/** The same where numbers are not told when they change. */
const SILENCE_OF_THE_UNPUNCTUAL = 45 * DAY
/** A tutor is heard of now and then; longer silence than this means that they are gone. */
const SILENCE_OF_TUTORS = 60 * DAY
const PUNCTUAL_WITHIN = HOUR
const PUNCTUAL_SHARE = 0.8

export class Lives {
  readonly students: StudentLife[]
  readonly tutors: TutorLife[]
  /** Whether health numbers are told when they change. */
  readonly isPunctual: boolean
  readonly #seen: Seen

  constructor(seen: Seen) {
    this.#seen = seen
    const { sessions, health, calls, offers } = seen
    const followed = (hash: number): number | null => (seen.isFollowed(hash) ? hash : null)
    const start = (at: number): number => sessions.columns.start[at] as number
    const whose = (column: ArrayLike<number>) => (at: number) => followed(column[at] as number)
    const when = (column: ArrayLike<number>) => (at: number) => column[at] as number
    const byStudent = new Grouped(sessions.length, whose(sessions.columns.student), start)
    const byTutor = new Grouped(sessions.length, whose(sessions.columns.tutor), start)
    const healthOf = new Grouped(health.length, whose(health.columns.student), when(health.columns.instant))
    const callsOf = new Grouped(calls.length, whose(calls.columns.student), when(calls.columns.instant))
    const offersOf = new Grouped(offers.length, whose(offers.columns.tutor), when(offers.columns.instant))

    const students = [...seen.students].map(([id, name]): StudentLife => {
      const life = { id, region: regionOfStudent(name), sessions: byStudent.of(id) }
      return { ...life, health: healthOf.of(id), calls: callsOf.of(id), first: 0, last: 0, stays: [] }
    })
    const marks = students.map((life) => this.#marks(life))
    this.isPunctual = punctualShare(marks, seen.last) >= PUNCTUAL_SHARE
    for (const [at, life] of students.entries()) {
      life.stays = this.#stays(marks[at] as Marks)
      life.first = life.stays[0]?.from ?? seen.first
      life.last = life.stays.at(-1)?.last ?? seen.first
    }
    this.students = students.filter(({ stays }) => stays.length > 0)

    this.tutors = [...seen.tutors].map(([id, name]): TutorLife => {
      const [taught, told] = [byTutor.of(id), offersOf.of(id)]
      const instants = [...taught].map(start).concat([...told].map(when(offers.columns.instant)))
      const last = instants.reduce((latest, instant) => Math.max(latest, instant), 0)
      const first = instants.reduce((earliest, instant) => Math.min(earliest, instant), last)
      const hasLeft = seen.last - last > SILENCE_OF_TUTORS
      return { id, region: regionOfTutor(name), sessions: taught, offers: told, first, last, hasLeft }
    })
  }

  #marks({ sessions, health, calls }: StudentLife): Marks {
    const { sessions: s, health: h, calls: c } = this.#seen
    const events: number[] = []
    const due: number[] = []
    for (const at of sessions) {
      const end = s.columns.end[at] as number
      events.push(s.columns.start[at] as number)
      if (end === 0) continue
      events.push(end)
      if (s.columns.successful[at] === 1) due.push(end + WINDOWS.sessions7, end + WINDOWS.sessions30)
    }
    for (const at of health) events.push(h.columns.instant[at] as number)
    for (const at of calls) {
      const instant = c.columns.instant[at] as number
      events.push(instant)
      due.push(instant + WINDOWS.calls14)
    }
    return { events: events.sort((a, b) => a - b), due: due.sort((a, b) => a - b) }
  }

  #stays({ events, due }: Marks): Stay[] {
    const { last: end } = this.#seen
    const stays: Stay[] = []
    let from = events[0]
    if (from === undefined) return []
    let next = 0
    for (const [at, event] of events.entries()) {
      const following = events[at + 1] ?? Number.POSITIVE_INFINITY
      while (next < due.length && (due[next] as number) <= event + PUNCTUAL_WITHIN) next++
      const change = due[next] ?? Number.POSITIVE_INFINITY
      const isMissed = this.isPunctual && change + PUNCTUAL_WITHIN < Math.min(following, end)
      const isSilent =
        Math.min(following, end) - event > (this.isPunctual ? SILENCE : SILENCE_OF_THE_UNPUNCTUAL) &&
        (following > end || !this.isPunctual)
      if (isMissed || isSilent) {
        const to = isMissed ? (event + change) / 2 : event
        stays.push({ from: from as number, last: event, to, hasLeft: true })
        from = following
        // What was due while they were away is no news.
        while (next < due.length && (due[next] as number) < following) next++
      } else if (following > end) {
        stays.push({ from: from as number, last: event, to: end, hasLeft: false })
      }
    }
    return stays
  }
}

/** Instants of a student's events, and those at which a number of theirs was to change. */
interface Marks {
  events: number[]
  due: number[]
}

/** Share of the changes due between two events of somebody that were told within the hour. */
function punctualShare(marks: readonly Marks[], end: number): number {
  let told = 0
  let all = 0
  for (const { events, due } of marks) {
    const last = events.at(-1) ?? 0
    let at = 0
    for (const change of due) {
      if (change >= Math.min(last, end)) break
      while ((events[at] as number) < change - 1000) at++
      all++
      if ((events[at] as number) <= change + PUNCTUAL_WITHIN) told++
    }
  }
  return all === 0 ? 0 : told / all
}
