// The reader of streams, a face of its own: what a stream looks like beside the calibration.

export { ROWS } from './measures.ts'
export { Reader, type ReaderOptions } from './reader.ts'
export * from './reading.ts'
export { type Bounds, boundsOf, type CalibrationRow, type Goal, targetText, toleranceText, unitOf } from './row.ts'
export { figureText, type Measured, measuredText, tableOf } from './table.ts'
