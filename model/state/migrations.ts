// State that older versions of the model wrote: how its rows were laid out, and what makes them rows of today.
//
// A version's rows are read into tables of its own layout, its records are applied to those, and only then are they
// converted, field by field, and mended. test/golden keeps a small world of each version.

import { CodecError, type Fields, Table } from '../../engine/index.ts'
import type { RegionState } from './region.ts'
import type { Settings } from './settings.ts'
import { HISTORY, MARKET, REGION, STUDENT, TUTOR } from './tables.ts'

interface OlderVersion {
  /** Fields of each table, in the order of a region's tables. */
  layouts: readonly Fields[]
  /** Fills in what the version did not have. */
  mend(region: RegionState, settings: Settings): void
}

const { worldTarget: _, ...REGION_1 } = REGION

const OLDER: Record<number, OlderVersion> = {
  1: {
    layouts: [STUDENT, HISTORY, TUTOR, MARKET, REGION_1],
    mend({ figures }, { students }) {
      // It kept only each region's share of a size that had been changed; the size at birth is what is known.
      figures.at(0).worldTarget = students
    },
  },
}

/** Tables that hold a region as an older version wrote it, and how it becomes a region of today. */
export interface OlderTables {
  tables: readonly Table[]
  convert(region: RegionState, settings: Settings): void
}

/** @throws CodecError where no such version is known */
export function olderTables(version: number): OlderTables {
  const older = OLDER[version]
  if (!older) throw new CodecError(`state has model version ${version}, which this model cannot read`)
  const tables = older.layouts.map((fields, index) => new Table(`table ${index} of version ${version}`, fields))
  return {
    tables,
    convert(region, settings) {
      for (const [index, table] of region.tables.entries()) table.convert(tables[index] as Table)
      older.mend(region, settings)
    },
  }
}
