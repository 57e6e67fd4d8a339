// What calls settings ask for, by what they are about: what follows from the chances that are settings themselves.

import { CALL_REASONS, type CallReason } from '../events/index.ts'
import { type GivenFigures, valueIn } from '../settings/catalogue.ts'
import { NEWCOMERS, sessionsAsked, sharesIn } from '../settings/volume.ts'
import { STUDENT_ROWS } from './student-rows.ts'

type ByReason = Readonly<Record<CallReason, number>>

/** Settings that these figures account for. */
export const ACCOUNTED_FOR = [
  'calls.per_100_sessions',
  'calls.after_',
  'calls.spontaneous_',
  'calls.renewal_',
  'calls.resolved_percent',
  'calls.repeat_percent',
  'growth.leaving_percent_monthly',
  'growth.farewell.calls_percent',
  'people.plans.',
  'people.plans_of_newcomers.',
  'sessions.failed_percent',
  'sessions.failures.',
  'sessions.instant_percent',
  'slots.kept_percent',
] as const

/** Others that bring calls, about which nothing simple can be said. */
export const NOT_ACCOUNTED_FOR = [
  'calls.concern_percent.',
  'calls.no_tutor_percent',
  'calls.resolved_less_',
  'calls.repeat_same_reason_percent',
  'calls.repeat_other_reasons.',
  'growth.farewell.calls_of_silent_percent',
  'growth.pauses.',
  'growth.wavering.',
  'sessions.ratings.',
  'slots.called_off_',
  'slots.shortage.',
  'tutors.students_a_tutor',
] as const

/** Row 1, and weeks of a month. */
const SESSIONS_WEEKLY = 1.23
const WEEKS_A_MONTH = 30.4375 / 7

const REASONS = STUDENT_ROWS.find(({ id }) => id === '27')?.figures as ByReason

/** Calls for each 100 sessions, those that repeat others included. */
export function callsAsked(given: GivenFigures): ByReason {
  const usual = valueIn({}, 'calls.per_100_sessions')
  const often = valueIn(given, 'calls.per_100_sessions') / usual
  const [own, standard] = [firstCalls(given), firstCalls({})]
  return byReason((reason) => {
    const first = ((REASONS[reason] / 100) * usual) / withRepeats({}) + own[reason] - standard[reason]
    return Math.max(0, often * first * withRepeats(given))
  })
}

/** Of all calls, in percent; of none, as usual. */
export function reasonsAsked(given: GivenFigures): ByReason {
  const calls = callsAsked(given)
  const all = sumOf(calls)
  if (all === 0) return REASONS
  return byReason((reason) => (100 * calls[reason]) / all)
}

export function sumOf(calls: ByReason): number {
  return CALL_REASONS.reduce((sum, reason) => sum + calls[reason], 0)
}

/** Share of calls of each priority, in percent, and by how much more often technology and tutors are urgent than the rest. */
export function prioritiesAsked(given: GivenFigures): Readonly<Record<string, number>> {
  const shares = reasonsAsked(given)
  const among = (reasons: readonly CallReason[], level: number): number => {
    const of = reasons.map((reason) => shares[reason] * (sharesIn(given, `calls.priority.${reason}`)[level] as number))
    return of.reduce((sum, one) => sum + one, 0) / reasons.reduce((sum, reason) => sum + shares[reason], 0)
  }
  const leaning: CallReason[] = ['tutor_concern', 'technical_problem']
  const others = CALL_REASONS.filter((reason) => !leaning.includes(reason))
  return {
    low: among(CALL_REASONS, 0),
    medium: among(CALL_REASONS, 1),
    high: among(CALL_REASONS, 2),
    'high of tutor and technical, less of others': among(leaning, 2) - among(others, 2),
  }
}

/** First calls for each 100 sessions, where calls are as frequent as by default: only those whose chances are settings. */
function firstCalls(given: GivenFigures): ByReason {
  const share = (name: string): number => valueIn(given, name) / 100
  const failed = valueIn(given, 'sessions.failed_percent')
  const [studentMissed, , technical, tutorMissed] = sharesIn(given, 'sessions.failures').map(
    (of) => (of / 100) * failed,
  ) as [number, number, number, number, number]
  const studentWeeks = 100 / (SESSIONS_WEEKLY * (sessionsAsked(given, NEWCOMERS) / sessionsAsked({}, NEWCOMERS)))
  const spontaneous = studentWeeks * share('calls.spontaneous_percent_weekly')
  const [scheduling, billing, general] = sharesIn(given, 'calls.spontaneous_reasons').map(
    (of) => (of / 100) * spontaneous,
  ) as [number, number, number]
  const renewals = studentWeeks / valueIn(given, 'calls.renewal_every_weeks')
  const leave = (studentWeeks / WEEKS_A_MONTH) * share('growth.leaving_percent_monthly')
  return {
    scheduling_issue: scheduling + tutorMissed * share('calls.after_tutor_no_show_percent'),
    technical_problem:
      technical * share('calls.after_technical_failure_percent') +
      (100 - failed) * share('calls.after_good_session_percent'),
    tutor_concern: 0,
    billing_question:
      billing +
      studentMissed * share('calls.after_student_no_show_percent') +
      renewals * share('calls.renewal_percent') +
      leave * share('growth.farewell.calls_percent'),
    general_inquiry: general,
  }
}

/** Calls for each first one: of those that are not resolved, some bring another. */
function withRepeats(given: GivenFigures): number {
  const unresolved = 1 - valueIn(given, 'calls.resolved_percent') / 100
  return 1 / (1 - (unresolved * valueIn(given, 'calls.repeat_percent')) / 100)
}

function byReason(of: (reason: CallReason) => number): ByReason {
  return Object.fromEntries(CALL_REASONS.map((reason) => [reason, of(reason)])) as Record<CallReason, number>
}
