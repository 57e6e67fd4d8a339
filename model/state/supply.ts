// Every figure of tutors and markets, with its unit and where it comes from, as calibration.ts has those of students: "row n" and
// "cause n" are of docs/calibration.md, A marks what is assumed here.

import { Choice, DAY, HOUR, MINUTE, Quantiles } from '../../engine/index.ts'
import { SHORTAGE_BELOW } from '../events/balance.ts'
import { Zone } from '../events/localtime.ts'
import { tutorAvailabilityUpdated } from '../events/tutor-availability-updated.ts'
import { gammaDensity, lognormalDensity } from '../settings/densities.ts'
import { SUBJECT_SHARES } from './calibration.ts'

// Tutors --------------------------------------------------------------------------------------------------------------

/**
 * Students per tutor; row 5. The nine that are claimed cannot stand beside 12 hours offered (row 6), 1.23 sessions a
 * student (row 1) and a utilisation of 0.40 (row 8): nine students would fill such a tutor's week.
 */
export const STUDENTS_PER_TUTOR = 4.5
/** Of an hour on offer this much is taught when supply meets demand; row 8. */
export const UTILISATION = 0.4
/** Hours of a usual week, by tutor: with what varies within a tutor's year a gamma of shape 1.5 and mean 13; row 6. */
export const USUAL_HOURS = Quantiles.fromDensity(gammaDensity(1.65, 13 / 1.65), 0.5, 44)
export const HOURS_MAX = tutorAvailabilityUpdated.fields.available_hours_this_week.max
/**
 * A tutor's habit is a factor on their usual hours that changes every three months or so. What they offer changes once habit
 * and demand together call for so much more or less; A, so that a tutor's hours vary by a quarter over half a year.
 */
export const HABIT = {
  changesWeekly: 1 / 13,
  level: Quantiles.fromDensity(lognormalDensity(0.997, 0.08), 0.5, 2),
  noticed: { hours: 0.75, share: 0.08 },
} as const
/** Share of weeks that are fuller or emptier than the standing one, and by what factor; row 7. */
export const ODD_WEEK = { share: 0.06, factor: Quantiles.fromDensity(lognormalDensity(0.95, 0.3), 0.3, 2.5) } as const
/** In and after a week with so many fewer or more lessons than an ordinary one tutors offer less or more, by this part of it; A. */
export const AFTER_ODD_WEEK = { from: 0.15, followed: 0.25 } as const
/** Chance a week that a tutor does not teach for a while; with illness and holidays 8 % of weeks are without hours; row 6. */
export const REST = { weekly: 0.009, juneFactor: 2.5, shortestWeeks: 4, longestWeeks: 14 } as const
/** Share of usual hours that are offered, beside rests, illness and holidays; measured over a year of the default world. */
export const OFFERED_SHARE = 0.92
/** A week without news is told now and then all the same, with this chance, and at the latest after so many weeks; A. */
export const TELLS_UNCHANGED = { weekly: 0.2, latestWeeks: 4 } as const
/** A tutor who is there offers at least what their standing lessons take, so many times, and so many hours more; A. */
export const RESERVED_SLACK = { factor: 1.15, hours: 1 } as const
/** Days of a week on which a tutor is away and whose hours they offer on its other days, if there are any; A. */
export const MADE_UP_DAYS = 3
/** When in the day a tutor who falls ill says so: before anybody's window opens; A. */
export const SICK_NOTE = { from: 7 * HOUR, within: 50 } as const
/** Supply follows demand; cause 7. A tutor looks once a week at the seven days before, so the lag is 3 to 7 days. */
export const DEMAND_FOLLOWED = { elasticity: 0.9, least: 0.55, most: 1.5 } as const
/** More than the first: none, one or two; row 10. */
export const MORE_SUBJECTS = new Choice([43, 35, 22])
export const ACCEPTS_INSTANT_SHARE = 0.38
/** Chance of leaving in a month; row 9. Cause 9: announced three weeks before, with 40 % fewer hours. */
export const TUTOR_LEAVES_MONTHLY = 0.033
export const NOTICE_WEEKS = 3
export const NOTICE_HOURS = 0.6
/** Reviews for which their students are shaken: 30 days; cause 9. */
export const BEREAVED_WEEKS = 4
/** Cause 9: over 25 h a week, three weeks in a row. */
export const TIRED = { minutes: 25 * 60, weeks: 3, noShows: 1.5 } as const
/** Minutes that a tutor teaches in a UTC day at most; A. */
export const MINUTES_A_DAY_MAX = 360
/**
 * … and in eight such days in a row, which is what seven times 24 hours may touch. With the end of one session before them,
 * 95 minutes at most, that stays below the contract's 40 hours in any week.
 */
export const MINUTES_IN_EIGHT_DAYS_MAX = 40 * 60 - 95
/** When in the week a tutor says what they offer; A. */
export const POSTING = {
  onSunday: 0.6,
  earliest: 9 * HOUR,
  latest: 22 * HOUR,
  jitter: 90 * MINUTE,
  dayBefore: 0.35,
  soonest: 3 * DAY,
} as const
/** How often a tutor is asked against their hours, by quality: good ones are recommended and fill up; A, for cause 9. */
export const SOUGHT = { perDeviation: 0.6, least: 0.2, professional: 3 } as const
/** Usual hours, in hundredths, from which teaching is a tutor's profession; A. */
export const PROFESSIONAL_FROM = 2800
/** Chance a week that a tutor takes on another subject; A. More would make of row 10 another row within a year or two. */
export const NEW_SUBJECT_WEEKLY = 0.002
/**
 * R that each subject settles at, in the order of SUBJECTS: tutors of some are hard to find, of others plenty; A, so
 * that the markets spread as in row 40.
 */
export const USUAL_SUPPLY = [1.02, 0.93, 0.94, 1.02, 1.07, 1.1, 0.92, 1.0, 0.99] as const
/** What a tutor teaches. Second and third subjects favour the small ones, which the root makes up for. */
const TAUGHT_SHARES = SUBJECT_SHARES.map(
  (share, subject) => share * Math.sqrt(Math.sqrt(share)) * (USUAL_SUPPLY[subject] as number),
)
export const TAUGHT_SUBJECT = new Choice(TAUGHT_SHARES)
/** Share of tutors who teach a subject first, in the order of SUBJECTS. */
export const FIRST_SUBJECT_SHARES = TAUGHT_SHARES.map(
  (share) => share / TAUGHT_SHARES.reduce((sum, other) => sum + other, 0),
)
/** A market short of what it usually has takes on tutors: this part of the gap a day; A. */
export const RECRUITING = { partADay: 0.1, minutesATutor: 430 } as const

// Markets -------------------------------------------------------------------------------------------------------------

/** The zone by whose clocks a region's markets report: that of most of its people. In the order of REGIONS. */
export const MARKET_ZONES = [Zone.eastern, Zone.eastern, Zone.central, Zone.pacific, Zone.central] as const
/** A market is told at every hour of the day that leaves this remainder: 2, 5, 8, … 23 o'clock. */
export const REPORT_HOURS = { every: 3, remainder: 2 } as const
/**
 * demand_score: the logarithm of a day's sessions asked for against their season has this mean (weekdays differ, and the mean
 * of a logarithm is lower than the logarithm of the mean) and this deviation; cause 8, measured over a school year.
 */
export const DEMAND_LOG = { mean: -0.14, deviation: 0.33 } as const
/** Sessions that count as asked for as ever, beside what was: small markets would leap with every session otherwise; A. The second is for tutors who follow demand. */
export const USUAL_WEIGHT = { ofDay: 18, ofWeek: 30 } as const
/** Minutes of a tutor that a session asked for takes: a class counts once; rows 12 to 14. */
export const TUTOR_MINUTES = 50
/** Days over which a market learns what demand is usual; A. */
export const USUAL_DAYS = 90
/** Cause 7, over seven days: a shortage begins where R falls below the first and ends where it is above the second. */
export const SHORTAGE_RATIO = { below: SHORTAGE_BELOW, over: 0.85 } as const
