// What the settings of sessions are, in words.

import type { Words } from './words.ts'

export const sessions: Words = {
  failed_percent: [
    'Sessions that fail, by any cause, where nothing unusual is going on; shocks come on top.',
    'sessions_failed_percent up',
    'row 15',
  ],
  'failures.*': [
    'Hidden causes of failure: what they show is who rates how, who calls, and how long it takes.',
    'failures_of_this_cause_percent up',
    'row 16',
  ],
  first_failed_times: [
    "How much likelier a student's first session fails.",
    'first_sessions_failed_percent up',
    'row 17',
  ],
  no_show_waited_minutes: [
    'Who misses a session is waited for at least 20 and at most so many minutes.',
    'no_show_minutes_mean up',
    'row 58',
  ],
  group_percent: [
    'Sessions that are a seat in a class; holds for students who come from then on, and for new classes.',
    'group_sessions_percent up',
    'row 12',
  ],
  instant_percent: [
    'Sessions that are booked at once; they come on top of the lessons of a plan.',
    'instant_sessions_percent up',
    'row 12',
  ],
  'length.*': [
    'Scheduled length of lessons; holds for students who come from then on, and for new classes.',
    'sessions_of_this_length_percent up',
    'row 13',
  ],
  'instant_length.*': ['Scheduled length of instant sessions.', 'instant_sessions_of_this_length_percent up', 'row 13'],
  over_minutes: [
    'By how much lessons that go well run over, on average; negative where they end early.',
    'minutes_over_schedule_mean up',
    'row 14',
  ],
  over_deviation_minutes: ['Deviation of that.', 'minutes_over_schedule_deviation up', 'row 14'],
  instant_actual_percent: [
    'Share of its scheduled minutes that an instant session takes: it is over when the question is answered.',
    'instant_minutes_mean up',
    'row 14',
  ],
  late_minutes: [
    'By how much lessons begin late, on average; negative where they begin early.',
    'minutes_after_quarter_mean up',
    'A',
  ],
  late_deviation_minutes: [
    'Deviation of that; nobody is more than 3 minutes early or 10 late.',
    'minutes_after_quarter_deviation up',
    'A',
  ],
  wait_minutes_median: [
    'Median of the time until a tutor takes an instant booking.',
    'instant_sessions_percent down',
    'row 38',
  ],
  wait_spread: [
    'How much these times differ: the deviation of their logarithm.',
    'instant_sessions_percent down',
    'row 38',
  ],
  patience_minutes: [
    'How long a student waits for a tutor before they give up.',
    'instant_sessions_percent up',
    'row 38',
  ],
  instant_refused_percent: [
    'Instant bookings that come to nothing for other reasons than the wait.',
    'instant_sessions_percent down',
    'A, fits row 39',
  ],
  'class_seats.seats_2': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_3': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_4': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_5': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_6': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_7': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  'class_seats.seats_8': ['Seats of a class, for life.', 'classes_of_so_many_percent up', 'row 52'],
  class_students: [
    'Students for each of whom so many seats in classes are opened: the fewer, the more classes.',
    'students_in_class_mean up',
    'row 52',
  ],
  'reliability_evenness.students': [
    'How alike students are in how often they miss or cancel, all their life. Holds for those who come from then on.',
    'failures_of_one_person_deviation down',
    'A, fits row 55',
  ],
  'reliability_evenness.tutors': [
    'How alike tutors are in how often they are missed or break off, all their life. Holds for those who come from then on.',
    'failures_of_one_person_deviation down',
    'A, fits row 55',
  ],
  'ratings.student_limits.rating_2': [
    "From where on a student's rating of a session that went well is 2 or more.",
    'student_rating_mean down',
    'row 18',
  ],
  'ratings.student_limits.rating_3': [
    "From where on a student's rating of a session that went well is 3 or more.",
    'student_rating_mean down',
    'row 18',
  ],
  'ratings.student_limits.rating_4': [
    "From where on a student's rating of a session that went well is 4 or more.",
    'student_rating_mean down',
    'row 18',
  ],
  'ratings.student_limits.rating_5': [
    "From where on a student's rating of a session that went well is 5 or more.",
    'student_rating_mean down',
    'row 18',
  ],
  'ratings.failed_limits.rating_2': [
    "From where on a student's rating of a session that failed is 2 or more.",
    'student_rating_mean down',
    'row 58',
  ],
  'ratings.failed_limits.rating_3': [
    "From where on a student's rating of a session that failed is 3 or more.",
    'student_rating_mean down',
    'row 58',
  ],
  'ratings.failed_limits.rating_4': [
    "From where on a student's rating of a session that failed is 4 or more.",
    'student_rating_mean down',
    'row 58',
  ],
  'ratings.failed_limits.rating_5': [
    "From where on a student's rating of a session that failed is 5 or more.",
    'student_rating_mean down',
    'row 58',
  ],
  'ratings.tutor_limits.rating_2': ["From where on a tutor's rating is 2 or more.", 'tutor_rating_mean down', 'row 19'],
  'ratings.tutor_limits.rating_3': ["From where on a tutor's rating is 3 or more.", 'tutor_rating_mean down', 'row 19'],
  'ratings.tutor_limits.rating_4': ["From where on a tutor's rating is 4 or more.", 'tutor_rating_mean down', 'row 19'],
  'ratings.tutor_limits.rating_5': ["From where on a tutor's rating is 5 or more.", 'tutor_rating_mean down', 'row 19'],
  'ratings.by_student_after.*': [
    'How a student likes a session that ended so, on the scale of the limits.',
    'failed_sessions_rating_mean up',
    'A, fits rows 18, 19 and 58',
  ],
  'ratings.by_tutor_after.*': [
    'How a tutor likes a session that ended so, on the scale of the limits.',
    'tutor_rating_mean up',
    'A, fits rows 18, 19 and 58',
  ],
  'ratings.noise': ['Deviation that chance brings into ratings of students.', 'student_rating_deviation up', 'A'],
  'ratings.quality': [
    "Deviation that the tutor's quality brings into ratings of students.",
    'student_rating_deviation up',
    'A',
  ],
  'ratings.fit': [
    'Deviation that how student and tutor suit each other brings into ratings of students.',
    'student_rating_deviation up',
    'A',
  ],
  'ratings.tired_tutor': [
    'How a student likes a session with a tutor who has worked too much for weeks against others.',
    'student_rating_mean up',
    'cause 9',
  ],
  'ratings.new_tutor': [
    'How a student likes a session with a new tutor against others.',
    'student_rating_mean up',
    'cause 9',
  ],
  'ratings.first_session': [
    'How a student likes a session of the first session in life against others.',
    'student_rating_mean up',
    'row 18',
  ],
  'ratings.new_tutor_sessions': ['Sessions before which a tutor counts as new.', 'student_rating_mean down', 'cause 9'],
}
