// How supply and demand stand in a market: one subject in one region.

import type { PayloadOf } from '../../engine/index.ts'
import { COUNT_MAX, describe, SCORE, STAMP } from './descriptor.ts'
import { MARKET, placesOf } from './entities.ts'
import { Cause } from './row.ts'
import { BALANCES, REGIONS, SUBJECTS } from './vocabulary.ts'

const COUNT = { kind: 'whole', min: 0, max: COUNT_MAX } as const

export const supplyDemandUpdate = describe({
  name: 'supply_demand_update',
  description: 'How supply and demand stand in a subject and a region.',
  entity: MARKET,
  what: 'market',
  causes: [Cause.none],
  expectedPercent: 3.5,
  fields: {
    ...STAMP,
    subject: { kind: 'choice', values: SUBJECTS, read: ({ agent }) => placesOf(agent).subject },
    region: { kind: 'choice', values: REGIONS, read: ({ agent }) => placesOf(agent).region },
    available_tutors: {
      ...COUNT,
      description: 'Tutors of the region who teach the subject and have hours left in their week.',
      read: (row) => row.tutors,
    },
    active_students: {
      ...COUNT,
      description: 'Students of the region enrolled in the subject, neither paused nor gone.',
      read: (row) => row.students,
    },
    demand_score: { ...SCORE, description: '50 is a typical hour.', read: (row) => row.score },
    supply_score: { ...SCORE, description: '50 is a typical hour.', read: (row) => row.supplyScore },
    balance_status: {
      kind: 'choice',
      values: BALANCES,
      description: 'A band of demand_score − supply_score around zero.',
      read: (row) => row.level,
    },
  },
})

export type SupplyDemandUpdate = PayloadOf<typeof supplyDemandUpdate.fields>
