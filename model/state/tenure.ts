// Figures of how students come, stay and leave; as those of calibration.ts, each with its unit and where it comes from.

import { DAY, HOUR, Quantiles } from '../../engine/index.ts'

/** Chance of leaving in a month: beta(1, 8.5) among newcomers, beta(1, 8.5 + age) after age months; row 34. */
export const HAZARD_BETA = 8.5
/** Age of the students that a world is born with, in months; survival of row 34, no older than three years. */
export const AGE = Quantiles.fromDensity((months) => 1 / (HAZARD_BETA + months), 0, 36)
/** Brings the mean of all the factors below back to 1; fits rows 33 and 34. */
export const HAZARD_SCALE = 0.91
/** … in the order of PLANS: who takes little leaves sooner; A, so that health warns (row 59). */
export const HAZARD_OF_PLAN = [1.9, 1, 0.65, 0.5, 0.45] as const
/**
 * Causes 4, 6, 7, 9 and 10: what is needed besides those who waver for the stream to show them as they are claimed. A halved pace
 * and a silence of two weeks come of wavering alone.
 */
export const HAZARD_FACTORS = {
  manyCalls: 6,
  unresolvedCall: 4.5,
  silent21Days: 5,
  loyal: 0.9,
  shortageOfAMonth: 1.3,
  tutorLeft: 1.8,
  june: 2.6,
  dissatisfied: 1.3,
  /** In the first weeks, as many as WAVERING has: before a student has warmed to it. */
  newcomer: 2.3,
  /** Population: those who join in June stay a quarter as long. */
  joinedInJune: 4,
} as const
/** Satisfaction, 0 to 250, below which a student is dissatisfied; A. */
export const DISSATISFIED = 190
/** Chance of leaving after the first session, by its rating 1 to 5; cause 5, and 15.6 % over all (row 34). */
export const FIRST_SESSION_LOSS = [0, 0.39, 0.39, 0.39, 0.37, 0.015] as const
/**
 * Most who leave are of two minds for some weeks before, and keep fewer lessons; some stay after all. Those whose
 * term ends leave at once, as do many whom calls weigh on. A, so that health warns (row 59) and silence weighs as cause 6 has it.
 */
export const WAVERING = {
  /** Share who leave without it: newcomers of less than so many weeks, those with calls that weigh on them, and others. */
  newcomerWeeks: 8,
  newcomersAtOnce: 0.15,
  angryAtOnce: 0.7,
  othersAtOnce: 0.05,
  /** Weeks of it, to below; no more than since they joined. */
  shortest: 7,
  longest: 14,
  leave: 0.8,
  /** Share of lessons kept. */
  kept: 0.5,
  /** Latent points of ratings, and calls a week that nothing led to. */
  ratings: -1.8,
  calls: 0.22,
} as const
/**
 * Who leaves does so this long after the decision. Some call to say so, within a day: most of those who pause, whose silence
 * would tell nothing else; A.
 */
export const FAREWELL = {
  shortest: 2 * DAY,
  longest: 5 * DAY,
  calls: 0.22,
  callsOfSilent: 0.9,
  callWithin: 30 * HOUR,
} as const
/** Share of those gone who come back, and when: after all windows of the health numbers have emptied; A. */
export const RETURN = { share: 0.06, shortest: 36 * DAY, longest: 150 * DAY } as const
/** Chance a week of pausing, and for how many weeks, to below; A, fits row 4. */
export const PAUSE = { weekly: 0.0085, shortest: 4, longest: 12 } as const
/**
 * Share of students who take no lessons while the season is low, and how low that is for the first and the last of them: most
 * from early in June to the end of August. The others take so much of their share more than the season says. A; with what is
 * thinned out it makes row 23.
 */
export const REST = { share: 0.25, first: 0.9, last: 0.75, madeUp: 0.2, hazard: 0.35 } as const

/** Season of those who take lessons, where others rest: the calendar's is of all of them. */
export function seasonOfOthers(season: number): number {
  const resting = Math.min(1, Math.max(0, (REST.first - season) / (REST.first - REST.last)))
  return season / (1 - REST.madeUp * resting)
}

/**
 * Pace at which free seats are taken, by half-months from January's first on: people come when a term begins, and not in
 * summer; row 48.
 */
export const SIGN_UPS = [
  ...[1.6, 1.4, 1.1, 1, 1, 1, 1, 0.9, 0.8, 0.7, 0.4, 0.25],
  ...[0.2, 0.25, 0.5, 1, 2, 1.8, 1.5, 1.2, 1, 0.8, 0.6, 0.5],
] as const
/** How long a free seat waits for somebody new at a pace of 1, by an exponential draw; of those that a growing region has opened, sooner; A. */
export const ARRIVAL = { shortest: DAY, meanDays: 16, meanDaysInGrowth: 3 } as const
/** Seats that are free over a year, against those taken; measured over years of the default world. */
const FREE_SEATS = 0.05

/** Seats that a region needs to have so many students. */
export function seatsFor(students: number): number {
  return Math.round(students * (1 + FREE_SEATS))
}

/** A changed size is carried out seat by seat, half of it in a quarter of this time; the last students say goodbye after it. */
export const CHANGE_OF_SIZE = 36 * DAY
/** … and the contract wants it done within eight weeks. */
export const CHANGE_IS_OVER = 56 * DAY
