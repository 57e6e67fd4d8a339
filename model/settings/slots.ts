// Slots: the standing appointments of students, what becomes of their lessons from week to week, and how long a tutor is kept.

import { DAY, HOUR, MINUTE } from '../../engine/index.ts'
import { choiceOf, figure, percent, shareOf, type Values, weights } from './definition.ts'

export const slots = {
  kept_percent: percent({
    ...{ default: 95, minimum: 10, maximum: 120, source: 'A, fits rows 1, 3 and 4' },
    description: 'Lessons of a plan that take place, in a week of average season; never more than kept_most_percent.',
    moves: 'sessions_per_student_weekly up',
  }),
  kept_most_percent: percent({
    ...{ default: 98, minimum: 10, maximum: 98, source: 'A' },
    description: 'Not even in the best of weeks are all kept.',
    moves: 'sessions_per_student_weekly up',
  }),
  doubled_times: figure({
    ...{ default: 1.4, minimum: 0, maximum: 5, unit: 'times', source: 'A, fits rows 24 and 64' },
    description:
      'Second lessons that are asked for where the season calls for more than all, against what is beyond that.',
    moves: 'sessions_per_student_weekly up',
  }),
  flexible_percent: percent({
    ...{ default: 25, maximum: 95, source: 'A, fits row 42' },
    description: 'Students who agree on another time each week; holds for those who come from then on.',
    moves: 'sessions_a_week_apart_percent down',
  }),
  moved_percent: percent({
    ...{ default: 8, source: 'A' },
    description: 'Lessons that are moved within their week.',
    moves: 'sessions_a_week_apart_percent down',
  }),
  flexible_moved_percent: percent({
    ...{ default: 100, source: 'A' },
    description: 'The same of students who agree on another time each week.',
    moves: 'sessions_a_week_apart_percent down',
  }),
  moved_same_day_percent: percent({
    ...{ default: 40, source: 'A' },
    description: 'Lessons that are moved which stay on their day.',
    moves: 'sessions_on_one_weekday_percent up',
  }),
  moved_hours: figure({
    ...{ default: 2, minimum: 0, maximum: 6, unit: 'hours', source: 'A', integer: true },
    description: 'By how many hours a lesson is moved at the most.',
    moves: 'hour_of_a_student_deviation up',
  }),
  habit_change_percent_weekly: percent({
    ...{ default: 3, maximum: 20, source: 'A' },
    description: 'Chance that a slot moves for good.',
    moves: 'sessions_a_week_apart_percent down',
  }),
  hour_spread_percent: percent({
    ...{ default: 5, maximum: 50, source: 'A, fits row 54' },
    description:
      "How far a student's slots lie from their usual hour, as a share of the day's demand either way; holds for those who come from then on.",
    moves: 'hour_of_a_student_deviation up',
  }),
  instant_hour_spread_percent: percent({
    ...{ default: 25, maximum: 50, source: 'A' },
    description: 'How far their instant bookings lie from it.',
    moves: 'instant_hour_of_a_student_deviation up',
  }),
  begins: weights(
    { on_the_hour: 50, quarter_past: 10, half_past: 30, quarter_to: 10 },
    {
      source: 'A',
      description:
        'Quarter of the hour at which lessons begin; holds for students who come from then on, and for new classes.',
      moves: 'sessions_in_this_quarter_percent up',
    },
  ),
  called_off_percent: percent({
    ...{ default: 0.4, maximum: 2, source: 'A, fits row 27' },
    description: 'Lessons that are called off by a call to support, a while before.',
    moves: 'scheduling_calls_per_100_sessions up',
  }),
  called_off_hours_before: figure({
    ...{ default: 48, minimum: 6, maximum: 120, unit: 'hours', source: 'A' },
    description: 'So long before at the earliest.',
    moves: 'scheduling_calls_hour_mean any',
  }),
  called_off_hours_before_least: figure({
    ...{ default: 3, minimum: 0.5, maximum: 5, unit: 'hours', source: 'A' },
    description: 'The same, at the latest.',
    moves: 'scheduling_calls_hour_mean any',
  }),
  instant_second_subject_percent: percent({
    ...{ default: 40, source: 'A' },
    description: 'Instant bookings in the second subject, where a student has one.',
    moves: 'instant_sessions_in_another_subject_percent up',
  }),
  instant_notice_minutes: figure({
    ...{ default: 45, minimum: 10, maximum: 240, unit: 'minutes', source: 'A' },
    description: 'Between the end of a session and an instant booking; a lesson is three times as far off.',
    moves: 'instant_sessions_percent down',
  }),
  stays_percent: stays([10, 20, 40, 90, 99.5], 'row 56', 'took place'),
  stays_after_failure_percent: stays([35, 50, 65, 95, 100], 'A', 'failed'),
  substitute_percent: percent({
    ...{ default: 45, source: 'A' },
    description: 'Chance of a substitute where the tutor cannot come; else the lesson is called off.',
    moves: 'sessions_per_student_weekly up',
  }),
  gives_up_tutor_percent: percent({
    ...{ default: 10, source: 'A' },
    description: 'Chance that a student looks for another tutor when theirs cannot come.',
    moves: 'next_session_with_same_tutor_percent down',
  }),
  retry_hours_least: figure({
    ...{ default: 3, minimum: 1, maximum: 6, unit: 'hours', source: 'A' },
    description: 'A lesson that found no tutor is tried once more, so long after at the earliest.',
    moves: 'sessions_per_student_weekly any',
  }),
  retry_hours_most: figure({
    ...{ default: 48, minimum: 7, maximum: 120, unit: 'hours', source: 'A' },
    description: 'The same, at the latest.',
    moves: 'sessions_per_student_weekly any',
  }),
  open_below_minutes: figure({
    ...{ default: 240, minimum: 0, maximum: 2400, unit: 'minutes', source: 'A, fits row 44' },
    description: 'Reserved minutes a week up to which a tutor also takes instant bookings and stands in for others.',
    moves: 'instant_sessions_percent up',
  }),
  shortage: {
    called_off_percent: percent({
      ...{ default: 45, source: 'cause 7; A' },
      description: 'Lessons that are called off in a shortage: tutors have more students than hours.',
      moves: 'sessions_per_student_weekly down',
    }),
    call_percent: percent({
      ...{ default: 1, source: 'cause 7; A' },
      description: 'Chance that this brings a scheduling_issue.',
      moves: 'scheduling_calls_per_100_sessions up',
    }),
    longer_days_times: figure({
      ...{ default: 1.1, minimum: 0, maximum: 3, unit: 'times', source: 'A' },
      description:
        'Lessons of a day, against an ordinary one, from which on none is called off: before exams tutors work longer.',
      moves: 'sessions_per_student_weekly down',
    }),
    borne_days: figure({
      ...{ default: 3, minimum: 0, maximum: 30, unit: 'days', source: 'A' },
      description: 'For so long tutors make do with longer days.',
      moves: 'sessions_per_student_weekly up',
    }),
  },
}

function stays(shares: readonly [number, number, number, number, number], source: string, what: string) {
  const one = (share: number) =>
    percent({
      ...{ default: share, source },
      description: `Chance that a student keeps a tutor, or takes a new one, after a session that ${what} and was rated so.`,
      moves: 'next_session_with_same_tutor_percent up',
    })
  const [one1, two, three, four, five] = shares
  return { rating_1: one(one1), rating_2: one(two), rating_3: one(three), rating_4: one(four), rating_5: one(five) }
}

/** Figures of slots as the rules read them: shares of 1, milliseconds, distributions. */
export type SlotFigures = ReturnType<typeof slotFigures>

export function slotFigures(values: Values<typeof slots>) {
  const { shortage } = values
  return {
    kept: shareOf(values.kept_percent),
    keptMost: shareOf(values.kept_most_percent),
    doubled: values.doubled_times,
    flexible: shareOf(values.flexible_percent),
    moved: { usually: shareOf(values.moved_percent), flexible: shareOf(values.flexible_moved_percent) },
    movedTo: { sameDay: shareOf(values.moved_same_day_percent), hours: values.moved_hours },
    habitChangeWeekly: shareOf(values.habit_change_percent_weekly),
    hourSpread: shareOf(values.hour_spread_percent),
    wishSpread: shareOf(values.instant_hour_spread_percent),
    quarter: choiceOf(slots.begins, values.begins),
    calledOff: {
      share: shareOf(values.called_off_percent),
      earliest: Math.round(values.called_off_hours_before * HOUR),
      latest: Math.round(values.called_off_hours_before_least * HOUR),
    },
    otherSubjectWishes: shareOf(values.instant_second_subject_percent),
    notice: Math.round(values.instant_notice_minutes * MINUTE),
    /** By rating 1 to 5. */
    stays: byRating(values.stays_percent),
    staysAfterFailure: byRating(values.stays_after_failure_percent),
    substitute: shareOf(values.substitute_percent),
    givesUpTutor: shareOf(values.gives_up_tutor_percent),
    retry: {
      earliest: Math.round(values.retry_hours_least * HOUR),
      latest: Math.round(values.retry_hours_most * HOUR),
    },
    openBelow: values.open_below_minutes,
    shortage: {
      calledOff: shareOf(shortage.called_off_percent),
      calls: shareOf(shortage.call_percent),
      longerDays: shortage.longer_days_times,
      borne: Math.round(shortage.borne_days * DAY),
    },
  }
}

function byRating(of: Values<ReturnType<typeof stays>>): number[] {
  return [0, of.rating_1, of.rating_2, of.rating_3, of.rating_4, of.rating_5].map(shareOf)
}
