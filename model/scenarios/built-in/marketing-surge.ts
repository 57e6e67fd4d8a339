// Many sign up within two weeks.

import type { BuiltIn } from '../scenario.ts'

const region = ['southeast', 'midwest'] as const
const time = { from: '+7d', until: '+21d' } as const

export const marketingSurge: BuiltIn = {
  name: 'marketing-surge',
  sentence: 'A campaign in the southeast and the midwest brings many new students within two weeks.',
  strengths: {
    mild: [{ kind: 'sign_ups', size: 10, where: { region }, ...time }],
    severe: [{ kind: 'sign_ups', size: 40, where: { region }, ...time }],
  },
  moments: [
    { at: '+7d', sentence: 'The campaign begins.' },
    {
      at: '+12d',
      sentence: 'Students with new numbers have their first sessions, which go wrong more often than others.',
    },
    { at: '+20d', sentence: 'Active students are up, and tutors of the large subjects fill up.' },
    {
      at: '+25d',
      sentence: 'Where no tutor has time any more, lessons fall out, also of those who were there before.',
    },
    { at: '+35d', sentence: 'Newcomers are the likeliest to leave: the surge ebbs away.' },
  ],
  signature: [{ metric: 'sessions_started', region, from: '+14d', until: '+21d', least: 1.15 }],
}
