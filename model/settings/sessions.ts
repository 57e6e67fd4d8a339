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
  failed_percent: percent({
    ...{ default: FAILED_PERCENT, maximum: 60, source: 'row 15' },
    description: 'Sessions that fail, by any cause, where nothing unusual is going on; shocks come on top.',
    moves: 'sessions_failed_percent up',
  }),
  failures: weights(
    { student_no_show: 4.5, late_cancel: 2, technical: 1.2, tutor_no_show: 1.2, partial: 0.8 },
    {
      source: 'row 16',
      description: 'Hidden causes of failure: what they show is who rates how, who calls, and how long it takes.',
      moves: 'failures_of_this_cause_percent up',
    },
  ),
  first_failed_times: figure({
    ...{ default: 1.2, minimum: 0.2, maximum: 5, unit: 'times', source: 'row 17' },
    description: "How much likelier a student's first session fails.",
    moves: 'first_sessions_failed_percent up',
  }),
  no_show_waited_minutes: figure({
    ...{ default: 30, minimum: 20, maximum: 40, unit: 'minutes', source: 'row 58', integer: true },
    description: 'Who misses a session is waited for at least 20 and at most so many minutes.',
    moves: 'no_show_minutes_mean up',
  }),
  group_percent: percent({
    ...{ default: GROUP_PERCENT, maximum: 40, source: 'row 12' },
    description: 'Sessions that are a seat in a class; holds for students who come from then on, and for new classes.',
    moves: 'group_sessions_percent up',
  }),
  instant_percent: percent({
    ...{ default: INSTANT_PERCENT, maximum: 40, source: 'row 12' },
    description: 'Sessions that are booked at once; they come on top of the lessons of a plan.',
    moves: 'instant_sessions_percent up',
  }),
  length: weights(
    { minutes_30: 15, minutes_60: 75, minutes_90: 10 },
    {
      source: 'row 13',
      description: 'Scheduled length of lessons; holds for students who come from then on, and for new classes.',
      moves: 'sessions_of_this_length_percent up',
    },
  ),
  instant_length: weights(
    { minutes_30: 80, minutes_60: 18, minutes_90: 2 },
    {
      source: 'row 13',
      description: 'Scheduled length of instant sessions.',
      moves: 'instant_sessions_of_this_length_percent up',
    },
  ),
  over_minutes: figure({
    ...{ default: -1, minimum: -8, maximum: 4, unit: 'minutes', source: 'row 14' },
    description: 'By how much lessons that go well run over, on average; negative where they end early.',
    moves: 'minutes_over_schedule_mean up',
  }),
  over_deviation_minutes: figure({
    ...{ default: 4, minimum: 0, maximum: 8, unit: 'minutes', source: 'row 14' },
    description: 'Deviation of that.',
    moves: 'minutes_over_schedule_deviation up',
  }),
  instant_actual_percent: percent({
    ...{ default: 68, minimum: 40, maximum: 95, source: 'row 14' },
    description:
      'Share of its scheduled minutes that an instant session takes: it is over when the question is answered.',
    moves: 'instant_minutes_mean up',
  }),
  late_minutes: figure({
    ...{ default: 1, minimum: -2, maximum: 6, unit: 'minutes', source: 'A' },
    description: 'By how much lessons begin late, on average; negative where they begin early.',
    moves: 'minutes_after_quarter_mean up',
  }),
  late_deviation_minutes: figure({
    ...{ default: 1.6, minimum: 0, maximum: 4, unit: 'minutes', source: 'A' },
    description: 'Deviation of that; nobody is more than 3 minutes early or 10 late.',
    moves: 'minutes_after_quarter_deviation up',
  }),
  wait_minutes_median: figure({
    ...{ default: 1.5, minimum: 0.1, maximum: 8, unit: 'minutes', source: 'row 38' },
    description: 'Median of the time until a tutor takes an instant booking.',
    moves: 'instant_sessions_percent down',
  }),
  wait_spread: figure({
    ...{ default: 1.018, minimum: 0.1, maximum: 2, unit: 'sigma', source: 'row 38' },
    description: 'How much these times differ: the deviation of their logarithm.',
    moves: 'instant_sessions_percent down',
  }),
  patience_minutes: figure({
    ...{ default: 10, minimum: 1, maximum: 60, unit: 'minutes', source: 'row 38' },
    description: 'How long a student waits for a tutor before they give up.',
    moves: 'instant_sessions_percent up',
  }),
  instant_refused_percent: percent({
    ...{ default: 4.5, source: 'A, fits row 39' },
    description: 'Instant bookings that come to nothing for other reasons than the wait.',
    moves: 'instant_sessions_percent down',
  }),
  class_seats: weights(
    { seats_2: 4, seats_3: 10, seats_4: 18, seats_5: 20, seats_6: 20, seats_7: 16, seats_8: 12 },
    {
      source: 'row 52',
      description: 'Seats of a class, for life.',
      moves: 'students_in_class_mean any',
    },
  ),
  class_students: figure({
    ...{ default: 4.2, minimum: 2, maximum: 8, unit: 'students', source: 'row 52' },
    description: 'Students for each of whom so many seats in classes are opened: the fewer, the more classes.',
    moves: 'students_in_class_mean up',
  }),
  reliability_evenness: {
    students: evenness(1.2, 'How alike students are in how often they miss or cancel, all their life.'),
    tutors: evenness(1, 'How alike tutors are in how often they are missed or break off, all their life.'),
  },
  ratings: {
    /** Limits on a scale of latent points, half of which is about a rating point; by which rating they are exceeded. */
    student_limits: limits([-2.35, -2.1, -1.85, -1.25], 'row 18', "a student's rating of a session that went well"),
    failed_limits: limits([-1.25, -0.7, 0.35, 1.52], 'row 58', "a student's rating of a session that failed"),
    tutor_limits: limits([-2.9, -2.5, -2, -1.28], 'row 19', "a tutor's rating"),
    by_student_after: {
      student_no_show: after(0.2, 'a student', 'failed_sessions_rating_mean'),
      late_cancel: after(0.2, 'a student', 'failed_sessions_rating_mean'),
      technical: after(-0.1, 'a student', 'failed_sessions_rating_mean'),
      tutor_no_show: after(-0.7, 'a student', 'failed_sessions_rating_mean'),
      partial: after(-0.3, 'a student', 'failed_sessions_rating_mean'),
    },
    by_tutor_after: {
      success: after(0.1, 'a tutor', 'tutor_rating_mean'),
      student_no_show: after(-1.6, 'a tutor', 'tutor_rating_mean'),
      late_cancel: after(-0.9, 'a tutor', 'tutor_rating_mean'),
      technical: after(-0.3, 'a tutor', 'tutor_rating_mean'),
      tutor_no_show: after(-0.3, 'a tutor', 'tutor_rating_mean'),
      partial: after(-0.4, 'a tutor', 'tutor_rating_mean'),
    },
    noise: part(0.87, 'chance', 'A'),
    quality: part(0.35, "the tutor's quality", 'A'),
    fit: part(0.35, 'how student and tutor suit each other', 'A'),
    tired_tutor: shift(-0.15, 'with a tutor who has worked too much for weeks', 'cause 9'),
    new_tutor: shift(-0.28, 'with a new tutor', 'cause 9'),
    first_session: shift(-0.34, 'of the first session in life', 'row 18'),
    new_tutor_sessions: figure({
      ...{ default: 10, minimum: 0, maximum: 1000, unit: 'sessions', source: 'cause 9', integer: true },
      description: 'Sessions before which a tutor counts as new.',
      moves: 'student_rating_mean down',
    }),
  },
}

function evenness(shape: number, description: string) {
  return figure({
    ...{ default: shape, minimum: 0.5, maximum: 20, unit: 'shape', source: 'A, fits row 55' },
    description: `${description} Holds for those who come from then on.`,
    moves: 'failures_of_one_person_deviation down',
  })
}

function limits([two, three, four, five]: readonly [number, number, number, number], source: string, what: string) {
  const limit = (value: number, stars: string) =>
    figure({
      ...{ default: value, minimum: -4, maximum: 4, unit: 'latent points', source },
      description: `From where on ${what} is ${stars} or more.`,
      moves: `${what.startsWith('a tutor') ? 'tutor_rating_mean' : 'student_rating_mean'} down`,
    })
  return {
    rating_2: limit(two, '2'),
    rating_3: limit(three, '3'),
    rating_4: limit(four, '4'),
    rating_5: limit(five, '5'),
  }
}

function after(points: number, who: string, reading: string) {
  return figure({
    ...{ default: points, minimum: -4, maximum: 4, unit: 'latent points', source: 'A, fits rows 18, 19 and 58' },
    description: `How ${who} likes a session that ended so, on the scale of the limits.`,
    moves: `${reading} up`,
  })
}

function part(deviation: number, of: string, source: string) {
  return figure({
    ...{ default: deviation, minimum: 0, maximum: 2, unit: 'latent points', source },
    description: `Deviation that ${of} brings into ratings of students.`,
    moves: 'student_rating_deviation up',
  })
}

function shift(points: number, which: string, source: string) {
  return figure({
    ...{ default: points, minimum: -3, maximum: 3, unit: 'latent points', source },
    description: `How a student likes a session ${which} against others.`,
    moves: 'student_rating_mean up',
  })
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
