// Calls to support: what brings them, when, and how they end. `calls.per_100_sessions` scales every chance of a first call;
// what an unresolved call brings follows from it.

import { DAY, HOUR, Quantiles } from '../../engine/index.ts'
import { FOLLOWS_SESSION_WITHIN, ibCallLogged } from '../events/ib-call-logged.ts'
import { CALL_REASONS } from '../events/index.ts'
import { Zone } from '../events/localtime.ts'
import type { PeopleClock } from './clock.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'
import { gammaDensity, lognormalDensity } from './densities.ts'

const PER_100_SESSIONS = 5
const RESOLVED_PERCENT = 70
const READINESS_SHAPE = 1.1
/** Of the renewal of a plan; nothing in the stream tells when that was, so it is no setting. */
const RENEWAL_WITHIN = 72 * HOUR

const priority = (low: number, medium: number, high: number) =>
  weights(
    { low, medium, high },
    {
      source: 'row 30',
      description: 'How urgent calls of this reason are.',
      moves: 'calls_of_this_priority_percent up',
    },
  )

export const calls = {
  per_100_sessions: figure({
    ...{ default: PER_100_SESSIONS, minimum: 0, maximum: 40, unit: 'calls', source: 'row 25' },
    description: 'Calls for each 100 sessions that are completed; scales all that brings a first call.',
    moves: 'calls_per_100_sessions up',
  }),
  after_tutor_no_show_percent: percent({
    ...{ default: 38, source: 'cause 2' },
    description: 'Chance that a session which the tutor missed brings a scheduling_issue.',
    moves: 'scheduling_calls_per_100_sessions up',
  }),
  after_technical_failure_percent: percent({
    ...{ default: 35, source: 'cause 2' },
    description: 'Chance that a session which technology broke off brings a technical_problem.',
    moves: 'technical_calls_per_100_sessions up',
  }),
  after_student_no_show_percent: percent({
    ...{ default: 8, source: 'cause 2' },
    description: 'Chance that a session which the student missed brings a billing_question.',
    moves: 'billing_calls_per_100_sessions up',
  }),
  after_good_session_percent: percent({
    ...{ default: 0.25, maximum: 20, source: 'A, fits row 27' },
    description: 'Chance that a session which went well brings a technical_problem all the same.',
    moves: 'technical_calls_per_100_sessions up',
  }),
  concern_percent: {
    rating_1: concern(40, 'cause 1'),
    rating_2: concern(40, 'cause 1'),
    rating_3: concern(7, 'cause 1'),
    rating_4: concern(0.9, 'cause 1'),
    rating_5: concern(0, 'cause 1'),
  },
  no_tutor_percent: percent({
    ...{ default: 4.5, source: 'A' },
    description:
      'Chance that a lesson for which no tutor was found, or whose tutor cannot come, brings a scheduling_issue.',
    moves: 'scheduling_calls_per_100_sessions up',
  }),
  spontaneous_percent_weekly: percent({
    ...{ default: 0.6, maximum: 30, source: 'A, fits rows 25 and 27' },
    description: 'Chance that a student calls in a week without a session that led to it.',
    moves: 'calls_per_100_sessions up',
  }),
  spontaneous_reasons: weights(
    { scheduling_issue: 38, billing_question: 20, general_inquiry: 42 },
    {
      source: 'A, fits row 27',
      description: 'What calls are about that no session led to.',
      moves: 'calls_of_this_reason_percent up',
    },
  ),
  renewal_percent: percent({
    ...{ default: 0.6, source: 'cause 10' },
    description: 'Chance that the renewal of a plan brings a billing_question.',
    moves: 'billing_calls_per_100_sessions up',
  }),
  renewal_every_weeks: figure({
    ...{ default: 4, minimum: 1, maximum: 52, unit: 'weeks', source: 'A', integer: true },
    description: 'How often a plan renews.',
    moves: 'billing_calls_per_100_sessions down',
  }),
  within_hours: {
    concern: within(48, 'A tutor_concern', 'cause 1'),
    tutor_no_show: within(24, 'A call about a session which the tutor missed', 'cause 2'),
    technical: within(2, 'A technical_problem', 'cause 2'),
    student_no_show: within(48, 'A call about a session which the student missed', 'A'),
  },
  opens_hour: figure({
    ...{ default: 8, minimum: 0, maximum: 12, unit: "o'clock", source: 'row 26' },
    description: 'When the line opens each day, Eastern by the clock on the wall.',
    moves: 'first_call_of_day_hour up',
  }),
  closes_hour: figure({
    ...{ default: 22, minimum: 13, maximum: 24, unit: "o'clock", source: 'row 26' },
    description: 'When the line closes.',
    moves: 'last_call_of_day_hour up',
  }),
  seconds_median: figure({
    ...{ default: 296, minimum: 90, maximum: 500, unit: 'seconds', source: 'row 28' },
    description: 'Median of the lognormal that lengths of calls are drawn from, before it is cut to 60 to 600 seconds.',
    moves: 'call_seconds_median up',
  }),
  seconds_spread: figure({
    ...{ default: 0.6, minimum: 0.1, maximum: 1.5, unit: 'sigma', source: 'row 28' },
    description: 'How much lengths of calls differ: the deviation of their logarithm.',
    moves: 'call_seconds_deviation up',
  }),
  resolved_percent: percent({
    ...{ default: RESOLVED_PERCENT, source: 'row 29' },
    description: 'Share of calls that are resolved, of average length.',
    moves: 'calls_resolved_percent up',
  }),
  resolved_less_a_minute: figure({
    ...{ default: 2.1, minimum: 0, maximum: 10, unit: 'percentage points', source: 'row 29' },
    description: 'By how much a call that is a minute longer is less likely to be resolved.',
    moves: 'calls_resolved_percent down',
  }),
  resolved_less_a_repeat: figure({
    ...{ default: 8, minimum: 0, maximum: 40, unit: 'percentage points', source: 'cause 3' },
    description: 'By how much a call that repeats another is less likely to be resolved.',
    moves: 'calls_resolved_percent down',
  }),
  priority: {
    scheduling_issue: priority(64, 29, 7),
    technical_problem: priority(46, 38, 16),
    tutor_concern: priority(43, 35, 22),
    billing_question: priority(64, 29, 7),
    general_inquiry: priority(74, 22, 4),
  },
  repeat_percent: percent({
    ...{ default: 52, maximum: 90, source: 'row 31' },
    description: 'Chance that an unresolved call brings another, one priority higher.',
    moves: 'unresolved_calls_repeated_percent up',
  }),
  repeat_days_median: figure({
    ...{ default: 2, minimum: 0.2, maximum: 5, unit: 'days', source: 'row 31' },
    description: 'Median of the time until that call, which comes within a week.',
    moves: 'repeat_days_median up',
  }),
  repeat_days_spread: figure({
    ...{ default: 0.75, minimum: 0.1, maximum: 1.5, unit: 'sigma', source: 'A' },
    description: 'How much these times differ: the deviation of their logarithm.',
    moves: 'repeat_days_deviation up',
  }),
  repeat_same_reason_percent: percent({
    ...{ default: 85, source: 'row 31' },
    description: 'Share of these calls that have the reason of the call before.',
    moves: 'repeats_of_one_reason_percent up',
  }),
  repeat_other_reasons: weights(
    { scheduling_issue: 40, billing_question: 30, general_inquiry: 30 },
    { source: 'A', description: 'What the others are about.', moves: 'calls_of_this_reason_percent up' },
  ),
  readiness_evenness: figure({
    ...{ default: READINESS_SHAPE, minimum: 0.3, maximum: 20, unit: 'shape', source: 'A, fits rows 32 and 55' },
    description:
      'How alike students are in how readily they call, all their life; holds for those who come from then on.',
    moves: 'students_who_never_call_percent down',
  }),
  unresolved_weighs_days: figure({
    ...{ default: 30, minimum: 0, maximum: 90, unit: 'days', source: 'cause 4', integer: true },
    description: 'For how long an unresolved call makes it likelier that its student leaves.',
    moves: 'students_leaving_monthly_percent up',
  }),
}

function concern(share: number, source: string) {
  return percent({
    ...{ default: share, source },
    description: 'Chance that a session which went well and was rated so brings a tutor_concern.',
    moves: 'concern_calls_per_100_sessions up',
  })
}

function within(hours: number, what: string, source: string) {
  return figure({
    ...{ default: hours, minimum: 0.2, maximum: 160, unit: 'hours', source },
    description: `${what} comes within so many hours, or when the line opens next.`,
    moves: 'hours_from_session_to_call up',
  })
}

/** Figures of calls as the rules read them: shares of 1, milliseconds, distributions. */
export type CallFigures = ReturnType<typeof callFigures>

/** @param clock by which the line is open */
export function callFigures(values: Values<typeof calls>, clock: PeopleClock) {
  const often = values.per_100_sessions / PER_100_SESSIONS
  const { concern_percent: concerns, within_hours: hours } = values
  return {
    /** Factor on every chance of a first call. */
    often,
    hours: {
      clock,
      zone: Zone.eastern,
      opens: Math.round(values.opens_hour * HOUR),
      closes: Math.round(values.closes_hour * HOUR),
    },
    /** How readily a student calls, all their life, against the average: some complain and most do not. */
    readiness: Quantiles.fromDensity(
      gammaDensity(values.readiness_evenness, 0.975 * (READINESS_SHAPE / values.readiness_evenness)),
      0.001,
      3.98,
    ),
    /** Of a successful session, by rating 1 to 5. */
    concern: {
      chances: [
        0,
        shareOf(concerns.rating_1) * often,
        shareOf(concerns.rating_2) * often,
        shareOf(concerns.rating_3) * often,
        shareOf(concerns.rating_4) * often,
        shareOf(concerns.rating_5) * often,
      ],
      within: Math.round(hours.concern * HOUR),
    },
    tutorNoShow: {
      chance: shareOf(values.after_tutor_no_show_percent) * often,
      within: Math.round(hours.tutor_no_show * HOUR),
    },
    technical: {
      chance: shareOf(values.after_technical_failure_percent) * often,
      within: Math.round(hours.technical * HOUR),
      afterGoodSession: shareOf(values.after_good_session_percent) * often,
    },
    studentNoShow: {
      chance: shareOf(values.after_student_no_show_percent) * often,
      within: Math.round(hours.student_no_show * HOUR),
    },
    unmatched: shareOf(values.no_tutor_percent) * often,
    spontaneous: {
      weekly: shareOf(values.spontaneous_percent_weekly) * often,
      reasons: choiceOf(calls.spontaneous_reasons, values.spontaneous_reasons, CALL_REASONS),
    },
    renewal: {
      everyWeeks: values.renewal_every_weeks,
      chance: shareOf(values.renewal_percent) * often,
      within: RENEWAL_WITHIN,
    },
    seconds: Quantiles.fromDensity(
      lognormalDensity(values.seconds_median, values.seconds_spread),
      ibCallLogged.fields.duration_seconds.min,
      ibCallLogged.fields.duration_seconds.max,
    ),
    resolved: {
      atNoLength: 0.82 + (values.resolved_percent - RESOLVED_PERCENT) / 100,
      perSecond: -Number((values.resolved_less_a_minute / 6000).toPrecision(15)),
      perRepeat: -shareOf(values.resolved_less_a_repeat),
    },
    /** By CALL_REASONS. */
    priority: CALL_REASONS.map((name) => choiceOf(calls.priority[name], values.priority[name])),
    repeat: {
      chance: shareOf(values.repeat_percent),
      sameReason: shareOf(values.repeat_same_reason_percent),
      delayDays: Quantiles.fromDensity(
        lognormalDensity(values.repeat_days_median, values.repeat_days_spread),
        0.1,
        6.5,
      ),
      otherReasons: choiceOf(calls.repeat_other_reasons, values.repeat_other_reasons, CALL_REASONS),
    },
    unresolvedTime: values.unresolved_weighs_days * DAY,
    /** The contract (section 3.8): such a call follows a session within this time. */
    technicalMemory: FOLLOWS_SESSION_WITHIN.technical_problem,
    concernMemory: FOLLOWS_SESSION_WITHIN.tutor_concern,
  }
}
