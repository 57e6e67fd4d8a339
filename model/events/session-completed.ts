// A session ends.

import { EXAMPLE_AGENT, EXAMPLE_INSTANT, type Literal, literal, MINUTE, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { idWriter, SESSION } from './entities.ts'
import { counted, FLAGS, STAMP, STUDENT_ID, SUBJECT, sessionOpening, TEACHING_TUTOR_ID } from './fields.ts'
import { Cause } from './row.ts'
import { SUBJECTS } from './vocabulary.ts'

const RATING = { kind: 'whole', min: 1, max: 5 } as const

const SUBJECT_TEXT = SUBJECTS.map((subject) => literal(`","subject":"${subject}","actual_duration_minutes":`))
const END = counted(RATING.max, (student) =>
  counted(RATING.max, (tutor) =>
    FLAGS.map((successful) =>
      literal(`,"student_rating":${student},"tutor_rating":${tutor},"completed_successfully":${successful}}}\n`),
    ),
  ),
)

const writeId = idWriter(SESSION)

export const sessionCompleted = describe({
  name: 'session_completed',
  description: 'A session ends, and both rate it.',
  entity: SESSION,
  what: 'completed',
  // Its start led to it: the instant of that is the one in the session's id.
  causes: [Cause.started],
  asCause: Cause.completed,
  expectedPercent: 17.9,
  fields: {
    ...STAMP,
    session_id: {
      kind: 'id',
      pattern: SESSION.form.source,
      example: SESSION.id(EXAMPLE_AGENT, EXAMPLE_INSTANT),
      description: 'The session that was started under this id.',
      read: ({ agent, causeInstant }) => SESSION.id(agent, causeInstant),
      write: (out, { agent, causeInstant }) => writeId(out, agent, causeInstant),
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
  line: {
    idInstant: 'causeInstant',
    opening: sessionOpening,
    rest(out, row) {
      out.whole(row.tutor)
      out.literal(SUBJECT_TEXT[row.subject] as Literal)
      out.whole(row.minutes)
      out.literal(END[row.studentRating]?.[row.tutorRating]?.[row.yes] as Literal)
    },
  },
  lasting: ({ actual_duration_minutes }) => actual_duration_minutes * MINUTE,
})

export type SessionCompleted = PayloadOf<typeof sessionCompleted.fields>
