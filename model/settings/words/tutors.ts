// What the settings of tutors are, in words.

import type { Words } from './words.ts'

export const tutors: Words = {
  students_a_tutor: [
    'Students for each tutor; above the default tutors are scarce, below it there are too many.',
    'students_a_tutor up',
    'row 5',
  ],
  utilisation_percent: [
    'Share of the hours on offer that is taught when supply meets demand: the higher, the fewer tutors are needed.',
    'utilisation_percent up',
    'row 8',
  ],
  'supply.*': [
    'Supply of tutors against demand that this subject settles at: 1 is balance.',
    'supply_of_this_subject up',
    'A, for row 40',
  ],
  hours_mean: [
    'Hours that a tutor offers in a usual week; the more, the fewer tutors are taken on.',
    'available_hours_mean up',
    'row 6',
  ],
  hours_evenness: [
    'How alike tutors are in that: the shape of the gamma distribution.',
    'available_hours_deviation down',
    'row 6',
  ],
  'more_subjects.*': [
    'How many subjects a tutor teaches beside the first.',
    'tutors_of_so_many_subjects_percent up',
    'row 10',
  ],
  new_subject_percent_weekly: ['Chance in a week that a tutor takes on another subject.', 'subjects_a_tutor up', 'A'],
  instant_percent: [
    'Share of tutors who accept instant bookings; holds for those who come.',
    'tutors_accepting_instant_percent up',
    'row 11',
  ],
  leaving_percent_monthly: ['Tutors who leave each month.', 'tutors_leaving_monthly_percent up', 'row 9'],
  notice_weeks: [
    'For how long a tutor who is about to leave offers fewer hours.',
    'tutors_leaving_monthly_percent down',
    'cause 9',
  ],
  notice_hours_percent: ['Share of their hours that they still offer.', 'available_hours_mean up', 'cause 9'],
  bereaved_weeks: [
    'For how long students miss a tutor who has left.',
    'students_leaving_monthly_percent up',
    'cause 9',
  ],
  'tired.hours': ['Hours taught in a week above which it is a heavy one.', 'tutor_no_shows_percent down', 'cause 9'],
  'tired.weeks': ['Heavy weeks in a row after which a tutor is tired.', 'tutor_no_shows_percent down', 'cause 9'],
  'tired.no_shows': ['How much more often a tired tutor does not come.', 'tutor_no_shows_percent up', 'cause 9'],
  'weekdays.*': [
    'Between which hours tutors teach from Monday to Friday; holds for those who come.',
    'sessions_at_these_hours_percent up',
    'A',
  ],
  'weekends.*': [
    'On which days of the weekend tutors teach; holds for those who come.',
    'sessions_on_these_days_percent up',
    'A, for row 21',
  ],
  follow_hours: [
    'How much tutors put their hours where they are wanted: 0 not at all, 1 as much as students do.',
    'supply_score_deviation_over_the_week up',
    'A',
  ],
  professional_from_hours: [
    'Usual hours from which teaching is a profession: long days, weekends too, and known to students.',
    'tutors_available_before_noon_percent down',
    'A',
  ],
  'sought.quality': [
    'How much more often a good tutor is asked: good ones are recommended and fill up.',
    'student_rating_mean up',
    'A, for cause 9',
  ],
  'sought.professional': [
    'How much more often somebody is asked whose profession it is.',
    'sessions_of_long_weeks_percent up',
    'A',
  ],
  recruiting_percent_daily: [
    'Part of the missing hours of a market that tutors are taken on for each day.',
    'tutors_joining_monthly_percent up',
    'A',
  ],
  follow_demand: [
    'By how much of a change of demand tutors change their hours, within a week.',
    'hours_deviation_within_a_tutor up',
    'cause 7',
  ],
  follow_demand_least_percent: [
    'Of their usual hours tutors offer no less for want of demand.',
    'available_hours_mean up',
    'A',
  ],
  follow_demand_most_percent: ['Of their usual hours tutors offer no more for demand.', 'available_hours_mean up', 'A'],
  'habits.every_weeks': [
    'How long the hours of a tutor stay alike.',
    'hours_changed_by_a_quarter_percent down',
    'row 7',
  ],
  'habits.spread': [
    'How much they change then: the deviation of the logarithm.',
    'hours_changed_by_a_quarter_percent up',
    'row 7',
  ],
  'odd_weeks.percent': [
    'Share of weeks that are fuller or emptier than usual.',
    'hours_changed_by_a_quarter_percent up',
    'row 7',
  ],
  'odd_weeks.spread': [
    'By how much: the deviation of the logarithm.',
    'hours_changed_by_a_quarter_percent up',
    'row 7',
  ],
  'rests.percent_weekly': [
    'Chance in a week that a tutor does not teach for a while.',
    'weeks_without_hours_percent up',
    'row 6',
  ],
  'rests.june_factor': ['How much likelier that is in June.', 'weeks_without_hours_percent up', 'A'],
  'rests.weeks_from': ['Shortest rest.', 'weeks_without_hours_percent up', 'A'],
  'rests.weeks_more': ['By how many weeks a rest may be longer, evenly.', 'weeks_without_hours_percent up', 'A'],
  'illness_percent.*': [
    'Chance in four weeks about this month that a tutor falls ill.',
    'available_hours_mean down',
    'BLS, absences from work, 2023',
  ],
  illness_days_from: ['Shortest illness.', 'available_hours_mean down', 'A'],
  illness_days_more: ['By how many days an illness may be longer, evenly.', 'available_hours_mean down', 'A'],
  'holiday_percent.*': [
    'Chance in four weeks about this month that a tutor goes on holiday.',
    'available_hours_mean down',
    'A',
  ],
  holiday_days_from: ['Shortest holiday.', 'available_hours_mean down', 'A'],
  holiday_days_more: ['By how many days a holiday may be longer, evenly.', 'available_hours_mean down', 'A'],
  'telling.unchanged_percent_weekly': [
    'Chance that a tutor tells what they offer though it has not changed.',
    'availability_updates_a_tutor_weekly up',
    'A',
  ],
  'telling.latest_weeks': [
    'Weeks after which they tell it in any case.',
    'availability_updates_a_tutor_weekly down',
    'A',
  ],
  'telling.on_sunday_percent': [
    'Share of tutors who tell it on Sundays.',
    'availability_updates_on_sunday_percent up',
    'A',
  ],
}
