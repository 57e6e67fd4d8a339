// What labels count by the hour: series that a watcher of the stream could draw too. Each is told apart by a word (a subject or
// the reason of a call) and a region, and summed over words, over regions and over both.

import { placesOf } from '../events/entities.ts'
import { eventTypes } from '../events/index.ts'
import type { EventRow } from '../events/row.ts'
import { CALL_REASONS, REGIONS, SUBJECTS } from '../events/vocabulary.ts'

export interface Metric {
  readonly name: string
  /** What is counted in an hour. */
  readonly description: string
  /** The words by which it is told apart; none where it is by region alone. */
  readonly words: readonly string[]
}

const SUBJECT_WORDS: readonly string[] = SUBJECTS
const REASON_WORDS: readonly string[] = CALL_REASONS

export const METRICS = [
  { name: 'sessions_started', description: 'session_started', words: SUBJECT_WORDS },
  { name: 'sessions_completed', description: 'session_completed', words: SUBJECT_WORDS },
  {
    name: 'sessions_failed',
    description: 'session_completed that were not completed successfully',
    words: SUBJECT_WORDS,
  },
  { name: 'low_ratings', description: 'session_completed that the student rated 1 or 2', words: SUBJECT_WORDS },
  { name: 'calls', description: 'ib_call_logged', words: REASON_WORDS },
  { name: 'calls_unresolved', description: 'ib_call_logged that settled nothing', words: REASON_WORDS },
  { name: 'availability_updates', description: 'tutor_availability_updated', words: [] },
  { name: 'health_updates', description: 'customer_health_update', words: [] },
  { name: 'high_risk', description: 'customer_health_update with a high risk of churn', words: [] },
  { name: 'high_demand', description: 'supply_demand_update with more demand than supply', words: SUBJECT_WORDS },
] as const satisfies readonly Metric[]

type Name = (typeof METRICS)[number]['name']

/** Where the cells of each metric begin: a row of regions for each word. */
const OFFSETS: number[] = []
let cells = 0
for (const { words } of METRICS) {
  OFFSETS.push(cells)
  cells += Math.max(1, words.length) * REGIONS.length
}
export const CELLS = cells

const offsetOf = (name: Name): number => OFFSETS[METRICS.findIndex((metric) => metric.name === name)] as number
const [STARTED, COMPLETED, FAILED, LOW, CALLS, UNRESOLVED, AVAILABILITY, HEALTH, RISK, DEMAND] = METRICS.map(
  ({ name }) => offsetOf(name),
) as [number, number, number, number, number, number, number, number, number, number]

const typeOf = (name: (typeof eventTypes)[number]['name']): number => eventTypes.findIndex((type) => type.name === name)
const [TYPE_STARTED, TYPE_COMPLETED, TYPE_CALL, TYPE_AVAILABILITY, TYPE_HEALTH, TYPE_DEMAND] = [
  typeOf('session_started'),
  typeOf('session_completed'),
  typeOf('ib_call_logged'),
  typeOf('tutor_availability_updated'),
  typeOf('customer_health_update'),
  typeOf('supply_demand_update'),
]
const RATING_LOW = 2
const RISK_HIGH = 2
const DEMAND_HIGH = 1
const REGION_COUNT = REGIONS.length

/** Counts an event of a region. @param counts CELLS of them */
export function count(counts: Int32Array, row: EventRow, region: number): void {
  const add = (offset: number, word: number): void => {
    const cell = offset + word * REGION_COUNT + region
    counts[cell] = (counts[cell] as number) + 1
  }
  switch (row.type) {
    case TYPE_STARTED:
      return add(STARTED, row.subject)
    case TYPE_COMPLETED:
      add(COMPLETED, row.subject)
      if (row.yes === 0) add(FAILED, row.subject)
      if (row.studentRating <= RATING_LOW) add(LOW, row.subject)
      return
    case TYPE_CALL:
      add(CALLS, row.reason)
      if (row.yes === 0) add(UNRESOLVED, row.reason)
      return
    case TYPE_AVAILABILITY:
      return add(AVAILABILITY, 0)
    case TYPE_HEALTH:
      add(HEALTH, 0)
      if (row.level === RISK_HIGH) add(RISK, 0)
      return
    case TYPE_DEMAND:
      if (row.level === DEMAND_HIGH) add(DEMAND, placesOf(row.agent).subject)
  }
}

/** One series, and the cells that it is the sum of. */
interface Series {
  readonly name: string
  readonly cells: readonly number[]
}

/** All series, in the order in which labels have them. */
export const SERIES: readonly Series[] = METRICS.flatMap(({ name, words }, metric) => {
  const cell = (word: number, region: number) => (OFFSETS[metric] as number) + word * REGION_COUNT + region
  const places = Array.from({ length: Math.max(1, words.length) }, (_, word) => word)
  const regions = REGIONS.map((_, region) => region)
  return [
    { name, cells: places.flatMap((word) => regions.map((region) => cell(word, region))) },
    ...REGIONS.map((region, at) => ({ name: `${name}/${region}`, cells: places.map((word) => cell(word, at)) })),
    ...words.flatMap((word, at) => [
      { name: `${name}/${word}`, cells: regions.map((region) => cell(at, region)) },
      ...REGIONS.map((region, place) => ({ name: `${name}/${word}/${region}`, cells: [cell(at, place)] })),
    ]),
  ]
})

/** How the series of a metric are named. */
export function placesOfMetric({ name, words }: Metric): string[] {
  const word = words.length === 0 ? undefined : words === REASON_WORDS ? 'REASON' : 'SUBJECT'
  return [name, `${name}/REGION`, ...(word ? [`${name}/${word}`, `${name}/${word}/REGION`] : [])]
}
