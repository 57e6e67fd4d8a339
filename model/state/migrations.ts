// State that older versions of the model wrote: how its rows were laid out, and how they are read today.
//
// Versions 1 and 2 gave numbers in the order of arrival, addressed chance by instants and kept no seats. Their worlds cannot
// live on by today's rules without becoming others. What they have committed can be shown, verified and delivered.
// test/golden keeps a small world of each version.

import { CodecError, type Fields, Table } from '../../engine/index.ts'
import { FIRST_STUDENT, FIRST_TUTOR } from '../events/entities.ts'
import { studentNumbers } from './numbering.ts'
import type { RegionState } from './region.ts'
import { HISTORY, MARKET, STUDENT, StudentState, TUTOR } from './tables.ts'

const {
  number: _1,
  wishedMinute: _2,
  plans: _3,
  reviews: _4,
  callOrdinal: _5,
  closesDay: _6,
  callOrigin: _7,
  regularGeneration: _10,
  ...STUDENT_2
} = STUDENT
const { number: _8, weeks: _9, generation: _11, duty: _12, ...TUTOR_2 } = TUTOR
const { shortageSince, wantedMinutes, offeredMinutes, usualMinutes, students, ...MARKET_REST } = MARKET
const { reportDue, dayDue, ...MARKET_COUNTS } = MARKET_REST
/** With one open class a market, and one that began last. */
const MARKET_2 = {
  ...{ reportDue, dayDue, openClass: 'f64', startedClass: 'f64' },
  ...{ shortageSince, wantedMinutes, offeredMinutes, usualMinutes },
  ...{ openSeatsTaken: 'u32', startedSeatsTaken: 'u32', startedTutor: 'u32', startedMinutes: 'u32' },
  ...{ students, ...MARKET_COUNTS },
} as const satisfies Fields
const REGION_1 = { signUpDue: 'f64', target: 'u32', members: 'u32' } as const satisfies Fields

/** Layouts of a region's tables by version, in the order in which it kept them. */
const LAYOUTS: Record<number, readonly Fields[]> = {
  1: [STUDENT_2, HISTORY, TUTOR_2, MARKET_2, REGION_1],
  2: [STUDENT_2, HISTORY, TUTOR_2, MARKET_2, { ...REGION_1, worldTarget: 'u32' }],
}
/** Where students who were gone stood among the states; whether they came back, their next review said. */
const GONE_OR_AWAY = StudentState.away

/** Tables that hold a region as an older version wrote it, and how it is read as a region of today. */
export interface OlderTables {
  tables: readonly Table[]
  convert(region: RegionState): void
}

/** @throws CodecError where no such version is known */
export function olderTables(version: number): OlderTables {
  const layouts = LAYOUTS[version]
  if (!layouts) throw new CodecError(`state has model version ${version}, which this model cannot read`)
  const tables = layouts.map((fields, index) => new Table(`table ${index} of version ${version}`, fields))
  return {
    tables,
    convert(region) {
      const { students, history, tutors, markets, student, tutor } = region
      for (const [index, table] of [students, history, tutors, markets].entries())
        (table as Table).convert(tables[index] as Table)
      region.regions.add()
      for (let row = 0; row < students.count; row++) {
        student.edit(row).number = FIRST_STUDENT + numberOf(region, row)
        if (student.state === GONE_OR_AWAY && student.reviewDue === 0) student.state = StudentState.gone
      }
      for (let row = 0; row < tutors.count; row++) tutor.edit(row).number = FIRST_TUTOR + numberOf(region, row)
    },
  }
}

/** Numbers went round the regions' places, whoever got them: as seats of students do. */
function numberOf({ index }: RegionState, row: number): number {
  return studentNumbers.seatOfWorld(index, row)
}
