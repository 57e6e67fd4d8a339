// Bills are wrong, and support cannot settle it at once.

import type { BuiltIn } from '../scenario.ts'

const region = ['northeast', 'southeast'] as const
const words = ['billing_question'] as const
const reason = 'billing_question'

export const billingMixUp: BuiltIn = {
  name: 'billing-mix-up',
  sentence: 'Every third student of the northeast and the southeast has been charged twice.',
  strengths: {
    mild: [{ kind: 'calls', size: 15, where: { region, share: 0.33 }, reason, from: '+12d', until: '+15d' }],
    severe: [
      { kind: 'calls', size: 80, where: { region, share: 0.33 }, reason, from: '+12d', until: '+15d' },
      { kind: 'call_resolution', size: 0.4, where: { region, share: 0.33 }, reason, from: '+12d', until: '+22d' },
    ],
  },
  moments: [
    { at: '+12d', sentence: 'Statements have gone out. The line opens, and it is about bills.' },
    { at: '+14d', sentence: 'Billing questions are many times the usual; most are not settled, so people call again.' },
    { at: '+19d', sentence: 'The calls are over. Calls of the last 14 days weigh on health scores.' },
    { at: '+35d', sentence: 'More of those who had to call have left than of the others.' },
  ],
  signature: [
    { metric: 'calls', words, region, from: '+12d', until: '+16d', least: 6 },
    { metric: 'calls_unresolved', words, region, from: '+12d', until: '+16d', least: 10 },
  ],
}
