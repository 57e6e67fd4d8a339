// A detector as anybody would write it: counts by the hour, and how many standard deviations each is from the mean of the week
// before. It knows no seasons, and gets used to whatever comes slowly.

import { HOUR } from '../../engine/index.ts'
import type { Event } from '../../model/index.ts'

/** A week. */
const WINDOW_HOURS = 168
const THRESHOLD = 5
/** A count in a quiet hour is hardly zero by more than chance. */
const DEVIATION_MIN = 1

/** What is counted, under the names that labels have for it. */
const SERIES: Readonly<Record<string, (event: Event) => boolean>> = {
  sessions_started: ({ event_type }) => event_type === 'session_started',
  sessions_failed: (event) => event.event_type === 'session_completed' && !event.payload.completed_successfully,
  calls: ({ event_type }) => event_type === 'ib_call_logged',
}

export interface Detection {
  series: string
  at: string
  score: number
}

export class Detector {
  /** Hourly counts from the first event's hour on. */
  readonly counts = new Map<string, number[]>(Object.keys(SERIES).map((series) => [series, []]))
  first = Number.NaN

  add(event: Event): void {
    const hour = Math.floor(Date.parse(event.payload.timestamp) / HOUR)
    if (Number.isNaN(this.first)) this.first = hour
    for (const [series, counts] of this.counts) {
      while (counts.length <= hour - this.first) counts.push(0)
      if (SERIES[series]?.(event)) counts[hour - this.first] = (counts[hour - this.first] as number) + 1
    }
  }

  detections(): Detection[] {
    return [...this.counts].flatMap(([series, counts]) =>
      counts.flatMap((count, place) => {
        const before = counts.slice(place - WINDOW_HOURS, place)
        if (place < WINDOW_HOURS) return []
        const score = Math.abs(count - mean(before)) / Math.max(DEVIATION_MIN, deviation(before))
        const at = new Date((this.first + place) * HOUR).toISOString()
        return score < THRESHOLD ? [] : [{ series, at, score: Number(score.toFixed(2)) }]
      }),
    )
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
}
