// A tick's changes are all of them: put onto the state before, they make the state after. A rule that writes a row
// without noting it as changed shows here.

import { describe, expect, it } from 'vitest'
import {
  applyChanges,
  DAY,
  decodeCheckpoint,
  encodeChanges,
  encodeCheckpoint,
  HOUR,
  MINUTE,
  type Table,
  worldKey,
} from '../../engine/index.ts'
import { MODEL_VERSION, settingsFrom } from '../../model/index.ts'
import { interventionFrom, resolve } from '../../model/interventions/intervention.ts'
import { changeFigures, resize } from '../../model/rules/inputs.ts'
import { intervene } from '../../model/rules/interventions.ts'
import { RegionState } from '../../model/state/region.ts'
import { bornRegion } from './given.ts'

const DAYS = 30
/** Ticks shorter than the time between a market's reports: by the hour, each change comes with one. */
const SHORT_TICK_DAYS = [5, 8] as const

/** Where two tables differ first, for people to read; undefined where they are the same. */
function difference(table: Table, other: Table): string | undefined {
  if (table.count !== other.count) return `${table.name}: ${other.count} rows instead of ${table.count}`
  const length = table.count * table.rowBytes
  const at =
    Buffer.compare(table.bytes.subarray(0, length), other.bytes.subarray(0, length)) === 0
      ? -1
      : firstDifference(table, other)
  if (at < 0) return table.firstFree === other.firstFree ? undefined : `${table.name}: first free row`
  const [row, offset] = [Math.floor(at / table.rowBytes), at % table.rowBytes]
  const fields = Object.entries(table.offsets).filter(([, from]) => from <= offset)
  const [field] = fields.reduce((nearest, one) => (one[1] > nearest[1] ? one : nearest))
  return `${table.name}: ${field} of row ${row} was changed and not noted`
}

function firstDifference(table: Table, other: Table): number {
  return table.bytes.findIndex((byte, at) => byte !== other.bytes[at])
}

describe("a tick's changes", () => {
  it.each([0, 1, 2, 3, 4])('make the state after of the state before, tick by tick, in region %i', (index) => {
    const settings = settingsFrom({ seed: 'changes', students: 3000, warmup: '35d' })
    const region = bornRegion(settings, index)
    const twin = new RegionState(index, worldKey(settings.seed))
    let now = settings.start - settings.warmupMilliseconds
    region.silent = true
    for (; now < settings.start; now += DAY) region.world.run(now + DAY)
    region.silent = false
    // Tutors with little time left: they run out of it, and students try again.
    for (let row = 0; row < region.tutors.count; row++) region.tutor.edit(row).usualHours /= 4
    decodeCheckpoint(encodeCheckpoint(region.tables, MODEL_VERSION, now), twin.tables, MODEL_VERSION)
    for (const table of region.tables) {
      table.clearChanges()
      table.keepChanges()
    }
    const changed = new Set<string>()
    while (now < settings.start + DAYS * DAY) {
      if (now === settings.start + 10 * DAY) {
        resize(region, { region: undefined, students: 9000 }, {}, now)
        changeFigures(region, { settings: { 'calls.per_100_sessions': 8 } }, now)
        const more = interventionFrom({ kind: 'calls', from: '+11d', until: '+14d', size: 3 }, 'intervene')
        intervene(region, resolve(more, settings.start, now), now)
      }
      region.clearEvents()
      const day = (now - settings.start) / DAY
      now += day >= SHORT_TICK_DAYS[0] && day < SHORT_TICK_DAYS[1] ? 2 * MINUTE : HOUR
      region.world.run(now)
      applyChanges(encodeChanges(region.tables, MODEL_VERSION, now), twin.tables, MODEL_VERSION)
      for (const [place, table] of region.tables.entries()) {
        expect(difference(table, twin.tables[place] as Table)).toBeUndefined()
        if (table.changedRows.length > 0) changed.add(table.name)
        table.clearChanges()
      }
    }
    expect(changed).toEqual(new Set(region.tables.map(({ name }) => name)))
    expect(encodeCheckpoint(twin.tables, MODEL_VERSION, now)).toEqual(
      encodeCheckpoint(region.tables, MODEL_VERSION, now),
    )
  })

  it('are few: no row is noted that nothing has to do with', () => {
    const settings = settingsFrom({ seed: 'changes', students: 2000, warmup: '0d' })
    const region = bornRegion(settings, 1)
    region.world.run(settings.start + 5 * DAY)
    for (const table of region.tables) table.clearChanges()
    region.world.run(settings.start + 5 * DAY + HOUR)
    expect(region.students.changedRows.length).toBeLessThan(region.students.count / 5)
  })
})
