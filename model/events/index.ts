// The six events: their names, their payloads and their natural keys, as every wire and every reader sees them.

export const SUBJECTS = [
  'Mathematics',
  'Physics',
  'Chemistry',
  'Biology',
  'English',
  'History',
  'Computer Science',
  'Spanish',
  'French',
] as const
export const REGIONS = ['northeast', 'southeast', 'midwest', 'west', 'southwest'] as const
export const TIMEZONES = ['EST', 'CST', 'MST', 'PST'] as const
export const SESSION_TYPES = ['one_on_one', 'group', 'instant_book'] as const
export const CALL_REASONS = [
  'scheduling_issue',
  'technical_problem',
  'tutor_concern',
  'billing_question',
  'general_inquiry',
] as const
/** Used for the priority of a call and for the risk of churn. */
export const LEVELS = ['low', 'medium', 'high'] as const
export const BALANCES = ['balanced', 'high_demand', 'oversupplied'] as const
export const EVENT_TYPES = [
  'session_started',
  'session_completed',
  'ib_call_logged',
  'tutor_availability_updated',
  'customer_health_update',
  'supply_demand_update',
] as const

export type Subject = (typeof SUBJECTS)[number]
export type Region = (typeof REGIONS)[number]
export type Timezone = (typeof TIMEZONES)[number]
export type SessionType = (typeof SESSION_TYPES)[number]
export type CallReason = (typeof CALL_REASONS)[number]
export type Level = (typeof LEVELS)[number]
export type Balance = (typeof BALANCES)[number]
export type EventType = (typeof EVENT_TYPES)[number]

/** What every payload begins with: when it happened (ISO 8601, UTC, milliseconds) and who says so. */
interface Stamp {
  timestamp: string
  source: 'simulator'
}

export interface SessionStarted extends Stamp {
  session_id: string
  student_id: string
  tutor_id: string
  subject: Subject
  session_type: SessionType
  scheduled_duration_minutes: 30 | 60 | 90
}

export interface SessionCompleted extends Stamp {
  session_id: string
  student_id: string
  tutor_id: string
  subject: Subject
  /** 20 to 95; from start to completion, to the minute. */
  actual_duration_minutes: number
  /** 1 to 5. */
  student_rating: number
  /** 1 to 5. */
  tutor_rating: number
  completed_successfully: boolean
}

export interface IbCallLogged extends Stamp {
  call_id: string
  student_id: string
  reason: CallReason
  /** 60 to 600. */
  duration_seconds: number
  resolved: boolean
  priority: Level
}

export interface TutorAvailabilityUpdated extends Stamp {
  tutor_id: string
  /** 0 to 40, whole hours; this week runs until the tutor's next update. */
  available_hours_this_week: number
  /** One to three, no repeats. */
  subjects: Subject[]
  timezone: Timezone
  accepts_instant_book: boolean
}

export interface CustomerHealthUpdate extends Stamp {
  student_id: string
  /** Successful sessions in (t − 7 days, t]. */
  sessions_last_7_days: number
  /** Successful sessions in (t − 30 days, t]. */
  sessions_last_30_days: number
  /** Calls in (t − 14 days, t]. */
  ib_calls_last_14_days: number
  /** Mean student_rating of all sessions in (t − 30 days, t], 2 decimals; the last known one where there are none. */
  avg_session_rating: number
  /** 0 to 100, 2 decimals: a function of the four numbers above, see health.ts. */
  health_score: number
  churn_risk: Level
}

export interface SupplyDemandUpdate extends Stamp {
  subject: Subject
  region: Region
  /** Tutors of the region who teach the subject and have hours left in their week. */
  available_tutors: number
  /** Students of the region enrolled in the subject, neither paused nor gone. */
  active_students: number
  /** 0 to 100, 2 decimals. */
  demand_score: number
  /** 0 to 100, 2 decimals. */
  supply_score: number
  balance_status: Balance
}

interface Of<Type extends EventType, Payload> {
  event_id: string
  caused_by: string | null
  event_type: Type
  payload: Payload
}

/** One fact, discriminated on `event_type`. */
export type Event =
  | Of<'session_started', SessionStarted>
  | Of<'session_completed', SessionCompleted>
  | Of<'ib_call_logged', IbCallLogged>
  | Of<'tutor_availability_updated', TutorAvailabilityUpdated>
  | Of<'customer_health_update', CustomerHealthUpdate>
  | Of<'supply_demand_update', SupplyDemandUpdate>

/** Numbers start here in every world: `stu_1000` is row 0. */
export const FIRST_STUDENT = 1000
export const FIRST_TUTOR = 100

/**
 * The `event_id` that an event's own content calls for; instants are milliseconds since 1970.
 *
 *     sess_<start>_<student number>.started       stu_<number>.health.<instant>
 *     sess_<start>_<student number>.completed     tut_<number>.availability.<instant>
 *     call_<instant>_<student number>.logged      <region>.<Subject-Name>.market.<instant>
 *
 * @param instant the payload's timestamp in milliseconds
 */
export function naturalKey(event: Pick<Event, 'event_type' | 'payload'>, instant: number): string {
  const { event_type, payload } = event as Event
  switch (event_type) {
    case 'session_started':
      return `${payload.session_id}.started`
    case 'session_completed':
      return `${payload.session_id}.completed`
    case 'ib_call_logged':
      return `${payload.call_id}.logged`
    case 'tutor_availability_updated':
      return `${payload.tutor_id}.availability.${instant}`
    case 'customer_health_update':
      return `${payload.student_id}.health.${instant}`
    case 'supply_demand_update':
      return `${payload.region}.${payload.subject.replace(' ', '-')}.market.${instant}`
  }
}
