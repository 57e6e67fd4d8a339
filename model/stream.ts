// The tick's events of all regions as one stream: in one order, as rows, objects or lines.

import { ByteWriter, type Lines, merge, type Ordered, Table } from '../engine/index.ts'
import { eventOf, LineEncoder, partitionOf } from './encode.ts'
import { EVENT_TYPES, type Event } from './events.ts'
import { EVENT, type EventRow } from './tables.ts'

export type EventTable = Table<typeof EVENT>

export function eventTable(): EventTable {
  return new Table('events', EVENT)
}

/** Reads the events of a tick out of the regions' tables, which may be refilled from tick to tick. */
export class Stream {
  readonly #cursors: readonly EventRow[]
  readonly #shards: readonly Ordered[]
  readonly #encoder = new LineEncoder()
  readonly #out = new ByteWriter(1 << 16)
  #ends = new Uint32Array(256)
  #partitions = new Uint32Array(256)

  constructor(tables: readonly EventTable[]) {
    this.#cursors = tables.map((table) => table.cursor())
    this.#shards = tables.map((table) => new Shard(table))
  }

  /** Visits the events in the order of the stream. The row is valid until the next. */
  each(visit: (event: EventRow) => void): void {
    const cursors = this.#cursors
    merge(this.#shards, (shard, index) => visit((cursors[shard] as EventRow).at(index)))
  }

  events(): Event[] {
    const events: Event[] = []
    this.each((event) => events.push(eventOf(event)))
    return events
  }

  /** Adds the number of events of each type. */
  count(byType: Record<string, number>): void {
    for (const [shard, cursor] of this.#cursors.entries())
      for (let index = 0; index < (this.#shards[shard] as Ordered).count; index++) {
        const type = EVENT_TYPES[cursor.at(index).type] as string
        byType[type] = (byType[type] ?? 0) + 1
      }
  }

  /** The events as NDJSON; overwritten by the next call. */
  lines(): Lines {
    const out = this.#out
    const encoder = this.#encoder
    out.length = 0
    const total = this.#shards.reduce((sum, { count }) => sum + count, 0)
    if (total > this.#ends.length) {
      this.#ends = new Uint32Array(total + (total >>> 1))
      this.#partitions = new Uint32Array(this.#ends.length)
    }
    let count = 0
    this.each((event) => {
      encoder.write(out, event)
      this.#ends[count] = out.length
      this.#partitions[count++] = partitionOf(event)
    })
    return { bytes: out.bytes.subarray(0, out.length), count, ends: this.#ends, partitions: this.#partitions }
  }
}

class Shard implements Ordered {
  readonly #table: EventTable
  readonly #words: number
  readonly #instant: number
  readonly #rank: number

  constructor(table: EventTable) {
    this.#table = table
    this.#words = table.rowBytes >>> 3
    this.#instant = table.offsets.instant >>> 3
    this.#rank = table.offsets.rank >>> 3
  }

  get count(): number {
    return this.#table.count
  }

  instant(index: number): number {
    return this.#table.f64[index * this.#words + this.#instant] as number
  }

  rank(index: number): number {
    return this.#table.f64[index * this.#words + this.#rank] as number
  }
}
