// Most tutors of a region teach nobody for four days.

import type { BuiltIn } from '../scenario.ts'

const region = ['northeast'] as const
const time = { from: '+10d', until: '+14d' } as const

export const tutorStrike: BuiltIn = {
  name: 'tutor-strike',
  sentence: 'Tutors of the northeast strike for four days.',
  strengths: {
    mild: [{ kind: 'tutor_hours', size: 0, where: { region, share: 0.25 }, ...time }],
    severe: [{ kind: 'tutor_hours', size: 0, where: { region, share: 0.75 }, ...time }],
  },
  moments: [
    { at: '+9d', sentence: 'The day before: nothing is to be seen.' },
    { at: '+10d', sentence: 'Within six hours most tutors of the northeast say that they have no hours.' },
    { at: '+12d', sentence: 'Lessons are called off, and the lines are busy with scheduling calls.' },
    { at: '+15d', sentence: 'Everybody is back at work; sessions of the last seven days are low for a week to come.' },
  ],
  signature: [
    { metric: 'availability_updates', region, from: '+10d', until: '+11d', least: 4 },
    { metric: 'sessions_started', region, from: '+10d', until: '+14d', most: 0.7 },
  ],
}
