// What a report says of a stream at a glance: whether it looks real, and what differs the most, in a sentence each.

import type { Totals } from '../../model/checker/index.ts'
import type { Part, Reading, RowReading, Topic } from '../../model/realism/index.ts'
import { figure, subjectOf, targetOf } from './words.ts'

/** A stream as a report shows it. */
export interface Shown {
  /** The file's name. */
  name: string
  reading: Reading
  /** What the checker found: how often one event contradicts another. */
  checked: Pick<Totals, 'events' | 'violations' | 'violationsByRule'>
}

/** Shares of rows within tolerance from which a stream earns each verdict. */
const REAL = 0.95
const MOSTLY_REAL = 0.8
const DOUBTFUL = 0.5
/** A stream with more contradictions per line looks fake, however right its figures are. */
const CONTRADICTIONS_MAX = 0.01
/** One-sided targets have no tolerance: a tenth of the bound is taken for one. */
const OPEN_TOLERANCE = 0.1
/** At most so many differences of one topic are told; the tables have all. */
const DIFFERENCES_OF_A_TOPIC = 2

export interface Verdict {
  words: 'Looks real' | 'Mostly real' | 'Doubtful' | 'Looks fake' | 'Nothing to judge'
  within: number
  judged: number
  unjudged: number
}

/** The share of rows within tolerance decides, unless events contradict each other. */
export function verdictOf({ reading: { rows, stream }, checked }: Shown): Verdict {
  const judged = rows.filter((row) => row.within !== null).length
  const within = rows.filter((row) => row.within === true).length
  const counts = { within, judged, unjudged: rows.length - judged }
  if (judged === 0 && checked.violations === 0) return { words: 'Nothing to judge', ...counts }
  const share = judged === 0 ? 0 : within / judged
  const contradictory = checked.violations > CONTRADICTIONS_MAX * Math.max(1, stream.lines)
  if (contradictory || share < DOUBTFUL) return { words: 'Looks fake', ...counts }
  return { words: share >= REAL ? 'Looks real' : share >= MOSTLY_REAL ? 'Mostly real' : 'Doubtful', ...counts }
}

/**
 * How far a figure lies from the middle of its target range, in tolerances: −1 and 1 are the edges. A one-sided target has one
 * edge, which is −1 for a lower bound and 1 for an upper one.
 */
export function deviation({ target, low, high, unit }: Part, measured: number): number {
  const least = unit === '%' || unit === 'pp' ? 10 : 0.1
  const beyond = (bound: number): number => (measured - bound) / (OPEN_TOLERANCE * Math.max(Math.abs(bound), least))
  if (low === null) return high === null ? 0 : 1 + beyond(high)
  if (high === null) return -1 + beyond(low)
  if (high > low) return (measured - (low + high) / 2) / ((high - low) / 2)
  return measured === target ? 0 : Math.sign(measured - target) + beyond(target)
}

/** One figure that is off, or in which two streams differ. */
export interface Difference {
  row: string
  /** What it is of. */
  subject: string
  said: string
  part: Part
  /** The same figure of the other stream. */
  other?: Part | undefined
  /** In tolerances. */
  size: number
}

/**
 * What differs the most from its target or, with another stream, where the two differ the most: the worst figure of each row,
 * largest difference first, at most two of a topic.
 */
export function differencesOf(shown: Shown, against: Shown | undefined, most: number): Difference[] {
  const told = new Map<Topic, number>()
  const all = shown.reading.rows.flatMap((row) => worstOf(row, against) ?? [])
  return all
    .sort((a, b) => b.difference.size - a.difference.size)
    .filter(({ topic }) => {
      const before = told.get(topic) ?? 0
      told.set(topic, before + 1)
      return before < DIFFERENCES_OF_A_TOPIC
    })
    .slice(0, most)
    .map(({ difference }) => difference)
}

function worstOf(row: RowReading, against: Shown | undefined): { topic: Topic; difference: Difference } | undefined {
  const others = against && partsOf(against.reading, row.id)
  const differences = row.parts.flatMap((part) => {
    const other = others?.find(({ name }) => name === part.name)
    const difference = against ? between(row, part, other, against.name) : fromTarget(row, part)
    return difference ?? []
  })
  const [difference] = differences.sort((a, b) => b.size - a.size)
  return difference && { topic: row.topic, difference }
}

function fromTarget(row: RowReading, part: Part): Difference | undefined {
  if (part.measured === null || part.within !== false) return undefined
  const said = `${figure(part.measured, part.unit)}, real is ${targetOf(part)}`
  const size = Math.abs(deviation(part, part.measured))
  return { row: row.id, subject: subjectOf(row, part), said, part, size }
}

function between(row: RowReading, part: Part, other: Part | undefined, name: string): Difference | undefined {
  if (part.measured === null || !other || other.measured === null) return undefined
  // Where both are on target it does not matter by how much they differ.
  if (part.within === other.within && part.within !== false) return undefined
  const size = Math.abs(deviation(part, part.measured) - deviation(other, other.measured))
  if (size < 1) return undefined
  const measured = `${figure(part.measured, part.unit)}, in ${name} ${figure(other.measured, other.unit)}`
  return {
    row: row.id,
    subject: subjectOf(row, part),
    said: `${measured}; real is ${targetOf(part)}`,
    part,
    other,
    size,
  }
}

/** The figures of a row, none where the reading has no such row. */
export function partsOf(reading: Reading, row: string): Part[] {
  return reading.rows.find(({ id }) => id === row)?.parts ?? []
}
