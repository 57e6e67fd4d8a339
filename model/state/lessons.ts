// What holds of lessons whatever is set, as the promises of the contract hang on it. Their figures are in model/settings/sessions.ts
// and model/settings/slots.ts.

import { MINUTE } from '../../engine/index.ts'
import { sessionCompleted } from '../events/session-completed.ts'

/** Minutes by which a lesson begins early or late, at the most. */
export const PUNCTUALITY = { earliest: -3, latest: 10 } as const
/** Weeks to look ahead for the next session. */
export const WEEKS_AHEAD = 12
/** A lesson waits so long for the end of the one before. */
export const TUTOR_RUNS_LATE = 15 * MINUTE
/** Minutes that may be reserved of a tutor's day, so that there is room below MINUTES_A_DAY_MAX when clocks change. */
export const RESERVED_A_DAY_MAX = 330
/** Share of a tutor's usual hours that may be reserved; A. */
export const RESERVED_SHARE_MAX = 1
/** Where an hour is not free, these are tried: minutes from it, the nearest first, then other days. */
export const NEARBY = [60, -60, 120, -120, 180, -180, 2880, -2880, 1440, -1440, 4320, -4320] as const
/** A class has two seats or more. */
export const CLASS_SEATS_LEAST = 2
/** That a session can take. */
export const ACTUAL_MINUTES = {
  shortest: sessionCompleted.fields.actual_duration_minutes.min,
  longest: sessionCompleted.fields.actual_duration_minutes.max,
} as const
/** How reliable people are against the mean is kept in 64ths. */
export const RELIABILITY_ONE = 64
