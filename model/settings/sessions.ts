// Sessions: their types and lengths, waits for instant ones, when they begin, what goes wrong, and how both sides rate them.

import { Quantiles } from '../../engine/index.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'
import { gammaDensity, lognormalDensity } from './densities.ts'

const FAILED_PERCENT = 10
const GROUP_PERCENT = 8
const INSTANT_PERCENT = 12
/** Share of slots that are a class's where groups are as common as by default; with instant bookings fits row 12. */
const CLASS_SLOTS = 0.12
/** Instant bookings a week against the sessions that a plan pays for, in average season, where they are as common as by default. */
const WISHES = 0.16
/** Minutes by which an instant session is longer than its share of what was scheduled. */
const INSTANT_DRIFT = 3
/** A session takes so many minutes more than scheduled at the most, by default: four deviations. */
const LONGER = 16
/** Deviations at which a normal variable is cut. */
const CUT = 4
const SHORTEST = 30

export const sessions = {
  failed_percent: percent({ default: FAILED_PERCENT, maximum: 60 }),
  failures: weights({ student_no_show: 4.5, late_cancel: 2, technical: 1.2, tutor_no_show: 1.2, partial: 0.8 }),
  first_failed_times: figure({ default: 1.2, minimum: 0.2, maximum: 5, unit: 'times' }),
  no_show_waited_minutes: figure({ default: 30, minimum: 20, maximum: 40, unit: 'minutes', integer: true }),
  group_percent: percent({ default: GROUP_PERCENT, maximum: 40 }),
  instant_percent: percent({ default: INSTANT_PERCENT, maximum: 40 }),
  length: weights({ minutes_30: 15, minutes_60: 75, minutes_90: 10 }),
  instant_length: weights({ minutes_30: 80, minutes_60: 18, minutes_90: 2 }),
  over_minutes: figure({ default: -1, minimum: -8, maximum: 4, unit: 'minutes' }),
  over_deviation_minutes: figure({ default: 4, minimum: 0, maximum: 8, unit: 'minutes' }),
  instant_actual_percent: percent({ default: 68, minimum: 40, maximum: 95 }),
  late_minutes: figure({ default: 1, minimum: -2, maximum: 6, unit: 'minutes' }),
  late_deviation_minutes: figure({ default: 1.6, minimum: 0, maximum: 4, unit: 'minutes' }),
  wait_minutes_median: figure({ default: 1.5, minimum: 0.1, maximum: 8, unit: 'minutes' }),
  wait_spread: figure({ default: 1.018, minimum: 0.1, maximum: 2, unit: 'sigma' }),
  patience_minutes: figure({ default: 10, minimum: 1, maximum: 60, unit: 'minutes' }),
  instant_refused_percent: percent({ default: 0.5 }),
  class_seats: weights({ seats_2: 4, seats_3: 10, seats_4: 18, seats_5: 20, seats_6: 20, seats_7: 16, seats_8: 12 }),
  class_students: figure({ default: 4.2, minimum: 2, maximum: 8, unit: 'students' }),
  reliability_evenness: {
    students: evenness(1.2),
    tutors: evenness(1),
  },
  ratings: {
    /** Limits on a scale of latent points, half of which is about a rating point; by which rating they are exceeded. */
    student_limits: limits([-2.35, -2.1, -1.85, -1.25]),
    failed_limits: limits([-1.25, -0.7, 0.35, 1.52]),
    tutor_limits: limits([-2.9, -2.5, -2, -1.28]),
    by_student_after: {
      student_no_show: after(0.2),
      late_cancel: after(0.2),
      technical: after(-0.1),
      tutor_no_show: after(-0.7),
      partial: after(-0.3),
    },
    by_tutor_after: {
      success: after(0.1),
      student_no_show: after(-1.6),
      late_cancel: after(-0.9),
      technical: after(-0.3),
      tutor_no_show: after(-0.3),
      partial: after(-0.4),
    },
    noise: part(0.87),
    quality: part(0.35),
    fit: part(0.35),
    tired_tutor: shift(-0.42),
    new_tutor: shift(-0.29),
    first_session: shift(-0.34),
    new_tutor_sessions: figure({ default: 10, minimum: 0, maximum: 1000, unit: 'sessions', integer: true }),
  },
}

function evenness(shape: number) {
  return figure({ default: shape, minimum: 0.5, maximum: 20, unit: 'shape' })
}

function limits([two, three, four, five]: readonly [number, number, number, number]) {
  const limit = (value: number) => figure({ default: value, minimum: -4, maximum: 4, unit: 'latent points' })
  return { rating_2: limit(two), rating_3: limit(three), rating_4: limit(four), rating_5: limit(five) }
}

function after(points: number) {
  return figure({ default: points, minimum: -4, maximum: 4, unit: 'latent points' })
}

function part(deviation: number) {
  return figure({ default: deviation, minimum: 0, maximum: 2, unit: 'latent points' })
}

function shift(points: number) {
  return figure({ default: points, minimum: -3, maximum: 3, unit: 'latent points' })
}

/** Figures of sessions as the rules read them: shares of 1, minutes, distributions. */
export type SessionFigures = ReturnType<typeof sessionFigures>

export function sessionFigures(values: Values<typeof sessions>) {
  const { ratings, reliability_evenness: evennessOf } = values
  const failures = failuresOf(values)
  const drift = values.over_minutes
  const deviation = values.over_deviation_minutes
  const instantShare = shareOf(values.instant_actual_percent)
  const instantOver = INSTANT_DRIFT - (1 - instantShare) * SHORTEST
  return {
    failures: {
      /** In percent, in the order of Outcome. */
      percent: failures,
      /** All of them, in percent, and so much more that no rounding reaches it. */
      most: failures.reduce((sum, share) => sum + share, 0.01),
      first: values.first_failed_times,
      waited: values.no_show_waited_minutes,
    },
    classSlots: CLASS_SLOTS * (values.group_percent / GROUP_PERCENT),
    wishes: WISHES * (odds(values.instant_percent) / odds(INSTANT_PERCENT)),
    length: choiceOf(sessions.length, values.length),
    instantLength: choiceOf(sessions.instant_length, values.instant_length),
    actual: { drift, deviation, instantShare, instantDrift: INSTANT_DRIFT },
    /** Minutes beyond its schedule that a session may take. */
    longer: Math.max(LONGER, Math.ceil(Math.max(drift, instantOver) + CUT * deviation)),
    late: { mean: values.late_minutes, deviation: values.late_deviation_minutes },
    /** Minutes that an instant request waits. */
    wait: Quantiles.fromDensity(lognormalDensity(values.wait_minutes_median, values.wait_spread), 0.05, 60),
    patience: values.patience_minutes,
    refusals: shareOf(values.instant_refused_percent),
    classSeats: choiceOf(sessions.class_seats, values.class_seats),
    classStudents: values.class_students,
    /** How often somebody fails against the mean: traits for life, of mean 1. */
    reliability: { student: traitOf(evennessOf.students), tutor: traitOf(evennessOf.tutors) },
    ratings: {
      studentLimits: inOrder(ratings.student_limits),
      failedLimits: inOrder(ratings.failed_limits),
      tutorLimits: inOrder(ratings.tutor_limits),
      /** In the order of Outcome. */
      byStudent: [0, ...byOutcome(ratings.by_student_after)],
      byTutor: [ratings.by_tutor_after.success, ...byOutcome(ratings.by_tutor_after)],
      noise: ratings.noise,
      quality: ratings.quality,
      fit: ratings.fit,
      tired: ratings.tired_tutor,
      newTutor: ratings.new_tutor,
      newTutorSessions: ratings.new_tutor_sessions,
      firstSession: ratings.first_session,
    },
  }
}

type Outcomes = Readonly<Record<'student_no_show' | 'late_cancel' | 'technical' | 'tutor_no_show' | 'partial', number>>

/** In the order of Outcome, without success. */
function byOutcome({ student_no_show, late_cancel, technical, tutor_no_show, partial }: Outcomes): number[] {
  return [student_no_show, late_cancel, technical, tutor_no_show, partial]
}

function failuresOf({ failures, failed_percent }: Values<typeof sessions>): number[] {
  const usual = sum(
    byOutcome(
      Object.fromEntries(
        Object.entries(sessions.failures.weights).map(([name, one]) => [name, one.default]),
      ) as Outcomes,
    ),
  )
  const own = byOutcome(failures)
  const scale = (failed_percent / FAILED_PERCENT) * (usual / sum(own))
  return [0, ...own.map((share) => share * scale)]
}

function inOrder(of: { rating_2: number; rating_3: number; rating_4: number; rating_5: number }): number[] {
  return [of.rating_2, of.rating_3, of.rating_4, of.rating_5]
}

function traitOf(shape: number): Quantiles {
  return Quantiles.fromDensity(gammaDensity(shape, 1 / shape), 0.02, 3.9)
}

function odds(percentage: number): number {
  return percentage / (100 - percentage)
}

function sum(shares: readonly number[]): number {
  return shares.reduce((total, share) => total + share, 0)
}
