// A little less each day, for two months.

import type { BuiltIn } from '../scenario.ts'

const region = ['northeast', 'midwest'] as const
const time = { from: '+5d', until: '+65d', shape: 'ramp' } as const

export const slowDecline: BuiltIn = {
  name: 'slow-decline',
  sentence: 'Students of the northeast and the midwest want a little less each day, for two months.',
  strengths: {
    mild: [{ kind: 'demand', size: 0.75, where: { region }, ...time }],
    severe: [{ kind: 'demand', size: 0.4, where: { region }, ...time }],
  },
  moments: [
    { at: '+5d', sentence: 'It begins, and nobody could see it.' },
    { at: '+14d', sentence: 'A week and a half in: within what weeks differ by anyway.' },
    { at: '+30d', sentence: 'A quarter of the sessions are gone, and no day stands out.' },
    { at: '+60d', sentence: 'Half of them are gone.' },
  ],
  signature: [{ metric: 'sessions_started', region, from: '+35d', until: '+42d', most: 0.85 }],
}
