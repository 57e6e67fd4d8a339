// The tick's events of all regions as one stream: in one order, as rows, objects or lines.

import { ByteWriter, type Lines, Merge, type Ordered, Table } from '../../engine/index.ts'
import { eventOf, LineEncoder, partitionOf } from './encode.ts'
import { EVENT_TYPES, type Event, REGIONS } from './index.ts'
import { EVENT, type EventRow } from './row.ts'

type EventTable = Table<typeof EVENT>

function eventTable(): EventTable {
  return new Table('events', EVENT)
}

/** A batch of lines ends with the one that reaches this. */
const BATCH_BYTES = 1 << 20
const TWO_32 = 0x1_0000_0000

/** Rows of events that were kept of a tick, a stretch for each region, to be read as a stream. */
export class KeptEvents {
  readonly #tables: readonly EventTable[]
  readonly #stream: Stream

  /** @param regions that the stretches are of, by number; all of them */
  constructor(regions: number = REGIONS.length) {
    this.#tables = Array.from({ length: regions }, eventTable)
    this.#stream = new Stream(this.#tables)
  }

  /** The stream is valid until the next call. */
  load(events: readonly Uint8Array[]): Stream {
    for (const [index, table] of this.#tables.entries()) {
      const rows = events[index] as Uint8Array
      table.load(rows, rows.length / table.rowBytes)
    }
    return this.#stream
  }
}

/** Reads the events of a tick out of the regions' tables, which may be refilled from tick to tick. */
export class Stream {
  readonly #accessors: readonly EventRow[]
  readonly #shards: readonly Ordered[]
  readonly #encoder = new LineEncoder()
  readonly #out = new ByteWriter(1 << 16)
  #ends = new Uint32Array(256)
  #partitions = new Uint32Array(256)

  constructor(tables: readonly EventTable[]) {
    this.#accessors = tables.map((table) => table.accessor())
    this.#shards = tables.map((table) => new Shard(table))
  }

  /** How many events there are. */
  get count(): number {
    return this.#shards.reduce((sum, { count }) => sum + count, 0)
  }

  /** How many there are of each type. */
  get countsByType(): number[] {
    const counts = EVENT_TYPES.map(() => 0)
    for (const [shard, { count }] of this.#shards.entries())
      for (let row = 0; row < count; row++) {
        const { type } = (this.#accessors[shard] as EventRow).at(row)
        counts[type] = (counts[type] as number) + 1
      }
    return counts
  }

  /** The events in order. @param of numbers of a student or a tutor, whose events they are to be */
  events(of: { student?: number; tutor?: number } = {}): Event[] {
    const events: Event[] = []
    const merged = new Merge(this.#shards)
    const all = of.student === undefined && of.tutor === undefined
    while (merged.next()) {
      const event = this.#at(merged)
      if (all || concerns(event, of)) events.push(eventOf(event))
    }
    return events
  }

  /** The events in order as NDJSON, about a megabyte at a time; each batch is overwritten by the next. */
  *batches(): Generator<Lines> {
    const merged = new Merge(this.#shards)
    for (;;) {
      const lines = this.#batch(merged)
      if (lines.count === 0) return
      yield lines
    }
  }

  #batch(merged: Merge): Lines {
    const out = this.#out
    out.length = 0
    let count = 0
    while (out.length < BATCH_BYTES && merged.next()) {
      const event = this.#at(merged)
      this.#encoder.write(out, event)
      if (count === this.#ends.length) this.#grow()
      this.#ends[count] = out.length
      this.#partitions[count++] = partitionOf(event)
    }
    return { bytes: out.bytes.subarray(0, out.length), count, ends: this.#ends, partitions: this.#partitions }
  }

  #at({ shard, index }: Merge): EventRow {
    return (this.#accessors[shard] as EventRow).at(index)
  }

  #grow(): void {
    const [ends, partitions] = [this.#ends, this.#partitions]
    this.#ends = new Uint32Array(2 * ends.length)
    this.#ends.set(ends)
    this.#partitions = new Uint32Array(2 * partitions.length)
    this.#partitions.set(partitions)
  }
}

const AVAILABILITY = EVENT_TYPES.indexOf('tutor_availability_updated')
const COMPLETED = EVENT_TYPES.indexOf('session_completed')
const MARKET = EVENT_TYPES.indexOf('supply_demand_update')

function concerns({ type, agent, tutor }: EventRow, of: { student?: number; tutor?: number }): boolean {
  if (type === MARKET) return false
  if (type === AVAILABILITY) return agent === of.tutor
  return agent === of.student || (type <= COMPLETED && tutor === of.tutor)
}

class Shard implements Ordered {
  readonly #table: EventTable
  readonly #event: EventRow

  constructor(table: EventTable) {
    this.#table = table
    this.#event = table.accessor()
  }

  get count(): number {
    return this.#table.count
  }

  instant(index: number): number {
    return this.#event.at(index).instant
  }

  rank(index: number): number {
    const { kind, agent } = this.#event.at(index)
    return kind * TWO_32 + agent
  }
}
