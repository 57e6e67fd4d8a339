// Students come, think about staying, pause, leave and come back. Each sits on a seat of their region; whoever leaves for good
// is followed there by somebody new, after a while that is the newcomer's own.

import { chance, dayNumber, exp, HOUR, ln, WEEK } from '../../engine/index.ts'
import { FIRST_STUDENT } from '../events/entities.ts'
import { MONTH } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { studentNumbers } from '../state/numbering.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { CallOrigin, SessionPhase, type StudentRow, StudentState } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { BILLING, callOutOfTheBlue, drawComplains, forgetCalls, maySpeak, readiness, whileOpen } from './calls.ts'
import { attendance, restsNow, waver, wavers } from './decline.ts'
import { enrol, expectNothing, withdraw } from './markets.ts'
import { plan } from './planning.ts'
import { awaitArrival, countReviews, isClosing, isGuest, nextNumber } from './seats.ts'
import { changeHabits, closeSlots, letGo, openSlots, takeUp } from './slots.ts'
import { forget } from './windows.ts'

const TWO_32 = 0x1_0000_0000
const JUNE = 6

/** A review: active students decide whether to stay, those who are away whether to come back, and free seats are taken. */
export function review(region: RegionState, row: number, now: number): void {
  const { student } = region
  student.edit(row)
  if (student.state === StudentState.leaving) leave(region, now)
  else if (isClosing(region)) close(region, now)
  else if (student.state === StudentState.active) weekly(region, now)
  else if (student.state === StudentState.paused || student.state === StudentState.resting) awaitOrResume(region, now)
  else if (student.state === StudentState.gone) signUp(region, now)
  else resume(region, now)
}

function weekly(region: RegionState, now: number): void {
  const { student, random, given, interventions } = region
  const { wavering, pauses } = given.growth
  const words = random.draw(Purpose.review, student.number, student.reviews++)
  // What follows draws again.
  const leaveWord = words[0] as number
  const pauseWord = words[1] as number
  const callWord = words[2] as number
  const reasonWord = words[3] as number
  if (wavers(student)) {
    if (--student.weeksToGo === 0 && region.decides('stay.leavesAfterAll', leaveWord, wavering.leave))
      return sayGoodbye(region, rest(leaveWord), now)
  } else if (student.phase !== SessionPhase.underWay) {
    const month = region.month(now)
    const factor = region.weighs('intervention', interventions.onStudent('churn', student.subject, student.number, now))
    const hazard = (hazardMonthly(region, month, now) * WEEK) / MONTH
    if (region.decides('stay.thinksOfLeaving', leaveWord, hazard * Math.min(1, factor))) {
      waver(region, month, now)
      if (!wavers(student)) return sayGoodbye(region, rest(leaveWord), now)
      skipNext(region, rest(callWord))
    } else if (factor > 1 && region.decides('stay.leavesAtOnce', leaveWord, hazard * factor)) {
      // Whoever leaves because of something that happens to many does not think about it for weeks.
      return sayGoodbye(region, rest(leaveWord), now)
    } else if (restsNow(region, now)) return pause(region, StudentState.resting, 0, now)
    else if (region.decides('stay.pauses', pauseWord, pauses.weekly))
      return pause(region, StudentState.paused, between(rest(pauseWord), pauses.shortest, pauses.longest), now)
  }
  if (maySpeak(region)) {
    const { spontaneous, renewal, hours, often } = region.given.calls
    const reasons = spontaneous.weekly * readiness(student) + (wavers(student) ? wavering.calls * often : 0)
    if (region.decides('call.question', callWord, reasons))
      callOutOfTheBlue(
        region,
        whileOpen(hours, now, now + WEEK, rest(callWord)),
        spontaneous.reasons.pick(reasonWord),
        CallOrigin.review,
        student.reviews,
      )
    else if (
      region.decides(
        'call.bill',
        reasonWord,
        (renews(region, now) ? region.weighs('renewal', renewal.chance) : 0) + region.shocks.priceCalls(now) * often,
      )
    )
      callOutOfTheBlue(
        region,
        whileOpen(hours, now, now + renewal.within, rest(reasonWord)),
        BILLING,
        CallOrigin.review,
        student.reviews,
      )
  }
  if (student.bereavedWeeks > 0) student.bereavedWeeks--
  changeHabits(region)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

/** Who wavers from now on may not keep the lesson that is planned already. */
function skipNext(region: RegionState, word: number): void {
  const { student } = region
  if (student.phase === SessionPhase.planned && !chance(word, attendance(region))) plan(region, student.sessionDue)
}

/** Chance of leaving within a month as things stand: causes 4, 6, 7, 9 and 10. */
export function hazardMonthly(region: RegionState, month: number, now: number): number {
  const { student, market, given } = region
  const { hazard: figures, dissatisfiedBelow, wavering } = given.growth
  const { factors } = figures
  const today = dayNumber(now)
  let hazard = region.weighs('born', (student.hazard / 65_536) * figures.scale)
  hazard *= region.weighs('plan', figures.ofPlan[student.plan] as number)
  if (student.calls14 >= 2) hazard *= region.weighs('manyCalls', factors.manyCalls)
  if (student.unresolvedUntilDay > today) hazard *= region.weighs('unresolvedCall', factors.unresolvedCall)
  if (today - student.quietSinceDay > 21) hazard *= region.weighs('silence', factors.silent21Days)
  if (FOUR_OF_FIVE[student.loyalty] === 1) hazard *= region.weighs('sameTutor', factors.loyal)
  if (student.satisfaction < dissatisfiedBelow) hazard *= region.weighs('dissatisfied', factors.dissatisfied)
  if (month === JUNE) hazard *= region.weighs('june', factors.june)
  hazard *= region.weighs('prices', region.shocks.leaving(now))
  if (today - student.joinedDay < 7 * wavering.newcomerWeeks) hazard *= region.weighs('newcomer', factors.newcomer)
  const { shortageSince } = market.at(student.subject)
  if (shortageSince !== 0 && now - shortageSince >= given.markets.shortage.longTerm)
    hazard *= region.weighs('shortage', factors.shortageOfAMonth)
  if (student.bereavedWeeks > 0) hazard *= region.weighs('tutorLeft', factors.tutorLeft)
  return hazard
}

const FOUR_OF_FIVE = Uint8Array.from({ length: 32 }, (_, bits) =>
  [0, 1, 2, 3, 4].filter((bit) => (bits >> bit) & 1).length >= 4 ? 1 : 0,
)

function renews({ student, given }: RegionState, now: number): boolean {
  return Math.floor((dayNumber(now) - student.joinedDay) / 7) % given.calls.renewal.everyWeeks === 0
}

/** The student has decided to leave: no more sessions, and gone within days. */
export function leaveSoon(region: RegionState, word: number, now: number): void {
  const { student, world, given } = region
  const { shortest, longest } = given.growth.farewell
  if (student.state === StudentState.active) {
    withdraw(region, student, now)
    letGo(region)
  }
  student.state = StudentState.leaving
  cancelPlanned(region)
  world.schedule(Kind.review, student.row, now + between(word, shortest, longest))
}

/** The student leaves after thinking about it, and may call to cancel. */
function sayGoodbye(region: RegionState, word: number, now: number): void {
  const { student, random, given } = region
  const { hours, often } = given.calls
  const { calls, callsOfSilent, callWithin } = given.growth.farewell
  const [whether, when] = random.draw(Purpose.goodbye, student.number, student.reviews, 1) as unknown as [
    number,
    number,
  ]
  const isSilent = student.state !== StudentState.active
  if (region.decides('call.goodbye', whether, (isSilent ? callsOfSilent : calls) * often))
    callOutOfTheBlue(
      region,
      whileOpen(hours, now + HOUR, now + callWithin, when),
      BILLING,
      CallOrigin.goodbye,
      student.reviews,
    )
  leaveSoon(region, word, now)
}

function leave(region: RegionState, now: number): void {
  const { student, random, world, given } = region
  const { share, shortest, longest } = given.growth.returns
  // Nobody leaves in the middle of a session.
  if (student.phase === SessionPhase.underWay) return world.schedule(Kind.review, student.row, student.sessionDue + 1)
  forget(region)
  forgetCalls(region)
  expectNothing(region, now)
  const words = random.draw(Purpose.goodbye, student.number, student.reviews)
  const whether = words[0] as number
  const when = words[1] as number
  if (isClosing(region) || !chance(whether, share)) return vacate(region, now)
  student.state = StudentState.away
  world.schedule(Kind.review, student.row, now + between(when, shortest, longest))
}

/** The student is gone for good, and the seat is free. */
function vacate(region: RegionState, now: number): void {
  const { student, students } = region
  const { row, number } = student
  closeSlots(region)
  students.reset(row)
  student.number = number
  awaitArrival(region, row, now)
}

/** The world has become smaller by this seat. */
function close(region: RegionState, now: number): void {
  const { student, random } = region
  if (student.state === StudentState.away) return vacate(region, now)
  const [word] = random.draw(Purpose.closing, student.number, 1)
  if (student.state === StudentState.active) return leaveSoon(region, word as number, now)
  student.state = StudentState.leaving
  leave(region, now)
}

/** No lessons for some weeks, or for a season. @param state paused or resting */
function pause(region: RegionState, state: number, weeks: number, now: number): void {
  const { student } = region
  student.state = state
  student.weeksToGo = weeks
  if (state === StudentState.resting) region.trace?.did('stay.rests')
  withdraw(region, student, now)
  letGo(region)
  cancelPlanned(region)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

/** A week of a pause or a rest: the student may leave, or come back. */
function awaitOrResume(region: RegionState, now: number): void {
  const { student, random, world, interventions } = region
  const words = random.draw(Purpose.review, student.number, student.reviews++)
  const isPaused = student.state === StudentState.paused
  const factor = region.weighs('intervention', interventions.onStudent('churn', student.subject, student.number, now))
  const hazard =
    hazardMonthly(region, region.month(now), now) * (isPaused ? 1 : region.given.growth.rest.hazard) * factor
  if (region.decides('stay.thinksOfLeaving', words[0] as number, (hazard * WEEK) / MONTH))
    return sayGoodbye(region, rest(words[0] as number), now)
  if (isPaused ? --student.weeksToGo === 0 : !restsNow(region, now)) return resume(region, now)
  world.schedule(Kind.review, student.row, now + WEEK)
}

function resume(region: RegionState, now: number): void {
  const { student } = region
  region.trace?.did('stay.comesBack')
  student.state = StudentState.active
  enrol(region, student)
  takeUp(region)
  plan(region, now)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

function cancelPlanned(region: RegionState): void {
  const { student, world } = region
  if (student.phase === SessionPhase.underWay) return
  student.phase = SessionPhase.none
  world.cancel(Kind.session, student.row)
}

/** Someone new signs up and takes the free seat. */
function signUp(region: RegionState, now: number): void {
  const { student } = region
  const { row } = student
  const guest = isGuest(student)
  if (!guest && keepsAway(region, now)) return
  addStudent(region, row, nextNumber(region, row))
  countReviews(student, guest)
  student.joinedDay = dayNumber(now)
  student.quietSinceDay = dayNumber(now)
  student.satisfaction = 225
  region.trace?.did('stay.signsUp')
  const { joinedInJune } = region.given.growth.hazard.factors
  if (region.month(now) === JUNE) student.hazard = Math.min(65_535, student.hazard * joinedInJune)
  enrol(region, student)
  plan(region, now)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

/** Where fewer sign up than usual, whoever does not come is looked for again. */
function keepsAway(region: RegionState, now: number): boolean {
  const factor = region.interventions.onRegion('sign_ups', now)
  if (factor >= 1) return false
  const { student, random } = region
  const words = random.draw(Purpose.arrival, nextNumber(region, student.row), 1 + student.reviews)
  const whether = words[0] as number
  if (chance(whether, factor)) return false
  student.reviews++
  awaitArrival(region, student.row, now)
  return true
}

/** Makes a seat that of someone who was born into the world or signs up: who they are, without their past. */
export function addStudent(region: RegionState, row: number, number: number, ageMonths = 0): StudentRow {
  const { students, student, random, given } = region
  const { plan, planOfNewcomers, subject, secondSubject, zones } = given.people
  students.reset(row)
  student.edit(row)
  student.number = number
  const words = random.draw(Purpose.birth, number, 0)
  student.state = StudentState.active
  const isNew = studentNumbers.locate(number - FIRST_STUDENT).generation > 0
  student.plan = (isNew ? planOfNewcomers : plan).pick(words[0] as number)
  student.subject = subject.pick(words[1] as number)
  if (chance(rest(words[0] as number), secondSubject)) {
    const other = subject.pick(words[2] as number)
    if (other !== student.subject) student.otherSubject = other + 1
  }
  student.zone = (zones[region.index] as (typeof zones)[number]).pick(rest(words[1] as number))
  const { months, rootOfGamma } = given.growth.hazard
  const word = words[3] as number
  const root = rootOfGamma?.at(word)
  const drawn = root === undefined ? -ln((word + 1) / TWO_32) : root * root
  const upper = exp(-drawn / (months + ageMonths))
  student.hazard = Math.min(65_535, Math.round(65_536 * (1 - upper)))
  student.complains = drawComplains(region, random.draw(Purpose.birth, number, 0, 1)[1] as number)
  openSlots(region)
  return student
}
