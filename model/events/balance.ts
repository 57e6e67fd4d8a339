// Supply against demand in one market: the two scores and their band.
//
//     R             = tutor hours on offer ÷ hours wanted, over the week to come
//     supply_score  = 100 · min(1, R ÷ 1.3)
//     demand_score  = 50 + 20 z, clipped to 0..100; z: log of demand against its season, in deviations
//     balance       = a band of demand_score − supply_score
//
// The band's limits are those of calibration.md at z = 0: R below 0.8 is high demand, above 1.25 a surplus.

import type { Balance } from './vocabulary.ts'

/** demand_score − supply_score in hundredths, from which demand counts as high: 50 − 100·0.8/1.3. */
const HIGH_DEMAND_FROM = -1154
/** … and up to which supply counts as too much: 50 − 100·1.25/1.3. */
const OVERSUPPLIED_TO = -4615

/** @param demand demand_score in hundredths @param supply supply_score in hundredths */
export function balanceStatus(demand: number, supply: number): Balance {
  const gap = demand - supply
  return gap > HIGH_DEMAND_FROM ? 'high_demand' : gap <= OVERSUPPLIED_TO ? 'oversupplied' : 'balanced'
}
