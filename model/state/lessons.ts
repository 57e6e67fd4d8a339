// Figures of lessons: slots and what becomes of them, classes, how sessions go and are rated. "Row n" is
// a target of docs/calibration.md, "cause n" one of its causes, and A marks what is assumed here.

import { Choice, DAY, exp, HOUR, ln, MINUTE, Quantiles } from '../../engine/index.ts'
import { sessionCompleted } from '../events/session-completed.ts'

// Slots ---------------------------------------------------------------------------------------------------------------

/** Share of slots whose students agree on another time each week; fits row 42. */
export const FLEXIBLE_SHARE = 0.25
/** Share of slots that are a class's; with instant bookings fits row 12. */
export const CLASS_SLOTS = 0.12
/** How far a student's slots lie from their usual hour, as a share of the day's demand either way; fits row 54. */
export const HOUR_SPREAD = 0.05
/** … and their instant bookings. */
export const WISH_SPREAD = 0.25
/** Quarter of the hour at which a lesson begins; A. */
export const QUARTER = new Choice([50, 10, 30, 10])
/** Scheduled minutes and their shares; row 13. */
export const SCHEDULED_MINUTES = new Choice([15, 75, 10])
export const INSTANT_MINUTES = new Choice([80, 18, 2])
/** Minutes by which a lesson begins late, or early; A. */
export const PUNCTUALITY = { mean: 1, deviation: 1.6, earliest: -3, latest: 10 } as const

/** Chance that a lesson takes place in a week of average season; fits rows 1, 3 and 4. */
export const ATTENDANCE = 0.95
/** Second lessons asked for where demand is higher than that: some find no hour; fits rows 24 and 64. */
export const DOUBLED = 1.4
/** Not even in the best of weeks are all kept; A. */
export const ATTENDANCE_MAX = 0.98
/** Share of a student's lessons that are moved within the week, and of those whose time is agreed on anew each week; A. */
export const MOVED = { usually: 0.08, flexible: 1 } as const
/** Of those moved, the share that stays on its day; by how many hours at the most; A. */
export const MOVED_TO = { sameDay: 0.4, hours: 2 } as const
/** Share of lessons called off by a call to support, a while before; fits row 27. */
export const CALLED_OFF = { share: 0.004, earliest: 48 * HOUR, latest: 3 * HOUR } as const
/** Chance a week that a student's habits change and a slot moves for good: every few months; A. */
export const HABIT_CHANGE_WEEKLY = 0.03
/** Weeks to look ahead for the next session. */
export const WEEKS_AHEAD = 12

/** Instant bookings a week against the sessions that the plan pays for, in average season; row 12. */
export const WISHES = 0.16
/** Share of them in the second subject, where there is one; A. */
export const OTHER_SUBJECT_WISHES = 0.4
/** Between the end of a session and an instant booking, or before a lesson; A. */
export const NOTICE = 45 * MINUTE
/** Minutes that an instant request waits, and when the student gives up; row 38. */
export const WAIT = Quantiles.fromDensity(lognormalDensity(1.5, 1.018), 0.05, 60)
export const PATIENCE_MINUTES = 10
/** Share of instant requests that come to nothing for other reasons than the wait; with the wait fits row 39. */
export const INSTANT_REFUSALS = 0.045

// Tutors of slots -----------------------------------------------------------------------------------------------------

/** Chance that a student stays with a tutor, or takes a new one, by the rating 1 to 5 of a session that took place; row 56. */
export const STAYS = [0, 0.1, 0.2, 0.4, 0.9, 0.995] as const
/** … and where it failed, for which the tutor is blamed less often; A. */
export const STAYS_AFTER_FAILURE = [0, 0.35, 0.5, 0.65, 0.95, 1] as const
/** Chance of a substitute where the tutor cannot come; else the lesson is called off; A. */
export const SUBSTITUTE = 0.45
/** Chance that a student looks for another tutor when theirs cannot come: some are away for long; A. */
export const GIVES_UP_TUTOR = 0.1
/**
 * Cause 7: chance that a lesson is called off in a shortage, in which tutors have more students than hours, and that it brings
 * a call; not on days with more than ordinary lessons, as before exams: then tutors work longer. A, fits the health that a
 * shortage costs.
 */
export const CALLED_OFF_IN_SHORTAGE = { share: 0.45, calls: 0.01, exams: 1.1 } as const
/** For so long tutors make do with longer days; A. */
export const SHORTAGE_BORNE = 3 * DAY
/** A lesson waits so long for the end of the one before. */
export const TUTOR_RUNS_LATE = 15 * MINUTE
/** Minutes that may be reserved of a tutor's day, so that there is room below MINUTES_A_DAY_MAX when clocks change. */
export const RESERVED_A_DAY_MAX = 330
/** Share of a tutor's usual hours that may be reserved; A. */
export const RESERVED_SHARE_MAX = 1
/** Minutes a week that a tutor may have reserved and still take instant bookings and be a substitute: row 44; A. */
export const RESERVED_BUT_OPEN = 240
/** Where an hour is not free, these are tried: minutes from it, the nearest first, then other days. */
export const NEARBY = [60, -60, 120, -120, 180, -180, 2880, -2880, 1440, -1440, 4320, -4320] as const
/** A lesson that found no tutor is tried once more so long after; A. */
export const RETRY = { earliest: 3 * HOUR, latest: 48 * HOUR } as const

// Classes -------------------------------------------------------------------------------------------------------------

/** Seats of a class, from two to eight, and the students that it has on average; row 52. */
export const CLASS_SEATS = new Choice([4, 10, 18, 20, 20, 16, 12])
export const CLASS_SEATS_LEAST = 2
export const CLASS_STUDENTS = 4.2

// How sessions go -----------------------------------------------------------------------------------------------------

/** Actual minutes; row 14. An instant session is over when the question is answered. */
export const ACTUAL = {
  drift: -1,
  deviation: 4,
  shortest: sessionCompleted.fields.actual_duration_minutes.min,
  longest: sessionCompleted.fields.actual_duration_minutes.max,
  instantShare: 0.68,
  instantDrift: 3,
} as const
/** Hidden causes of failure in the order of Outcome, in percent of sessions; with what shocks add row 16. The first session: row 17. */
export const FAILURES = [0, 4.5, 2, 1.2, 1.2, 0.8] as const
export const FIRST_SESSION_FAILURE_FACTOR = 1.2
/** Who misses a session is waited for so long, in minutes; row 58. */
export const WAITED = { shortest: 20, longest: 30 } as const
/**
 * How often a student misses or cancels, and a tutor is missed or breaks off, against the mean: a trait for life, gamma of
 * mean 1; A, shown by row 55. In 64ths, as rows keep it.
 */
export const RELIABILITY = {
  one: 64,
  student: Quantiles.fromDensity(gammaDensity(1.2), 0.02, 3.9),
  tutor: Quantiles.fromDensity(gammaDensity(1), 0.02, 3.9),
} as const

// Ratings -------------------------------------------------------------------------------------------------------------

/**
 * A rating is a normal latent variable cut at limits; with those of failed sessions these give 82 / 9 / 5 / 2 / 2 % over all
 * (row 18). Quality, fit and outcome take their part of the variance. One latent point is about half a rating point.
 */
export const STUDENT_RATING_LIMITS = [-2.35, -2.1, -1.85, -1.25] as const
/** Of failed sessions, by how much the outcome is held against the tutor: one in ten gets five stars; row 58. */
export const FAILED_RATING_LIMITS = [-1.25, -0.7, 0.35, 1.52] as const
/** 88 / 9 / 3 %; row 19. */
export const TUTOR_RATING_LIMITS = [-2.9, -2.5, -2, -1.28] as const
/** Latent points. Outcomes in the order of Outcome: student, tutor. */
export const OUTCOME_SHIFT = [
  [0, 0.1],
  [0.2, -1.6],
  [0.2, -0.9],
  [-0.1, -0.3],
  [-0.7, -0.3],
  [-0.3, -0.4],
] as const
export const RATING_DEVIATIONS = { noise: 0.87, quality: 0.35, fit: 0.35 } as const
/** Cause 9 (−0.08 and −0.15 rating points) and 10 (−0.3), first session (row 18), as latent points. */
export const RATING_SHIFTS = { tired: -0.15, newTutor: -0.28, firstSession: -0.34 } as const
/** Sessions before which a tutor is new; cause 9. */
export const NEW_TUTOR_SESSIONS = 10

function lognormalDensity(median: number, sigma: number): (x: number) => number {
  return (x) => {
    const z = ln(x / median) / sigma
    return exp((-z * z) / 2) / x
  }
}

/** Gamma density of mean 1. */
function gammaDensity(shape: number): (x: number) => number {
  return (x) => exp((shape - 1) * ln(x) - x * shape)
}
