// Most tutors of one subject stop teaching, for four weeks.

import type { BuiltIn } from '../scenario.ts'

const region = ['southeast', 'midwest', 'west'] as const
const subject = ['Physics'] as const
const time = { from: '+8d', until: '+36d' } as const

export const physicsDrought: BuiltIn = {
  name: 'physics-drought',
  sentence: 'Schools of three regions have hired most Physics tutors away for a month.',
  strengths: {
    mild: [{ kind: 'tutor_hours', size: 0, where: { region, subject, share: 0.4 }, ...time }],
    severe: [{ kind: 'tutor_hours', size: 0, where: { region, subject, share: 0.9 }, ...time }],
  },
  moments: [
    { at: '+8d', sentence: 'Tutors of Physics say that they have no hours: one update after another reads 0.' },
    { at: '+11d', sentence: 'Within three days Physics has turned to high demand.' },
    { at: '+20d', sentence: 'Lessons fall out, students call about scheduling, and health scores begin to fall.' },
    { at: '+37d', sentence: 'The tutors are back; the students who have left in the meantime are not.' },
  ],
  signature: [{ metric: 'sessions_started', words: subject, region, from: '+8d', until: '+15d', most: 0.65 }],
}
