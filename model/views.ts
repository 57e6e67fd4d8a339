// Agents as a person reads them: what the tables hold of a student, a tutor or a market, in the contract's words.

import { MINUTE, worldKey } from '../engine/index.ts'
import { type PlannedView, plannedOf, type ReservedView, reservedOf, type SlotView, slotsOf } from './appointments.ts'
import { balanceStatus } from './events/balance.ts'
import { CALL, SESSION, STUDENT, TUTOR } from './events/entities.ts'
import { churnRisk, healthScore } from './events/health.ts'
import {
  type Balance,
  type Level,
  REGIONS,
  type Region,
  SESSION_TYPES,
  type SessionType,
  SUBJECTS,
  type Subject,
  TIMEZONES,
  type Timezone,
} from './events/index.ts'
import { timezoneOf } from './events/localtime.ts'
import { marketAt } from './rules/markets.ts'
import { addStudent } from './rules/students.ts'
import { drawTraits } from './rules/tutors.ts'
import { healthAt } from './rules/windows.ts'
import { PLANS } from './settings/plans.ts'
import { RegionState, subjectsOf } from './state/region.ts'
import { SessionPhase, StudentState, TutorState } from './state/tables.ts'
import { latestWith } from './state/words.ts'

export interface StudentView {
  student_id: string
  region: Region
  timezone: Timezone
  state: keyof typeof StudentState
  subjects: Subject[]
  /** Sessions a week that the plan pays for. */
  planned_sessions_per_week: number
  /** Standing appointments. */
  slots: SlotView[]
  /** The next session: none, or one. */
  planned: PlannedView[]
  sessions_completed: number
  in_session: boolean
  sessions_last_7_days: number
  sessions_last_30_days: number
  ib_calls_last_14_days: number
  /** Null before the first session. */
  avg_session_rating: number | null
  health_score: number | null
  churn_risk: Level | null
}

export interface TutorView {
  tutor_id: string
  region: Region
  timezone: Timezone
  state: keyof typeof TutorState
  subjects: Subject[]
  available_hours_this_week: number
  minutes_left_this_week: number
  accepts_instant_book: boolean
  /** Times of the week that they keep for their students. */
  reserved: ReservedView[]
  sessions_taught: number
}

export interface MarketView {
  subject: Subject
  region: Region
  active_students: number
  available_tutors: number
  demand_score: number
  supply_score: number
  balance_status: Balance
}

/** A session under way, or one that ended within 30 days, as far as the state of its student tells. */
export interface SessionView {
  session_id: string
  student_id: string
  state: 'under_way' | 'completed'
  /** Milliseconds since 1970. */
  started: number
  /** Known while it is under way; then only the stream tells. */
  tutor_id: string | null
  subject: Subject | null
  session_type: SessionType | null
  /** Known once it is over. */
  actual_duration_minutes: number | null
  student_rating: number | null
  completed_successfully: boolean | null
}

/** A call that was logged within 14 days, as far as the state of its student tells. */
export interface CallView {
  call_id: string
  student_id: string
  /** Milliseconds since 1970. */
  logged: number
}

/** A view's fields, and of each whether it is one value: what is a list cannot be equal to one. */
export type FieldsOf<View> = { [Name in keyof View]: View[Name] extends readonly unknown[] ? 'list' : 'value' }

export const STUDENT_FIELDS: FieldsOf<StudentView> = {
  student_id: 'value',
  region: 'value',
  timezone: 'value',
  state: 'value',
  subjects: 'list',
  planned_sessions_per_week: 'value',
  slots: 'list',
  planned: 'list',
  sessions_completed: 'value',
  in_session: 'value',
  sessions_last_7_days: 'value',
  sessions_last_30_days: 'value',
  ib_calls_last_14_days: 'value',
  avg_session_rating: 'value',
  health_score: 'value',
  churn_risk: 'value',
}

export const TUTOR_FIELDS: FieldsOf<TutorView> = {
  tutor_id: 'value',
  region: 'value',
  timezone: 'value',
  state: 'value',
  subjects: 'list',
  available_hours_this_week: 'value',
  minutes_left_this_week: 'value',
  accepts_instant_book: 'value',
  reserved: 'list',
  sessions_taught: 'value',
}

export const SESSION_FIELDS: FieldsOf<SessionView> = {
  session_id: 'value',
  student_id: 'value',
  state: 'value',
  started: 'value',
  tutor_id: 'value',
  subject: 'value',
  session_type: 'value',
  actual_duration_minutes: 'value',
  student_rating: 'value',
  completed_successfully: 'value',
}

/** The session under way of a student; undefined where there is none. */
export function sessionUnderWay(region: RegionState, row: number): SessionView | undefined {
  const student = region.student.at(row)
  if (student.phase !== SessionPhase.underWay) return undefined
  const number = region.student.at(row).number
  const started = student.sessionDue - student.minutes * MINUTE
  return {
    session_id: SESSION.id(number, started),
    student_id: STUDENT.agent.key(number),
    state: 'under_way',
    started,
    tutor_id: TUTOR.agent.key(region.tutor.at(student.tutor).number),
    subject: SUBJECTS[student.sessionSubject] as Subject,
    session_type: SESSION_TYPES[student.sessionType] as SessionType,
    ...{ actual_duration_minutes: null, student_rating: null, completed_successfully: null },
  }
}

/** The student's session that began at an instant. */
export function sessionView(region: RegionState, row: number, started: number, now: number): SessionView | undefined {
  const underWay = sessionUnderWay(region, row)
  if (underWay?.started === started) return underWay
  const { record } = region
  for (let link = region.student.at(row).oldestOf30; link !== 0; link = record.at(link - 1).next) {
    const { instantLow, minutes, rating, successful } = record.at(link - 1)
    if (latestWith(instantLow, now) - minutes * MINUTE !== started) continue
    const number = region.student.at(row).number
    return {
      session_id: SESSION.id(number, started),
      student_id: STUDENT.agent.key(number),
      state: 'completed',
      started,
      ...{ tutor_id: null, subject: null, session_type: null },
      actual_duration_minutes: minutes,
      student_rating: rating,
      completed_successfully: successful === 1,
    }
  }
  return undefined
}

/** The student's call of an instant. */
export function callView(region: RegionState, row: number, logged: number, now: number): CallView | undefined {
  const { record } = region
  for (let link = region.student.at(row).oldestCall; link !== 0; link = record.at(link - 1).next)
    if (latestWith(record.at(link - 1).instantLow, now) === logged) {
      const number = region.student.at(row).number
      return { call_id: CALL.id(number, logged), student_id: STUDENT.agent.key(number), logged }
    }
  return undefined
}

export function studentView(region: RegionState, row: number): StudentView {
  const { sessions7, sessions30, calls14, rating } = healthAt(region, row, region.world.now)
  const slots = slotsOf(region, row)
  const student = region.student.at(row)
  const score = rating === null ? null : healthScore(sessions7, sessions30, calls14, rating)
  return {
    student_id: STUDENT.agent.key(region.student.at(row).number),
    region: REGIONS[region.index] as Region,
    timezone: TIMEZONES[timezoneOf(student.zone)] as Timezone,
    state: nameOf(StudentState, student.state),
    subjects: [student.subject, student.otherSubject - 1].filter((s) => s >= 0).map((s) => SUBJECTS[s] as Subject),
    planned_sessions_per_week: PLANS[student.plan] as number,
    slots,
    planned: plannedOf(region, row),
    sessions_completed: student.sessions,
    in_session: student.phase === SessionPhase.underWay,
    sessions_last_7_days: sessions7,
    sessions_last_30_days: sessions30,
    ib_calls_last_14_days: calls14,
    avg_session_rating: rating === null ? null : rating / 100,
    health_score: score === null ? null : score / 100,
    churn_risk: score === null ? null : churnRisk(score),
  }
}

export function tutorView(region: RegionState, row: number): TutorView {
  const tutor = region.tutor.at(row)
  return {
    tutor_id: TUTOR.agent.key(tutor.number),
    region: REGIONS[region.index] as Region,
    timezone: TIMEZONES[timezoneOf(tutor.zone)] as Timezone,
    state: nameOf(TutorState, tutor.state),
    subjects: subjectsOf(tutor).map((subject) => SUBJECTS[subject] as Subject),
    available_hours_this_week: tutor.hours,
    minutes_left_this_week: tutor.minutesLeft,
    accepts_instant_book: tutor.acceptsInstantBook === 1,
    reserved: reservedOf(region, row),
    sessions_taught: tutor.sessions,
  }
}

/** Somebody who sat on a seat before: of them only what chance gave them is known. @param seed of the world */
export function formerStudentView(region: RegionState, number: number, seed: string): StudentView {
  const past = new RegionState(region.index, worldKey(seed))
  past.start([], region.world.now)
  addStudent(past, past.students.add(), number).state = StudentState.gone
  return studentView(past, 0)
}

/** As of a student. */
export function formerTutorView(region: RegionState, number: number, seed: string): TutorView {
  const past = new RegionState(region.index, worldKey(seed))
  past.tutor.edit(past.tutors.add()).number = number
  drawTraits(past)
  past.tutor.state = TutorState.gone
  past.tutor.acceptsInstantBook = 0
  return tutorView(past, 0)
}

export function marketView(region: RegionState, subject: number, now: number): MarketView {
  const { students, tutors, demandScore, supplyScore } = marketAt(region, subject, now)
  return {
    subject: SUBJECTS[subject] as Subject,
    region: REGIONS[region.index] as Region,
    active_students: students,
    available_tutors: tutors,
    demand_score: demandScore / 100,
    supply_score: supplyScore / 100,
    balance_status: balanceStatus(demandScore, supplyScore),
  }
}

/** The key under which a code stands. */
function nameOf<Codes extends Record<string, number>>(codes: Codes, code: number): keyof Codes {
  return Object.keys(codes).find((name) => codes[name] === code) as keyof Codes
}
