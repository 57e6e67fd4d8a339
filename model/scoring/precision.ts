// Precision and recall of hours (points), and of whole stretches of them (ranges).

import { lengthOf, overlap, type Stretch } from './hours.ts'

/** What was true and what was detected in one series: merged stretches of hours. */
export interface Seen {
  readonly windows: readonly Stretch[]
  readonly detected: readonly Stretch[]
}

export interface Quality {
  /** 0 where nothing was detected. */
  precision: number
  /** 0 where there was nothing to detect. */
  recall: number
  f1: number
}

/** Each hour of each series is judged by itself. */
export function pointQuality(series: readonly Seen[]): Quality {
  let [hits, truths, detections] = [0, 0, 0]
  for (const { windows, detected } of series) {
    truths += lengthOf(windows)
    detections += lengthOf(detected)
    for (const window of windows) for (const one of detected) hits += overlap(window, one)
  }
  return qualityOf(ratio(hits, detections), ratio(hits, truths))
}

/** What becomes of a stretch that several of the others overlap: nothing, or it counts a part as much. */
export type Cardinality = 'one' | 'reciprocal'

/**
 * Range-based precision and recall of N. Tatbul, T. J. Lee, S. Zdonik, M. Alam, J. Gottschlich, "Precision and Recall for Time
 * Series", NeurIPS 2018 (arXiv 1803.03639): each true window counts by the share of it that was detected, each detection by
 * the share of it that is true. No reward for existence (alpha 0), flat positional bias, and by default the reciprocal
 * cardinality, which the authors name as the most common: a window found in three pieces counts a third.
 */
export function rangeQuality(series: readonly Seen[], cardinality: Cardinality = 'reciprocal'): Quality {
  let [found, windows, right, detections] = [0, 0, 0, 0]
  for (const { windows: truths, detected } of series) {
    windows += truths.length
    detections += detected.length
    for (const one of truths) found += coverage(one, detected, cardinality)
    for (const one of detected) right += coverage(one, truths, cardinality)
  }
  return qualityOf(ratio(right, detections), ratio(found, windows))
}

/** The share of a stretch that others overlap, by how many they are. */
function coverage(one: Stretch, others: readonly Stretch[], cardinality: Cardinality): number {
  const overlaps = others.map((other) => overlap(one, other)).filter((hours) => hours > 0)
  if (overlaps.length === 0) return 0
  const share = overlaps.reduce((sum, hours) => sum + hours, 0) / (one.to - one.from)
  return cardinality === 'one' ? share : share / overlaps.length
}

function qualityOf(precision: number, recall: number): Quality {
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
