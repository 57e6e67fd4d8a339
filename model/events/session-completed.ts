// A session ends.

import { MINUTE, type PayloadOf } from '../../engine/index.ts'
import { describe, STAMP, STUDENT_ID, SUBJECT, TEACHING_TUTOR_ID } from './descriptor.ts'
import { SESSION } from './entities.ts'
import { Cause } from './row.ts'

const RATING = { kind: 'whole', min: 1, max: 5 } as const

export const sessionCompleted = describe({
  name: 'session_completed',
  description: 'A session ends, and both rate it.',
  entity: SESSION,
  what: 'completed',
  // Its start led to it: the instant of that is the one in the session's id.
  causes: [Cause.started],
  asCause: Cause.completed,
  expectedPercent: 18.7,
  fields: {
    ...STAMP,
    session_id: {
      kind: 'id',
      pattern: SESSION.pattern,
      description: 'The session that was started under this id.',
      read: ({ agent, causeInstant }) => SESSION.id(agent, causeInstant),
    },
    student_id: STUDENT_ID,
    tutor_id: TEACHING_TUTOR_ID,
    subject: SUBJECT,
    actual_duration_minutes: {
      kind: 'whole',
      min: 20,
      max: 95,
      unit: 'minutes',
      description: 'From start to completion, to the minute.',
      read: (row) => row.minutes,
    },
    student_rating: {
      ...RATING,
      description: "The student's rating of the session.",
      read: (row) => row.studentRating,
    },
    tutor_rating: { ...RATING, description: "The tutor's rating of the session.", read: (row) => row.tutorRating },
    completed_successfully: {
      kind: 'flag',
      description: 'False for a no-show, a late cancellation, a technical failure or a session cut short.',
      read: (row) => row.yes,
    },
  },
  lasting: ({ actual_duration_minutes }) => actual_duration_minutes * MINUTE,
})

export type SessionCompleted = PayloadOf<typeof sessionCompleted.fields>
