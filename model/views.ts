// Agents as a person reads them: what the tables hold of a student, a tutor or a market, in the contract's words.

import { balanceStatus } from './events/balance.ts'
import { STUDENT, TUTOR } from './events/entities.ts'
import { churnRisk, healthScore } from './events/health.ts'
import {
  type Balance,
  type Level,
  REGIONS,
  type Region,
  SUBJECTS,
  type Subject,
  TIMEZONES,
  type Timezone,
} from './events/index.ts'
import { supplyScore } from './rules/markets.ts'
import { subjectsOf } from './rules/tutors.ts'
import { ratingHundredths } from './rules/windows.ts'
import { PLANS } from './state/calibration.ts'
import type { RegionState } from './state/region.ts'
import { SessionPhase, StudentState, TutorState } from './state/tables.ts'

export interface StudentView {
  student_id: string
  region: Region
  timezone: Timezone
  state: keyof typeof StudentState
  subjects: Subject[]
  /** Sessions a week that the plan pays for. */
  planned_sessions_per_week: number
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

export function studentView(region: RegionState, row: number): StudentView {
  const student = region.student.at(row)
  const heardOf = student.latestRating > 0
  const rating = ratingHundredths(student)
  const score = heardOf ? healthScore(student.sessions7, student.sessions30, student.calls14, rating) : 0
  return {
    student_id: STUDENT.agent.key(region.studentNumber(row)),
    region: REGIONS[region.index] as Region,
    timezone: TIMEZONES[student.zone] as Timezone,
    state: nameOf(StudentState, student.state),
    subjects: [student.subject, student.otherSubject - 1].filter((s) => s >= 0).map((s) => SUBJECTS[s] as Subject),
    planned_sessions_per_week: PLANS[student.plan] as number,
    sessions_completed: student.sessions,
    in_session: student.phase === SessionPhase.underWay,
    sessions_last_7_days: student.sessions7,
    sessions_last_30_days: student.sessions30,
    ib_calls_last_14_days: student.calls14,
    avg_session_rating: heardOf ? rating / 100 : null,
    health_score: heardOf ? score / 100 : null,
    churn_risk: heardOf ? churnRisk(score) : null,
  }
}

export function tutorView(region: RegionState, row: number): TutorView {
  const tutor = region.tutor.at(row)
  return {
    tutor_id: TUTOR.agent.key(region.tutorNumber(row)),
    region: REGIONS[region.index] as Region,
    timezone: TIMEZONES[tutor.zone] as Timezone,
    state: nameOf(TutorState, tutor.state),
    subjects: subjectsOf(tutor).map((subject) => SUBJECTS[subject] as Subject),
    available_hours_this_week: tutor.hours,
    minutes_left_this_week: tutor.minutesLeft,
    accepts_instant_book: tutor.acceptsInstantBook === 1,
    sessions_taught: tutor.sessions,
  }
}

export function marketView(region: RegionState, subject: number, now: number): MarketView {
  const market = region.market.at(subject)
  const supply = supplyScore(region, market, now)
  return {
    subject: SUBJECTS[subject] as Subject,
    region: REGIONS[region.index] as Region,
    active_students: market.students,
    available_tutors: market.tutors,
    demand_score: market.demandScore / 100,
    supply_score: supply / 100,
    balance_status: balanceStatus(market.demandScore, supply),
  }
}

/** Students who are customers, and tutors who teach. */
export function census(region: RegionState): { students: number; tutors: number } {
  let tutors = 0
  for (let row = 0; row < region.tutors.count; row++) {
    const { state } = region.tutor.at(row)
    if (state === TutorState.active || state === TutorState.leaving) tutors++
  }
  return { students: region.figures.at(0).members, tutors }
}

/** The key under which a code stands. */
function nameOf<Codes extends Record<string, number>>(codes: Codes, code: number): keyof Codes {
  return Object.keys(codes).find((name) => codes[name] === code) as keyof Codes
}
