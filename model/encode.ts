// Events to what is seen of them: rows of the tick to NDJSON lines, and to objects. The bytes are those that
// JSON.stringify would make of the object, key for key.

import { type ByteWriter, formatInstant, type Literal, literal, MINUTE } from '../engine/index.ts'
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
} from './events.ts'
import { Cause, type EventRow } from './tables.ts'

/** A line is never longer. */
const LINE_BYTES_MAX = 640

const [STARTED, COMPLETED, CALL, AVAILABILITY, HEALTH] = [0, 1, 2, 3, 4] as const

const SESSION_ID = literal('{"event_id":"sess_')
const CALL_ID = literal('{"event_id":"call_')
const TUTOR_ID = literal('{"event_id":"tut_')
const STUDENT_ID = literal('{"event_id":"stu_')
const MARKET_ID = REGIONS.flatMap((region) =>
  SUBJECTS.map((subject) => literal(`{"event_id":"${region}.${subject.replace(' ', '-')}.market.`)),
)
const UNDERSCORE = literal('_')
const OF_STARTED = literal('.started"')
const OF_COMPLETED = literal('.completed"')
const OF_CALL = literal('.logged"')
const OF_HEALTH = literal('.health.')
const OF_AVAILABILITY = literal('.availability.')
const QUOTE = literal('"')
const CAUSED_BY_NOTHING = literal(',"caused_by":null,')
const CAUSED_BY_SESSION = literal(',"caused_by":"sess_')
const CAUSED_BY_CALL = literal(',"caused_by":"call_')
const COMMA = literal(',')
const TYPE = EVENT_TYPES.map((type) => literal(`"event_type":"${type}","payload":{"timestamp":"`))
const MILLISECONDS = literal('.')
const SOURCE = literal('Z","source":"simulator"')
const THEIR_SESSION = literal(',"session_id":"sess_')
const THEIR_CALL = literal(',"call_id":"call_')
const STUDENT = literal('","student_id":"stu_')
const STUDENT_FIRST = literal(',"student_id":"stu_')
const TUTOR = literal('","tutor_id":"tut_')
const TUTOR_FIRST = literal(',"tutor_id":"tut_')
const SUBJECT = SUBJECTS.map((subject) => literal(`","subject":"${subject}"`))
const SESSION_TYPE = SESSION_TYPES.map((type) => literal(`,"session_type":"${type}","scheduled_duration_minutes":`))
const ACTUAL = literal(',"actual_duration_minutes":')
const STUDENT_RATING = literal(',"student_rating":')
const TUTOR_RATING = literal(',"tutor_rating":')
const END = literal('}}\n')
const SUCCESSFUL = yesNo(',"completed_successfully":')
const REASON = CALL_REASONS.map((reason) => literal(`","reason":"${reason}","duration_seconds":`))
const RESOLVED = yesNo(',"resolved":', ',"priority":"')
const LEVEL = LEVELS.map((level) => literal(`${level}"}}\n`))
const HOURS = literal('","available_hours_this_week":')
const SUBJECTS_OPEN = literal(',"subjects":[')
const TAUGHT = SUBJECTS.map((subject) => literal(`"${subject}"`))
const TIMEZONE = TIMEZONES.map((zone) => literal(`],"timezone":"${zone}"`))
const INSTANT_BOOK = yesNo(',"accepts_instant_book":')
const SESSIONS_7 = literal('","sessions_last_7_days":')
const SESSIONS_30 = literal(',"sessions_last_30_days":')
const CALLS_14 = literal(',"ib_calls_last_14_days":')
const RATING = literal(',"avg_session_rating":')
const SCORE = literal(',"health_score":')
const RISK = literal(',"churn_risk":"')
const MARKET = REGIONS.flatMap((region) =>
  SUBJECTS.map((subject) => literal(`,"subject":"${subject}","region":"${region}","available_tutors":`)),
)
const ACTIVE_STUDENTS = literal(',"active_students":')
const DEMAND = literal(',"demand_score":')
const SUPPLY = literal(',"supply_score":')
const BALANCE = BALANCES.map((balance) => literal(`,"balance_status":"${balance}"}}\n`))

/** Renders events; keeps the text of the minute at hand, which most events share with the one before. */
export class LineEncoder {
  #minute = -1
  #minuteText: Literal = literal('')

  /** Appends one line. */
  write(out: ByteWriter, event: EventRow): void {
    out.reserve(LINE_BYTES_MAX)
    const { type, agent, instant } = event
    if (type === HEALTH) {
      out.literal(STUDENT_ID)
      out.whole(agent)
      out.literal(OF_HEALTH)
      out.whole(instant)
      out.literal(QUOTE)
      this.#head(out, event)
      out.literal(STUDENT_FIRST)
      out.whole(agent)
      out.literal(SESSIONS_7)
      out.whole(event.sessions7)
      out.literal(SESSIONS_30)
      out.whole(event.sessions30)
      out.literal(CALLS_14)
      out.whole(event.calls)
      out.literal(RATING)
      out.hundredths(event.rating)
      out.literal(SCORE)
      out.hundredths(event.score)
      out.literal(RISK)
      out.literal(LEVEL[event.level] as Literal)
    } else if (type === STARTED) {
      this.#sessionHead(out, event, OF_STARTED)
      out.literal(SESSION_TYPE[event.sessionType] as Literal)
      out.whole(event.minutes)
      out.literal(END)
    } else if (type === COMPLETED) {
      this.#sessionHead(out, event, OF_COMPLETED)
      out.literal(ACTUAL)
      out.whole(event.minutes)
      out.literal(STUDENT_RATING)
      out.whole(event.studentRating)
      out.literal(TUTOR_RATING)
      out.whole(event.tutorRating)
      out.literal(SUCCESSFUL[event.yes] as Literal)
      out.literal(END)
    } else if (type === CALL) {
      out.literal(CALL_ID)
      out.whole(instant)
      out.literal(UNDERSCORE)
      out.whole(agent)
      out.literal(OF_CALL)
      this.#head(out, event)
      out.literal(THEIR_CALL)
      out.whole(instant)
      out.literal(UNDERSCORE)
      out.whole(agent)
      out.literal(STUDENT)
      out.whole(agent)
      out.literal(REASON[event.reason] as Literal)
      out.whole(event.seconds)
      out.literal(RESOLVED[event.yes] as Literal)
      out.literal(LEVEL[event.level] as Literal)
    } else if (type === AVAILABILITY) this.#availability(out, event)
    else this.#market(out, event)
  }

  #sessionHead(out: ByteWriter, event: EventRow, of: Literal): void {
    const { agent } = event
    const start = startOf(event)
    out.literal(SESSION_ID)
    out.whole(start)
    out.literal(UNDERSCORE)
    out.whole(agent)
    out.literal(of)
    this.#head(out, event)
    out.literal(THEIR_SESSION)
    out.whole(start)
    out.literal(UNDERSCORE)
    out.whole(agent)
    out.literal(STUDENT)
    out.whole(agent)
    out.literal(TUTOR)
    out.whole(event.tutor)
    out.literal(SUBJECT[event.subject] as Literal)
  }

  #availability(out: ByteWriter, event: EventRow): void {
    out.literal(TUTOR_ID)
    out.whole(event.agent)
    out.literal(OF_AVAILABILITY)
    out.whole(event.instant)
    out.literal(QUOTE)
    this.#head(out, event)
    out.literal(TUTOR_FIRST)
    out.whole(event.agent)
    out.literal(HOURS)
    out.whole(event.hours)
    out.literal(SUBJECTS_OPEN)
    out.literal(TAUGHT[event.subject1 - 1] as Literal)
    for (const subject of [event.subject2, event.subject3]) {
      if (subject === 0) continue
      out.literal(COMMA)
      out.literal(TAUGHT[subject - 1] as Literal)
    }
    out.literal(TIMEZONE[event.zone] as Literal)
    out.literal(INSTANT_BOOK[event.yes] as Literal)
    out.literal(END)
  }

  #market(out: ByteWriter, event: EventRow): void {
    out.literal(MARKET_ID[event.agent] as Literal)
    out.whole(event.instant)
    out.literal(QUOTE)
    this.#head(out, event)
    out.literal(MARKET[event.agent] as Literal)
    out.whole(event.tutors)
    out.literal(ACTIVE_STUDENTS)
    out.whole(event.students)
    out.literal(DEMAND)
    out.hundredths(event.score)
    out.literal(SUPPLY)
    out.hundredths(event.supplyScore)
    out.literal(BALANCE[event.level] as Literal)
  }

  /** From the cause to the source. */
  #head(out: ByteWriter, event: EventRow): void {
    const { cause, instant, type } = event
    if (cause === Cause.none) out.literal(CAUSED_BY_NOTHING)
    else {
      out.literal(cause === Cause.call ? CAUSED_BY_CALL : CAUSED_BY_SESSION)
      out.whole(event.causeInstant)
      out.literal(UNDERSCORE)
      out.whole(event.agent)
      out.literal(cause === Cause.call ? OF_CALL : cause === Cause.completed ? OF_COMPLETED : OF_STARTED)
      out.literal(COMMA)
    }
    out.literal(TYPE[type] as Literal)
    const minute = Math.floor(instant / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#minuteText = literal(formatInstant(minute * MINUTE).slice(0, 17))
    }
    out.literal(this.#minuteText)
    const milliseconds = instant - minute * MINUTE
    const seconds = (milliseconds / 1000) | 0
    out.padded(seconds, 2)
    out.literal(MILLISECONDS)
    out.padded(milliseconds - seconds * 1000, 3)
    out.literal(SOURCE)
  }
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
    default:
      return {
        subject: SUBJECTS[row.agent % SUBJECTS.length],
        region: REGIONS[Math.floor(row.agent / SUBJECTS.length)],
        available_tutors: row.tutors,
        active_students: row.students,
        demand_score: row.score / 100,
        supply_score: row.supplyScore / 100,
        balance_status: BALANCES[row.level],
      }
  }
}

function yesNo(before: string, after = ''): readonly [Literal, Literal] {
  return [literal(`${before}false${after}`), literal(`${before}true${after}`)]
}
