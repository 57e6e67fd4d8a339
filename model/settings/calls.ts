// Calls to support: what brings them, when, and how they end. `calls.per_100_sessions` scales every chance of a first call;
// what an unresolved call brings follows from it, so that all calls together are as many as it says.

import { DAY, HOUR, Quantiles } from '../../engine/index.ts'
import { FOLLOWS_SESSION_WITHIN, ibCallLogged } from '../events/ib-call-logged.ts'
import { CALL_REASONS } from '../events/index.ts'
import { Zone } from '../events/localtime.ts'
import type { PeopleClock } from './clock.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'
import { gammaDensity, lognormalDensity } from './densities.ts'

/** What all calls come to over a year of the default world, where every chance of a first one is as it stands here; row 25. */
const PER_100_SESSIONS = 5.4
const RESOLVED_PERCENT = 70
const READINESS_SHAPE = 1.1
/** Of the renewal of a plan; nothing in the stream tells when that was, so it is no setting. */
const RENEWAL_WITHIN = 72 * HOUR

const priority = (low: number, medium: number, high: number) => weights({ low, medium, high })

export const calls = {
  per_100_sessions: figure({ default: PER_100_SESSIONS, minimum: 0, maximum: 40, unit: 'calls' }),
  after_tutor_no_show_percent: percent({ default: 38 }),
  after_technical_failure_percent: percent({ default: 33 }),
  after_student_no_show_percent: percent({ default: 8 }),
  after_good_session_percent: percent({ default: 0.22, maximum: 20 }),
  concern_percent: {
    rating_1: percent({ default: 36 }),
    rating_2: percent({ default: 36 }),
    rating_3: percent({ default: 6.3 }),
    rating_4: percent({ default: 0.8 }),
    rating_5: percent({ default: 0 }),
  },
  no_tutor_percent: percent({ default: 3.6 }),
  spontaneous_percent_weekly: percent({ default: 0.5, maximum: 30 }),
  spontaneous_reasons: weights({ scheduling_issue: 38, billing_question: 20, general_inquiry: 42 }),
  renewal_percent: percent({ default: 0.55 }),
  renewal_every_weeks: figure({ default: 4, minimum: 1, maximum: 52, unit: 'weeks', integer: true }),
  within_hours: {
    concern: within(48),
    tutor_no_show: within(24),
    technical: within(2),
    student_no_show: within(48),
  },
  opens_hour: figure({ default: 8, minimum: 0, maximum: 12, unit: "o'clock" }),
  closes_hour: figure({ default: 22, minimum: 13, maximum: 24, unit: "o'clock" }),
  seconds_median: figure({ default: 296, minimum: 90, maximum: 500, unit: 'seconds' }),
  seconds_spread: figure({ default: 0.6, minimum: 0.1, maximum: 1.5, unit: 'sigma' }),
  resolved_percent: percent({ default: RESOLVED_PERCENT }),
  resolved_less_a_minute: figure({ default: 2.1, minimum: 0, maximum: 10, unit: 'percentage points' }),
  resolved_less_a_repeat: figure({ default: 8, minimum: 0, maximum: 40, unit: 'percentage points' }),
  priority: {
    scheduling_issue: priority(64, 29, 7),
    technical_problem: priority(46, 38, 16),
    tutor_concern: priority(43, 35, 22),
    billing_question: priority(64, 29, 7),
    general_inquiry: priority(74, 22, 4),
  },
  repeat_percent: percent({ default: 52, maximum: 90 }),
  repeat_days_median: figure({ default: 2, minimum: 0.2, maximum: 5, unit: 'days' }),
  repeat_days_spread: figure({ default: 0.75, minimum: 0.1, maximum: 1.5, unit: 'sigma' }),
  repeat_same_reason_percent: percent({ default: 85 }),
  repeat_other_reasons: weights({ scheduling_issue: 40, billing_question: 30, general_inquiry: 30 }),
  readiness_evenness: figure({ default: READINESS_SHAPE, minimum: 0.3, maximum: 20, unit: 'shape' }),
  unresolved_weighs_days: figure({ default: 30, minimum: 0, maximum: 90, unit: 'days', integer: true }),
}

function within(hours: number) {
  return figure({ default: hours, minimum: 0.2, maximum: 160, unit: 'hours' })
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
