// A student calls for help.

import type { PayloadOf } from '../../engine/index.ts'
import { describe, STAMP, STUDENT_ID } from './descriptor.ts'
import { CALL } from './entities.ts'
import { Cause } from './row.ts'
import { CALL_REASONS, LEVELS } from './vocabulary.ts'

export const ibCallLogged = describe({
  name: 'ib_call_logged',
  description: 'A call of a student to the platform is logged.',
  entity: CALL,
  what: 'logged',
  causes: [Cause.none, Cause.completed, Cause.call],
  asCause: Cause.call,
  expectedPercent: 1.1,
  fields: {
    ...STAMP,
    call_id: {
      kind: 'id',
      pattern: CALL.pattern,
      description: 'The call, named by its instant and its student.',
      read: ({ agent, instant }) => CALL.id(agent, instant),
    },
    student_id: STUDENT_ID,
    reason: { kind: 'choice', values: CALL_REASONS, read: (row) => row.reason },
    duration_seconds: { kind: 'whole', min: 60, max: 600, unit: 'seconds', read: (row) => row.seconds },
    resolved: { kind: 'flag', description: 'Whether the call settled the matter.', read: (row) => row.yes },
    priority: { kind: 'choice', values: LEVELS, read: (row) => row.level },
  },
})

export type IbCallLogged = PayloadOf<typeof ibCallLogged.fields>
