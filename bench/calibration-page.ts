// The tables of docs/calibration.md, written from the rows of the calibration and from what was measured last.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CalibrationRow, type Measured, ROWS, tableOf } from '../model/realism/index.ts'

const docs = join(import.meta.dirname, '../docs')
const page = join(docs, 'calibration.md')
const kept = join(docs, 'calibration-measured.json')

/** What was measured, and how. */
export interface Measurements {
  how: string
  rows: Record<string, Measured>
}

/** Where each table stands: under its heading. */
const TABLES: [heading: string, has: (row: CalibrationRow) => boolean][] = [
  ['### The marketplace', ({ id }) => Number(id) < 42],
  ['### What someone who knows the trade would notice', ({ id }) => Number(id) >= 42],
  ['### What a stream shows of them', ({ id }) => id.startsWith('cause-')],
]

export function keepMeasurements(measurements: Measurements): void {
  writeFileSync(kept, `${JSON.stringify(measurements, null, 2)}\n`)
}

/** The page as it is, and as the rows and measurements have it. */
export function calibrationPage(): { is: string; shouldBe: string } {
  const { rows } = JSON.parse(readFileSync(kept, 'utf8')) as Measurements
  const is = readFileSync(page, 'utf8')
  let shouldBe = is
  for (const [heading, has] of TABLES) {
    const table = tableOf(ROWS.filter(has), (id) => rows[id])
    const place = new RegExp(`(^${heading}\\n[^|]*?\\n)\\|[\\s\\S]*?(?=\\n\\n)`, 'm')
    if (!place.test(shouldBe)) throw new Error(`docs/calibration.md has no table under '${heading}'`)
    shouldBe = shouldBe.replace(place, (_, before: string) => before + table)
  }
  return { is, shouldBe }
}

export function writeCalibrationPage(): void {
  writeFileSync(page, calibrationPage().shouldBe)
}
