// One of the four numbers of a student's health changes.

import { type Literal, literal, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { STUDENT } from './entities.ts'
import { COUNT, counted, SCORE, STAMP, STUDENT_ID } from './fields.ts'
import { Cause } from './row.ts'
import { LEVELS } from './vocabulary.ts'

const RATING_MAX = 5
/** Of the counts: a student keeps them in a byte. */
const COUNTED_MAX = 255

const SESSIONS_7 = counted(COUNTED_MAX, (sessions) => literal(`${sessions},"sessions_last_30_days":`))
const SESSIONS_30 = counted(COUNTED_MAX, (sessions) => literal(`${sessions},"ib_calls_last_14_days":`))
const CALLS_14 = counted(COUNTED_MAX, (calls) => literal(`${calls},"avg_session_rating":`))
const RATING = counted(RATING_MAX * 100, (hundredths) => literal(`${hundredths / 100},"health_score":`))
const END = LEVELS.map((level) => literal(`,"churn_risk":"${level}"}}\n`))

export const customerHealthUpdate = describe({
  name: 'customer_health_update',
  description: "One of the four numbers that make a student's health has changed.",
  entity: STUDENT,
  what: 'health',
  causes: [Cause.completed, Cause.call, Cause.standing],
  expectedPercent: 45,
  fields: {
    ...STAMP,
    student_id: STUDENT_ID,
    sessions_last_7_days: {
      ...COUNT,
      description: 'Successful sessions in (t − 7 days, t].',
      read: (row) => row.sessions7,
    },
    sessions_last_30_days: {
      ...COUNT,
      description: 'Successful sessions in (t − 30 days, t].',
      read: (row) => row.sessions30,
    },
    ib_calls_last_14_days: { ...COUNT, description: 'Calls in (t − 14 days, t].', read: (row) => row.calls },
    avg_session_rating: {
      kind: 'decimal',
      min: 1,
      max: RATING_MAX,
      decimals: 2,
      description: 'Mean student_rating of all sessions in (t − 30 days, t]; the last known one where there are none.',
      read: (row) => row.rating,
    },
    health_score: { ...SCORE, description: 'A function of the four numbers above alone.', read: (row) => row.score },
    churn_risk: {
      kind: 'choice',
      values: LEVELS,
      description: 'A band of the health score: low from 70, medium from 45, high below.',
      read: (row) => row.level,
    },
  },
  line: {
    opening: (student, instant) => `"student_id":"${STUDENT.id(student, instant)}","sessions_last_7_days":`,
    rest(out, row) {
      out.literal(SESSIONS_7[row.sessions7] as Literal)
      out.literal(SESSIONS_30[row.sessions30] as Literal)
      out.literal(CALLS_14[row.calls] as Literal)
      out.literal(RATING[row.rating] as Literal)
      out.hundredths(row.score)
      out.literal(END[row.level] as Literal)
    },
  },
})

export type CustomerHealthUpdate = PayloadOf<typeof customerHealthUpdate.fields>
