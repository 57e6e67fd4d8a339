// What shocks are like that no setting says, each with its unit and where it comes from; the rest is in model/settings/shocks.ts. A marks what is assumed here: sizes are then
// such that a region's weeks differ by about a twentieth, as calibration's row of over-dispersion has it.

import { DAY, HOUR } from '../../engine/index.ts'
import type { Region } from '../events/index.ts'
import type { Range } from '../settings/shocks.ts'

/** One kind of weather of a region. */
export interface Weather {
  readonly name: string
  /** First and last month in which it comes, 1 to 12; over New Year where the first is the later. */
  readonly months: Range
  /** Chance that one begins on a day of these months. */
  readonly daily: number
  /** Share of a day's lessons that fall out, and days that it lasts. */
  readonly loss: Range
  readonly days: Range
}

/**
 * Weather that closes schools and cuts lines. Districts of Massachusetts lost 2.2 days a year to snow, 2003 to 2010 (Goodman,
 * "Flaking Out", NBER 20221): here 4.8 winter storms with 0.48 of the lessons gone for a day and a half are 3.4 days of lessons,
 * as some are put off where schools stay open. The others: A, in the months in which NOAA's Storm Events have them.
 */
export const WEATHER: Readonly<Record<Region, readonly Weather[]>> = {
  northeast: [
    { name: 'snow', months: [12, 3], daily: 0.04, loss: [0.25, 0.7], days: [1, 2] },
    { name: 'thunderstorms', months: [5, 9], daily: 0.015, loss: [0.12, 0.35], days: [1, 1] },
  ],
  southeast: [
    { name: 'hurricane', months: [8, 10], daily: 0.018, loss: [0.35, 0.85], days: [2, 4] },
    { name: 'tornadoes', months: [2, 6], daily: 0.022, loss: [0.2, 0.5], days: [1, 2] },
    { name: 'ice', months: [12, 2], daily: 0.014, loss: [0.3, 0.75], days: [1, 2] },
  ],
  midwest: [
    { name: 'snow', months: [11, 3], daily: 0.036, loss: [0.25, 0.65], days: [1, 2] },
    { name: 'tornadoes', months: [4, 8], daily: 0.02, loss: [0.15, 0.4], days: [1, 1] },
  ],
  west: [
    { name: 'rain and floods', months: [11, 4], daily: 0.028, loss: [0.2, 0.5], days: [1, 3] },
    { name: 'wildfire smoke', months: [7, 10], daily: 0.018, loss: [0.2, 0.5], days: [2, 4] },
  ],
  southwest: [
    { name: 'ice', months: [12, 2], daily: 0.032, loss: [0.3, 0.8], days: [1, 3] },
    { name: 'tornadoes', months: [3, 6], daily: 0.035, loss: [0.25, 0.55], days: [1, 2] },
    { name: 'heat', months: [6, 9], daily: 0.022, loss: [0.15, 0.35], days: [2, 4] },
  ],
}
/**
 * A winter's wave of illness. Of 36 winters 7 peaked in December, 6 in January, 15 in February and 6 in March (CDC, peak month of
 * flu activity, 1982 to 2018). A region peaks up to so many days off the country; its deviation in days: A.
 */
export const WINTER_ILLNESS = {
  peakMonths: [12, 1, 2, 3],
  apartDays: 14,
  deviationDays: [10, 20],
} as const

/** Reports of grades go home at the end of a quarter, a region within days of others, and families book more; A. */
export const REPORT_CARDS = {
  /** Month and day about which they come, the days by which they are off, and how long it is felt. */
  dates: [
    [10, 20],
    [1, 28],
    [4, 24],
  ],
  apartDays: 10,
  days: [8, 14],
} as const

/** First and last month with tests in subjects; A. */
export const TESTS = { months: [9, 5] } as const

/** In stretches of so many days schools or others may hire who teaches a subject in a region, for so many days; A. */
export const TUTORS_DRAWN_AWAY = { everyDays: 84, days: [42, 84] } as const

/** The platform is released every other week; what that breaks is mended before the next release. */
export const RELEASE = { everyDays: 14 } as const

/** The platform goes down between these times of a day, UTC, and ratings have recovered so long after it is up; cause 10 and A. */
export const OUTAGE = { earliest: 14 * HOUR, latest: 24 * HOUR, recovery: DAY } as const

/**
 * Where prices change there are for days more calls about bills than the usual ones of a student and week (rows 1, 25 and 27), and for
 * a month a share more leave; A.
 */
export const PRICE_CHANGE = { callDays: 14, usualWeekly: 0.0135, days: 30 } as const
