// What plans pay for, and how long sessions may be: the shapes that figures are about, not figures themselves.

import { DAY } from '../../engine/index.ts'
import { sessionStarted } from '../events/session-started.ts'
import { tutorAvailabilityUpdated } from '../events/tutor-availability-updated.ts'

/** Sessions a week that a plan pays for; row 2. */
export const PLANS = [0.5, 1, 2, 3, 5] as const
/** Standing appointments of a plan; the first has one every other week. */
export const SLOTS_OF_PLAN = [1, 1, 2, 3, 5] as const
/** Scheduled minutes; row 13. */
export const MINUTES = sessionStarted.fields.scheduled_duration_minutes.values
/** A session as the unit in which a market counts what plans pay for. */
export const MEAN_MINUTES = 54
/** That a tutor offers in a week. */
export const HOURS_MAX = tutorAvailabilityUpdated.fields.available_hours_this_week.max
export const MONTH = 30.4375 * DAY
