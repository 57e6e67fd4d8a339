// Markets: what a shortage of tutors brings, and how markets learn and tell how they stand. What is short, balanced or
// oversupplied is the contract's.

import { DAY } from '../../engine/index.ts'
import { SHORTAGE_BELOW } from '../events/balance.ts'
import { figure, type Values } from './definition.ts'

export const markets = {
  shortage: {
    over_at: figure({ default: 0.85, minimum: 0.8, maximum: 1.3, unit: 'supply against demand' }),
    waits: figure({ default: 2.5, minimum: 1, maximum: 10, unit: 'times' }),
    calls: figure({ default: 1.6, minimum: 1, maximum: 10, unit: 'times' }),
    long_term_days: figure({ default: 30, minimum: 1, maximum: 180, unit: 'days', integer: true }),
  },
  told_every_hours: figure({ default: 3, minimum: 1, maximum: 24, unit: 'hours', integer: true }),
  usual_days: figure({ default: 90, minimum: 14, maximum: 365, unit: 'days' }),
  demand_deviation: figure({ default: 0.33, minimum: 0.1, maximum: 1.5, unit: 'sigma' }),
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
