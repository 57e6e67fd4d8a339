// Supply against demand in one market: the two scores and their band.
//
//     R             = tutor hours on offer ÷ hours wanted, over the week to come
//     supply_score  = 100 · min(1, R ÷ 1.3)
//     demand_score  = 50 + 20 z, clipped to 0..100; z: log of demand against its season, in deviations
//     balance       = a band of demand_score − supply_score
//
// The band's limits lie where R is 0.8 and 1.25 at z = 0: below the first is high demand, from the second on a surplus. The
// scores and limits that cause 8 of docs/calibration.md wants are to come.

import type { Balance } from './vocabulary.ts'

/** R from which a market wants nothing more … */
const AMPLE = 1.3
/** … below which it is short of tutors, and from which it has too many. */
export const SHORTAGE_BELOW = 0.8
const SURPLUS_FROM = 1.25
const TYPICAL_DEMAND = 5000
/** demand_score − supply_score in hundredths, above which demand counts as high … */
const HIGH_DEMAND_ABOVE = TYPICAL_DEMAND - supplyScoreAt(SHORTAGE_BELOW)
/** … and up to which supply counts as too much. */
const OVERSUPPLIED_TO = TYPICAL_DEMAND - supplyScoreAt(SURPLUS_FROM)

/** supply_score in hundredths. @param ratio R */
export function supplyScoreAt(ratio: number): number {
  return Math.round(10_000 * Math.min(1, ratio / AMPLE))
}

/** @param demand demand_score in hundredths @param supply supply_score in hundredths */
export function balanceStatus(demand: number, supply: number): Balance {
  const gap = demand - supply
  return gap > HIGH_DEMAND_ABOVE ? 'high_demand' : gap <= OVERSUPPLIED_TO ? 'oversupplied' : 'balanced'
}
