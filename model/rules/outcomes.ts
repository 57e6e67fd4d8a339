// How a session goes: what goes wrong, how long it takes, and how both sides rate it.

import { SESSION_TYPES } from '../events/index.ts'
import { NORMAL } from '../settings/densities.ts'
import { Purpose } from '../state/draws.ts'
import {
  ACTUAL,
  FAILED_RATING_LIMITS,
  FAILURES,
  FIRST_SESSION_FAILURE_FACTOR,
  NEW_TUTOR_SESSIONS,
  OUTCOME_SHIFT,
  RATING_DEVIATIONS,
  RATING_SHIFTS,
  RELIABILITY,
  STUDENT_RATING_LIMITS,
  TUTOR_RATING_LIMITS,
  WAITED,
} from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import { Outcome } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { wavers } from './decline.ts'

const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_32 = 0x1_0000_0000
/** All failures together, in percent, and so much more that no rounding reaches it. */
const FAILURES_MOST = FAILURES.reduce<number>((sum, share) => sum + share, 0.01)

/** What becomes of the session of the student and the tutor at hand, as Outcome: hidden causes of failure, row 16. */
export function outcomeOf(region: RegionState, word: number, now: number): number {
  const { student, tutor, given } = region
  const usual = student.sessions === 0 ? FIRST_SESSION_FAILURE_FACTOR : 1
  const tired = tutor.heavyWeeks >= given.tutors.tired.weeks ? given.tutors.tired.noShows : 1
  const ofStudent = student.reliability / RELIABILITY.one
  const ofTutor = tutor.reliability / RELIABILITY.one
  let percent = (word / TWO_32) * 100
  // Most sessions are beyond the reach of whatever may go wrong on the day.
  const most = FAILURES_MOST * usual * Math.max(1, ofStudent, ofTutor * tired)
  if (percent >= most * region.shocks.failuresMost(now) && !region.trace) return Outcome.success
  let left = 100
  for (let outcome = 1; outcome < FAILURES.length; outcome++) {
    const factor =
      outcome <= Outcome.lateCancel
        ? ofStudent
        : outcome === Outcome.technical
          ? 1
          : outcome === Outcome.tutorNoShow
            ? ofTutor * tired
            : ofTutor
    const share = (FAILURES[outcome] as number) * usual * factor * region.shocks.failures(outcome, now)
    percent -= share
    left -= share
    if (percent >= 0) continue
    region.trace?.because('usual', (FAILURES[outcome] as number) / 100)
    region.trace?.because('firstSession', usual)
    region.trace?.because(outcome <= Outcome.lateCancel ? 'studentReliability' : 'tutorReliability', factor)
    region.trace?.because('shocks', region.shocks.failures(outcome, now))
    region.trace?.decided('session.outcome', (percent + share) / 100, share / 100, outcome)
    return student.sessionType === GROUP && outcome === Outcome.tutorNoShow ? Outcome.partial : outcome
  }
  region.trace?.decided('session.outcome', percent / 100, left / 100, Outcome.success)
  return Outcome.success
}

/** Minutes that a session takes in which nothing goes wrong. @param type of SESSION_TYPES */
export function actualMinutes(type: number, scheduled: number, word: number): number {
  const { drift, deviation, shortest, longest, instantShare, instantDrift } = ACTUAL
  const mean = type === INSTANT ? scheduled * instantShare + instantDrift : scheduled + drift
  return Math.min(longest, Math.max(shortest, Math.round(mean + deviation * NORMAL.at(word))))
}

/** Who misses a session is waited for a while; one that breaks off ends between then and its planned end. */
export function minutesOf(outcome: number, scheduled: number, actual: number, word: number): number {
  if (outcome === Outcome.success) return actual
  const longest = outcome === Outcome.technical || outcome === Outcome.partial ? scheduled : WAITED.longest
  return between(rest(word), WAITED.shortest, longest + 1)
}

/** The student's rating of the session that they and the tutor at hand had. @param noise standard normal @param first of their life */
export function studentRating(region: RegionState, noise: number, first: boolean, now: number): number {
  const limits = region.student.outcome === Outcome.success ? STUDENT_RATING_LIMITS : FAILED_RATING_LIMITS
  const rating = ratingOf(limits, latentRating(region, noise, first, now))
  region.trace?.did('session.rated', rating)
  return rating
}

/** @param noise standard normal */
export function tutorRating(outcome: number, noise: number): number {
  return ratingOf(TUTOR_RATING_LIMITS, noise + shiftOf(outcome)[1])
}

/** How the student liked it, as a normal latent variable: noise, the tutor's quality, their fit, and what went wrong. */
function latentRating(region: RegionState, noise: number, first: boolean, now: number): number {
  const { student, tutor, random, given } = region
  const fit = NORMAL.at(random.draw(Purpose.fit, student.number, tutor.number)[0] as number)
  return (
    RATING_DEVIATIONS.noise * noise +
    RATING_DEVIATIONS.quality * ((tutor.quality - 128) / 32) +
    RATING_DEVIATIONS.fit * fit +
    shiftOf(student.outcome)[0] +
    (tutor.heavyWeeks >= given.tutors.tired.weeks ? RATING_SHIFTS.tired : 0) +
    (tutor.sessions < NEW_TUTOR_SESSIONS ? RATING_SHIFTS.newTutor : 0) +
    region.shocks.ratings(now) +
    (first ? RATING_SHIFTS.firstSession : 0) +
    (wavers(student) ? given.growth.wavering.ratings : 0)
  )
}

function shiftOf(outcome: number): readonly [student: number, tutor: number] {
  return OUTCOME_SHIFT[outcome] as readonly [number, number]
}

function ratingOf(limits: readonly number[], latent: number): number {
  let rating = 1
  for (let at = 0; at < limits.length; at++) if (latent >= (limits[at] as number)) rating++
  return rating
}
