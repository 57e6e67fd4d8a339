// Sessions fail more often, and nobody calls about it.

import type { BuiltIn } from '../scenario.ts'

const region = ['west', 'southwest'] as const
const reason = ['scheduling_issue', 'technical_problem', 'billing_question'] as const
const time = { from: '+8d', until: '+29d' } as const

export const silentFailures: BuiltIn = {
  name: 'silent-failures',
  sentence: 'Reminders of the west and the southwest are not sent any more: sessions are missed, and nobody calls.',
  strengths: {
    mild: [{ kind: 'no_shows', size: 2, where: { region }, ...time }],
    severe: [
      { kind: 'no_shows', size: 4, where: { region }, ...time },
      { kind: 'calls', size: 0.1, where: { region }, reason, ...time },
    ],
  },
  moments: [
    { at: '+8d', sentence: 'A change of the software, without a word: reminders are not sent any more.' },
    { at: '+12d', sentence: 'Sessions fail three times as often, and the support line is quiet.' },
    { at: '+20d', sentence: 'Only who looks at completed_successfully sees it; ratings tell little.' },
    { at: '+30d', sentence: 'Reminders are back.' },
  ],
  signature: [
    { metric: 'sessions_failed', region, from: '+8d', until: '+15d', least: 1.9 },
    { metric: 'calls', words: reason, region, from: '+14d', until: '+21d', most: 0.35 },
  ],
}
