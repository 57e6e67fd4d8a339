// Sessions: planned, matched, started, completed, rated. One action a student: its phase says what is due.

import { chance, dayNumber, MINUTE } from '../../engine/index.ts'
import { EVENT_TYPES, SESSION_TYPES } from '../events/index.ts'
import { Cause } from '../events/row.ts'
import {
  ACTUAL,
  FAILURES,
  FIRST_SESSION_FAILURE_FACTOR,
  INSTANT_MINUTES,
  INSTANT_REFUSALS,
  MINUTES,
  NEW_TUTOR_SESSIONS,
  NORMAL,
  OUTCOME_SHIFT,
  PATIENCE_MINUTES,
  RATING_DEVIATIONS,
  RATING_SHIFTS,
  RETRY,
  SCHEDULED_MINUTES,
  SHORTAGE,
  STUDENT_RATING_LIMITS,
  TUTOR_RATING_LIMITS,
  WAIT,
} from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { BEREAVED_TIME, TIRED } from '../state/supply.ts'
import { Outcome, SessionPhase, StudentState } from '../state/tables.ts'
import { FIRST_SESSION_LOSS, WAVERING } from '../state/tenure.ts'
import { between, halves, rest } from '../state/words.ts'
import { callAfterNoMatch, callsAfterSession } from './calls.ts'
import { classWords, giveSeat, takesPlace } from './classes.ts'
import { wavers } from './decline.ts'
import { asked } from './markets.ts'
import { findTutor } from './matching.ts'
import { plan, planRetry } from './planning.ts'
import { leaveSoon, regularHasLeft } from './students.ts'
import { engage } from './tutors.ts'
import { sessionEnds } from './windows.ts'

const STARTED = EVENT_TYPES.indexOf('session_started')
const COMPLETED = EVENT_TYPES.indexOf('session_completed')
const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_32 = 0x1_0000_0000

/** What is due of a student's session: the request, the start or the end. */
export function session(region: RegionState, row: number, now: number): void {
  const { student } = region
  student.edit(row)
  if (student.phase === SessionPhase.underWay) complete(region, now)
  else if (student.phase === SessionPhase.requested) request(region, now)
  else begin(region, now)
}

/** A student wants a tutor at once and waits for one, up to PATIENCE_MINUTES. */
function request(region: RegionState, now: number): void {
  const { student, random, world } = region
  asked(region, student.sessionSubject)
  const words = random.draw(Purpose.request, student.number, student.plans)
  const waits = isShort(region, student.sessionSubject) ? SHORTAGE.waits : 1
  const waitMinutes = WAIT.at(words[0] as number) * waits
  if (waitMinutes > PATIENCE_MINUTES || chance(words[1] as number, INSTANT_REFUSALS)) return unmatched(region, now)
  student.phase = SessionPhase.planned
  world.schedule(Kind.session, student.row, now + Math.ceil(waitMinutes * MINUTE))
}

/** The session starts, if there is a tutor. */
function begin(region: RegionState, now: number): void {
  const { student } = region
  if (student.attempts === 0 && student.sessionType !== INSTANT) asked(region, student.sessionSubject)
  if (student.sessionType === GROUP) beginInClass(region, now)
  else beginAlone(region, now)
}

function beginAlone(region: RegionState, now: number): void {
  const { student, random } = region
  const { number, plans, attempts, sessionType: type, sessionSubject: subject } = student
  const words = random.draw(Purpose.start, number, plans)
  const lengthWord = words[0] as number
  const driftWord = words[1] as number
  const fate = words[2] as number
  const scheduled = MINUTES[(type === INSTANT ? INSTANT_MINUTES : SCHEDULED_MINUTES).pick(lengthWord)] as number
  const matchWords = random.draw(Purpose.match, number, plans, attempts)
  const tutor = findTutor(region, subject, longestOf(scheduled), type === INSTANT, true, matchWords, now)
  if (tutor < 0) return unmatched(region, now)
  region.tutor.edit(tutor)
  const outcome = outcomeOf(region, fate, now)
  const minutes = minutesOf(outcome, scheduled, actualMinutes(type, scheduled, driftWord), fate)
  engage(region, minutes, now)
  start(region, tutor, scheduled, minutes, outcome, now)
}

/** How long a class takes, and who teaches it, is the class's chance; how it goes for a student, each one's own. */
function beginInClass(region: RegionState, now: number): void {
  const { student, random, groupClass } = region
  const { number, plans, sessionSubject: subject } = student
  const known = region.classAt(subject, now)
  if (!known || !takesPlace(known)) {
    if (known) giveSeat(region)
    student.sessionType = ONE_ON_ONE
    return beginAlone(region, now)
  }
  const words = classWords(region, known)
  const scheduled = MINUTES[SCHEDULED_MINUTES.pick(rest(words[1] as number))] as number
  const actual = actualMinutes(GROUP, scheduled, halves(words[2] as number, words[3] as number))
  if (known.begun === 0) {
    const tutor = findTutor(region, subject, longestOf(scheduled), false, false, words, now)
    groupClass.edit(known.row).tutor = tutor + 1
    if (tutor >= 0) {
      region.tutor.edit(tutor)
      engage(region, actual, now)
    }
  }
  const tutor = groupClass.edit(known.row).tutor - 1
  groupClass.begun++
  giveSeat(region)
  if (tutor < 0) return unmatched(region, now)
  region.tutor.edit(tutor)
  const fate = random.draw(Purpose.start, number, plans)[2] as number
  start(region, tutor, scheduled, actual, outcomeOf(region, fate, now), now)
}

/** The tutor must have time for as long as the session may take. */
function longestOf(scheduled: number): number {
  return Math.min(ACTUAL.longest, scheduled + 16)
}

function start(
  region: RegionState,
  tutor: number,
  scheduled: number,
  minutes: number,
  outcome: number,
  now: number,
): void {
  const { student, world } = region
  student.phase = SessionPhase.underWay
  student.tutor = tutor
  student.minutes = minutes
  student.outcome = outcome
  const event = region.emit(STARTED, Kind.session, student.number, now, Cause.none, 0)
  event.tutor = region.tutor.at(tutor).number
  event.subject = student.sessionSubject
  event.sessionType = student.sessionType
  event.minutes = scheduled
  world.schedule(Kind.session, student.row, now + minutes * MINUTE)
}

/** No tutor is free: the student tries again, or gives up until the next session. */
function unmatched(region: RegionState, now: number): void {
  const { student, random } = region
  const words = random.draw(Purpose.noMatch, student.number, student.plans, student.attempts)
  const [callWord, retryWord] = words as unknown as [number, number]
  student.satisfaction -= Math.min(student.satisfaction, 10)
  callAfterNoMatch(region, callWord, isShort(region, student.sessionSubject), now)
  if (student.sessionType === INSTANT || student.attempts >= RETRY.attempts) return plan(region, now)
  student.attempts++
  planRetry(region, retryWord, now)
}

/** The session ends: ratings, what they bring, and the next one. */
function complete(region: RegionState, now: number): void {
  const { student, random } = region
  const { number, outcome, tutor: taughtBy } = student
  const tutor = region.tutor.edit(taughtBy)
  const first = student.sessions === 0
  const tutorNumber = tutor.number
  const words = random.draw(Purpose.complete, number, student.plans)
  const studentNoise = NORMAL.at(words[0] as number)
  const tutorRating = ratingOf(
    TUTOR_RATING_LIMITS,
    NORMAL.at(words[1] as number) + ((OUTCOME_SHIFT[outcome] as readonly [number, number])[1] as number),
  )
  const lossWord = words[2] as number
  const callWord = words[3] as number
  const whenWord = halves(words[1] as number, words[2] as number)
  const rating = ratingOf(STUDENT_RATING_LIMITS, latentRating(region, studentNoise, number, tutorNumber, first, now))
  const successful = outcome === Outcome.success

  const start = now - student.minutes * MINUTE
  const event = region.emit(COMPLETED, Kind.session, number, now, Cause.started, start)
  event.tutor = tutorNumber
  event.subject = student.sessionSubject
  event.minutes = student.minutes
  event.studentRating = rating
  event.tutorRating = tutorRating
  event.yes = successful ? 1 : 0

  if (tutor.sessions < 65_535) tutor.sessions++
  if (student.sessions < 65_535) student.sessions++
  student.phase = SessionPhase.none
  student.quietSinceDay = dayNumber(now)
  student.satisfaction += Math.round((50 * rating - student.satisfaction) / 4)
  keepOrChangeTutor(region, taughtBy, rating, now)
  sessionEnds(region, rating, successful, now)
  callsAfterSession(region, rating, outcome, callWord, whenWord, now)
  if (student.state !== StudentState.active) return
  if (first && chance(lossWord, FIRST_SESSION_LOSS[rating] as number)) leaveSoon(region, rest(lossWord), now)
  else plan(region, now)
}

/** Hidden causes of failure (row 16), more of them in a first session, with a tired tutor or in a shock. */
function outcomeOf(region: RegionState, word: number, now: number): number {
  const { student, tutor } = region
  let percent = (word / TWO_32) * 100
  const usual = student.sessions === 0 ? FIRST_SESSION_FAILURE_FACTOR : 1
  for (let outcome = 1; outcome < FAILURES.length; outcome++) {
    const tired = outcome === Outcome.tutorNoShow && tutor.heavyWeeks >= TIRED.weeks ? TIRED.noShows : 1
    percent -= (FAILURES[outcome] as number) * usual * tired * region.shocks.failures(outcome, now)
    if (percent < 0) return student.sessionType === GROUP && outcome === Outcome.tutorNoShow ? Outcome.partial : outcome
  }
  return Outcome.success
}

function actualMinutes(type: number, scheduled: number, word: number): number {
  const { drift, deviation, shortest, longest, instantShare, instantDrift } = ACTUAL
  const mean = type === INSTANT ? scheduled * instantShare + instantDrift : scheduled + drift
  return Math.min(longest, Math.max(shortest, Math.round(mean + deviation * NORMAL.at(word))))
}

/** A session that somebody misses or cancels late takes 20 minutes; one that breaks off ends between then and its planned end. */
function minutesOf(outcome: number, scheduled: number, actual: number, word: number): number {
  if (outcome === Outcome.success) return actual
  if (outcome === Outcome.technical || outcome === Outcome.partial)
    return between(rest(word), ACTUAL.shortest, scheduled)
  return ACTUAL.shortest
}

/** How the student liked it, as a normal latent variable: noise, the tutor's quality, their fit, and what went wrong. */
function latentRating(
  region: RegionState,
  noise: number,
  number: number,
  tutorNumber: number,
  first: boolean,
  now: number,
): number {
  const { student, tutor, random } = region
  const fit = NORMAL.at(random.draw(Purpose.fit, number, tutorNumber)[0] as number)
  return (
    RATING_DEVIATIONS.noise * noise +
    RATING_DEVIATIONS.quality * ((tutor.quality - 128) / 32) +
    RATING_DEVIATIONS.fit * fit +
    ((OUTCOME_SHIFT[student.outcome] as readonly [number, number])[0] as number) +
    (tutor.heavyWeeks >= TIRED.weeks ? RATING_SHIFTS.tired : 0) +
    (tutor.sessions < NEW_TUTOR_SESSIONS ? RATING_SHIFTS.newTutor : 0) +
    region.shocks.ratings(now) +
    (first ? RATING_SHIFTS.firstSession : 0) +
    (wavers(student) ? WAVERING.ratings : 0)
  )
}

function ratingOf(limits: readonly number[], latent: number): number {
  let rating = 1
  for (const limit of limits) if (latent >= limit) rating++
  return rating
}

/** A pleased student comes back to the tutor; another one looks for someone else. @param taughtBy row of the tutor */
function keepOrChangeTutor(region: RegionState, taughtBy: number, rating: number, now: number): void {
  const { student, tutor } = region
  const regular = student.regularTutor === taughtBy + 1 && !regularHasLeft(region)
  if (!regular && student.regularTutor !== 0 && regularHasLeft(region) && now - tutor.left >= BEREAVED_TIME)
    student.regularTutor = 0
  student.loyalty = ((student.loyalty << 1) & 31) | (regular ? 1 : 0)
  if (student.regularTutor === 0 && rating >= 4) {
    student.regularTutor = taughtBy + 1
    student.regularGeneration = tutor.at(taughtBy).generation
  } else if (regular && rating <= 2) student.regularTutor = 0
}

function isShort(region: RegionState, subject: number): boolean {
  return region.market.at(subject).shortageSince !== 0
}
