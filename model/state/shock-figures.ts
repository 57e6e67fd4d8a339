// Figures of what hits many at once, each with its unit and where it comes from. A marks what is assumed here: sizes are then
// such that a region's weeks differ by about a twentieth, as calibration's row of over-dispersion has it.

import { Choice, DAY, HOUR, MINUTE } from '../../engine/index.ts'
import type { Region } from '../events/index.ts'

/** A range that a draw is spread evenly over. */
export type Range = readonly [low: number, high: number]

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
/** Technical failures grow by this much for each share of lessons that weather takes; A. */
export const WEATHER_FAILURES = 3

/**
 * A winter's wave of illness. Of 36 winters 7 peaked in December, 6 in January, 15 in February and 6 in March (CDC, peak month of
 * flu activity, 1982 to 2018). A region peaks up to so many days off the country; its deviation in days and the share of lessons
 * lost at the peak: A.
 */
export const WINTER_ILLNESS = {
  peakMonths: [12, 1, 2, 3],
  peakMonth: new Choice([7, 6, 15, 6]),
  apartDays: 14,
  deviationDays: [10, 20],
  loss: [0.1, 0.2],
  /** No-shows and late cancellations of students grow by so much at a loss of 1; A. */
  noShows: 5,
} as const

/** Reports of grades go home at the end of a quarter, a region within days of others, and families book more; A. */
export const REPORT_CARDS = {
  /** Month and day about which they come, the days by which they are off, how long it is felt, and the share that is added. */
  dates: [
    [10, 20],
    [1, 28],
    [4, 24],
  ],
  apartDays: 10,
  days: [8, 14],
  more: [0.06, 0.2],
} as const

/**
 * Tests in a subject: the chance that a market's week of term has them, and the share of lessons that they add; A, such that weeks of
 * a market differ by at least as much as chance makes them.
 */
export const TESTS = { weekly: 0.12, more: [0.2, 0.7], months: [9, 5] } as const

/**
 * Schools or others hire who teaches a subject in a region: share of 12 weeks in which that begins, how many days it lasts, and
 * the share of hours that it takes. A, so that there are lasting shortages (cause 7).
 */
export const TUTORS_DRAWN_AWAY = { everyDays: 84, chance: 0.08, days: [42, 84], hours: [0.3, 0.5] } as const

/**
 * The platform is released every other week. Of changes 0 to 15 % bring a failure that has to be mended with the best of
 * companies, 16 to 30 % with others (DORA, State of DevOps 2021); such a one is mended within a day to a
 * week, here within two, as not everybody updates at once. Technical failures by its size; A.
 */
export const RELEASE = { everyDays: 14, bad: 0.16, days: [3, 14], failures: [2, 4.5], calls: 1.2 } as const

/**
 * The platform is down for 1 to 3 h, on a day in 60 (A), between 14:00 and 02:00 UTC. Cause 10: five times as many sessions fail, the
 * more for technical reasons; eight times as many calls about technology, at once, as most see that it is not their line; ratings
 * (latent points, half of it the day after) fall by 0.3.
 */
export const OUTAGE = {
  daily: 1 / 60,
  earliest: 14 * HOUR,
  latest: 24 * HOUR,
  shortest: 1 * HOUR,
  longest: 3 * HOUR,
  failures: 5,
  calls: { afterFailure: 0.19, factor: 8, within: 45 * MINUTE },
  rating: -0.75,
  recovery: DAY,
} as const

/**
 * Prices change now and then: a chance a quarter; for days more calls about bills than the usual ones of a student and week (rows 1,
 * 25 and 27), and for a month a share more leave; A.
 */
export const PRICE_CHANGE = {
  quarterly: 0.15,
  callDays: 14,
  calls: [2, 4],
  usualWeekly: 0.0135,
  days: 30,
  leaving: 1.4,
} as const
