// How students come, stay and leave. `growth.leaving_percent_monthly` scales every chance of leaving; what makes it more or less
// for somebody follows.

import { DAY, HOUR, Quantiles } from '../../engine/index.ts'
import { figure, percent, shareOf, type Values } from './definition.ts'

const LEAVING_PERCENT_MONTHLY = 7.2
const HAZARD_BETA = 8.5
const SEAT_FREE_DAYS = 16
/** Brings the mean of all factors back to 1; fits rows 33 and 34. */
const HAZARD_SCALE = 0.91
/** Seats that are free over a year, against those taken; measured over years of the default world. */
const FREE_SEATS = 0.05
const FREE_SEATS_MAX = 2
/** Of the decision to leave those who say so call; nothing in the stream tells when that was, so it is no setting. */
const CALL_WITHIN = 30 * HOUR
const DAYS_A_MONTH = 30.4375
/** Of students when the world is born: about what pauses lead to. */
const PAUSED_SHARE = 0.04
const PAUSED_PERCENT_WEEKLY = 0.85
const PAUSED_WEEKS_MEAN = 8
const PAUSED_SHARE_MAX = 0.7

/** A factor on the chance of leaving. */
function factor(usual: number, source: string, description: string) {
  return figure({
    ...{ default: usual, minimum: 0, maximum: 12, unit: 'times', source, description },
    moves: 'students_leaving_monthly_percent up',
  })
}

function lossAfterRating(share: number) {
  return percent({
    ...{ default: share, source: 'cause 5' },
    description: 'Chance that a student leaves after a first session that was rated so.',
    moves: 'students_lost_at_first_session_percent up',
  })
}

function pace(usual: number) {
  return figure({
    ...{ default: usual, minimum: 0.05, maximum: 10, unit: 'times', source: 'row 48' },
    description: 'How much faster than on average free seats are taken in this half of the month.',
    moves: 'sign_ups_of_this_half_month_percent up',
  })
}

export const growth = {
  percent_monthly: figure({
    ...{ default: 0, minimum: -15, maximum: 25, unit: 'percent', source: 'A' },
    description:
      'By how much the number of students grows each month, apart from the season; negative where it shrinks.',
    moves: 'students_active_at_the_end up',
  }),
  leaving_percent_monthly: percent({
    ...{ default: LEAVING_PERCENT_MONTHLY, maximum: 30, source: 'row 33' },
    description: 'Students who leave each month, of all; scales every chance of leaving.',
    moves: 'students_leaving_monthly_percent up',
  }),
  leaving_evenness: figure({
    ...{ default: HAZARD_BETA, minimum: 3, maximum: 60, unit: 'months', source: 'row 34' },
    description: 'How alike newcomers are in how likely they are to leave: the second number of the beta distribution.',
    moves: 'students_leaving_in_first_month_percent up',
    atBirth: 'it is drawn with each student, and who leaves is drawn from it',
  }),
  leaving_by_plan: {
    every_other_week: factor(
      1.9,
      'A, for row 59',
      'Factor on the chance of leaving of who has a session every other week.',
    ),
    one_a_week: factor(1, 'A, for row 59', 'Factor of who has one session a week.'),
    two_a_week: factor(0.65, 'A, for row 59', 'Factor of who has two sessions a week.'),
    three_a_week: factor(0.5, 'A, for row 59', 'Factor of who has three sessions a week.'),
    five_a_week: factor(0.45, 'A, for row 59', 'Factor of who has five sessions a week.'),
  },
  leaving_factors: {
    many_calls: factor(6, 'cause 4', 'Factor of who has made two or more calls in 14 days.'),
    unresolved_call: factor(4.5, 'cause 4', 'Factor of whose call was not resolved.'),
    silent_21_days: factor(5, 'cause 6', 'Factor of who has had no session for three weeks.'),
    loyal: factor(0.9, 'cause 6', 'Factor of who had four of five sessions with the same tutor.'),
    dissatisfied: factor(1.3, 'A', 'Factor of whose ratings are low.'),
    shortage_of_a_month: factor(1.3, 'cause 7', 'Factor of those whose market has been short of tutors for a month.'),
    tutor_left: factor(1.8, 'cause 9', 'Factor of whose tutor has left.'),
    june: factor(2.6, 'cause 10', 'Factor in June, when the term ends.'),
    newcomer: factor(2.3, 'A', 'Factor of who has come within the newcomers’ weeks.'),
    joined_in_june: factor(4, 'A', 'Factor, for life, of who signs up in June.'),
  },
  dissatisfied_below_rating: figure({
    ...{ default: 3.8, minimum: 1, maximum: 5, unit: 'stars', source: 'A' },
    description: 'Moving mean of ratings below which a student is dissatisfied.',
    moves: 'students_leaving_monthly_percent up',
  }),
  first_session_loss_percent: {
    rating_1: lossAfterRating(39),
    rating_2: lossAfterRating(39),
    rating_3: lossAfterRating(39),
    rating_4: lossAfterRating(37),
    rating_5: lossAfterRating(1.5),
  },
  wavering: {
    newcomer_weeks: figure({
      ...{ default: 8, minimum: 1, maximum: 26, unit: 'weeks', source: 'A', integer: true },
      description: 'For how long a student counts as a newcomer.',
      moves: 'students_leaving_in_first_quarter_percent up',
    }),
    newcomers_at_once_percent: atOnce(15, 'newcomers'),
    angry_at_once_percent: atOnce(70, 'those with two calls or an unresolved one'),
    others_at_once_percent: atOnce(5, 'all others'),
    weeks_from: figure({
      ...{ default: 7, minimum: 1, maximum: 20, unit: 'weeks', source: 'A', integer: true },
      description: 'Shortest time for which somebody is of two minds whether to stay.',
      moves: 'students_leaving_monthly_percent down',
    }),
    weeks_more: figure({
      ...{ default: 7, minimum: 1, maximum: 20, unit: 'weeks', source: 'A', integer: true },
      description: 'By how many weeks that may be longer, evenly.',
      moves: 'students_leaving_monthly_percent down',
    }),
    leave_percent: percent({
      ...{ default: 80, source: 'A' },
      description: 'Share of those who are of two minds that leave in the end.',
      moves: 'students_leaving_monthly_percent up',
    }),
    lessons_kept_percent: percent({
      ...{ default: 50, source: 'A' },
      description: 'Share of their lessons that they keep meanwhile.',
      moves: 'sessions_per_student_weekly up',
    }),
    calls_percent_weekly: percent({
      ...{ default: 22, source: 'A' },
      description: 'Chance in a week that they call without a session that led to it.',
      moves: 'calls_per_100_sessions up',
    }),
    ratings: figure({
      ...{ default: -1.8, minimum: -4, maximum: 0, unit: 'latent points', source: 'A' },
      description: 'By how much they rate lower: a latent point is about half a star.',
      moves: 'student_rating_mean up',
    }),
  },
  farewell: {
    days_from: figure({
      ...{ default: 2, minimum: 0.1, maximum: 10, unit: 'days', source: 'A' },
      description: 'Shortest time between the decision to leave and leaving.',
      moves: 'days_from_last_session_to_leaving up',
    }),
    days_more: figure({
      ...{ default: 3, minimum: 0.1, maximum: 10, unit: 'days', source: 'A' },
      description: 'By how many days it may be longer, evenly.',
      moves: 'days_from_last_session_to_leaving up',
    }),
    calls_percent: percent({
      ...{ default: 22, source: 'A' },
      description: 'Share of those who decide to leave that call to say so.',
      moves: 'billing_calls_per_100_sessions up',
    }),
    calls_of_silent_percent: percent({
      ...{ default: 90, source: 'A' },
      description: 'The same of those who pause, whose silence tells nothing else.',
      moves: 'billing_calls_per_100_sessions up',
    }),
  },
  returns: {
    percent: percent({
      ...{ default: 6, source: 'A' },
      description: 'Share of those who leave that come back as the same student.',
      moves: 'students_who_come_back_percent up',
    }),
    days_from: figure({
      ...{ default: 36, minimum: 31, maximum: 180, unit: 'days', source: 'A' },
      description: 'Shortest time until they do: when all windows of the health numbers have emptied.',
      moves: 'days_away_mean up',
    }),
    days_more: figure({
      ...{ default: 114, minimum: 1, maximum: 365, unit: 'days', source: 'A' },
      description: 'By how many days it may be longer, evenly.',
      moves: 'days_away_mean up',
    }),
  },
  pauses: {
    percent_weekly: percent({
      ...{ default: PAUSED_PERCENT_WEEKLY, maximum: 20, source: 'A, fits row 4' },
      description: 'Chance in a week that a student pauses.',
      moves: 'students_active_percent down',
    }),
    weeks_from: figure({
      ...{ default: 4, minimum: 1, maximum: 12, unit: 'weeks', source: 'A', integer: true },
      description: 'Shortest pause.',
      moves: 'students_active_percent down',
    }),
    weeks_more: figure({
      ...{ default: 8, minimum: 1, maximum: 24, unit: 'weeks', source: 'A', integer: true },
      description: 'By how many weeks a pause may be longer, evenly.',
      moves: 'students_active_percent down',
    }),
  },
  summer_rest: {
    percent: percent({
      ...{ default: 25, maximum: 80, source: 'A, for row 23' },
      description: 'Share of students who take no lessons while the season is low.',
      moves: 'sessions_in_july_per_100_in_may down',
    }),
    from_season: figure({
      ...{ default: 0.9, minimum: 0.8, maximum: 1.1, unit: 'times', source: 'A' },
      description: 'Season, against the mean of the year, below which the first of them rests.',
      moves: 'sessions_in_july_per_100_in_may any',
    }),
    all_at_season: figure({
      ...{ default: 0.75, minimum: 0.3, maximum: 0.79, unit: 'times', source: 'A' },
      description: 'Season at which the last of them does.',
      moves: 'sessions_in_july_per_100_in_may down',
    }),
    made_up_percent: percent({
      ...{ default: 20, maximum: 60, source: 'A' },
      description: 'How much of what those who rest leave out the others take more than the season says.',
      moves: 'sessions_in_july_per_100_in_may up',
    }),
    leaving: factor(0.35, 'A', 'Factor on the chance of leaving of who rests.'),
  },
  seat_free_days: figure({
    ...{ default: SEAT_FREE_DAYS, minimum: 1, maximum: 90, unit: 'days', source: 'A' },
    description: 'Mean time until somebody new takes the place of who has left; twice as many sign up in half of it.',
    moves: 'sign_ups_monthly_percent down',
  }),
  sign_ups: {
    ...{ january_1: pace(1.6), january_2: pace(1.4), february_1: pace(1.1), february_2: pace(1) },
    ...{ march_1: pace(1), march_2: pace(1), april_1: pace(1), april_2: pace(0.9) },
    ...{ may_1: pace(0.8), may_2: pace(0.7), june_1: pace(0.4), june_2: pace(0.25) },
    ...{ july_1: pace(0.2), july_2: pace(0.25), august_1: pace(0.5), august_2: pace(1) },
    ...{ september_1: pace(2), september_2: pace(1.8), october_1: pace(1.5), october_2: pace(1.2) },
    ...{ november_1: pace(1), november_2: pace(0.8), december_1: pace(0.6), december_2: pace(0.5) },
  },
}

function atOnce(share: number, whose: string) {
  return percent({
    ...{ default: share, source: 'A' },
    description: `Share of ${whose} who leave at once instead of wavering for weeks.`,
    moves: 'students_leaving_monthly_percent up',
  })
}

/** Figures of growth as the rules read them. */
export type GrowthFigures = ReturnType<typeof growthFigures>

export function growthFigures(values: Values<typeof growth>) {
  const { leaving_by_plan, leaving_factors: factors, wavering, farewell, returns, pauses, summer_rest: rest } = values
  const loss = values.first_session_loss_percent
  const often = values.leaving_percent_monthly / LEAVING_PERCENT_MONTHLY
  const beta = values.leaving_evenness
  const freeSeats = Math.min(FREE_SEATS_MAX, FREE_SEATS * often * (values.seat_free_days / SEAT_FREE_DAYS))
  return {
    /** Share by which seats grow in a day. */
    daily: shareOf(values.percent_monthly) / DAYS_A_MONTH,
    hazard: {
      /** Chance of leaving in a month: beta(1, b) among newcomers, beta(1, b + age) after age months; row 34. */
      beta,
      scale: HAZARD_SCALE * often * ((beta + 1) / (HAZARD_BETA + 1)),
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
    age: Quantiles.fromDensity((months) => 1 / (beta + months), 0, 36),
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

/** Season of those who take lessons, where others rest: the calendar's is of all of them. */
export function seasonOfOthers({ first, last, madeUp }: GrowthFigures['rest'], season: number): number {
  const resting = Math.min(1, Math.max(0, (first - season) / (first - last)))
  return season / (1 - madeUp * resting)
}
