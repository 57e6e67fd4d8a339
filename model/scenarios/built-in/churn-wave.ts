// Many students leave within a week.

import type { BuiltIn } from '../scenario.ts'

const region = ['west'] as const
const time = { from: '+14d', until: '+21d' } as const

export const churnWave: BuiltIn = {
  name: 'churn-wave',
  sentence: 'Another platform woos away the students of the west, for a week.',
  strengths: {
    mild: [{ kind: 'churn', size: 8, where: { region }, ...time }],
    severe: [{ kind: 'churn', size: 45, where: { region }, ...time }],
  },
  moments: [
    { at: '+14d', sentence: 'The offer is out. Whoever thinks about staying this week thinks twice.' },
    { at: '+18d', sentence: 'Some call to cancel; most just do not come any more.' },
    { at: '+23d', sentence: 'The west has lost a good part of its sessions, and tutors have hours to spare.' },
    { at: '+40d', sentence: 'Seats are taken again by and by, by newcomers who are the likeliest to leave.' },
  ],
  signature: [
    { metric: 'calls', words: ['billing_question'], region, from: '+14d', until: '+23d', least: 2.2 },
    { metric: 'sessions_started', region, from: '+21d', until: '+28d', most: 0.87 },
  ],
}
