// As in summer: fewer lessons, fewer newcomers, fewer hours; it comes and goes by itself.

import type { BuiltIn } from '../scenario.ts'

const region = ['southeast', 'southwest'] as const
const time = { from: '+7d', until: '+49d', shape: 'pulse' } as const

export const summerDip: BuiltIn = {
  name: 'summer-dip',
  sentence: 'Schools of the southeast and the southwest close for six weeks: fewer lessons, sign-ups and hours.',
  strengths: {
    mild: [{ kind: 'demand', size: 0.7, where: { region }, ...time }],
    severe: [
      { kind: 'demand', size: 0.25, where: { region }, ...time },
      { kind: 'sign_ups', size: 0.2, where: { region }, ...time },
      { kind: 'tutor_hours', size: 0.7, where: { region }, ...time },
    ],
  },
  moments: [
    { at: '+7d', sentence: 'The last week of school.' },
    { at: '+18d', sentence: 'Sessions fall by the day, in all subjects alike: no market is to blame.' },
    { at: '+28d', sentence: 'The middle of the holidays: markets are oversupplied.' },
    { at: '+45d', sentence: 'School begins again, and most of them are back.' },
  ],
  signature: [{ metric: 'sessions_started', region, from: '+24d', until: '+31d', most: 0.55 }],
}
