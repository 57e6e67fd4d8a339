// Reads a stream, line by line, in bounded memory. Lines may hold anything: what is no event is counted and left, and a field
// that makes no sense is taken for unknown.

import { DAY, MINUTE, parseInstant, parseTimestamp } from '../../engine/index.ts'
import {
  BALANCES,
  CALL_REASONS,
  EVENT_TYPES,
  type EventType,
  LEVELS,
  REGIONS,
  SESSION_TYPES,
  SUBJECTS,
  TIMEZONES,
} from '../events/index.ts'
import { readingOf } from './measures.ts'
import type { Reading } from './reading.ts'
import type { CalibrationRow } from './row.ts'
import { regionOfStudent, Seen, UNKNOWN } from './seen.ts'

/** Twenty years. */
const SPAN_MAX = 7305 * DAY
const MINUTES_MAX = 255
const LINES_BETWEEN_LOOKS = 10_000
const GROUP = SESSION_TYPES.indexOf('group')
const TECHNICAL = CALL_REASONS.indexOf('technical_problem')

type Payload = Record<string, unknown>

export interface ReaderOptions {
  /** Zone of a student by their id, where somebody knows it: the stream does not tell. */
  zoneOf?(student: string): number | undefined
  /** By which the stream is judged; those of the default world. */
  rows?: readonly CalibrationRow[] | undefined
  /** How many records of a kind to keep; beyond, fewer students and tutors are followed. */
  recordsMax?: number
}

export class Reader {
  readonly #seen: Seen
  readonly #options: ReaderOptions
  readonly #told: [row: string, figure: string, value: number, samples: number][] = []

  constructor(options: ReaderOptions = {}) {
    this.#options = options
    this.#seen = new Seen(options.recordsMax)
  }

  /** Takes a figure that no event can tell. @param samples observations behind the value @throws Error where no row has it */
  tell(row: string, figure: string, value: number, samples: number): void {
    this.#told.push([row, figure, value, samples])
  }

  /** The next line of the stream, without its line feed. Never throws. */
  line(text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      value = undefined
    }
    this.event(value)
  }

  /** The next event, or whatever came in its place. Never throws. */
  event(value: unknown): void {
    const seen = this.#seen
    if (++seen.lines % LINES_BETWEEN_LOOKS === 0) seen.makeRoom()
    const { event_type: type, payload } = asRecord(value)
    const fields = asRecord(payload)
    const instant = instantOf(fields.timestamp)
    if (!EVENT_TYPES.includes(type as EventType) || !this.#isInReach(instant)) {
      seen.unreadable++
      return
    }
    seen.eventsByType[type as EventType]++
    seen.first = Math.min(seen.first, instant)
    seen.last = Math.max(seen.last, instant)
    this.#take(type as EventType, fields, instant)
  }

  /** What the whole stream comes to. */
  end(): Reading {
    return readingOf(this.#seen, this.#told, this.#options.rows)
  }

  /** Whether an instant lies within what a stream can span: one that is far off is a mistake. NaN does not. */
  #isInReach(instant: number): boolean {
    const { first, last } = this.#seen
    return instant > Math.max(0, last - SPAN_MAX) && (instant < first + SPAN_MAX || first > last)
  }

  #take(kind: EventType, fields: Payload, instant: number): void {
    switch (kind) {
      case 'session_started':
        return this.#started(fields, instant)
      case 'session_completed':
        return this.#completed(fields, instant)
      case 'ib_call_logged':
        return this.#called(fields, instant)
      case 'tutor_availability_updated':
        return this.#offered(fields, instant)
      case 'customer_health_update':
        return this.#health(fields, instant)
      case 'supply_demand_update':
        return this.#market(fields, instant)
    }
    // A type without a case does not compile.
    kind satisfies never
  }

  #started(fields: Payload, start: number): void {
    const seen = this.#seen
    const record = this.#session(fields, start)
    const id = text(fields.session_id)
    if (id !== '') seen.running.set(id, { record, start })
  }

  /** Adds a session. @returns its record, −1 where nobody who is followed is in it */
  #session(fields: Payload, start: number): number {
    const seen = this.#seen
    const studentId = text(fields.student_id)
    const [student, tutor] = [seen.student(studentId), seen.tutor(text(fields.tutor_id))]
    const region = regionOfStudent(studentId)
    const subject = indexIn(SUBJECTS, fields.subject)
    seen.day(start, region).sessions++
    seen.marketWeek(start, region, subject)
    const told = seen.told.get(tutor)
    if (told !== undefined && subject !== UNKNOWN) {
      seen.said.taught++
      if ((told.subjects >> subject) & 1) seen.said.taughtAsTold++
    }
    if (!seen.isFollowed(student) && !seen.isFollowed(tutor)) return -1
    return seen.sessions.add({
      start,
      end: 0,
      student,
      tutor,
      subject,
      type: indexIn(SESSION_TYPES, fields.session_type),
      scheduled: whole(fields.scheduled_duration_minutes, MINUTES_MAX),
      minutes: 0,
      rating: 0,
      tutorRating: 0,
      successful: 0,
      zone: this.#options.zoneOf?.(studentId) ?? told?.zone ?? UNKNOWN,
      region,
    })
  }

  #completed(fields: Payload, end: number): void {
    const seen = this.#seen
    const id = text(fields.session_id)
    const minutes = whole(fields.actual_duration_minutes, MINUTES_MAX)
    const begun = seen.running.get(id)
    seen.running.delete(id)
    // Of what began before the stream, nobody could have told.
    if (begun !== undefined || end - minutes * MINUTE >= seen.first) seen.said.ended++
    if (begun !== undefined) seen.said.endedAfterStart++
    const record = begun?.record ?? this.#session(fields, end - minutes * MINUTE)
    const rating = whole(fields.student_rating, 5)
    const successful = fields.completed_successfully === true
    const region = regionOfStudent(text(fields.student_id))
    const [day, hour] = [seen.day(end, region), seen.hour(end)]
    day.completed++
    hour.completed++
    if (!successful) day.failed++
    // A class breaks off as one.
    if (record < 0 || seen.sessions.columns.type[record] !== GROUP) {
      hour.completedIn[region] = (hour.completedIn[region] as number) + 1
      if (!successful) hour.failedIn[region] = (hour.failedIn[region] as number) + 1
    }
    if (record < 0) return
    const { columns } = seen.sessions
    columns.end[record] = end
    columns.minutes[record] = minutes
    columns.rating[record] = rating
    columns.tutorRating[record] = whole(fields.tutor_rating, 5)
    columns.successful[record] = successful ? 1 : 0
  }

  #called(fields: Payload, instant: number): void {
    const seen = this.#seen
    const id = text(fields.student_id)
    const student = seen.student(id)
    const reason = indexIn(CALL_REASONS, fields.reason)
    if (reason === TECHNICAL) seen.hour(instant).technicalCalls++
    seen.day(instant, regionOfStudent(id)).calls++
    if (!seen.isFollowed(student)) return
    seen.calls.add({
      instant,
      student,
      reason,
      priority: indexIn(LEVELS, fields.priority),
      resolved: fields.resolved === true ? 1 : 0,
      seconds: whole(fields.duration_seconds, 65_535),
    })
  }

  #offered(fields: Payload, instant: number): void {
    const seen = this.#seen
    const tutor = seen.tutor(text(fields.tutor_id))
    const list: unknown[] = Array.isArray(fields.subjects) ? fields.subjects : []
    const subjects = SUBJECTS.reduce((bits, subject, at) => (list.includes(subject) ? bits | (1 << at) : bits), 0)
    const zone = indexIn(TIMEZONES, fields.timezone)
    seen.tell(tutor, zone, subjects)
    if (!seen.isFollowed(tutor)) return
    const instantBook = fields.accepts_instant_book === true ? 1 : 0
    const hours = whole(fields.available_hours_this_week, UNKNOWN)
    seen.offers.add({ instant, tutor, hours, subjects, zone, instantBook })
  }

  #health(fields: Payload, instant: number): void {
    const seen = this.#seen
    const student = seen.student(text(fields.student_id))
    if (!seen.isFollowed(student)) return
    seen.health.add({
      instant,
      student,
      sessions7: whole(fields.sessions_last_7_days, 255),
      sessions30: whole(fields.sessions_last_30_days, 255),
      calls14: whole(fields.ib_calls_last_14_days, 255),
      rating: hundredths(fields.avg_session_rating, 500),
      score: hundredths(fields.health_score, 10_000),
      risk: indexIn(LEVELS, fields.churn_risk),
    })
  }

  #market(fields: Payload, instant: number): void {
    const [region, subject] = [indexIn(REGIONS, fields.region), indexIn(SUBJECTS, fields.subject)]
    if (region === UNKNOWN || subject === UNKNOWN) return
    this.#seen.markets.add({
      instant,
      market: region * SUBJECTS.length + subject,
      available: whole(fields.available_tutors, 65_535),
      active: whole(fields.active_students, 65_535),
      demand: hundredths(fields.demand_score, 10_000),
      supply: hundredths(fields.supply_score, 10_000),
      balance: indexIn(BALANCES, fields.balance_status),
    })
  }
}

function asRecord(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? (value as Payload) : NOTHING
}

const NOTHING: Payload = {}

/** Milliseconds since 1970; NaN where there is no such instant. */
function instantOf(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN
  const instant = parseTimestamp(value)
  return Number.isNaN(instant) ? (parseInstant(value) ?? Number.NaN) : instant
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A whole number from 0 to `max`; what is beyond counts as the end it is beyond. */
function whole(value: unknown, max: number): number {
  return typeof value === 'number' && value > 0 ? Math.min(max, Math.round(value)) : 0
}

function hundredths(value: unknown, max: number): number {
  return typeof value === 'number' ? whole(value * 100, max) : 0
}

function indexIn(words: readonly string[], value: unknown): number {
  const index = words.indexOf(value as string)
  return index < 0 ? UNKNOWN : index
}
