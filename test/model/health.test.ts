// The health score as the contract (section 3.6) promises it and as its comment writes it down.

import { describe, expect, it } from 'vitest'
import { churnRisk, healthScore, meanRating } from '../../model/events/health.ts'

const SESSIONS = Array.from({ length: 76 }, (_, sessions) => sessions)
const CALLS = [0, 1, 2, 3, 4, 5, 20]
const RATINGS = Array.from({ length: 401 }, (_, step) => 100 + step)
/** Few enough to try them all together. */
const SOME_RATINGS = RATINGS.filter((rating) => rating % 25 === 0 || (rating > 395 && rating < 495 && rating % 7 === 0))

type Numbers = [sessions7: number, sessions30: number, calls14: number, ratingHundredths: number]

/** All numbers that a student can have, or those for which `breaks` holds; there should be none. */
function thatBreak(ratings: readonly number[], breaks: (...numbers: Numbers) => boolean): Numbers[] {
  const found: Numbers[] = []
  for (const sessions30 of SESSIONS)
    for (const sessions7 of SESSIONS.slice(0, sessions30 + 1))
      for (const calls of CALLS)
        for (const rating of ratings)
          if (breaks(sessions7, sessions30, calls, rating)) found.push([sessions7, sessions30, calls, rating])
  return found
}

describe('more of the good never lowers the score', () => {
  it('a session in the month that is older than a week', () => {
    const lowers = (s7: number, s30: number, calls: number, rating: number): boolean =>
      healthScore(s7, s30 + 1, calls, rating) < healthScore(s7, s30, calls, rating)
    expect(thatBreak(SOME_RATINGS, lowers)).toEqual([])
  })

  it('a session in the week', () => {
    const lowers = (s7: number, s30: number, calls: number, rating: number): boolean =>
      healthScore(s7 + 1, s30 + 1, calls, rating) < healthScore(s7, s30, calls, rating)
    expect(thatBreak(SOME_RATINGS, lowers)).toEqual([])
  })

  it('more of the month in the last week', () => {
    const lowers = (s7: number, s30: number, calls: number, rating: number): boolean =>
      s7 < s30 && healthScore(s7 + 1, s30, calls, rating) < healthScore(s7, s30, calls, rating)
    expect(thatBreak(SOME_RATINGS, lowers)).toEqual([])
  })

  it('a better rating', () => {
    for (const sessions30 of [0, 1, 5, 20])
      for (const calls of CALLS)
        for (const rating of RATINGS.slice(0, -1))
          expect(healthScore(0, sessions30, calls, rating + 1)).toBeGreaterThanOrEqual(
            healthScore(0, sessions30, calls, rating),
          )
  })
})

describe('more of the bad never raises the score', () => {
  it('a call', () => {
    const raises = (s7: number, s30: number, calls: number, rating: number): boolean =>
      healthScore(s7, s30, calls + 1, rating) > healthScore(s7, s30, calls, rating)
    expect(thatBreak(SOME_RATINGS, raises)).toEqual([])
  })
})

describe('the score', () => {
  it('is a whole number of hundredths from 0 to 10,000', () => {
    const strange = (...numbers: Numbers): boolean => {
      const score = healthScore(...numbers)
      return !(Number.isInteger(score) && score >= 0 && score <= 10_000)
    }
    expect(thatBreak(SOME_RATINGS, strange)).toEqual([])
  })

  it('is at most 35 without a session in the month', () => {
    for (const calls of CALLS)
      for (const rating of RATINGS) expect(healthScore(0, 0, calls, rating)).toBeLessThanOrEqual(3500)
    expect(healthScore(0, 0, 0, 500)).toBe(3500)
  })

  it('is the formula of its comment, part by part in hundredths', () => {
    const part = (value: number): number => Math.round(100 * value)
    const written = (s7: number, s30: number, calls: number, rating: number): number => {
      const volume = part(45 * (1 - Math.exp(-Math.min(s30, 64) / 3)))
      const pace = part(10 * Math.min(1, (s7 * 30) / 7 / 5.3))
      const calm = part(25 * ([1, 0.7, 0.35, 0.1][Math.min(calls, 3)] as number))
      const quality = part(20 * Math.min(1, Math.max(0, (rating / 100 - 4) / 0.9)))
      const score = volume + pace + calm + quality
      return s30 === 0 ? Math.min(score, 3500) : score
    }
    const differs = (...numbers: Numbers): boolean => healthScore(...numbers) !== written(...numbers)
    expect(thatBreak(SOME_RATINGS, differs)).toEqual([])
    expect(RATINGS.filter((rating) => differs(2, 6, 0, rating))).toEqual([])
  })

  it('is 100 at best and tells apart what it should', () => {
    expect(healthScore(5, 64, 0, 500)).toBe(10_000)
    expect(healthScore(1, 5, 0, 480)).toBeGreaterThan(healthScore(1, 5, 1, 480))
    expect(healthScore(1, 5, 0, 480)).toBeGreaterThan(healthScore(0, 5, 0, 480))
    expect(healthScore(1, 5, 0, 480)).toBeGreaterThan(healthScore(1, 4, 0, 480))
    expect(healthScore(1, 5, 0, 480)).toBeGreaterThan(healthScore(1, 5, 0, 470))
  })
})

describe('the risk of churn', () => {
  it('is low from 70, medium from 45 and high below', () => {
    for (let score = 0; score <= 10_000; score++)
      expect(churnRisk(score)).toBe(score >= 7000 ? 'low' : score >= 4500 ? 'medium' : 'high')
  })
})

describe('the mean rating', () => {
  it('is in hundredths, rounded half up', () => {
    expect(meanRating(5, 1)).toBe(500)
    expect(meanRating(14, 3)).toBe(467)
    expect(meanRating(13, 3)).toBe(433)
    expect(meanRating(37, 8)).toBe(463)
    for (let count = 1; count <= 255; count++) expect(meanRating(count, count)).toBe(100)
  })
})
