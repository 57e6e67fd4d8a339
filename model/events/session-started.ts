// A session begins.

import { EXAMPLE_AGENT, EXAMPLE_INSTANT, type Literal, literal, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { idWriter, SESSION } from './entities.ts'
import { STAMP, STUDENT_ID, SUBJECT, sessionOpening, TEACHING_TUTOR_ID } from './fields.ts'
import { Cause } from './row.ts'
import { SESSION_TYPES, SUBJECTS } from './vocabulary.ts'

const SUBJECT_AND_TYPE = SUBJECTS.map((subject) =>
  SESSION_TYPES.map((type) =>
    literal(`","subject":"${subject}","session_type":"${type}","scheduled_duration_minutes":`),
  ),
)
const END = literal('}}\n')

const writeId = idWriter(SESSION)

export const sessionStarted = describe({
  name: 'session_started',
  description: 'A student and a tutor begin a session.',
  entity: SESSION,
  what: 'started',
  causes: [Cause.none],
  asCause: Cause.started,
  expectedPercent: 18,
  fields: {
    ...STAMP,
    session_id: {
      kind: 'id',
      pattern: SESSION.form.source,
      example: SESSION.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
      description: 'The session, named by its start and its student; in a group session each student has one.',
      read: ({ agent, instant }) => SESSION.id(agent, instant),
      write: (out, { agent, instant }) => writeId(out, agent, instant),
    },
    student_id: STUDENT_ID,
    tutor_id: TEACHING_TUTOR_ID,
    subject: SUBJECT,
    session_type: {
      kind: 'choice',
      values: SESSION_TYPES,
      description: 'How it was booked: alone with the tutor, in a group, or for right now.',
      read: (row) => row.sessionType,
    },
    scheduled_duration_minutes: {
      kind: 'number',
      values: [30, 60, 90],
      unit: 'minutes',
      description: 'How long it is to last.',
      read: (row) => row.minutes,
    },
  },
  line: {
    opening: sessionOpening,
    rest(out, row) {
      out.whole(row.tutor)
      out.literal(SUBJECT_AND_TYPE[row.subject]?.[row.sessionType] as Literal)
      out.whole(row.minutes)
      out.literal(END)
    },
  },
})

export type SessionStarted = PayloadOf<typeof sessionStarted.fields>
