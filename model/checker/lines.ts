// One line of text to one event, or to the reason why it is none. The hot path validates by hand, in a tenth of the time
// of the schemas, which are asked only to say what is wrong.

import type * as events from '../events/index.ts'
import {
  BALANCES,
  CALL_REASONS,
  type Event,
  LEVELS,
  REGIONS,
  SESSION_TYPES,
  SUBJECTS,
  TIMEZONES,
} from '../events/index.ts'
import { eventSchema } from '../posted/schemas.ts'
import { parseInstant } from './instants.ts'

/** Longer lines are refused unread. */
export const LINE_CHARACTERS_MAX = 1_000_000

const KEYS = ['event_id', 'caused_by', 'event_type', 'payload']
const STUDENT = /^stu_[1-9]\d{2,9}$/
const TUTOR = /^tut_[1-9]\d{2,9}$/
const SESSION = /^sess_\d{1,15}_[1-9]\d{3,9}$/
const CALL = /^call_\d{1,15}_[1-9]\d{3,9}$/

type Unknown<Payload> = { [Key in keyof Payload]: unknown }
type Judge<Payload> = { keys: number; holds: (payload: Unknown<Payload>) => boolean }

const subjects = new Set<unknown>(SUBJECTS)
const regions = new Set<unknown>(REGIONS)
const timezones = new Set<unknown>(TIMEZONES)
const sessionTypes = new Set<unknown>(SESSION_TYPES)
const callReasons = new Set<unknown>(CALL_REASONS)
const levels = new Set<unknown>(LEVELS)
const balances = new Set<unknown>(BALANCES)

const sessionStarted: Judge<events.SessionStarted> = {
  keys: 8,
  holds: (payload) =>
    matches(payload.session_id, SESSION) &&
    matches(payload.student_id, STUDENT) &&
    matches(payload.tutor_id, TUTOR) &&
    subjects.has(payload.subject) &&
    sessionTypes.has(payload.session_type) &&
    (payload.scheduled_duration_minutes === 30 ||
      payload.scheduled_duration_minutes === 60 ||
      payload.scheduled_duration_minutes === 90),
}

const sessionCompleted: Judge<events.SessionCompleted> = {
  keys: 10,
  holds: (payload) =>
    matches(payload.session_id, SESSION) &&
    matches(payload.student_id, STUDENT) &&
    matches(payload.tutor_id, TUTOR) &&
    subjects.has(payload.subject) &&
    whole(payload.actual_duration_minutes, 20, 95) &&
    whole(payload.student_rating, 1, 5) &&
    whole(payload.tutor_rating, 1, 5) &&
    typeof payload.completed_successfully === 'boolean',
}

const ibCallLogged: Judge<events.IbCallLogged> = {
  keys: 8,
  holds: (payload) =>
    matches(payload.call_id, CALL) &&
    matches(payload.student_id, STUDENT) &&
    callReasons.has(payload.reason) &&
    whole(payload.duration_seconds, 60, 600) &&
    typeof payload.resolved === 'boolean' &&
    levels.has(payload.priority),
}

const tutorAvailabilityUpdated: Judge<events.TutorAvailabilityUpdated> = {
  keys: 7,
  holds: (payload) =>
    matches(payload.tutor_id, TUTOR) &&
    whole(payload.available_hours_this_week, 0, 40) &&
    isTaught(payload.subjects) &&
    timezones.has(payload.timezone) &&
    typeof payload.accepts_instant_book === 'boolean',
}

const customerHealthUpdate: Judge<events.CustomerHealthUpdate> = {
  keys: 9,
  holds: (payload) =>
    matches(payload.student_id, STUDENT) &&
    isCount(payload.sessions_last_7_days) &&
    isCount(payload.sessions_last_30_days) &&
    isCount(payload.ib_calls_last_14_days) &&
    hasTwoDecimals(payload.avg_session_rating, 1, 5) &&
    hasTwoDecimals(payload.health_score, 0, 100) &&
    levels.has(payload.churn_risk),
}

const supplyDemandUpdate: Judge<events.SupplyDemandUpdate> = {
  keys: 9,
  holds: (payload) =>
    subjects.has(payload.subject) &&
    regions.has(payload.region) &&
    isCount(payload.available_tutors) &&
    isCount(payload.active_students) &&
    hasTwoDecimals(payload.demand_score, 0, 100) &&
    hasTwoDecimals(payload.supply_score, 0, 100) &&
    balances.has(payload.balance_status),
}

/** Each with its number of keys: with that many, all of them valid, there are no others. */
const JUDGES = new Map<unknown, Judge<never>>([
  ['session_started', sessionStarted],
  ['session_completed', sessionCompleted],
  ['ib_call_logged', ibCallLogged],
  ['tutor_availability_updated', tutorAvailabilityUpdated],
  ['customer_health_update', customerHealthUpdate],
  ['supply_demand_update', supplyDemandUpdate],
])

/** An event, or what is wrong with the line. */
export function readEvent(text: string): Event | string {
  if (text.length > LINE_CHARACTERS_MAX) return `longer than ${LINE_CHARACTERS_MAX} characters`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return text.trim() === '' ? 'empty line' : `not JSON, ${(error as Error).message}`
  }
  return isEvent(value) ? value : explain(value)
}

function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || !isInOrder(value)) return false
  const { event_id, caused_by, event_type, payload } = value as Record<string, unknown>
  if (!isText(event_id) || !(caused_by === null || isText(caused_by))) return false
  const judge = JUDGES.get(event_type)
  if (judge === undefined || typeof payload !== 'object' || payload === null) return false
  if (Object.keys(payload).length !== judge.keys) return false
  const { timestamp, source } = payload as Record<string, unknown>
  if (source !== 'simulator' || typeof timestamp !== 'string' || Number.isNaN(parseInstant(timestamp))) return false
  return judge.holds(payload as never)
}

function isInOrder(event: object): boolean {
  let at = 0
  for (const key in event) if (key !== KEYS[at++]) return false
  return at === KEYS.length
}

function explain(value: unknown): string {
  const issue = eventSchema.safeParse(value).error?.issues[0]
  if (issue !== undefined) {
    const said = issue.path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)[key], value)
    return `${issue.path.join('.') || 'line'}: says ${JSON.stringify(said)}, ${issue.message}`
  }
  const { payload } = value as Event
  if (Number.isNaN(parseInstant(payload.timestamp))) {
    return `payload.timestamp: says ${payload.timestamp}, no such instant`
  }
  return `keys: says ${Object.keys(value as Event).join(', ')}, expected ${KEYS.join(', ')} in this order`
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function whole(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function hasTwoDecimals(value: unknown, min: number, max: number): boolean {
  if (typeof value !== 'number' || !(value >= min && value <= max)) return false
  return Math.round(value * 100) / 100 === value
}

function isTaught(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 1 || value.length > 3) return false
  return value.every((subject, at) => subjects.has(subject) && value.indexOf(subject) === at)
}
