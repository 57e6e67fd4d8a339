// A wire that is not clean, for pipelines under test: some events come twice, damaged, late or not at all. What befalls an
// event is a function of its id and instant, so it is the same however often it is rendered; the log has every event whole.

import { ID_AT, type Parcel, type Parcels, startOf } from './envelope.ts'
import { columnsFor, type Lines } from './lines.ts'
import type { EventOutcome, Outcome, Sink } from './sink.ts'

export type Fate = 'whole' | 'dropped' | 'duplicated' | 'malformed' | 'delayed'

export interface Wire {
  /** No event is later than this. */
  readonly lateMillisecondsMax: number
  /** What befalls an event. */
  fate(id: string, instant: number): Fate
  /** By how much one comes late that is delayed: above 0. */
  lateMilliseconds(id: string, instant: number): number
}

/** A line that goes on, and how. */
export interface Passed {
  lines: Lines
  line: number
  /** When it leaves: its own instant, or later. */
  leaves: number
  fate: Fate
}

/** What is said of an event that was kept back. */
const KEPT_BACK = { verdict: 'park', status: 0, answer: 'kept back on the wire, as the scenario has it' } as const
const [SPACE, LINE_FEED] = [0x20, 0x0a]

/** What befalls a line, and when it leaves. */
export function passing(lines: Lines, line: number, wire: Wire): Passed {
  const instant = lines.instants[line] as number
  const start = startOf({ lines, first: line }) + ID_AT
  const id = String.fromCharCode(...lines.bytes.subarray(start, start + (lines.idLengths[line] as number)))
  const fate = wire.fate(id, instant)
  return { lines, line, fate, leaves: fate === 'delayed' ? instant + wire.lateMilliseconds(id, instant) : instant }
}

/** Lines as they leave, in memory of their own. What is dropped and still among them is to be kept back. */
export function woven(passed: readonly Passed[]): Lines {
  const columns = columnsFor(passed.length)
  const onWire = { leaves: new Float64Array(passed.length), keptBack: new Uint8Array(passed.length) }
  const bytes = new Uint8Array(passed.reduce((sum, one) => sum + lengthOf(one), 0))
  let at = 0
  for (const [place, { lines, line, leaves, fate }] of passed.entries()) {
    bytes.set(lines.bytes.subarray(startOf({ lines, first: line }), lines.ends[line]), at)
    at += lengthOf({ lines, line })
    // Without its last brace, a line is no JSON any more; its length and its id stay.
    if (fate === 'malformed') bytes.set([SPACE, LINE_FEED], at - 2)
    for (const name of Object.keys(columns) as (keyof typeof columns)[])
      columns[name][place] = lines[name][line] as number
    columns.ends[place] = at
    onWire.leaves[place] = leaves
    onWire.keptBack[place] = Number(fate === 'dropped')
  }
  return { ...columns, bytes, count: passed.length, onWire }
}

function lengthOf({ lines, line }: Pick<Passed, 'lines' | 'line'>): number {
  return (lines.ends[line] as number) - startOf({ lines, first: line })
}

/** A sink that keeps back what the wire drops: it is parked, for a person to see and to send. */
export function keepingBack(sink: Sink): Sink {
  const isKeptBack = ({ lines, first }: Parcel): boolean => lines.onWire?.keptBack[first] === 1
  return {
    ...sink,
    async send(parcel, stream, more = []): Promise<Outcome> {
      const all: Parcels = [parcel, ...more]
      const [first, ...rest] = all.filter((one) => !isKeptBack(one))
      if (first && rest.length === more.length) return sink.send(parcel, stream, more)
      if (!first) return all.length === 1 ? KEPT_BACK : { verdict: 'each', outcomes: all.map(() => KEPT_BACK) }
      const sent = await sink.send(first, stream, rest)
      // What is refused together is not refused one by one: the courier finds out whose fault it is.
      if (rest.length > 0 && sent.verdict !== 'acknowledged' && sent.verdict !== 'each') return sent
      const others: EventOutcome = { verdict: 'acknowledged' }
      const ofSent = sent.verdict === 'each' ? sent.outcomes : [sent, ...rest.map(() => others)]
      let place = 0
      return {
        verdict: 'each',
        outcomes: all.map((one) => (isKeptBack(one) ? KEPT_BACK : (ofSent[place++] as EventOutcome))),
      }
    },
  }
}
