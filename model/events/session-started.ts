// A session begins.

import type { PayloadOf } from '../../engine/index.ts'
import { describe, STAMP, STUDENT_ID, SUBJECT, TEACHING_TUTOR_ID } from './descriptor.ts'
import { SESSION } from './entities.ts'
import { Cause } from './row.ts'
import { SESSION_TYPES } from './vocabulary.ts'

export const sessionStarted = describe({
  name: 'session_started',
  description: 'A student and a tutor begin a session.',
  entity: SESSION,
  what: 'started',
  causes: [Cause.none],
  asCause: Cause.started,
  expectedPercent: 18.7,
  fields: {
    ...STAMP,
    session_id: {
      kind: 'id',
      pattern: SESSION.pattern,
      description: 'The session, named by its start and its student; in a group session each student has one.',
      read: ({ agent, instant }) => SESSION.id(agent, instant),
    },
    student_id: STUDENT_ID,
    tutor_id: TEACHING_TUTOR_ID,
    subject: SUBJECT,
    session_type: { kind: 'choice', values: SESSION_TYPES, read: (row) => row.sessionType },
    scheduled_duration_minutes: { kind: 'number', values: [30, 60, 90], unit: 'minutes', read: (row) => row.minutes },
  },
})

export type SessionStarted = PayloadOf<typeof sessionStarted.fields>
