// The six events as zod schemas: what ingestion APIs accept (posted.ts) and what `check` reads (checker/).

import * as z from 'zod'
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

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[1-9]\\d{2,9}$`))
const student_id = id('stu')
const tutor_id = id('tut')
const session_id = z.string().regex(/^sess_\d{1,15}_[1-9]\d{3,9}$/)
const call_id = z.string().regex(/^call_\d{1,15}_[1-9]\d{3,9}$/)
const whole = (min: number, max: number) => z.int().min(min).max(max)
const count = z.int().min(0)
const twoDecimals = (min: number, max: number) =>
  z
    .number()
    .min(min)
    .max(max)
    .refine((value) => Math.round(value * 100) / 100 === value, 'at most 2 decimals')
const stamp = {
  timestamp: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    .refine((text) => !Number.isNaN(Date.parse(text)), 'no such instant'),
  source: z.literal('simulator'),
}
const rating = whole(1, 5)
const subject = z.enum(SUBJECTS)

const payloads = {
  session_started: z.strictObject({
    ...stamp,
    session_id,
    student_id,
    tutor_id,
    subject,
    session_type: z.enum(SESSION_TYPES),
    scheduled_duration_minutes: z.literal([30, 60, 90]),
  }),
  session_completed: z.strictObject({
    ...stamp,
    session_id,
    student_id,
    tutor_id,
    subject,
    actual_duration_minutes: whole(20, 95),
    student_rating: rating,
    tutor_rating: rating,
    completed_successfully: z.boolean(),
  }),
  ib_call_logged: z.strictObject({
    ...stamp,
    call_id,
    student_id,
    reason: z.enum(CALL_REASONS),
    duration_seconds: whole(60, 600),
    resolved: z.boolean(),
    priority: z.enum(LEVELS),
  }),
  tutor_availability_updated: z.strictObject({
    ...stamp,
    tutor_id,
    available_hours_this_week: whole(0, 40),
    subjects: z
      .array(subject)
      .min(1)
      .max(3)
      .refine((list) => new Set(list).size === list.length, 'no repeats'),
    timezone: z.enum(TIMEZONES),
    accepts_instant_book: z.boolean(),
  }),
  customer_health_update: z.strictObject({
    ...stamp,
    student_id,
    sessions_last_7_days: count,
    sessions_last_30_days: count,
    ib_calls_last_14_days: count,
    avg_session_rating: twoDecimals(1, 5),
    health_score: twoDecimals(0, 100),
    churn_risk: z.enum(LEVELS),
  }),
  supply_demand_update: z.strictObject({
    ...stamp,
    subject,
    region: z.enum(REGIONS),
    available_tutors: count,
    active_students: count,
    demand_score: twoDecimals(0, 100),
    supply_score: twoDecimals(0, 100),
    balance_status: z.enum(BALANCES),
  }),
}

function union<Envelope extends z.ZodRawShape>(envelope: Envelope) {
  const of = <Type extends keyof typeof payloads>(event_type: Type) =>
    z.strictObject({ ...envelope, event_type: z.literal(event_type), payload: payloads[event_type] })
  return z.discriminatedUnion('event_type', [
    of('session_started'),
    of('session_completed'),
    of('ib_call_logged'),
    of('tutor_availability_updated'),
    of('customer_health_update'),
    of('supply_demand_update'),
  ])
}

/** `{"event_type": …, "payload": {…}}`, exactly: the body that is posted. */
export const bodySchema = union({})

/** One NDJSON line: the body with its `event_id` and `caused_by`. */
export const eventSchema: z.ZodType<Event> = union({
  event_id: z.string().min(1),
  caused_by: z.string().min(1).nullable(),
})
