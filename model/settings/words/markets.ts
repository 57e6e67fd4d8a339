// What the settings of markets are, in words.

import type { Words } from './words.ts'

export const markets: Words = {
  'shortage.over_at': [
    'Above it a shortage is over; it begins below 0.8, by the contract.',
    'sessions_per_student_weekly down',
    'A',
  ],
  'shortage.waits': [
    'How much longer instant bookings wait in a shortage; with the wait fewer are filled.',
    'instant_sessions_percent down',
    'cause 7',
  ],
  'shortage.calls': [
    'How much likelier a call is about a lesson for which there was no tutor.',
    'scheduling_calls_per_100_sessions up',
    'cause 7',
  ],
  'shortage.long_term_days': [
    'After how many days of a shortage more students leave.',
    'students_leaving_monthly_percent down',
    'cause 7',
  ],
  told_every_hours: [
    'How often a market tells how it stands; it does so besides when its balance changes.',
    'market_updates_a_day down',
    'A',
  ],
  usual_days: ['Over how many days a market learns what demand is usual.', 'demand_score_deviation up', 'A'],
  demand_deviation: [
    'Deviation of the logarithm of a day’s demand that counts as 20 points of the score.',
    'demand_score_deviation down',
    'cause 8',
  ],
}
