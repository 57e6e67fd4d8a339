// Markets: what a shortage of tutors brings, and how markets learn and tell how they stand. What is short, balanced or
// oversupplied is the contract's.

import { DAY } from '../../engine/index.ts'
import { SHORTAGE_BELOW } from '../events/balance.ts'
import { figure, type Values } from './definition.ts'

export const markets = {
  shortage: {
    over_at: figure({
      ...{ default: 0.85, minimum: 0.8, maximum: 1.3, unit: 'supply against demand', source: 'A' },
      description: 'Above it a shortage is over; it begins below 0.8, by the contract.',
      moves: 'sessions_per_student_weekly down',
    }),
    waits: figure({
      ...{ default: 2.5, minimum: 1, maximum: 10, unit: 'times', source: 'cause 7' },
      description: 'How much longer instant bookings wait in a shortage; with the wait fewer are filled.',
      moves: 'instant_sessions_percent down',
    }),
    calls: figure({
      ...{ default: 1.6, minimum: 1, maximum: 10, unit: 'times', source: 'cause 7' },
      description: 'How much likelier a call is about a lesson for which there was no tutor.',
      moves: 'scheduling_calls_per_100_sessions up',
    }),
    long_term_days: figure({
      ...{ default: 30, minimum: 1, maximum: 180, unit: 'days', source: 'cause 7', integer: true },
      description: 'After how many days of a shortage more students leave.',
      moves: 'students_leaving_monthly_percent down',
    }),
  },
  told_every_hours: figure({
    ...{ default: 3, minimum: 1, maximum: 24, unit: 'hours', source: 'A', integer: true },
    description: 'How often a market tells how it stands; it does so besides when its balance changes.',
    moves: 'market_updates_a_day down',
  }),
  usual_days: figure({
    ...{ default: 90, minimum: 14, maximum: 365, unit: 'days', source: 'A' },
    description: 'Over how many days a market learns what demand is usual.',
    moves: 'demand_score_deviation up',
  }),
  demand_deviation: figure({
    ...{ default: 0.33, minimum: 0.1, maximum: 1.5, unit: 'sigma', source: 'cause 8' },
    description: 'Deviation of the logarithm of a day’s demand that counts as 20 points of the score.',
    moves: 'demand_score_deviation down',
  }),
}

/** Figures of markets as the rules read them. */
export type MarketFigures = ReturnType<typeof marketFigures>

export function marketFigures(values: Values<typeof markets>) {
  const { shortage } = values
  return {
    /** Cause 7, over seven days: a shortage begins where R falls below the first and ends where it is above the second. */
    shortage: {
      below: SHORTAGE_BELOW,
      over: shortage.over_at,
      waits: shortage.waits,
      calls: shortage.calls,
      longTerm: Math.round(shortage.long_term_days * DAY),
    },
    toldEveryHours: values.told_every_hours,
    usualDays: values.usual_days,
    /** The mean of a logarithm is lower than the logarithm of the mean, and weekdays differ; measured over a school year. */
    demandLog: { mean: -0.14, deviation: values.demand_deviation },
    /** Minutes of a tutor that a session asked for takes: a class counts once; rows 12 to 14. */
    tutorMinutes: 50,
  }
}
