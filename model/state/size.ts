// How large a world has to be for a rate of events.

import { WEEK } from '../../engine/index.ts'

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
