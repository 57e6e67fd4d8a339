// How supply and demand stand in a market: one subject in one region.

import { type Literal, literal, type PayloadOf } from '../../engine/index.ts'
import { describe } from './descriptor.ts'
import { MARKET, placesOf } from './entities.ts'
import { COUNT, SCORE, STAMP, SUBJECT } from './fields.ts'
import { Cause } from './row.ts'
import { BALANCES, REGIONS, SUBJECTS } from './vocabulary.ts'

const ACTIVE_STUDENTS = literal(',"active_students":')
const DEMAND = literal(',"demand_score":')
const SUPPLY = literal(',"supply_score":')
const END = BALANCES.map((balance) => literal(`,"balance_status":"${balance}"}}\n`))

export const supplyDemandUpdate = describe({
  name: 'supply_demand_update',
  description: 'How supply and demand stand in a subject and a region.',
  entity: MARKET,
  what: 'market',
  causes: [Cause.none, Cause.standing],
  expectedPercent: 15.4,
  fields: {
    ...STAMP,
    subject: { ...SUBJECT, read: ({ agent }) => placesOf(agent).subject },
    region: {
      kind: 'choice',
      values: REGIONS,
      description: 'Where the students and the tutors are.',
      read: ({ agent }) => placesOf(agent).region,
    },
    available_tutors: {
      ...COUNT,
      description:
        'Tutors of the region who could take a booking of the subject that begins within the next three hours.',
      read: (row) => row.tutors,
    },
    active_students: {
      ...COUNT,
      description: 'Students of the region with a session in the last or the next 14 days, by their first subject.',
      read: (row) => row.students,
    },
    demand_score: {
      ...SCORE,
      description: 'Demand of the last 24 hours; 50 is typical of the season.',
      read: (row) => row.score,
    },
    supply_score: {
      ...SCORE,
      description: 'Supply of the last 24 hours on the scale of demand_score: alike where they are in balance.',
      read: (row) => row.supplyScore,
    },
    balance_status: {
      kind: 'choice',
      values: BALANCES,
      description: 'A band of demand_score − supply_score around zero.',
      read: (row) => row.level,
    },
  },
  line: {
    opening(number) {
      const { subject, region } = placesOf(Number(number))
      return `"subject":"${SUBJECTS[subject]}","region":"${REGIONS[region]}","available_tutors":`
    },
    rest(out, row) {
      out.whole(row.tutors)
      out.literal(ACTIVE_STUDENTS)
      out.whole(row.students)
      out.literal(DEMAND)
      out.hundredths(row.score)
      out.literal(SUPPLY)
      out.hundredths(row.supplyScore)
      out.literal(END[row.level] as Literal)
    },
  },
})

export type SupplyDemandUpdate = PayloadOf<typeof supplyDemandUpdate.fields>
