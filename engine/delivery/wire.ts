// A wire that is not clean, for pipelines under test: some events come twice, damaged or not at all. What befalls an event is a
// function of its id and instant, so it is the same however often it is rendered; the log has every event whole.

import { eventIdIn, ID_AT, type Parcel, type Parcels, startOf } from './envelope.ts'
import { columnsFor, type Lines } from './lines.ts'
import type { EventOutcome, Outcome, Sink } from './sink.ts'

export type Fate = 'whole' | 'dropped' | 'duplicated' | 'malformed'

export interface Wire {
  /** What befalls an event. */
  fate(id: string, instant: number): Fate
}

/** What is said of an event that was kept back. */
const KEPT_BACK = { verdict: 'park', status: 0, answer: 'kept back on the wire, as the scenario has it' } as const
const [SPACE, LINE_FEED] = [0x20, 0x0a]

/**
 * Lines as they leave the wire.
 * @param dropsToo false: what is dropped is left in, as the sink keeps it back
 */
export function* disturbed(batches: Iterable<Lines>, wire: Wire, dropsToo: boolean): Generator<Lines> {
  for (const lines of batches) {
    const fates = Array.from({ length: lines.count }, (_, line) => fateOf(lines, line, wire))
    const isTouched = fates.some((fate) => fate !== 'whole' && (dropsToo || fate !== 'dropped'))
    yield isTouched ? rewritten(lines, fates, dropsToo) : lines
  }
}

function fateOf(lines: Lines, line: number, wire: Wire): Fate {
  const start = startOf({ lines, first: line }) + ID_AT
  const id = lines.bytes.subarray(start, start + (lines.idLengths[line] as number))
  return wire.fate(String.fromCharCode(...id), lines.instants[line] as number)
}

/** In memory of their own. */
function rewritten(lines: Lines, fates: readonly Fate[], dropsToo: boolean): Lines {
  const copies: number[] = fates.map((fate) => (fate === 'duplicated' ? 2 : fate === 'dropped' && dropsToo ? 0 : 1))
  const lengths = fates.map((_, line) => (lines.ends[line] as number) - startOf({ lines, first: line }))
  const columns = columnsFor(copies.reduce((sum, count) => sum + count, 0))
  const bytes = new Uint8Array(copies.reduce((sum, count, line) => sum + count * (lengths[line] as number), 0))
  let [count, at] = [0, 0]
  for (const [line, fate] of fates.entries())
    for (let copy = 0; copy < (copies[line] as number); copy++) {
      const start = startOf({ lines, first: line })
      bytes.set(lines.bytes.subarray(start, lines.ends[line]), at)
      at += lengths[line] as number
      // Without its last brace, a line is no JSON any more; its length and its id stay.
      if (fate === 'malformed') bytes.set([SPACE, LINE_FEED], at - 2)
      for (const name of Object.keys(columns) as (keyof typeof columns)[])
        columns[name][count] = lines[name][line] as number
      columns.ends[count++] = at
    }
  return { ...columns, bytes, count }
}

/** A sink that keeps back what the wire drops: it is parked, for a person to see and to send. */
export function keepingBack(sink: Sink, wire: Wire): Sink {
  const isKeptBack = (parcel: Parcel): boolean =>
    wire.fate(eventIdIn(parcel), parcel.lines.instants[parcel.first] as number) === 'dropped'
  return {
    ...sink,
    async send(parcel, stream, more = []): Promise<Outcome> {
      const all: Parcels = [parcel, ...more]
      const [first, ...rest] = all.filter((one) => !isKeptBack(one))
      if (first && rest.length === more.length) return sink.send(parcel, stream, more)
      const sent = first && (await sink.send(first, stream, rest))
      let place = 0
      const outcomes = all.map((one): EventOutcome => {
        if (isKeptBack(one) || !sent) return KEPT_BACK
        return sent.verdict === 'each' ? (sent.outcomes[place++] as EventOutcome) : sent
      })
      const [only] = outcomes as [EventOutcome]
      return outcomes.length === 1 ? only : { verdict: 'each', outcomes }
    },
  }
}
