// State that older versions of the model wrote, and how it is read today.
//
// Versions 1 and 2 gave numbers in the order of arrival, addressed chance by instants and kept no seats. Version 3 planned one
// session after the other, without standing slots. Version 4 had the tables of today, and rules by which tutors and students behave
// a little otherwise. Their worlds cannot live on by today's rules without becoming others.
// What they have committed can be shown, verified and delivered.
// test/golden keeps a small world of each version.

import { CodecError, Table } from '../../engine/index.ts'
import { FIRST_STUDENT, FIRST_TUTOR } from '../events/entities.ts'
import { studentNumbers } from './numbering.ts'
import { OLDER_LAYOUTS, OLDER_OPTIONAL } from './older.ts'
import type { RegionState } from './region.ts'
import { StudentState } from './tables.ts'

/** The first version whose rows were seats. */
const SEATS_SINCE = 3
/** The first version that had today's tables, in today's order. */
const TABLES_OF_TODAY_SINCE = 4
/** Where students who were gone stood among the states; whether they came back, their next review said. */
const GONE_OR_AWAY = StudentState.away

/** Tables that hold a region as an older version wrote it, and how it is read as a region of today. */
export interface OlderTables {
  tables: readonly Table[]
  convert(region: RegionState): void
}

/** @throws CodecError where no such version is known */
export function olderTables(version: number): OlderTables {
  const layouts = OLDER_LAYOUTS[version]
  if (!layouts) throw new CodecError(`state has model version ${version}, which this model cannot read`)
  const tables = layouts.map((fields, index) => {
    const isOptional = OLDER_OPTIONAL.includes(fields)
    return new Table(`table ${index} of version ${version}`, fields, { isOptional })
  })
  return {
    tables,
    convert(region) {
      if (version >= TABLES_OF_TODAY_SINCE) {
        for (const [index, table] of region.tables.entries()) (table as Table).convert(tables[index] as Table)
        return
      }
      const { students, history, tutors, markets } = region
      for (const [index, table] of [students, history, tutors, markets].entries())
        (table as Table).convert(tables[index] as Table)
      // Classes that were to come are not: nobody will go to them.
      if (version >= SEATS_SINCE) (region.regions as Table).convert(tables.at(-1) as Table)
      else giveSeats(region)
    },
  }
}

/** Numbers in the order of arrival are read as those of seats. */
function giveSeats(region: RegionState): void {
  const { students, tutors, student, tutor } = region
  region.regions.add()
  for (let row = 0; row < students.count; row++) {
    student.edit(row).number = FIRST_STUDENT + numberOf(region, row)
    if (student.state === GONE_OR_AWAY && student.reviewDue === 0) student.state = StudentState.gone
  }
  for (let row = 0; row < tutors.count; row++) tutor.edit(row).number = FIRST_TUTOR + numberOf(region, row)
}

/** Numbers went round the regions' places, whoever got them: as seats of students do. */
function numberOf({ index }: RegionState, row: number): number {
  return studentNumbers.seatOfWorld(index, row)
}
