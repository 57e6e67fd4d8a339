// What the settings of shocks are, in words.

import type { Words } from './words.ts'

export const shocks: Words = {
  'weather.northeast': [
    'How often there is bad weather in the northeast, against what is usual there.',
    'sessions_in_this_region down',
    'A; Goodman, NBER 20221; NOAA, Storm Events',
  ],
  'weather.southeast': [
    'How often there is bad weather in the southeast, against what is usual there.',
    'sessions_in_this_region down',
    'A; Goodman, NBER 20221; NOAA, Storm Events',
  ],
  'weather.midwest': [
    'How often there is bad weather in the midwest, against what is usual there.',
    'sessions_in_this_region down',
    'A; Goodman, NBER 20221; NOAA, Storm Events',
  ],
  'weather.west': [
    'How often there is bad weather in the west, against what is usual there.',
    'sessions_in_this_region down',
    'A; Goodman, NBER 20221; NOAA, Storm Events',
  ],
  'weather.southwest': [
    'How often there is bad weather in the southwest, against what is usual there.',
    'sessions_in_this_region down',
    'A; Goodman, NBER 20221; NOAA, Storm Events',
  ],
  'weather.loss_times': [
    'How many lessons bad weather takes, against what is usual there.',
    'sessions_on_days_of_bad_weather_percent down',
    'A; Goodman, NBER 20221',
  ],
  'weather.failures_times': [
    'By how much technical failures grow for each share of lessons that weather takes.',
    'technical_failures_percent up',
    'A',
  ],
  'winter_illness.lost_percent_least': [
    "Lessons that a winter's wave of illness takes at its peak, at least.",
    'sessions_per_student_weekly down',
    'A',
  ],
  'winter_illness.lost_percent_most': ['The same, at the most.', 'sessions_per_student_weekly down', 'A'],
  'winter_illness.no_shows_times': [
    'By how much no-shows and late cancellations grow for each share of lessons that illness takes.',
    'student_no_shows_percent up',
    'A',
  ],
  'winter_illness.peak.*': [
    'Month in which the wave is highest.',
    'sessions_of_this_month_percent down',
    'CDC, peak month of flu activity, 1982 to 2018',
  ],
  'report_cards.more_percent_least': [
    'Lessons that are added when reports of grades have come home, at least.',
    'sessions_per_student_weekly up',
    'A',
  ],
  'report_cards.more_percent_most': ['The same, at the most.', 'sessions_per_student_weekly up', 'A'],
  'tests.percent_weekly': [
    "Chance that a market's week of term has tests in its subject.",
    'sessions_per_student_weekly up',
    'A',
  ],
  'tests.more_percent_least': ['Lessons that tests add, at least.', 'sessions_per_student_weekly up', 'A'],
  'tests.more_percent_most': ['The same, at the most.', 'sessions_per_student_weekly up', 'A'],
  'tutors_drawn_away.percent': [
    "Chance in twelve weeks that others hire a market's tutors.",
    'available_tutors_mean down',
    'A, for cause 7',
  ],
  'tutors_drawn_away.hours_percent_least': [
    'Hours that this takes, at least.',
    'available_tutors_mean down',
    'A, for cause 7',
  ],
  'tutors_drawn_away.hours_percent_most': ['The same, at the most.', 'available_tutors_mean down', 'A, for cause 7'],
  'releases.bad_percent': [
    'Releases of the platform, one in two weeks, that bring failures.',
    'technical_failures_percent up',
    'DORA, State of DevOps 2021',
  ],
  'releases.days_least': ['Until this is mended, at least.', 'technical_failures_percent up', 'A; DORA'],
  'releases.days_most': ['The same, at the most.', 'technical_failures_percent up', 'A; DORA'],
  'releases.failures_times_least': [
    'How much more often technology fails sessions meanwhile, at least.',
    'technical_failures_percent up',
    'A',
  ],
  'releases.failures_times_most': ['The same, at the most.', 'technical_failures_percent up', 'A'],
  'releases.calls_times': [
    'How much likelier a call about technology is meanwhile.',
    'technical_calls_per_100_sessions up',
    'A',
  ],
  'outages.every_days': ['The platform is down on one of so many days.', 'technical_failures_percent down', 'A'],
  'outages.hours_least': ['For so long, at least.', 'technical_failures_percent up', 'cause 10'],
  'outages.hours_most': ['The same, at the most.', 'technical_failures_percent up', 'cause 10'],
  'outages.failures_times': [
    'How many more sessions fail meanwhile; what is added are technical failures.',
    'technical_failures_percent up',
    'cause 10',
  ],
  'outages.call_percent': [
    'Chance that a session which an outage broke off brings a call: most see that it is not their line.',
    'technical_calls_per_100_sessions up',
    'A, for cause 10',
  ],
  'outages.calls_times': [
    'How much likelier a call about technology is meanwhile after a session that went well.',
    'technical_calls_per_100_sessions up',
    'cause 10',
  ],
  'outages.calls_within_minutes': ['How soon these calls come.', 'hours_from_session_to_call up', 'A'],
  'outages.rating': [
    'What an outage takes from ratings; about half as many rating points, and half of that the day after.',
    'student_rating_mean up',
    'cause 10',
  ],
  'price_changes.percent_quarterly': [
    'Chance in a quarter that prices change.',
    'billing_calls_per_100_sessions up',
    'A',
  ],
  'price_changes.calls_times_least': [
    'How many calls about bills there are in the two weeks after it against the usual ones, at least.',
    'billing_calls_per_100_sessions up',
    'A',
  ],
  'price_changes.calls_times_most': ['The same, at the most.', 'billing_calls_per_100_sessions up', 'A'],
  'price_changes.leaving_times': [
    'How much likelier students leave in the month after it.',
    'students_leaving_monthly_percent up',
    'A',
  ],
}
