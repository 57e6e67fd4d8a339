// Some tutors teach worse than they did, for a month.

import type { BuiltIn } from '../scenario.ts'

const region = ['midwest', 'southwest'] as const
const time = { from: '+7d', until: '+35d' } as const

export const badCohort: BuiltIn = {
  name: 'bad-cohort',
  sentence: 'A cohort of tutors of the midwest and the southwest follows a method that students do not like.',
  strengths: {
    mild: [{ kind: 'tutor_quality', size: -2.5, where: { region, share: 0.25 }, ...time }],
    severe: [{ kind: 'tutor_quality', size: -6, where: { region, share: 0.4 }, ...time }],
  },
  moments: [
    { at: '+7d', sentence: 'The method is new. Nothing has gone wrong yet.' },
    { at: '+10d', sentence: 'Ratings of one and two stars come in, and all are of the same tutors.' },
    { at: '+16d', sentence: 'Students call about their tutors, and look for others.' },
    { at: '+30d', sentence: 'Health scores of their students are lower than those of all others.' },
  ],
  signature: [
    { metric: 'low_ratings', region, from: '+7d', until: '+14d', least: 3 },
    { metric: 'calls', words: ['tutor_concern'], region, from: '+14d', until: '+21d', least: 3 },
  ],
}
