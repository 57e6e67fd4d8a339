// Students come, think about staying, pause, leave and come back.

import { chance, dayNumber, exp, ln, WEEK } from '../../engine/index.ts'
import {
  BEREAVED_TIME,
  DISSATISFIED,
  FAREWELL,
  GROWTH_TIME,
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
  TURNOVER_MONTHLY,
  ZONES,
} from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { SessionPhase, type StudentRow, StudentState, TutorState } from '../state/tables.ts'
import { between, rest } from '../state/words.ts'
import { BILLING, callOutOfTheBlue, maySpeak } from './calls.ts'
import { enrol, withdraw } from './markets.ts'
import { plan } from './planning.ts'
import { forget } from './windows.ts'

const TWO_32 = 0x1_0000_0000
const JUNE = 6
const JULY = 7

/** A review: active students decide whether to stay, those who are away whether to come back. */
export function review(region: RegionState, row: number, now: number): void {
  const { student } = region
  student.edit(row)
  if (student.state === StudentState.active) weekly(region, now)
  else if (student.state === StudentState.paused) resume(region, now)
  else if (student.state === StudentState.leaving) leave(region, now)
  else comeBack(region, now)
}

function weekly(region: RegionState, now: number): void {
  const { student, random, world } = region
  const words = random.draw(Purpose.review, region.studentNumber(student.row), now)
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
      )
    else if (renews(student, now) && chance(words[3] as number, RENEWAL.chance))
      callOutOfTheBlue(region, now + between(rest(words[3] as number), 0, RENEWAL.within), BILLING)
  }
  world.schedule(Kind.review, student.row, now + WEEK)
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
  const { shortageSince } = market.at(student.subject)
  if (shortageSince !== 0 && now - shortageSince >= SHORTAGE.longTerm) hazard *= factors.shortageOfAMonth
  if (student.regularTutor !== 0) {
    const { state, left } = tutor.at(student.regularTutor - 1)
    if (state === TutorState.gone && now - left < BEREAVED_TIME) hazard *= factors.tutorLeft
  }
  return hazard
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
  const { student, figures, random, world } = region
  // Nobody leaves in the middle of a session.
  if (student.phase === SessionPhase.underWay) return world.schedule(Kind.review, student.row, student.sessionDue + 1)
  student.state = StudentState.gone
  figures.edit(0).members--
  forget(region)
  world.cancel(Kind.call, student.row)
  const [whether, when] = random.draw(Purpose.review, region.studentNumber(student.row), now, 1) as unknown as [
    number,
    number,
  ]
  if (chance(whether, RETURN.share))
    world.schedule(Kind.review, student.row, now + between(when, RETURN.shortest, RETURN.longest))
}

function comeBack(region: RegionState, now: number): void {
  region.figures.edit(0).members++
  resume(region, now)
}

function pause(region: RegionState, word: number, now: number): void {
  const { student, world } = region
  student.state = StudentState.paused
  withdraw(region, student, now)
  cancelPlanned(region)
  world.schedule(Kind.review, student.row, now + between(word, PAUSE.shortest, PAUSE.longest))
}

function resume(region: RegionState, now: number): void {
  const { student, world } = region
  student.state = StudentState.active
  student.quietSinceDay = dayNumber(now)
  enrol(region, student, now)
  plan(region, now, 0.5)
  world.schedule(Kind.review, student.row, now + WEEK)
}

function cancelPlanned(region: RegionState): void {
  const { student, world } = region
  if (student.phase === SessionPhase.underWay) return
  student.phase = SessionPhase.none
  world.cancel(Kind.session, student.row)
}

/** Someone new signs up. */
export function signUp(region: RegionState, now: number): void {
  const { figures } = region
  figures.edit(0).members++
  const student = addStudent(region, now)
  student.joinedDay = dayNumber(now)
  student.quietSinceDay = dayNumber(now)
  student.satisfaction = 225
  if (region.month(now) === JUNE) student.hazard = Math.min(65_535, student.hazard * HAZARD_FACTORS.joinedInJune)
  enrol(region, student, now)
  plan(region, now, 0.4)
  region.world.schedule(Kind.review, student.row, now + WEEK)
  awaitSignUp(region, now)
}

/** Makes the next sign-up due: as many as leave, and more or fewer where the region is off its target. */
export function awaitSignUp(region: RegionState, now: number): void {
  const { figures, random, world } = region
  figures.edit(0)
  const [word] = random.draw(Purpose.signUp, region.index, now)
  const month = region.month(now)
  const turnover = (figures.target * TURNOVER_MONTHLY * (SIGN_UPS[month - 1] as number)) / MONTH
  const perMillisecond = Math.max(turnover / 10, turnover + (figures.target - figures.members) / GROWTH_TIME)
  if (perMillisecond <= 0) return world.cancel(Kind.signUp, 0)
  const gap = -ln(((word as number) + 1) / TWO_32) / perMillisecond
  world.schedule(Kind.signUp, 0, now + 1 + Math.min(Math.floor(gap), MONTH * 12))
}

/** A row for someone who was born into the world or signs up: who they are, without their past. */
export function addStudent(region: RegionState, now: number, ageMonths = 0): StudentRow {
  const { students, student, random } = region
  student.edit(students.add())
  const words = random.draw(Purpose.studentBirth, region.studentNumber(student.row), now)
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
