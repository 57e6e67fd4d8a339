// The reader of streams, a face of its own: what a stream looks like beside the calibration.

import { CAUSE_ROWS } from './cause-rows.ts'
import { LIFE_ROWS } from './life-rows.ts'
import type { CalibrationRow } from './row.ts'
import { MARKETPLACE_ROWS } from './rows.ts'

export * from './reading.ts'
export { type Bounds, boundsOf, type CalibrationRow, type Goal, targetText, toleranceText, unitOf } from './row.ts'
export { figureText, type Measured, measuredText, tableOf } from './table.ts'

export const ROWS: readonly CalibrationRow[] = [...MARKETPLACE_ROWS, ...LIFE_ROWS, ...CAUSE_ROWS]
