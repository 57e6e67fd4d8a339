// How an event is kept before anybody sees it: a row of numbers. What its fields mean to an event, each type's own
// description says.

import type { Fields, Row } from '../../engine/index.ts'

/**
 * Which type of event led to an event, so that its natural key can be told; students keep it of the call to come. Nothing
 * led to one that is `standing`: it tells a target that is new to the world what stands.
 */
export const Cause = { none: 0, started: 1, completed: 2, call: 3, standing: 4 } as const

/** The events of one tick, in order. */
export const EVENT = {
  instant: 'f64',
  /** The instant that the id of the event's cause carries: the start of a session, the time of a call. */
  causeInstant: 'f64',
  /** Number of the student or tutor, or of the market. */
  agent: 'u32',
  tutor: 'u32',
  students: 'u32',
  tutors: 'u32',
  seconds: 'u16',
  sessions7: 'u16',
  sessions30: 'u16',
  /** Hundredths. */
  rating: 'u16',
  score: 'u16',
  supplyScore: 'u16',
  /** Kind of the action that led to it. */
  kind: 'u8',
  /** Place in the list of types. */
  type: 'u8',
  cause: 'u8',
  subject: 'u8',
  sessionType: 'u8',
  minutes: 'u8',
  studentRating: 'u8',
  tutorRating: 'u8',
  /** Successful, resolved, accepts instant booking. */
  yes: 'u8',
  reason: 'u8',
  /** Priority, churn risk or balance. */
  level: 'u8',
  calls: 'u8',
  hours: 'u8',
  /** Subjects plus one; 0 for none. */
  subject1: 'u8',
  subject2: 'u8',
  subject3: 'u8',
  zone: 'u8',
} as const satisfies Fields

export type EventRow = Row<typeof EVENT>
