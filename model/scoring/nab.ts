// The score of the Numenta Anomaly Benchmark: A. Lavin, S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms: the
// Numenta Anomaly Benchmark", ICMLA 2015 (arXiv 1510.03336). The earliest detection in a window counts, the more the earlier it
// is; each hour detected outside of one costs, the more the farther behind a window it is.

import { exp } from '../../engine/index.ts'
import type { Seen } from './precision.ts'

/** What a detection, a false alarm and a missed window weigh. */
export interface NabProfile {
  readonly truePositive: number
  readonly falsePositive: number
  readonly falseNegative: number
}

/** Which NAB calls standard. */
export const STANDARD: NabProfile = { truePositive: 1, falsePositive: 0.11, falseNegative: 1 }

/** So many widths behind a window, a false alarm has nothing to do with it. */
const FAR = 3

/**
 * The scaled sigmoid: 0.98661 at the left edge of a window (−1), 0 at its right edge, and negative behind it.
 * @param position relative to the window's right edge, in widths of it
 */
export function scaledSigmoid(position: number): number {
  return position >= FAR ? -1 : 2 / (1 + exp(5 * position)) - 1
}

const EARLIEST = scaledSigmoid(-1)

/** The score of one series, by hours: the sum that NAB normalizes. Nothing is left out as probation. */
export function rawNab({ windows, detected }: Seen, profile: NabProfile = STANDARD): number {
  let score = 0
  for (const { from, to } of windows) {
    const first = detected.find((one) => one.from < to && one.to > from)
    const position = first && -(to - Math.max(from, first.from)) / (to - from)
    score +=
      position === undefined ? -profile.falseNegative : (scaledSigmoid(position) / EARLIEST) * profile.truePositive
  }
  let behind = 0
  for (const one of detected)
    for (let hour = one.from; hour < one.to; hour++) {
      while (behind < windows.length && (windows[behind] as (typeof windows)[number]).to <= hour) behind++
      const next = windows[behind]
      if (next && next.from <= hour) continue
      const last = windows[behind - 1]
      // Where NAB divides by the width less one, a window of one hour counts as one of two.
      const position = last ? (hour - last.to + 1) / Math.max(1, last.to - last.from - 1) : FAR
      score += scaledSigmoid(position) * profile.falsePositive
    }
  return score
}

/** Of all series: 1 for a detector that marks the first hour of each window and no other, 0 for a silent one, below for worse. */
export function nab(series: readonly Seen[], profile: NabProfile = STANDARD): number | undefined {
  const windows = series.reduce((sum, one) => sum + one.windows.length, 0)
  if (windows === 0) return undefined
  const raw = series.reduce((sum, one) => sum + rawNab(one, profile), 0)
  const silent = -profile.falseNegative * windows
  const perfect = profile.truePositive * windows
  return (raw - silent) / (perfect - silent)
}
