// How a session goes: what goes wrong, how long it takes, and how both sides rate it.

import { SESSION_TYPES } from '../events/index.ts'
import { NORMAL } from '../settings/densities.ts'
import { Purpose } from '../state/draws.ts'
import { sizeAt } from '../state/interventions.ts'
import { ACTUAL_MINUTES, RELIABILITY_ONE } from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import { Outcome } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { isOut } from './calls.ts'
import { wavers } from './decline.ts'

const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_32 = 0x1_0000_0000

/** What becomes of the session of the student and the tutor at hand, as Outcome: hidden causes of failure, row 16. */
export function outcomeOf(region: RegionState, word: number, now: number): number {
  const { student, tutor, given } = region
  const { percent: failures, most: failuresMost, first } = given.sessions.failures
  const usual = student.sessions === 0 ? first : 1
  const tired = tutor.heavyWeeks >= given.tutors.tired.weeks ? given.tutors.tired.noShows : 1
  const ofStudent = student.reliability / RELIABILITY_ONE
  const ofTutor = tutor.reliability / RELIABILITY_ONE
  let percent = (word / TWO_32) * 100
  // Most sessions are beyond the reach of whatever may go wrong on the day.
  const most = failuresMost * usual * Math.max(1, ofStudent, ofTutor * tired) * region.shocks.failuresMost(now)
  if (percent >= mostForced(region, most, now) && !region.trace) return Outcome.success
  let left = 100
  for (let outcome = 1; outcome < failures.length; outcome++) {
    const factor =
      outcome <= Outcome.lateCancel
        ? ofStudent
        : outcome === Outcome.technical
          ? 1
          : outcome === Outcome.tutorNoShow
            ? ofTutor * tired
            : ofTutor
    const unforced = (failures[outcome] as number) * usual * factor * region.shocks.failures(outcome, now)
    const share = forced(region, outcome, unforced, now)
    percent -= share
    left -= share
    if (percent >= 0) continue
    const became = student.sessionType === GROUP && outcome === Outcome.tutorNoShow ? Outcome.partial : outcome
    region.trace?.because({
      usual: (failures[outcome] as number) / 100,
      firstSession: usual,
      studentReliability: outcome <= Outcome.lateCancel ? ofStudent : 1,
      tutorReliability: outcome <= Outcome.technical ? 1 : ofTutor,
      tiredTutor: outcome === Outcome.tutorNoShow ? tired : 1,
      shocks: region.shocks.failures(outcome, now),
      intervention: share / unforced,
    })
    region.trace?.decided('session.outcome', (percent + share) / 100, share / 100, became)
    return became
  }
  region.trace?.decided('session.outcome', percent / 100, left / 100, Outcome.success)
  return Outcome.success
}

/** What interventions make of a cause of failure, in percent of sessions. */
function forced(region: RegionState, outcome: number, percent: number, now: number): number {
  const { student, tutor, interventions } = region
  if (!interventions.areAny) return percent
  const { number, sessionSubject: subject } = student
  if (outcome === Outcome.studentNoShow) return percent * interventions.onStudent('no_shows', subject, number, now)
  if (outcome === Outcome.lateCancel) return percent * interventions.onStudent('cancellations', subject, number, now)
  if (outcome === Outcome.tutorNoShow)
    return percent * interventions.onTutor('no_shows', 1 << subject, tutor.number, now)
  if (outcome !== Outcome.technical) return percent
  return Math.max(percent, 100 * interventions.onStudent('platform_outage', subject, number, now))
}

/** … and of the most that all of them may be. */
function mostForced({ interventions }: RegionState, percent: number, now: number): number {
  if (!interventions.areAny) return percent
  const broken = interventions.of('platform_outage').reduce((sum, force) => sum + sizeAt(force, now, now), 0)
  return percent * interventions.most('no_shows', now) * interventions.most('cancellations', now) + 100 * broken
}

/** Minutes that a session takes in which nothing goes wrong. @param type of SESSION_TYPES */
export function actualMinutes({ given }: RegionState, type: number, scheduled: number, word: number): number {
  const { drift, deviation, instantShare, instantDrift } = given.sessions.actual
  const { shortest, longest } = ACTUAL_MINUTES
  const mean = type === INSTANT ? scheduled * instantShare + instantDrift : scheduled + drift
  return Math.min(longest, Math.max(shortest, Math.round(mean + deviation * NORMAL.at(word))))
}

/** Who misses a session is waited for a while; one that breaks off ends between then and its planned end. */
export function minutesOf(
  { given }: RegionState,
  outcome: number,
  scheduled: number,
  actual: number,
  word: number,
): number {
  if (outcome === Outcome.success) return actual
  const longest =
    outcome === Outcome.technical || outcome === Outcome.partial ? scheduled : given.sessions.failures.waited
  return between(rest(word), ACTUAL_MINUTES.shortest, longest + 1)
}

/** The student's rating of the session that they and the tutor at hand had. @param noise standard normal @param first of their life */
export function studentRating(region: RegionState, noise: number, first: boolean, now: number): number {
  const { studentLimits, failedLimits } = region.given.sessions.ratings
  const limits = region.student.outcome === Outcome.success ? studentLimits : failedLimits
  const rating = ratingOf(limits, latentRating(region, noise, first, now))
  region.trace?.did('session.rated', rating)
  return rating
}

/** @param noise standard normal */
export function tutorRating({ given }: RegionState, outcome: number, noise: number): number {
  const { tutorLimits, byTutor } = given.sessions.ratings
  return ratingOf(tutorLimits, noise + (byTutor[outcome] as number))
}

/** How the student liked it, as a normal latent variable: noise, the tutor's quality, their fit, and what went wrong. */
function latentRating(region: RegionState, noise: number, first: boolean, now: number): number {
  const { student, tutor, random, given } = region
  const { ratings } = given.sessions
  const fit = NORMAL.at(random.draw(Purpose.fit, student.number, tutor.number)[0] as number)
  const day = ratings.noise * noise
  const quality = ratings.quality * ((tutor.quality - 128) / 32 + qualityForced(region, now))
  const suits = ratings.fit * fit
  const broken = ratings.byStudent[student.outcome] as number
  const tired = tutor.heavyWeeks >= given.tutors.tired.weeks ? ratings.tired : 0
  const fresh = tutor.sessions < ratings.newTutorSessions ? ratings.newTutor : 0
  const outage = isOut(region, now) ? given.shocks.outage.rating : region.shocks.ratings(now)
  const begins = first ? ratings.firstSession : 0
  const wavering = wavers(student) ? given.growth.wavering.ratings : 0
  region.trace?.because({
    ...{ noise: day, quality, fit: suits, outcome: broken, tiredTutor: tired, newTutor: fresh },
    ...{ outage, firstSession: begins, wavering },
  })
  return day + quality + suits + broken + tired + fresh + outage + begins + wavering
}

/** Deviations by which interventions make the tutor at hand teach better or worse. */
function qualityForced({ tutor, student, interventions }: RegionState, now: number): number {
  return interventions.areAny
    ? interventions.onTutor('tutor_quality', 1 << student.sessionSubject, tutor.number, now)
    : 0
}

function ratingOf(limits: readonly number[], latent: number): number {
  let rating = 1
  for (let at = 0; at < limits.length; at++) if (latent >= (limits[at] as number)) rating++
  return rating
}
