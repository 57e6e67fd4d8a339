// Students want more lessons than usual, for ten days.

import type { BuiltIn } from '../scenario.ts'

const region = ['southeast', 'midwest'] as const
const time = { from: '+10d', until: '+20d' } as const

export const examRush: BuiltIn = {
  name: 'exam-rush',
  sentence: 'Exams in the southeast and the midwest: students want many more lessons than usual.',
  strengths: {
    mild: [{ kind: 'demand', size: 1.3, where: { region }, ...time }],
    severe: [{ kind: 'demand', size: 2, where: { region }, ...time }],
  },
  moments: [
    { at: '+9d', sentence: 'The week before: supply and demand are in balance.' },
    { at: '+11d', sentence: 'Exams are announced, students book second lessons, and markets turn to high demand.' },
    { at: '+16d', sentence: 'Tutors have followed with more hours, and still not everybody finds one.' },
    { at: '+21d', sentence: 'The exams are written: it ends as suddenly as it began.' },
  ],
  signature: [
    { metric: 'sessions_started', region, from: '+14d', until: '+17d', least: 1.12 },
    { metric: 'high_demand', region, from: '+14d', until: '+17d', least: 1.15 },
  ],
}
