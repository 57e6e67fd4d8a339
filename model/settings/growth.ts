// How students come, stay and leave. `growth.leaving_percent_monthly` scales every chance of leaving; what makes it more or less
// for somebody follows.

import { DAY, exp, HOUR, ln, Quantiles } from '../../engine/index.ts'
import { figure, percent, shareOf, type Values } from './definition.ts'

const LEAVING_PERCENT_MONTHLY = 7.2
/** For who leaves as row 34 has it: with it chances of newcomers are beta(1, b). */
const HAZARD_BETA = 8.5
const SEAT_FREE_DAYS = 16
/** Brings the mean of all factors back to 1; fits rows 33 and 34. */
const HAZARD_SCALE = 0.94
/** Seats that are free over a year, against those taken; measured over years of the default world. */
const FREE_SEATS = 0.05
const FREE_SEATS_MAX = 2
/** Of the decision to leave those who say so call; nothing in the stream tells when that was, so it is no setting. */
const CALL_WITHIN = 30 * HOUR
const DAYS_A_MONTH = 30.4375
/** Of students when the world is born: about what pauses lead to. */
const PAUSED_SHARE = 0.04
const PAUSED_PERCENT_WEEKLY = 0.8
const PAUSED_WEEKS_MEAN = 8
const PAUSED_SHARE_MAX = 0.7

/** A factor on the chance of leaving. */
function factor(usual: number) {
  return figure({ default: usual, minimum: 0, maximum: 12, unit: 'times' })
}

function lossAfterRating(share: number) {
  return percent({ default: share })
}

function pace(usual: number) {
  return figure({ default: usual, minimum: 0.05, maximum: 10, unit: 'times' })
}

export const growth = {
  percent_monthly: figure({ default: 0, minimum: -15, maximum: 25, unit: 'percent' }),
  leaving_percent_monthly: percent({ default: LEAVING_PERCENT_MONTHLY, maximum: 30 }),
  leaving_evenness: figure({
    ...{ default: HAZARD_BETA, minimum: 3, maximum: 60, unit: 'months' },
    atBirth: 'it is drawn with each student, and who leaves is drawn from it',
  }),
  leaving_by_plan: {
    every_other_week: factor(1.9),
    one_a_week: factor(1),
    two_a_week: factor(0.65),
    three_a_week: factor(0.5),
    five_a_week: factor(0.45),
  },
  leaving_factors: {
    many_calls: factor(6.5),
    unresolved_call: factor(4.5),
    silent_21_days: factor(5),
    loyal: factor(0.9),
    dissatisfied: factor(1.3),
    shortage_of_a_month: factor(1.3),
    tutor_left: factor(1.3),
    june: factor(2.6),
    newcomer: factor(2.6),
    joined_in_june: factor(4),
  },
  dissatisfied_below_rating: figure({ default: 3.8, minimum: 1, maximum: 5, unit: 'stars' }),
  first_session_loss_percent: {
    rating_1: lossAfterRating(39),
    rating_2: lossAfterRating(39),
    rating_3: lossAfterRating(39),
    rating_4: lossAfterRating(37),
    rating_5: lossAfterRating(1.5),
  },
  wavering: {
    newcomer_weeks: figure({ default: 8, minimum: 1, maximum: 26, unit: 'weeks', integer: true }),
    newcomers_at_once_percent: percent({ default: 22 }),
    angry_at_once_percent: percent({ default: 70 }),
    others_at_once_percent: percent({ default: 5 }),
    weeks_from: figure({ default: 7, minimum: 1, maximum: 20, unit: 'weeks', integer: true }),
    weeks_more: figure({ default: 7, minimum: 1, maximum: 20, unit: 'weeks', integer: true }),
    leave_percent: percent({ default: 80 }),
    lessons_kept_percent: percent({ default: 50 }),
    calls_percent_weekly: percent({ default: 19 }),
    ratings: figure({ default: -1.8, minimum: -4, maximum: 0, unit: 'latent points' }),
  },
  farewell: {
    days_from: figure({ default: 2, minimum: 0.1, maximum: 10, unit: 'days' }),
    days_more: figure({ default: 3, minimum: 0.1, maximum: 10, unit: 'days' }),
    calls_percent: percent({ default: 22 }),
    calls_of_silent_percent: percent({ default: 90 }),
  },
  returns: {
    percent: percent({ default: 6 }),
    days_from: figure({ default: 36, minimum: 31, maximum: 180, unit: 'days' }),
    days_more: figure({ default: 114, minimum: 1, maximum: 365, unit: 'days' }),
  },
  pauses: {
    percent_weekly: percent({ default: PAUSED_PERCENT_WEEKLY, maximum: 20 }),
    weeks_from: figure({ default: 4, minimum: 1, maximum: 12, unit: 'weeks', integer: true }),
    weeks_more: figure({ default: 8, minimum: 1, maximum: 24, unit: 'weeks', integer: true }),
  },
  summer_rest: {
    percent: percent({ default: 25, maximum: 80 }),
    from_season: figure({ default: 0.9, minimum: 0.8, maximum: 1.1, unit: 'times' }),
    all_at_season: figure({ default: 0.75, minimum: 0.3, maximum: 0.79, unit: 'times' }),
    made_up_percent: percent({ default: 20, maximum: 60 }),
    leaving: factor(0.35),
  },
  seat_free_days: figure({ default: SEAT_FREE_DAYS, minimum: 1, maximum: 90, unit: 'days' }),
  sign_ups: {
    ...{ january_1: pace(1.6), january_2: pace(1.4), february_1: pace(1.1), february_2: pace(1) },
    ...{ march_1: pace(1), march_2: pace(1), april_1: pace(1), april_2: pace(0.9) },
    ...{ may_1: pace(0.8), may_2: pace(0.7), june_1: pace(0.4), june_2: pace(0.25) },
    ...{ july_1: pace(0.2), july_2: pace(0.25), august_1: pace(0.5), august_2: pace(1) },
    ...{ september_1: pace(2), september_2: pace(1.8), october_1: pace(1.5), october_2: pace(1.2) },
    ...{ november_1: pace(1), november_2: pace(0.8), december_1: pace(0.6), december_2: pace(0.5) },
  },
}

/** Figures of growth as the rules read them. */
export type GrowthFigures = ReturnType<typeof growthFigures>

export function growthFigures(values: Values<typeof growth>) {
  const { leaving_by_plan, leaving_factors: factors, wavering, farewell, returns, pauses, summer_rest: rest } = values
  const loss = values.first_session_loss_percent
  const often = values.leaving_percent_monthly / LEAVING_PERCENT_MONTHLY
  const beta = values.leaving_evenness
  const likeness = (beta + 1) / (HAZARD_BETA + 1)
  const freeSeats = Math.min(FREE_SEATS_MAX, FREE_SEATS * often * (values.seat_free_days / SEAT_FREE_DAYS))
  return {
    /** Share by which seats grow in a day. */
    daily: shareOf(values.percent_monthly) / DAYS_A_MONTH,
    hazard: {
      /**
       * Chance of leaving in a month, drawn for life: beta(k, b + 1 − k) among newcomers and, of these, beta(k, b + 1 − k + age)
       * among those who have stayed for age months: after b + 1 months they are half as likely to leave. With k = 1 row 34. Drawn
       * as 1 − e^(−x ÷ (months + age)), x from the gamma distribution of shape k, which for k = 1 is exact and elsewhere close.
       */
      months: beta + (1 - likeness) / 2,
      rootOfGamma: likeness === 1 ? undefined : rootOfGamma(likeness),
      scale: HAZARD_SCALE * often,
      /** In the order of PLANS. */
      ofPlan: Object.values(leaving_by_plan),
      factors: {
        manyCalls: factors.many_calls,
        unresolvedCall: factors.unresolved_call,
        silent21Days: factors.silent_21_days,
        loyal: factors.loyal,
        dissatisfied: factors.dissatisfied,
        shortageOfAMonth: factors.shortage_of_a_month,
        tutorLeft: factors.tutor_left,
        june: factors.june,
        newcomer: factors.newcomer,
        joinedInJune: factors.joined_in_june,
      },
    },
    /** Age of the students that a world is born with, in months; survival of row 34, no older than three years. */
    age: Quantiles.fromDensity((months) => exp(-likeness * ln(beta + months)), 0, 36),
    /** Of 0 to 250, as rows keep satisfaction. */
    dissatisfiedBelow: 50 * values.dissatisfied_below_rating,
    /** Chance of leaving after the first session, by its rating 1 to 5. */
    firstSessionLoss: [
      0,
      shareOf(loss.rating_1) * often,
      shareOf(loss.rating_2) * often,
      shareOf(loss.rating_3) * often,
      shareOf(loss.rating_4) * often,
      shareOf(loss.rating_5) * often,
    ],
    wavering: {
      newcomerWeeks: wavering.newcomer_weeks,
      newcomersAtOnce: shareOf(wavering.newcomers_at_once_percent),
      angryAtOnce: shareOf(wavering.angry_at_once_percent),
      othersAtOnce: shareOf(wavering.others_at_once_percent),
      shortest: wavering.weeks_from,
      longest: wavering.weeks_from + wavering.weeks_more,
      leave: shareOf(wavering.leave_percent),
      kept: shareOf(wavering.lessons_kept_percent),
      calls: shareOf(wavering.calls_percent_weekly),
      ratings: wavering.ratings,
    },
    farewell: {
      shortest: Math.round(farewell.days_from * DAY),
      longest: Math.round((farewell.days_from + farewell.days_more) * DAY),
      calls: shareOf(farewell.calls_percent),
      callsOfSilent: shareOf(farewell.calls_of_silent_percent),
      callWithin: CALL_WITHIN,
    },
    returns: {
      share: shareOf(returns.percent),
      shortest: Math.round(returns.days_from * DAY),
      longest: Math.round((returns.days_from + returns.days_more) * DAY),
    },
    pauses: {
      weekly: shareOf(pauses.percent_weekly),
      shortest: pauses.weeks_from,
      longest: pauses.weeks_from + pauses.weeks_more,
      /** Share of students who are on one when the world is born. */
      atBirth: Math.min(
        PAUSED_SHARE_MAX,
        PAUSED_SHARE *
          (pauses.percent_weekly / PAUSED_PERCENT_WEEKLY) *
          ((pauses.weeks_from + pauses.weeks_more / 2) / PAUSED_WEEKS_MEAN),
      ),
    },
    rest: {
      share: shareOf(rest.percent),
      first: rest.from_season,
      last: rest.all_at_season,
      madeUp: shareOf(rest.made_up_percent),
      hazard: rest.leaving,
    },
    /** Pace at which free seats are taken, by half-months from January's first on. */
    signUps: Object.values(values.sign_ups),
    arrival: {
      shortest: DAY,
      meanDays: values.seat_free_days,
      /** Of seats that a growing region has opened: newcomers are the likeliest to leave. */
      meanDaysInGrowth: Math.min(3, values.seat_free_days),
    },
    /** Seats for each student that a region should have. */
    seatsAStudent: 1 + freeSeats,
  }
}

/** Square roots of what has the gamma distribution: their density has no pole at 0. */
function rootOfGamma(shape: number): Quantiles {
  return Quantiles.fromDensity((root) => exp((2 * shape - 1) * ln(root) - root * root), 0, 5)
}

/** Season of those who take lessons, where others rest: the calendar's is of all of them. */
export function seasonOfOthers({ first, last, madeUp }: GrowthFigures['rest'], season: number): number {
  const resting = Math.min(1, Math.max(0, (first - season) / (first - last)))
  return season / (1 - madeUp * resting)
}
