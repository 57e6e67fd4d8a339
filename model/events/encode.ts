// Events to what is seen of them: rows of the tick to NDJSON lines, and to objects. The bytes are those that
// JSON.stringify would make of the object, key for key.
//
// A line is a head with blanks (numbers and instants of fixed width), which is copied and filled in, and a few pieces
// of text that are ready for every value that a field can have.

import { type ByteWriter, formatInstant, type Literal, literal, MINUTE } from '../../engine/index.ts'
import {
  BALANCES,
  CALL_REASONS,
  EVENT_TYPES,
  type Event,
  LEVELS,
  naturalKey,
  REGIONS,
  SESSION_TYPES,
  SUBJECTS,
  TIMEZONES,
} from './index.ts'
import { Cause, type EventRow } from './row.ts'

/** A line is never longer. */
const LINE_BYTES_MAX = 640
/** Digits of an instant from 2001 to 2286. */
const INSTANT_DIGITS = 13
const [STARTED, COMPLETED, CALL, AVAILABILITY, HEALTH] = [0, 1, 2, 3, 4] as const
const BOOLEANS = [false, true]

/** Blanks in the text of a head, a character for each digit: the agent's number, the instant, and that of the cause. */
const AGENT = '\x01'
const INSTANT = '\x02'.repeat(INSTANT_DIGITS)
const CAUSE = '\x03'.repeat(INSTANT_DIGITS)
/** Second and millisecond; the minute before it is a text that most events share with the one before. */
const SECONDS = '\x04\x04'
const MILLISECONDS = '\x05\x05\x05'
/** `2026-01-05T14:03` */
const MINUTE_LENGTH = 16

/** The beginning of a line, and where its blanks are. */
class Head {
  readonly text: Literal
  /** Lengths of the event's id and of its cause's; 0 where nothing led to it. */
  readonly idLength: number
  readonly causeLength: number
  readonly agents: readonly number[]
  readonly instants: readonly number[]
  readonly causes: readonly number[]
  /** Where the timestamp's minute, seconds and milliseconds go. */
  readonly minute: number
  readonly seconds: number
  readonly milliseconds: number

  constructor(text: string) {
    this.text = literal(text)
    const [, id = '', cause = ''] = /^{"event_id":"([^"]*)","caused_by":(?:null|"([^"]*)")/.exec(text) ?? []
    this.idLength = id.length
    this.causeLength = cause.length
    this.agents = blanks(text, AGENT)
    this.instants = blanks(text, INSTANT.charAt(0))
    this.causes = blanks(text, CAUSE.charAt(0))
    this.seconds = text.indexOf(SECONDS)
    this.milliseconds = text.indexOf(MILLISECONDS)
    this.minute = this.seconds - 1 - MINUTE_LENGTH
  }
}

/** Where the runs of a character begin. */
function blanks(text: string, character: string): number[] {
  return [...text.matchAll(new RegExp(`${character}+`, 'g'))].map(({ index }) => index)
}

/** @param digits of the agent's number; for a market, its own number */
function headText(type: number, cause: number, digits: number): string {
  const agent = AGENT.repeat(digits)
  const causes = [
    'null',
    `"sess_${CAUSE}_${agent}.started"`,
    `"sess_${CAUSE}_${agent}.completed"`,
    `"call_${CAUSE}_${agent}.logged"`,
  ]
  const head = (id: string, payload: string): string =>
    `{"event_id":"${id}","caused_by":${causes[cause]},"event_type":"${EVENT_TYPES[type]}","payload":` +
    `{"timestamp":"${'-'.repeat(MINUTE_LENGTH)}:${SECONDS}.${MILLISECONDS}Z","source":"simulator",${payload}`
  // A session that ends was caused by its start, whose instant is in its id.
  const session = `sess_${type === STARTED ? INSTANT : CAUSE}_${agent}`
  const student = `"student_id":"stu_${agent}"`
  switch (EVENT_TYPES[type]) {
    case 'session_started':
      return head(`${session}.started`, `"session_id":"${session}",${student},"tutor_id":"tut_`)
    case 'session_completed':
      return head(`${session}.completed`, `"session_id":"${session}",${student},"tutor_id":"tut_`)
    case 'ib_call_logged':
      return head(`call_${INSTANT}_${agent}.logged`, `"call_id":"call_${INSTANT}_${agent}",${student},"reason":"`)
    case 'tutor_availability_updated':
      return head(`tut_${agent}.availability.${INSTANT}`, `"tutor_id":"tut_${agent}","available_hours_this_week":`)
    case 'customer_health_update':
      return head(`stu_${agent}.health.${INSTANT}`, `${student},"sessions_last_7_days":`)
    default: {
      const [subject, region] = marketOf(digits)
      const id = `${region}.${subject.replace(' ', '-')}.market.${INSTANT}`
      return head(id, `"subject":"${subject}","region":"${region}","available_tutors":`).replaceAll(AGENT, '')
    }
  }
}

const STARTED_REST = SUBJECTS.map((subject) =>
  SESSION_TYPES.map((type) =>
    literal(`","subject":"${subject}","session_type":"${type}","scheduled_duration_minutes":`),
  ),
)
const END = literal('}}\n')
const COMPLETED_SUBJECT = SUBJECTS.map((subject) => literal(`","subject":"${subject}","actual_duration_minutes":`))
const COMPLETED_REST = counted(6, (student) =>
  counted(6, (tutor) =>
    BOOLEANS.map((successful) =>
      literal(`,"student_rating":${student},"tutor_rating":${tutor},"completed_successfully":${successful}}}\n`),
    ),
  ),
)
const REASON = CALL_REASONS.map((reason) => literal(`${reason}","duration_seconds":`))
const RESOLVED = BOOLEANS.map((resolved) =>
  LEVELS.map((level) => literal(`,"resolved":${resolved},"priority":"${level}"}}\n`)),
)
const HOURS = counted(41, (hours) => literal(`${hours},"subjects":["`))
const TAUGHT = SUBJECTS.map((subject) => literal(subject))
const NEXT_TAUGHT = literal('","')
const ZONE = TIMEZONES.map((zone) =>
  BOOLEANS.map((accepts) => literal(`"],"timezone":"${zone}","accepts_instant_book":${accepts}}}\n`)),
)
const SESSIONS_7 = counted(256, (sessions) => literal(`${sessions},"sessions_last_30_days":`))
const SESSIONS_30 = counted(256, (sessions) => literal(`${sessions},"ib_calls_last_14_days":`))
const CALLS_14 = counted(256, (calls) => literal(`${calls},"avg_session_rating":`))
const RATING = counted(501, (hundredths) => literal(`${hundredths / 100},"health_score":`))
const RISK = LEVELS.map((level) => literal(`,"churn_risk":"${level}"}}\n`))
const ACTIVE_STUDENTS = literal(',"active_students":')
const DEMAND = literal(',"demand_score":')
const SUPPLY = literal(',"supply_score":')
const BALANCE = BALANCES.map((balance) => literal(`,"balance_status":"${balance}"}}\n`))

/** Room in the table of heads for a type's causes, and for a cause's digits or markets. */
const CAUSES = 4
const SHAPES = 64

/** Renders events. */
export class LineEncoder {
  /** Of the line that was written last: lengths of its id and of its cause's; 0 where nothing led to it. */
  idLength = 0
  causeLength = 0
  readonly #heads: Head[] = []
  #minute = -1
  #minuteText = literal('')

  /** Appends one line. */
  write(out: ByteWriter, event: EventRow): void {
    out.reserve(LINE_BYTES_MAX)
    this.#head(out, event)
    switch (event.type) {
      case STARTED:
        out.whole(event.tutor)
        out.literal(STARTED_REST[event.subject]?.[event.sessionType] as Literal)
        out.whole(event.minutes)
        out.literal(END)
        return
      case COMPLETED:
        out.whole(event.tutor)
        out.literal(COMPLETED_SUBJECT[event.subject] as Literal)
        out.whole(event.minutes)
        out.literal(COMPLETED_REST[event.studentRating]?.[event.tutorRating]?.[event.yes] as Literal)
        return
      case CALL:
        out.literal(REASON[event.reason] as Literal)
        out.whole(event.seconds)
        out.literal(RESOLVED[event.yes]?.[event.level] as Literal)
        return
      case AVAILABILITY:
        out.literal(HOURS[event.hours] as Literal)
        out.literal(TAUGHT[event.subject1 - 1] as Literal)
        for (const subject of [event.subject2, event.subject3]) {
          if (subject === 0) continue
          out.literal(NEXT_TAUGHT)
          out.literal(TAUGHT[subject - 1] as Literal)
        }
        out.literal(ZONE[event.zone]?.[event.yes] as Literal)
        return
      case HEALTH:
        out.literal(SESSIONS_7[event.sessions7] as Literal)
        out.literal(SESSIONS_30[event.sessions30] as Literal)
        out.literal(CALLS_14[event.calls] as Literal)
        out.literal(RATING[event.rating] as Literal)
        out.hundredths(event.score)
        out.literal(RISK[event.level] as Literal)
        return
      default:
        out.whole(event.tutors)
        out.literal(ACTIVE_STUDENTS)
        out.whole(event.students)
        out.literal(DEMAND)
        out.hundredths(event.score)
        out.literal(SUPPLY)
        out.hundredths(event.supplyScore)
        out.literal(BALANCE[event.level] as Literal)
    }
  }

  /** Everything up to the first field that differs in more than its digits. */
  #head(out: ByteWriter, { type, cause, agent, instant, causeInstant }: EventRow): void {
    const digits = type > HEALTH ? agent : digitsOf(agent)
    const shape = (type * CAUSES + cause) * SHAPES + digits
    let head = this.#heads[shape]
    if (head === undefined) {
      head = new Head(headText(type, cause, digits))
      this.#heads[shape] = head
    }
    this.idLength = head.idLength
    this.causeLength = head.causeLength
    const at = out.literal(head.text)
    out.fillAll(at, head.agents, agent, digits)
    out.fillAll(at, head.instants, instant, INSTANT_DIGITS)
    out.fillAll(at, head.causes, causeInstant, INSTANT_DIGITS)
    const minute = Math.floor(instant / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#minuteText = literal(formatInstant(minute * MINUTE).slice(0, MINUTE_LENGTH))
    }
    const milliseconds = instant - minute * MINUTE
    const seconds = (milliseconds / 1000) | 0
    out.put(at + head.minute, this.#minuteText)
    out.fill(at + head.seconds, seconds, 2)
    out.fill(at + head.milliseconds, milliseconds - seconds * 1000, 3)
  }
}

function digitsOf(value: number): number {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits++
  return digits
}

function marketOf(number: number): readonly [subject: string, region: string] {
  return [SUBJECTS[number % SUBJECTS.length] as string, REGIONS[Math.floor(number / SUBJECTS.length)] as string]
}

function counted<Piece>(limit: number, piece: (value: number) => Piece): Piece[] {
  return Array.from({ length: limit }, (_, value) => piece(value))
}

/** The hash of an event's partition key (student, tutor, or subject and region): a stream is its remainder. */
export function partitionOf(event: EventRow): number {
  const key = event.type === AVAILABILITY ? 1 : event.type > HEALTH ? 2 : 0
  const mixed = Math.imul(event.agent * 4 + key, 0x9e3779b1)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** The event that a row stands for. */
export function eventOf(row: EventRow): Event {
  const event_type = EVENT_TYPES[row.type] as Event['event_type']
  const payload = { timestamp: formatInstant(row.instant), source: 'simulator', ...detailsOf(row) }
  const body = { event_type, payload } as Event
  return { event_id: naturalKey(body, row.instant), caused_by: causeOf(row), event_type, payload } as Event
}

/** Start of the event's session: now, or as many minutes ago as it took. */
function startOf({ type, instant, minutes }: EventRow): number {
  return type === STARTED ? instant : instant - minutes * MINUTE
}

function causeOf(row: EventRow): string | null {
  if (row.cause === Cause.none) return null
  if (row.cause === Cause.call) return `call_${row.causeInstant}_${row.agent}.logged`
  return `sess_${row.causeInstant}_${row.agent}.${row.cause === Cause.completed ? 'completed' : 'started'}`
}

function detailsOf(row: EventRow): object {
  const student_id = `stu_${row.agent}`
  const session = {
    session_id: `sess_${startOf(row)}_${row.agent}`,
    student_id,
    tutor_id: `tut_${row.tutor}`,
    subject: SUBJECTS[row.subject],
  }
  switch (EVENT_TYPES[row.type]) {
    case 'session_started':
      return { ...session, session_type: SESSION_TYPES[row.sessionType], scheduled_duration_minutes: row.minutes }
    case 'session_completed':
      return {
        ...session,
        actual_duration_minutes: row.minutes,
        student_rating: row.studentRating,
        tutor_rating: row.tutorRating,
        completed_successfully: row.yes === 1,
      }
    case 'ib_call_logged':
      return {
        call_id: `call_${row.instant}_${row.agent}`,
        student_id,
        reason: CALL_REASONS[row.reason],
        duration_seconds: row.seconds,
        resolved: row.yes === 1,
        priority: LEVELS[row.level],
      }
    case 'tutor_availability_updated':
      return {
        tutor_id: `tut_${row.agent}`,
        available_hours_this_week: row.hours,
        subjects: [row.subject1, row.subject2, row.subject3]
          .filter((subject) => subject > 0)
          .map((s) => SUBJECTS[s - 1]),
        timezone: TIMEZONES[row.zone],
        accepts_instant_book: row.yes === 1,
      }
    case 'customer_health_update':
      return {
        student_id,
        sessions_last_7_days: row.sessions7,
        sessions_last_30_days: row.sessions30,
        ib_calls_last_14_days: row.calls,
        avg_session_rating: row.rating / 100,
        health_score: row.score / 100,
        churn_risk: LEVELS[row.level],
      }
    default: {
      const [subject, region] = marketOf(row.agent)
      return {
        subject,
        region,
        available_tutors: row.tutors,
        active_students: row.students,
        demand_score: row.score / 100,
        supply_score: row.supplyScore / 100,
        balance_status: BALANCES[row.level],
      }
    }
  }
}
