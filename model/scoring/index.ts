// The judge of detections beside true labels; a face of its own, as a run needs none of it.

export { type Figures, type Score, scoreOf } from './score.ts'
export { type Detection, detectionOf, Truth } from './truth.ts'
export { windowsOf } from './windows.ts'
