// Supply against demand in one market: the two scores and their band.
//
//     z             = log of the demand of the last 24 hours against its season, in deviations from a typical day
//     demand_score  = 50 + 20 z
//     R             = 0.40 × tutor hours on offer ÷ hours wanted, over the last 24 hours; 0.40 of an hour on offer is taught
//     supply_score  = demand_score + 40 ln R
//
// Both are clipped to 0..100. 50 is a typical hour, and in a balanced market they are alike. High demand is where R is below
// 0.8, a surplus where it is above 1.3. Where clipping makes that differ from the scores, the scores decide: the band is a
// function of their difference.

import { ln } from '../../engine/index.ts'
import type { Balance } from './vocabulary.ts'

const TYPICAL = 5000
const SCORE_MAX = 10_000
const POINTS_A_DEVIATION = 2000
const POINTS_OF_LOG_RATIO = 4000
/** R below which a market is short of tutors, and above which it has too many. */
export const SHORTAGE_BELOW = 0.8
export const SURPLUS_ABOVE = 1.3
/** Hundredths by which demand is ahead at least where it is high … */
const HIGH_DEMAND_FROM = Math.ceil(-POINTS_OF_LOG_RATIO * ln(SHORTAGE_BELOW))
/** … and supply where it is too much. */
const OVERSUPPLIED_FROM = Math.ceil(POINTS_OF_LOG_RATIO * ln(SURPLUS_ABOVE))

/** demand_score in hundredths. @param z deviations */
export function demandScoreAt(z: number): number {
  return clip(TYPICAL + POINTS_A_DEVIATION * z)
}

/** supply_score in hundredths. @param z deviations of demand @param ratio R, not negative; it may be infinite */
export function supplyScoreAt(z: number, ratio: number): number {
  if (ratio === 0 || ratio === Number.POSITIVE_INFINITY) return ratio === 0 ? 0 : SCORE_MAX
  return clip(TYPICAL + POINTS_A_DEVIATION * z + POINTS_OF_LOG_RATIO * ln(ratio))
}

/** @param demand demand_score in hundredths @param supply supply_score in hundredths */
export function balanceStatus(demand: number, supply: number): Balance {
  const gap = demand - supply
  return gap >= HIGH_DEMAND_FROM ? 'high_demand' : -gap >= OVERSUPPLIED_FROM ? 'oversupplied' : 'balanced'
}

function clip(score: number): number {
  return Math.round(Math.min(SCORE_MAX, Math.max(0, score)))
}
