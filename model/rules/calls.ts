// Inbound support calls. Each has a reason: a session that went wrong (causes 1 and 2), a plan, a bill or a question, or a
// call that solved nothing (cause 3).

import { chance, DAY, dayNumber, MINUTE } from '../../engine/index.ts'
import { CALL_REASONS, type CallReason, EVENT_TYPES } from '../events/index.ts'
import { Cause } from '../events/row.ts'
import type { CallFigures } from '../settings/calls.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { CallOrigin, type CallRow, Outcome, SessionPhase, type StudentRow } from '../state/tables.ts'
import { between, latestWith, rest } from '../state/words.ts'
import { callLogged, latestCall, latestSessionEnd } from './windows.ts'

const CALL_LOGGED = EVENT_TYPES.indexOf('ib_call_logged')
const reason = (name: CallReason): number => CALL_REASONS.indexOf(name)
const SCHEDULING = reason('scheduling_issue')
const TECHNICAL = reason('technical_problem')
const CONCERN_REASON = reason('tutor_concern')
export const BILLING = reason('billing_question')
const GENERAL = reason('general_inquiry')
const PRIORITY_MAX = 2
const NO_PRIORITY_YET = 255
const AVERAGE_COMPLAINS = 64

type CallHours = CallFigures['hours']

/**
 * What a session that ends now may bring: at most one call, by the gravest cause. The student is at hand.
 * @param whether a random word @param when another
 */
export function callsAfterSession(
  region: RegionState,
  rating: number,
  outcome: number,
  whether: number,
  when: number,
  now: number,
): void {
  const { student } = region
  const { tutorNoShow, technical, studentNoShow, concern, hours } = region.given.calls
  const readily = readiness(student)
  let reason = -1
  let within = 0
  if (outcome === Outcome.tutorNoShow && region.decides('call.tutorNoShow', whether, tutorNoShow.chance * readily)) {
    reason = SCHEDULING
    within = tutorNoShow.within
  } else if (
    outcome === Outcome.technical &&
    region.decides('call.technical', whether, afterBroken(region, now) * readily)
  ) {
    reason = TECHNICAL
    within = technicalWithin(region, now)
  } else if (
    outcome === Outcome.studentNoShow &&
    region.decides('call.missedSession', whether, studentNoShow.chance * readily)
  ) {
    reason = BILLING
    within = studentNoShow.within
  } else if (
    outcome === Outcome.success &&
    region.decides('call.concern', rest(whether), (concern.chances[rating] as number) * readily, rating)
  ) {
    reason = CONCERN_REASON
    within = concern.within
  } else if (
    outcome === Outcome.success &&
    region.decides('call.glitch', whether, technical.afterGoodSession * readily * technicalCalls(region, now))
  ) {
    reason = TECHNICAL
    within = technicalWithin(region, now)
  }
  if (reason < 0) return
  planCall(region, whileOpen(hours, now + 5 * MINUTE, now + within, when), reason, {
    cause: Cause.completed,
    causeInstant: now - student.minutes * MINUTE,
    origin: CallOrigin.session,
    ordinal: student.lesson,
  })
}

/** Factor on the chance of a call for which there is a reason. */
export function readiness({ complains }: StudentRow): number {
  return complains / AVERAGE_COMPLAINS
}

/** What `readiness` is drawn as when a student is born. @param word 32 random bits */
export function drawComplains({ given }: RegionState, word: number): number {
  return Math.round(AVERAGE_COMPLAINS * given.calls.readiness.at(word))
}

/** No tutor was found, or theirs could not come. @param short whether the market is in a shortage */
export function callAfterNoMatch(region: RegionState, word: number, calls: number, short: boolean, now: number): void {
  const { lesson, phase } = region.student
  if (!maySpeak(region)) return
  const factor = short ? region.weighs('shortage', region.given.markets.shortage.calls) : 1
  if (!region.decides('call.noTutor', word, calls * factor * readiness(region.student))) return
  const attempts = phase === SessionPhase.again ? 1 : 0
  const instant = whileOpen(region.given.calls.hours, now + 10 * MINUTE, now + 3 * DAY, rest(word))
  callOutOfTheBlue(region, instant, SCHEDULING, CallOrigin.noMatch + attempts, lesson)
}

/** The student calls to call a lesson off. */
export function callAfterCancelling(region: RegionState, lesson: number, instant: number): void {
  if (!maySpeak(region)) return
  region.trace?.did('call.callsOff', lesson)
  callOutOfTheBlue(region, instant, SCHEDULING, CallOrigin.calledOff, lesson)
}

/** A student without a session in 30 days does not call before the next one: a return begins with a session. */
export function maySpeak({ student }: RegionState): boolean {
  return student.rated30 > 0 || student.sessions === 0
}

/** Whether a call's health update can be told: whoever comes back, and has none that holds, is heard of by a session first. */
function isHeardOf({ latestRating, sessions }: StudentRow): boolean {
  return latestRating > 0 || sessions === 0
}

/** A call that nothing in the stream led to. @param why index into CALL_REASONS @param origin of CallOrigin, and which */
export function callOutOfTheBlue(
  region: RegionState,
  instant: number,
  why: number,
  origin: number,
  ordinal: number,
): void {
  planCall(region, instant, why, { cause: Cause.none, causeInstant: 0, origin, ordinal })
}

/** A call is placed. */
export function call(region: RegionState, row: number, now: number): void {
  const { student, callToCome, calls, random, world, given } = region
  const { seconds, resolved: resolving, priority: priorities, unresolvedTime, repeat } = given.calls
  const {
    student: caller,
    ordinal,
    origin,
    repeats,
    reason: planned,
    priority: raised,
    cause,
    causeLow,
  } = callToCome.at(row)
  student.edit(caller)
  if (!isHeardOf(student)) {
    unlink(region, row)
    calls.give(row)
    return
  }
  // A session's health update of that very millisecond, or another call, would have the same natural key.
  if (latestSessionEnd(region, now) === now || latestCall(region, now) === now)
    return world.schedule(Kind.call, row, now + 1)
  unlink(region, row)
  calls.give(row)
  const { number, subject } = student
  // A call is told apart by what led to the first of a row of calls, and its place in that row.
  region.trace?.did('call.placed', origin * 65_536 + ordinal)
  const words = random.draw(Purpose.call, number, origin * 65_536 + ordinal, 2 * repeats)
  const why = stillHolds(region, planned, now)
  if (region.interventions.areAny && keptFromCalling(region, { why, origin, ordinal, repeats }, now)) return
  const solved = region.weighs(
    'intervention',
    region.interventions.onCall('call_resolution', why, subject, number, now),
  )
  const length = Math.round(seconds.at(words[0] as number))
  const resolved = region.decides(
    'call.resolved',
    words[1] as number,
    solved * (resolving.atNoLength + resolving.perSecond * length + resolving.perRepeat * repeats),
  )
  const priority =
    raised === NO_PRIORITY_YET ? (priorities[why] as (typeof priorities)[number]).pick(words[2] as number) : raised
  const event = region.emit(CALL_LOGGED, Kind.call, number, now, cause, latestWith(causeLow, now))
  event.reason = why
  event.seconds = length
  event.yes = resolved ? 1 : 0
  event.level = priority
  callLogged(region, now)
  if (resolved) return
  student.unresolvedUntilDay = dayNumber(now + unresolvedTime)
  if (region.decides('call.repeated', words[3] as number, repeat.chance))
    planRepeat(region, why, priority, repeats, { cause: Cause.call, causeInstant: now, origin, ordinal })
}

/** Where interventions have fewer call: whether this one is not made. */
function keptFromCalling(
  { student, interventions }: RegionState,
  { why, origin, ordinal, repeats }: { why: number; origin: number; ordinal: number; repeats: number },
  now: number,
): boolean {
  const { subject, number } = student
  const factor = interventions.onCall('calls', why, subject, number, now)
  return factor < 1 && !chance(interventions.wordOfCall(number, origin * 65_536 + ordinal, repeats), factor)
}

/** Cause 3: another call, one priority higher. @param why of the new call; it is told apart as the one that it follows */
function planRepeat(region: RegionState, reason: number, priority: number, repeats: number, why: Why): void {
  const { student, random, given } = region
  const { delayDays, sameReason, otherReasons } = given.calls.repeat
  const words = random.draw(Purpose.call, student.number, why.origin * 65_536 + why.ordinal, 2 * repeats + 1)
  const when = words[0] as number
  const same = words[1] as number
  const other = words[2] as number
  const planned = planCall(
    region,
    why.causeInstant + Math.round(delayDays.at(when) * DAY),
    chance(same, sameReason) ? reason : otherReasons.pick(other),
    why,
  )
  planned.repeats = Math.min(repeats + 1, 255)
  planned.priority = Math.min(priority + 1, PRIORITY_MAX)
}

/** What a call is due to: the event in the stream, and the thing in the student's life whose chance it is. */
interface Why {
  /** Of Cause, and the instant in that event's key. */
  cause: number
  causeInstant: number
  /** Of CallOrigin, and the how manieth. */
  origin: number
  ordinal: number
}

/** Plans a call of the student at hand. Stands on it. */
function planCall(region: RegionState, wished: number, reason: number, why: Why): CallRow {
  const { student, calls, callToCome, world, given } = region
  const row = calls.take()
  world.schedule(Kind.call, row, withinCallHours(given.calls.hours, wished))
  callToCome.at(row)
  callToCome.student = student.row
  callToCome.next = student.callsToCome
  callToCome.reason = reason
  callToCome.cause = why.cause
  callToCome.causeLow = why.causeInstant
  callToCome.origin = why.origin
  callToCome.ordinal = why.ordinal
  callToCome.priority = NO_PRIORITY_YET
  region.trace?.did('call.planned', why.origin * 65_536 + why.ordinal)
  student.callsToCome = row + 1
  return callToCome
}

/** Takes a call out of those that the student at hand is to make. */
function unlink({ student, callToCome }: RegionState, row: number): void {
  const { next } = callToCome.at(row)
  if (student.callsToCome === row + 1) {
    student.callsToCome = next
    return
  }
  for (let link = student.callsToCome; link !== 0; link = callToCome.next)
    if (callToCome.at(link - 1).next === row + 1) {
      callToCome.edit(link - 1).next = next
      return
    }
}

/** The student at hand calls no more. */
export function forgetCalls({ student, calls, callToCome }: RegionState): void {
  for (let link = student.callsToCome; link !== 0; ) {
    const { next } = callToCome.at(link - 1)
    calls.give(link - 1)
    link = next
  }
  student.callsToCome = 0
}

/**
 * An instant between two at which the line is open, any of them as likely as another; some time on the day after, where it is
 * closed all the while.
 */
export function whileOpen(hours: CallHours, from: number, until: number, word: number): number {
  const { clock, zone } = hours
  const first = dayNumber(clock.localAt(zone, from))
  const last = dayNumber(clock.localAt(zone, until))
  let total = 0
  for (let day = first; day <= last; day++) total += openOn(hours, day, from, until)
  if (total === 0) return withinCallHours(hours, from)
  let rest = between(word, 0, total)
  for (let day = first; day <= last; day++) {
    const open = openOn(hours, day, from, until)
    if (rest < open) return Math.max(from, opening(hours, day)) + rest
    rest -= open
  }
  return until
}

/** How long the line is open on a day between two instants. */
function openOn(hours: CallHours, day: number, from: number, until: number): number {
  const { clock, zone, closes } = hours
  return Math.max(0, Math.min(until, clock.instantAt(zone, day * DAY + closes)) - Math.max(from, opening(hours, day)))
}

function opening({ clock, zone, opens }: CallHours, day: number): number {
  return clock.instantAt(zone, day * DAY + opens)
}

/** Who cannot call at night calls some time on the day after: at any hour of it, the later the later they wanted to. */
export function withinCallHours({ clock, zone, opens, closes }: CallHours, instant: number): number {
  const local = clock.localAt(zone, instant)
  const day = dayNumber(local)
  const time = local - day * DAY
  if (time >= opens && time < closes) return instant
  const night = DAY - closes + opens
  const slept = time < opens ? time + DAY - closes : time - closes
  const opening = clock.instantAt(zone, (time < opens ? day : day + 1) * DAY + opens)
  return opening + Math.floor((slept / night) * ((closes - opens) / MINUTE)) * MINUTE + (instant % MINUTE)
}

/** These reasons need a recent session (contract, section 3.8); without one the call becomes a general inquiry. */
function stillHolds(region: RegionState, why: number, now: number): number {
  const { technicalMemory, concernMemory } = region.given.calls
  const memory = why === TECHNICAL ? technicalMemory : why === CONCERN_REASON ? concernMemory : 0
  return memory > 0 && now - latestSessionEnd(region, now) >= memory ? GENERAL : why
}

/** Chance of a call after a session that technology broke off: in an outage most see that it is not their line. */
function afterBroken(region: RegionState, now: number): number {
  const { calls, shocks } = region.given
  return isOut(region, now)
    ? shocks.outage.calls.afterFailure * calls.often
    : Math.min(0.9, calls.technical.chance * technicalCalls(region, now))
}

/** Whoever calls in an outage calls at once. */
function technicalWithin(region: RegionState, now: number): number {
  const { calls, shocks } = region.given
  return isOut(region, now) ? shocks.outage.calls.within : calls.technical.within
}

function technicalCalls(region: RegionState, now: number): number {
  return isOut(region, now) ? region.given.shocks.outage.calls.factor : region.shocks.technicalCalls(now)
}

/** Whether the platform is down for the student at hand. */
export function isOut({ shocks, interventions, student }: RegionState, now: number): boolean {
  if (shocks.isOut(now) || !interventions.areAny) return shocks.isOut(now)
  const { sessionSubject, number } = student
  return interventions.onStudent('platform_outage', sessionSubject, number, now) > 0
}
