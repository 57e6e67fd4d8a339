// The health score: a function of the four numbers of a customer_health_update alone, so anyone can recompute it.
//
//     score = V(sessions_last_30_days) + T(sessions_last_7_days) + C(ib_calls_last_14_days) + Q(avg_session_rating)
//
//     V = 45 · (1 − e^(−s30 / 3))          volume of the month
//     T = 10 · min(1, s7 · 30/7 ÷ 5.3)     pace of the week against a typical month of 5.3 sessions
//     C = 25 · (1, 0.7, 0.35, 0.1)         for 0, 1, 2, 3 and more calls
//     Q = 20 · clip((rating − 4) ÷ 0.9, 0, 1)
//
// Each part is rounded to 2 decimals before they are added; at most 35 where s30 is 0. The formula is that of
// docs/calibration.md but for T. Measured against the student's own month, as there, T would fall when a session is added to
// the month, and the contract (section 3.6) promises that more sessions never lower the score.

import { DAY, exp } from '../../engine/index.ts'
import type { Level } from './vocabulary.ts'

/** How long a session or a call counts in the numbers. */
export const WINDOWS = { sessions7: 7 * DAY, sessions30: 30 * DAY, calls14: 14 * DAY } as const

const TYPICAL_MONTH_SESSIONS = 5.3
/** Beyond this many sessions a month the score no longer rises. */
const SESSIONS_MAX = 64
const SCORE_MAX_WITHOUT_SESSIONS = 3500

const VOLUME = table(SESSIONS_MAX + 1, (sessions) => 45 * (1 - exp(-sessions / 3)))
const PACE = table(SESSIONS_MAX + 1, (sessions) => 10 * Math.min(1, (sessions * 30) / 7 / TYPICAL_MONTH_SESSIONS))
const CALM = table(4, (calls) => 25 * ([1, 0.7, 0.35, 0.1][calls] as number))
const QUALITY = table(501, (hundredths) => 20 * Math.min(1, Math.max(0, (hundredths / 100 - 4) / 0.9)))

/**
 * Health score in hundredths, 0 to 10,000.
 * @param sessions7 successful sessions of 7 days
 * @param sessions30 successful sessions of 30 days
 * @param calls14 calls of 14 days
 * @param ratingHundredths mean rating in hundredths, 100 to 500
 */
export function healthScore(sessions7: number, sessions30: number, calls14: number, ratingHundredths: number): number {
  const score =
    (VOLUME[Math.min(sessions30, SESSIONS_MAX)] as number) +
    (PACE[Math.min(sessions7, SESSIONS_MAX)] as number) +
    (CALM[Math.min(calls14, 3)] as number) +
    (QUALITY[ratingHundredths] as number)
  return sessions30 === 0 ? Math.min(score, SCORE_MAX_WITHOUT_SESSIONS) : score
}

/** Bands of the score: low from 70, medium from 45, high below. */
export function churnRisk(scoreHundredths: number): Level {
  return scoreHundredths >= 7000 ? 'low' : scoreHundredths >= 4500 ? 'medium' : 'high'
}

/** Mean of ratings in hundredths, rounded half up. */
export function meanRating(sum: number, count: number): number {
  return Math.round((100 * sum) / count)
}

function table(length: number, score: (index: number) => number): Int32Array {
  return Int32Array.from({ length }, (_, index) => Math.round(100 * score(index)))
}
