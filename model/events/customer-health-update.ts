// One of the four numbers of a student's health changes.

import type { PayloadOf } from '../../engine/index.ts'
import { COUNT_MAX, describe, SCORE, STAMP, STUDENT_ID } from './descriptor.ts'
import { STUDENT } from './entities.ts'
import { Cause } from './row.ts'
import { LEVELS } from './vocabulary.ts'

const COUNT = { kind: 'whole', min: 0, max: COUNT_MAX } as const

export const customerHealthUpdate = describe({
  name: 'customer_health_update',
  description: "One of the four numbers that make a student's health has changed.",
  entity: STUDENT,
  what: 'health',
  causes: [Cause.completed, Cause.call],
  expectedPercent: 53.9,
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
      max: 5,
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
})

export type CustomerHealthUpdate = PayloadOf<typeof customerHealthUpdate.fields>
