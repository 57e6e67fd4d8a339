// Nothing happens to the world, but the wire is not clean: for pipelines under test.

import type { BuiltIn } from '../scenario.ts'

const time = { from: '+2d', until: '+9d' } as const

export const dirtyPipeline: BuiltIn = {
  name: 'dirty-pipeline',
  sentence: 'For a week, events come twice, damaged, late, or not at all.',
  strengths: {
    mild: [
      { kind: 'duplicates', size: 0.005, ...time },
      { kind: 'drops', size: 0.002, ...time },
      { kind: 'malformed', size: 0.001, ...time },
      { kind: 'delays', size: 0.005, late: '10m', ...time },
    ],
    severe: [
      { kind: 'duplicates', size: 0.05, ...time },
      { kind: 'drops', size: 0.02, ...time },
      { kind: 'malformed', size: 0.01, ...time },
      { kind: 'delays', size: 0.05, late: '2h', ...time },
    ],
  },
  moments: [
    {
      at: '+2d',
      sentence:
        'One event in twenty comes twice, as many come up to two hours late, one in fifty is lost, and one in a hundred is no JSON.',
    },
    { at: '+9d', sentence: 'The wire is clean again. The world and its log have been whole all the time.' },
  ],
  signature: [],
}
