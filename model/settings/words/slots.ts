// What the settings of slots are, in words.

import type { Words } from './words.ts'

export const slots: Words = {
  kept_percent: [
    'Lessons of a plan that take place, in a week of average season; never more than kept_most_percent.',
    'sessions_per_student_weekly up',
    'A, fits rows 1, 3 and 4',
  ],
  kept_most_percent: ['Not even in the best of weeks are all kept.', 'sessions_per_student_weekly up', 'A'],
  doubled_times: [
    'Second lessons that are asked for where the season calls for more than all, against what is beyond that.',
    'sessions_per_student_weekly up',
    'A, fits rows 24 and 64',
  ],
  flexible_percent: [
    'Students who agree on another time each week; holds for those who come from then on.',
    'sessions_a_week_apart_percent down',
    'A, fits row 42',
  ],
  moved_percent: ['Lessons that are moved within their week.', 'sessions_a_week_apart_percent down', 'A'],
  flexible_moved_percent: [
    'The same of students who agree on another time each week.',
    'sessions_a_week_apart_percent down',
    'A',
  ],
  moved_same_day_percent: [
    'Lessons that are moved which stay on their day.',
    'sessions_on_one_weekday_percent up',
    'A',
  ],
  moved_hours: ['By how many hours a lesson is moved at the most.', 'hour_of_a_student_deviation up', 'A'],
  habit_change_percent_weekly: ['Chance that a slot moves for good.', 'sessions_a_week_apart_percent down', 'A'],
  hour_spread_percent: [
    "How far a student's slots lie from their usual hour, as a share of the day's demand either way; holds for those who come from then on.",
    'hour_of_a_student_deviation up',
    'A, fits row 54',
  ],
  instant_hour_spread_percent: [
    'How far their instant bookings lie from it.',
    'instant_hour_of_a_student_deviation up',
    'A',
  ],
  'begins.*': [
    'Quarter of the hour at which lessons begin; holds for students who come from then on, and for new classes.',
    'sessions_in_this_quarter_percent up',
    'A',
  ],
  called_off_percent: [
    'Lessons that are called off by a call to support, a while before.',
    'scheduling_calls_per_100_sessions up',
    'A, fits row 27',
  ],
  called_off_hours_before: [
    'So long before at the earliest; only by who has no other lesson in that time.',
    'scheduling_calls_per_100_sessions down',
    'A',
  ],
  called_off_hours_before_least: ['The same, at the latest.', 'scheduling_calls_hour_mean down', 'A'],
  instant_second_subject_percent: [
    'Instant bookings in the second subject, where a student has one.',
    'instant_sessions_in_another_subject_percent up',
    'A',
  ],
  instant_notice_minutes: [
    'Between the end of a session and an instant booking; a lesson is three times as far off.',
    'instant_sessions_percent down',
    'A',
  ],
  'stays_percent.*': [
    'Chance that a student keeps a tutor, or takes a new one, after a session that took place and was rated so.',
    'next_session_with_same_tutor_percent up',
    'row 56',
  ],
  'stays_after_failure_percent.*': [
    'Chance that a student keeps a tutor, or takes a new one, after a session that failed and was rated so.',
    'next_session_with_same_tutor_percent up',
    'A',
  ],
  substitute_percent: [
    'Chance of a substitute where the tutor cannot come; else the lesson is called off.',
    'sessions_per_student_weekly up',
    'A',
  ],
  gives_up_tutor_percent: [
    'Chance that a student looks for another tutor when theirs cannot come.',
    'next_session_with_same_tutor_percent down',
    'A',
  ],
  retry_hours_least: [
    'A lesson that found no tutor is tried once more, so long after at the earliest, where that is not in the night.',
    'hours_put_off_mean up',
    'A',
  ],
  retry_hours_most: ['The same, at the latest.', 'hour_of_a_student_deviation up', 'A'],
  open_below_minutes: [
    'Minutes a week, reserved or taught, up to which a tutor also takes instant bookings and stands in for others.',
    'instant_sessions_percent up',
    'A, fits row 44',
  ],
  'shortage.called_off_percent': [
    'Lessons that are called off in a shortage: tutors have more students than hours.',
    'sessions_per_student_weekly down',
    'cause 7; A',
  ],
  'shortage.call_percent': [
    'Chance that this brings a scheduling_issue.',
    'scheduling_calls_per_100_sessions up',
    'cause 7; A',
  ],
  'shortage.longer_days_times': [
    'Lessons of a day, against an ordinary one, from which on none is called off: before exams tutors work longer.',
    'sessions_per_student_weekly down',
    'A',
  ],
  'shortage.borne_days': ['For so long tutors make do with longer days.', 'sessions_per_student_weekly up', 'A'],
}
