// What the settings of people are, in words.

import type { Words } from './words.ts'

export const people: Words = {
  'plans.*': [
    'Sessions that plans pay for, of the students that the world is born with.',
    'students_of_this_pace_percent up',
    'row 2',
  ],
  'plans_of_newcomers.*': [
    'The same of those who sign up later: who takes little leaves sooner.',
    'newcomers_of_this_pace_percent up',
    'A, fits row 2',
  ],
  'subjects.*': [
    'What students learn; what tutors teach follows. Changed later, it holds for those who come.',
    'sessions_of_this_subject_percent up',
    'row 20',
  ],
  second_subject_percent: [
    'Share of students who learn two subjects; holds for those who come.',
    'students_of_two_subjects_percent up',
    'A',
  ],
  'regions.*': ['Where students live.', 'students_of_this_region_percent up', 'row 36'],
  'zones.*': [
    'By whose clocks people of this region live; Arizona has mountain time without daylight saving.',
    'tutors_of_this_zone_percent up',
    'row 37',
  ],
  'weekdays.*': ['On which days sessions take place.', 'sessions_of_this_weekday_percent up', 'row 21'],
  'weekday_hours.*': [
    "When sessions begin from Monday to Friday: how many in this hour of the student's clock.",
    'sessions_of_this_hour_percent up',
    'row 22',
  ],
  'weekend_hours.*': [
    "When sessions begin on Saturday and Sunday: how many in this hour of the student's clock.",
    'sessions_of_this_hour_percent up',
    'A',
  ],
}
