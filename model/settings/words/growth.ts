// What the settings of growth are, in words.

import type { Words } from './words.ts'

export const growth: Words = {
  percent_monthly: [
    'By how much the number of students grows each month, apart from the season; negative where it shrinks.',
    'students_active_at_the_end up',
    'A',
  ],
  leaving_percent_monthly: [
    'Students who leave each month, of all; scales every chance of leaving.',
    'students_leaving_monthly_percent up',
    'row 33',
  ],
  leaving_evenness: [
    'How alike people are in how likely they are to leave: so many months, and one, after joining, those who have stayed are half as likely to leave as newcomers, who leave as often either way. The second number of a beta distribution.',
    'students_leaving_monthly_percent up',
    'row 34',
  ],
  'leaving_by_plan.every_other_week': [
    'Factor on the chance of leaving of who has a session every other week.',
    'students_leaving_monthly_percent up',
    'A, for row 59',
  ],
  'leaving_by_plan.one_a_week': [
    'Factor of who has one session a week.',
    'students_leaving_monthly_percent up',
    'A, for row 59',
  ],
  'leaving_by_plan.two_a_week': [
    'Factor of who has two sessions a week.',
    'students_leaving_monthly_percent up',
    'A, for row 59',
  ],
  'leaving_by_plan.three_a_week': [
    'Factor of who has three sessions a week.',
    'students_leaving_monthly_percent up',
    'A, for row 59',
  ],
  'leaving_by_plan.five_a_week': [
    'Factor of who has five sessions a week.',
    'students_leaving_monthly_percent up',
    'A, for row 59',
  ],
  'leaving_factors.many_calls': [
    'Factor of who has made two or more calls in 14 days.',
    'students_leaving_monthly_percent up',
    'cause 4',
  ],
  'leaving_factors.unresolved_call': [
    'Factor of whose call was not resolved.',
    'students_leaving_monthly_percent up',
    'cause 4',
  ],
  'leaving_factors.silent_21_days': [
    'Factor of who has had no session for three weeks.',
    'students_leaving_monthly_percent up',
    'cause 6',
  ],
  'leaving_factors.loyal': [
    'Factor of who had four of five sessions with the same tutor.',
    'students_leaving_monthly_percent up',
    'cause 6',
  ],
  'leaving_factors.dissatisfied': ['Factor of whose ratings are low.', 'students_leaving_monthly_percent up', 'A'],
  'leaving_factors.shortage_of_a_month': [
    'Factor of those whose market has been short of tutors for a month.',
    'students_leaving_monthly_percent up',
    'cause 7',
  ],
  'leaving_factors.tutor_left': ['Factor of whose tutor has left.', 'students_leaving_monthly_percent up', 'cause 9'],
  'leaving_factors.june': ['Factor in June, when the term ends.', 'students_leaving_monthly_percent up', 'cause 10'],
  'leaving_factors.newcomer': [
    'Factor of who has come within the newcomers’ weeks.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'leaving_factors.joined_in_june': [
    'Factor, for life, of who signs up in June.',
    'students_joined_in_june_gone_percent up',
    'A',
  ],
  dissatisfied_below_rating: [
    'Moving mean of ratings below which a student is dissatisfied.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'first_session_loss_percent.*': [
    'Chance that a student leaves after a first session that was rated so.',
    'students_lost_at_first_session_percent up',
    'cause 5',
  ],
  'wavering.newcomer_weeks': [
    'For how long a student counts as a newcomer.',
    'students_leaving_in_first_quarter_percent up',
    'A',
  ],
  'wavering.newcomers_at_once_percent': [
    'Share of newcomers who leave at once instead of wavering for weeks.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'wavering.angry_at_once_percent': [
    'Share of those with two calls or an unresolved one, or whose tutor has left, who leave at once instead of wavering for weeks.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'wavering.others_at_once_percent': [
    'Share of all others who leave at once instead of wavering for weeks.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'wavering.weeks_from': [
    'Shortest time for which somebody is of two minds whether to stay.',
    'students_leaving_monthly_percent down',
    'A',
  ],
  'wavering.weeks_more': [
    'By how many weeks that may be longer, evenly.',
    'students_leaving_monthly_percent down',
    'A',
  ],
  'wavering.leave_percent': [
    'Share of those who are of two minds that leave in the end.',
    'students_leaving_monthly_percent up',
    'A',
  ],
  'wavering.lessons_kept_percent': [
    'Share of their lessons that they keep meanwhile.',
    'sessions_per_student_weekly up',
    'A',
  ],
  'wavering.calls_percent_weekly': [
    'Chance in a week that they call without a session that led to it.',
    'calls_per_100_sessions up',
    'A',
  ],
  'wavering.ratings': [
    'By how much they rate lower: a latent point is about half a star.',
    'student_rating_mean up',
    'A',
  ],
  'farewell.days_from': [
    'Shortest time between the decision to leave and leaving.',
    'days_from_last_session_to_leaving up',
    'A',
  ],
  'farewell.days_more': ['By how many days it may be longer, evenly.', 'days_from_last_session_to_leaving up', 'A'],
  'farewell.calls_percent': [
    'Share of those who decide to leave that call to say so.',
    'billing_calls_per_100_sessions up',
    'A',
  ],
  'farewell.calls_of_silent_percent': [
    'The same of those who pause, whose silence tells nothing else.',
    'billing_calls_per_100_sessions up',
    'A',
  ],
  'returns.percent': [
    'Share of those who leave that come back as the same student.',
    'students_who_come_back_percent up',
    'A',
  ],
  'returns.days_from': [
    'Shortest time until they do: when all windows of the health numbers have emptied.',
    'days_away_mean up',
    'A',
  ],
  'returns.days_more': ['By how many days it may be longer, evenly.', 'days_away_mean up', 'A'],
  'pauses.percent_weekly': ['Chance in a week that a student pauses.', 'students_active_percent down', 'A, fits row 4'],
  'pauses.weeks_from': ['Shortest pause.', 'students_active_percent down', 'A'],
  'pauses.weeks_more': ['By how many weeks a pause may be longer, evenly.', 'students_active_percent down', 'A'],
  'summer_rest.percent': [
    'Share of students who take no lessons while the season is low.',
    'sessions_in_july_per_100_in_may down',
    'A, for row 23',
  ],
  'summer_rest.from_season': [
    'Season, against the mean of the year, below which the first of them rests.',
    'sessions_in_june_per_100_in_may down',
    'A',
  ],
  'summer_rest.all_at_season': ['Season at which the last of them does.', 'students_in_july_per_100_in_may down', 'A'],
  'summer_rest.made_up_percent': [
    'How much of what those who rest leave out the others take more than the season says.',
    'sessions_in_july_per_100_in_may up',
    'A',
  ],
  'summer_rest.leaving': ['Factor on the chance of leaving of who rests.', 'students_leaving_monthly_percent up', 'A'],
  seat_free_days: [
    'Mean time until somebody new takes the place of who has left; twice as many sign up in half of it.',
    'sign_ups_monthly_percent down',
    'A',
  ],
  'sign_ups.*': [
    'How much faster than on average free seats are taken in this half of the month.',
    'sign_ups_of_this_half_month_percent up',
    'row 48',
  ],
}
