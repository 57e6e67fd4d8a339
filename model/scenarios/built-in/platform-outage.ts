// The platform is down for some hours, everywhere.

import type { BuiltIn } from '../scenario.ts'

export const platformOutage: BuiltIn = {
  name: 'platform-outage',
  sentence: 'The platform is down for four hours of a busy afternoon, everywhere.',
  strengths: {
    mild: [{ kind: 'platform_outage', size: 0.3, from: '+236h', until: '+239h' }],
    severe: [{ kind: 'platform_outage', size: 0.85, from: '+235h', until: '+239h' }],
  },
  moments: [
    { at: '+234h', sentence: 'A Wednesday afternoon like any other.' },
    { at: '+236h', sentence: 'Most sessions that begin now break off.' },
    { at: '+238h', sentence: 'Calls about technology come in, several times as many as on other days.' },
    { at: '+241h', sentence: 'It is mended. What is left are low ratings, and numbers of 30 days that remember it.' },
  ],
  signature: [
    { metric: 'sessions_failed', from: '+235h', until: '+240h', least: 4 },
    { metric: 'calls', words: ['technical_problem'], from: '+235h', until: '+247h', least: 4 },
  ],
}
