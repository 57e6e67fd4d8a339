// The reader of streams, a face of its own: what a stream looks like beside the calibration.

export { isDecided, rowsFor } from './aims.ts'
export { ROWS } from './measures.ts'
export { Reader } from './reader.ts'
export * from './reading.ts'
export { type Bounds, boundsOf, type CalibrationRow, targetText, toleranceText, unitOf } from './row.ts'
export { figureText, type Measured, tableOf } from './table.ts'
