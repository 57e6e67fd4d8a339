// Students come, think about staying, pause, leave and come back. Each sits on a seat of their region; whoever leaves for good
// is followed there by somebody new, after a while that is the newcomer's own.

import { chance, dayNumber, exp, ln, WEEK } from '../../engine/index.ts'
import { FIRST_STUDENT } from '../events/entities.ts'
import {
  ARRIVAL,
  CHANGE_OF_SIZE,
  DISSATISFIED,
  FAREWELL,
  HAZARD_BETA,
  HAZARD_FACTORS,
  HAZARD_SCALE,
  MONTH,
  PAUSE,
  PLAN,
  RENEWAL,
  RETURN,
  SECOND_SUBJECT_SHARE,
  SHORTAGE,
  SIGN_UPS,
  SPONTANEOUS,
  SUBJECT,
  ZONES,
} from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { studentNumbers } from '../state/numbering.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { BEREAVED_TIME } from '../state/supply.ts'
import { CallOrigin, SessionPhase, type StudentRow, StudentState, TutorState } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { BILLING, callOutOfTheBlue, forgetCalls, maySpeak } from './calls.ts'
import { enrol, expectNothing, withdraw } from './markets.ts'
import { giveUpSeat, planFrom } from './planning.ts'
import { forget } from './windows.ts'

const TWO_32 = 0x1_0000_0000
const JUNE = 6
const JULY = 7

/** A review: active students decide whether to stay, those who are away whether to come back, and free seats are taken. */
export function review(region: RegionState, row: number, now: number): void {
  const { student } = region
  student.edit(row)
  if (student.state === StudentState.leaving) leave(region, now)
  else if (isClosing(region)) close(region, now)
  else if (student.state === StudentState.active) weekly(region, now)
  else if (student.state === StudentState.gone) signUp(region, now)
  else resume(region, now)
}

function weekly(region: RegionState, now: number): void {
  const { student, random } = region
  const words = random.draw(Purpose.review, student.number, student.reviews++)
  const month = region.month(now)
  if (chance(words[0] as number, (hazardMonthly(region, month, now) * WEEK) / MONTH))
    return leaveSoon(region, rest(words[0] as number), now)
  const summer = month === JUNE || month === JULY ? PAUSE.summerFactor : 1
  if (student.phase !== SessionPhase.underWay && chance(words[1] as number, PAUSE.weekly * summer))
    return pause(region, rest(words[1] as number), now)
  if (maySpeak(region)) {
    if (chance(words[2] as number, SPONTANEOUS.weekly))
      callOutOfTheBlue(
        region,
        now + between(rest(words[2] as number), 0, WEEK),
        SPONTANEOUS.reasons.pick(words[3] as number),
        CallOrigin.review,
        student.reviews,
      )
    else if (chance(words[3] as number, (renews(student, now) ? RENEWAL.chance : 0) + region.shocks.priceCalls(now)))
      callOutOfTheBlue(
        region,
        now + between(rest(words[3] as number), 0, RENEWAL.within),
        BILLING,
        CallOrigin.review,
        student.reviews,
      )
  }
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

/** Chance of leaving within a month as things stand: causes 4, 6, 7, 9 and 10. */
export function hazardMonthly(region: RegionState, month: number, now: number): number {
  const { student, tutor, market } = region
  const factors = HAZARD_FACTORS
  const today = dayNumber(now)
  const quietDays = today - student.quietSinceDay
  let hazard = (student.hazard / 65_536) * HAZARD_SCALE
  if (student.calls14 >= 2) hazard *= factors.manyCalls
  if (student.unresolvedUntilDay > today) hazard *= factors.unresolvedCall
  if (student.sessions30 >= 4 && student.sessions7 * (30 / 7) <= student.sessions30 / 2) hazard *= factors.paceHalved
  if (quietDays > 21) hazard *= factors.quiet21Days
  else if (quietDays > 14) hazard *= factors.quiet14Days
  if (FOUR_OF_FIVE[student.loyalty] === 1) hazard *= factors.loyal
  if (student.satisfaction < DISSATISFIED) hazard *= factors.dissatisfied
  if (month === JUNE) hazard *= factors.june
  hazard *= region.shocks.leaving(now)
  const { shortageSince } = market.at(student.subject)
  if (shortageSince !== 0 && now - shortageSince >= SHORTAGE.longTerm) hazard *= factors.shortageOfAMonth
  if (student.regularTutor !== 0) {
    if (regularHasLeft(region) && now - tutor.left < BEREAVED_TIME) hazard *= factors.tutorLeft
  }
  return hazard
}

/** Whether the regular tutor of the student at hand, who has one, has left; stands on their seat. */
export function regularHasLeft({ student, tutor }: RegionState): boolean {
  const { state, generation } = tutor.at(student.regularTutor - 1)
  return state === TutorState.gone || generation !== student.regularGeneration
}

const FOUR_OF_FIVE = Uint8Array.from({ length: 32 }, (_, bits) =>
  [0, 1, 2, 3, 4].filter((bit) => (bits >> bit) & 1).length >= 4 ? 1 : 0,
)

function renews(student: StudentRow, now: number): boolean {
  return Math.floor((dayNumber(now) - student.joinedDay) / 7) % RENEWAL.everyWeeks === 0
}

/** The student has decided to leave: no more sessions, and gone within days. */
export function leaveSoon(region: RegionState, word: number, now: number): void {
  const { student, world } = region
  student.state = StudentState.leaving
  withdraw(region, student, now)
  cancelPlanned(region)
  world.schedule(Kind.review, student.row, now + between(word, FAREWELL.shortest, FAREWELL.longest))
}

function leave(region: RegionState, now: number): void {
  const { student, random, world } = region
  // Nobody leaves in the middle of a session.
  if (student.phase === SessionPhase.underWay) return world.schedule(Kind.review, student.row, student.sessionDue + 1)
  forget(region)
  forgetCalls(region)
  expectNothing(region, now)
  const [whether, when] = random.draw(Purpose.goodbye, student.number, student.reviews) as unknown as [number, number]
  if (isClosing(region) || !chance(whether, RETURN.share)) return vacate(region, now)
  student.state = StudentState.away
  world.schedule(Kind.review, student.row, now + between(when, RETURN.shortest, RETURN.longest))
}

/** The student is gone for good, and the seat is free. */
function vacate(region: RegionState, now: number): void {
  const { student, students } = region
  const { row, number } = student
  students.reset(row)
  student.number = number
  awaitArrival(region, row, now)
}

/** Whether the seat of the student at hand is no longer one: the next that they think about staying, they leave. */
function isClosing({ student, figures }: RegionState): boolean {
  return student.row >= figures.at(0).seats
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

function pause(region: RegionState, word: number, now: number): void {
  const { student } = region
  student.state = StudentState.paused
  withdraw(region, student, now)
  cancelPlanned(region)
  region.world.schedule(Kind.review, student.row, now + between(word, PAUSE.shortest, PAUSE.longest))
}

function resume(region: RegionState, now: number): void {
  const { student } = region
  student.state = StudentState.active
  student.quietSinceDay = dayNumber(now)
  enrol(region, student)
  planFrom(region, now, 0.5)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

function cancelPlanned(region: RegionState): void {
  const { student, world } = region
  if (student.phase === SessionPhase.underWay) return
  giveUpSeat(region)
  student.phase = SessionPhase.none
  world.cancel(Kind.session, student.row)
}

/** Someone new signs up and takes the free seat. */
function signUp(region: RegionState, now: number): void {
  const { student } = region
  const { row } = student
  addStudent(region, row, nextNumber(region, row))
  student.joinedDay = dayNumber(now)
  student.quietSinceDay = dayNumber(now)
  student.satisfaction = 225
  if (region.month(now) === JUNE) student.hazard = Math.min(65_535, student.hazard * HAZARD_FACTORS.joinedInJune)
  enrol(region, student)
  planFrom(region, now, 0.4)
  region.world.schedule(Kind.review, student.row, now + WEEK)
}

/** Number of whoever comes to a free seat next; 0 where the seat has seen as many as it can. */
function nextNumber({ index, student }: RegionState, row: number): number {
  const { number } = student.at(row)
  if (number === 0) return FIRST_STUDENT + studentNumbers.numberOf(index, row, 0)
  const generation = studentNumbers.locate(number - FIRST_STUDENT).generation + 1
  return generation < studentNumbers.generations ? FIRST_STUDENT + studentNumbers.numberOf(index, row, generation) : 0
}

/** Makes it due that somebody takes a free seat, if the region is to have it. @param waited share of the wait that is over */
export function awaitArrival(region: RegionState, row: number, now: number, waited = 0): void {
  const { figures, random, world } = region
  const number = nextNumber(region, row)
  if (row >= figures.at(0).seats || number === 0) return
  const [word] = random.draw(Purpose.arrival, number, 0)
  const mean = ARRIVAL.mean / (SIGN_UPS[region.month(now) - 1] as number)
  const wait = ARRIVAL.shortest + Math.min(ARRIVAL.longest, -ln(((word as number) + 1) / TWO_32) * mean)
  world.schedule(Kind.review, row, now + Math.ceil((1 - waited) * wait))
}

/**
 * The region is to have another number of students: seats are opened and taken, or their students leave, each at a time of
 * their own, half of them within two weeks and all within eight.
 */
export function changeSize(region: RegionState, seats: number, now: number): void {
  const { figures, student, students, world } = region
  const before = figures.edit(0).seats
  figures.seats = seats
  while (students.count < seats) students.add()
  world.reserve(students.count * 4)
  for (let row = before; row < seats; row++) {
    if (student.at(row).state === StudentState.gone)
      world.schedule(Kind.review, row, timeToChange(region, nextNumber(region, row), now))
  }
  for (let row = seats; row < before; row++) {
    const { state, number } = student.at(row)
    if (state === StudentState.gone) world.cancel(Kind.review, row)
    else if (state !== StudentState.leaving) world.schedule(Kind.review, row, timeToChange(region, number, now))
  }
}

function timeToChange({ random }: RegionState, number: number, now: number): number {
  const [word] = random.draw(Purpose.closing, number, 0) as unknown as [number]
  const share = word / TWO_32
  return now + 1 + Math.floor(share * share * CHANGE_OF_SIZE)
}

/** Makes a seat that of someone who was born into the world or signs up: who they are, without their past. */
export function addStudent(region: RegionState, row: number, number: number, ageMonths = 0): StudentRow {
  const { students, student, random } = region
  students.reset(row)
  student.edit(row)
  student.number = number
  const words = random.draw(Purpose.birth, number, 0)
  student.state = StudentState.active
  student.plan = PLAN.pick(words[0] as number)
  student.subject = SUBJECT.pick(words[1] as number)
  if (chance(rest(words[0] as number), SECOND_SUBJECT_SHARE)) {
    const other = SUBJECT.pick(words[2] as number)
    if (other !== student.subject) student.otherSubject = other + 1
  }
  student.zone = (ZONES[region.index] as (typeof ZONES)[number]).pick(rest(words[1] as number))
  // Inverse of the beta(1, b) distribution.
  const upper = exp(ln(((words[3] as number) + 1) / TWO_32) / (HAZARD_BETA + ageMonths))
  student.hazard = Math.min(65_535, Math.round(65_536 * (1 - upper)))
  return student
}
