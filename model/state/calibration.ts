// Every figure of the marketplace, with its unit and where it comes from. "Row n" is a target of docs/calibration.md and
// "cause n" one of its causes; A marks what is assumed here. What the default world was measured to do stands beside each target.

import { Choice, DAY, WEEK } from '../../engine/index.ts'
import { SHORTAGE_BELOW } from '../events/balance.ts'
import { sessionStarted } from '../events/session-started.ts'

export { NORMAL } from '../settings/densities.ts'

// Students ------------------------------------------------------------------------------------------------------------

/** Sessions a week that a plan pays for; row 2. */
export const PLANS = [0.5, 1, 2, 3, 5] as const
export const PLAN = new Choice([15, 50, 25, 7, 3])
/** … of those who come; who takes little leaves sooner, so that row 2 is what is there. */
export const PLAN_OF_NEWCOMERS = new Choice([20, 51.5, 21, 5.3, 2.2])
export const MONTH = 30.4375 * DAY
/** In the order of SUBJECTS; row 20. */
export const SUBJECT_SHARES = [41, 7, 9, 7, 18, 3.5, 6, 6, 2.5] as const
export const SUBJECT = new Choice(SUBJECT_SHARES)
/** Students with a second subject; A. */
export const SECOND_SUBJECT_SHARE = 0.2
/** Zones by region, in the order of Zone; row 37. Arizona is 7.2 of the 10.2 million of the Southwest's mountain time (2020 census). */
export const ZONES = [
  [100, 0, 0, 0, 0],
  [74, 26, 0, 0, 0],
  [40, 60, 0, 0, 0],
  [0, 0, 18, 82, 0],
  [0, 76, 7, 0, 17],
].map((weights) => new Choice(weights))

/** Sessions that are asked for of those that plans pay for, in average season: lessons that take place, and instant bookings. */
export const PACE = 0.89

/** Share of a week's sessions by weekday, Monday first; row 21. */
const WEEKDAYS = [17, 18, 18, 16, 8, 8, 15]
/** Share of a weekday's sessions by local hour; row 22. */
const WEEKDAY_HOURS = hours({
  8: 12 / 7,
  9: 12 / 7,
  10: 12 / 7,
  11: 12 / 7,
  12: 12 / 7,
  13: 12 / 7,
  14: 12 / 7,
  15: 9,
  16: 13,
  17: 14,
  18: 15,
  19: 15,
  20: 12,
  21: 6,
  22: 2,
  23: 2,
})
const WEEKEND_HOURS = hours({
  8: 2,
  9: 6,
  10: 8,
  11: 9,
  12: 8,
  13: 8,
  14: 9,
  15: 9,
  16: 9,
  17: 8,
  18: 8,
  19: 7,
  20: 6,
  21: 2,
  22: 1,
})
/** Share of a week's sessions for each of its 168 local hours, Monday 00:00 first; adds up to 1. */
export const HOURS_OF_WEEK = WEEKDAYS.flatMap((share, day) =>
  (day < 5 ? WEEKDAY_HOURS : WEEKEND_HOURS).map((hour) => (share / 100) * hour),
)

// Sessions ------------------------------------------------------------------------------------------------------------

/** Scheduled minutes; row 13. */
export const MINUTES = sessionStarted.fields.scheduled_duration_minutes.values
/** Cause 7: in a shortage waits are longer, and fills fall by 15 points with them (row 39). */
export const SHORTAGE = { below: SHORTAGE_BELOW, over: 0.85, waits: 2.5, calls: 1.6, longTerm: 30 * DAY } as const
/** Mean length of a session over all types, in minutes; rows 12 to 14. */
export const MEAN_MINUTES = 54

// Size ----------------------------------------------------------------------------------------------------------------

/**
 * Events a week for each student at season 1, with those of their tutors; measured at 2,000 to 20,000: 5.8 in January, 6.0 to
 * 6.4 in February, April, July and September, 7.0 in October.
 */
const EVENTS_PER_STUDENT_WEEKLY = 6.1
/** Events a week of all markets: they are told every three hours, and when their balance changes; measured at 2,000 to 20,000. */
const EVENTS_OF_MARKETS_WEEKLY = 2750

/** Students whose world brings `rate` events a tick on average over a week. @param season of the week */
export function studentsForRate(rate: number, season: number, tickMilliseconds: number): number {
  const eventsWeekly = (rate * WEEK) / tickMilliseconds
  return Math.max(1, Math.round((eventsWeekly - EVENTS_OF_MARKETS_WEEKLY) / (EVENTS_PER_STUDENT_WEEKLY * season)))
}

function hours(shares: Record<number, number>): number[] {
  const total = Object.values(shares).reduce((sum, share) => sum + share, 0)
  return Array.from({ length: 24 }, (_, hour) => (shares[hour] ?? 0) / total)
}
