// A student calls for help.

import { DAY, EXAMPLE_AGENT, EXAMPLE_INSTANT, type Literal, literal, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { CALL, idWriter, STUDENT } from './entities.ts'
import { FLAGS, STAMP, STUDENT_ID } from './fields.ts'
import { Cause } from './row.ts'
import { CALL_REASONS, type CallReason, LEVELS } from './vocabulary.ts'

/** Calls for these reasons follow a session of the student, within this time. */
export const FOLLOWS_SESSION_WITHIN = {
  technical_problem: 7 * DAY,
  tutor_concern: 14 * DAY,
} as const satisfies Partial<Record<CallReason, number>>

const REASON = CALL_REASONS.map((reason) => literal(`${reason}","duration_seconds":`))
const END = FLAGS.map((resolved) => LEVELS.map((level) => literal(`,"resolved":${resolved},"priority":"${level}"}}\n`)))

const writeId = idWriter(CALL)

export const ibCallLogged = describe({
  name: 'ib_call_logged',
  description: 'A call of a student to the platform is logged.',
  entity: CALL,
  what: 'logged',
  causes: [Cause.none, Cause.completed, Cause.call],
  asCause: Cause.call,
  expectedPercent: 1,
  fields: {
    ...STAMP,
    call_id: {
      kind: 'id',
      pattern: CALL.form.source,
      example: CALL.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
      description: 'The call, named by its instant and its student.',
      read: ({ agent, instant }) => CALL.id(agent, instant),
      write: (out, { agent, instant }) => writeId(out, agent, instant),
    },
    student_id: STUDENT_ID,
    reason: {
      kind: 'choice',
      values: CALL_REASONS,
      description: 'What the call is about.',
      read: (row) => row.reason,
    },
    duration_seconds: {
      kind: 'whole',
      min: 60,
      max: 600,
      unit: 'seconds',
      description: 'How long the call took.',
      read: (row) => row.seconds,
    },
    resolved: { kind: 'flag', description: 'Whether the call settled the matter.', read: (row) => row.yes },
    priority: { kind: 'choice', values: LEVELS, description: 'How much it matters.', read: (row) => row.level },
  },
  line: {
    opening: (student, instant) =>
      `"call_id":"${CALL.id(student, instant)}","student_id":"${STUDENT.id(student, instant)}","reason":"`,
    rest(out, row) {
      out.literal(REASON[row.reason] as Literal)
      out.whole(row.seconds)
      out.literal(END[row.yes]?.[row.level] as Literal)
    },
  },
})

export type IbCallLogged = PayloadOf<typeof ibCallLogged.fields>
