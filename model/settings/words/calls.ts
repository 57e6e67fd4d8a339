// What the settings of calls are, in words.

import type { Words } from './words.ts'

export const calls: Words = {
  per_100_sessions: [
    'Calls for each 100 sessions over a year, repeated ones included, where all else is as by default; scales whatever brings a first call.',
    'calls_per_100_sessions up',
    'row 25',
  ],
  after_tutor_no_show_percent: [
    'Chance that a session which the tutor missed brings a scheduling_issue.',
    'scheduling_calls_per_100_sessions up',
    'cause 2',
  ],
  after_technical_failure_percent: [
    'Chance that a session which technology broke off brings a technical_problem.',
    'technical_calls_per_100_sessions up',
    'cause 2',
  ],
  after_student_no_show_percent: [
    'Chance that a session which the student missed brings a billing_question.',
    'billing_calls_per_100_sessions up',
    'cause 2',
  ],
  after_good_session_percent: [
    'Chance that a session which went well brings a technical_problem all the same.',
    'technical_calls_per_100_sessions up',
    'A, fits row 27',
  ],
  'concern_percent.*': [
    'Chance that a session which went well and was rated so brings a tutor_concern.',
    'concern_calls_per_100_sessions up',
    'cause 1',
  ],
  no_tutor_percent: [
    'Chance that a lesson for which no tutor was found, or whose tutor cannot come, brings a scheduling_issue.',
    'scheduling_calls_per_100_sessions up',
    'A',
  ],
  spontaneous_percent_weekly: [
    'Chance that a student calls in a week without a session that led to it.',
    'calls_per_100_sessions up',
    'A, fits rows 25 and 27',
  ],
  'spontaneous_reasons.*': [
    'What calls are about that no session led to.',
    'calls_of_this_reason_percent up',
    'A, fits row 27',
  ],
  renewal_percent: [
    'Chance that the renewal of a plan brings a billing_question.',
    'billing_calls_per_100_sessions up',
    'cause 10',
  ],
  renewal_every_weeks: ['How often a plan renews.', 'billing_calls_per_100_sessions down', 'A'],
  'within_hours.concern': [
    'A tutor_concern comes within so many hours, or when the line opens next.',
    'hours_from_session_to_call up',
    'cause 1',
  ],
  'within_hours.tutor_no_show': [
    'A call about a session which the tutor missed comes within so many hours, or when the line opens next.',
    'hours_from_session_to_call up',
    'cause 2',
  ],
  'within_hours.technical': [
    'A technical_problem comes within so many hours, or when the line opens next.',
    'hours_from_session_to_call up',
    'cause 2',
  ],
  'within_hours.student_no_show': [
    'A call about a session which the student missed comes within so many hours, or when the line opens next.',
    'hours_from_session_to_call up',
    'A',
  ],
  opens_hour: [
    'When the line opens each day, Eastern by the clock on the wall.',
    'first_call_of_day_hour up',
    'row 26',
  ],
  closes_hour: ['When the line closes.', 'last_call_of_day_hour up', 'row 26'],
  seconds_median: [
    'Median of the lognormal that lengths of calls are drawn from, before it is cut to 60 to 600 seconds.',
    'call_seconds_median up',
    'row 28',
  ],
  seconds_spread: [
    'How much lengths of calls differ: the deviation of their logarithm.',
    'call_seconds_deviation up',
    'row 28',
  ],
  resolved_percent: ['Share of calls that are resolved, of average length.', 'calls_resolved_percent up', 'row 29'],
  resolved_less_a_minute: [
    'By how much a call that is a minute longer is less likely to be resolved.',
    'calls_resolved_percent down',
    'row 29',
  ],
  resolved_less_a_repeat: [
    'By how much a call that repeats another is less likely to be resolved.',
    'calls_resolved_percent down',
    'cause 3',
  ],
  'priority.*': ['How urgent calls of this reason are.', 'calls_of_this_priority_percent up', 'row 30'],
  repeat_percent: [
    'Chance that an unresolved call brings another, one priority higher.',
    'unresolved_calls_repeated_percent up',
    'row 31',
  ],
  repeat_days_median: [
    'Median of the time until that call, which comes within a week.',
    'repeat_days_median up',
    'row 31',
  ],
  repeat_days_spread: [
    'How much these times differ: the deviation of their logarithm.',
    'repeat_days_deviation up',
    'A',
  ],
  repeat_same_reason_percent: [
    'Share of these calls that have the reason of the call before.',
    'repeats_of_one_reason_percent up',
    'row 31',
  ],
  'repeat_other_reasons.*': ['What the others are about.', 'calls_of_this_reason_percent up', 'A'],
  readiness_evenness: [
    'How alike students are in how readily they call, all their life; holds for those who come from then on.',
    'students_who_never_call_percent down',
    'A, fits rows 32 and 55',
  ],
  unresolved_weighs_days: [
    'For how long an unresolved call makes it likelier that its student leaves.',
    'students_leaving_monthly_percent up',
    'cause 4',
  ],
}
