// The events of a tick, of all shards in one order: as rows, or rendered as lines.

import { Merge, type Ordered } from '../kernel/merge.ts'
import { type Row, Table } from '../kernel/table.ts'
import type { EventCatalogue, EventFields, LineEncoder } from './catalogue.ts'
import { type Lines, Paper } from './lines.ts'

/** Of a batch of lines. */
const BATCH_BYTES = 1 << 20
/** … and of rows. */
const BATCH_ROWS = 1 << 14
/** Of a line, about. Room for all is made at once: what memory grows out of is left to the collector, which comes late. */
const LINE_BYTES = 400
const TWO_32 = 0x1_0000_0000
const NONE = [Number.NaN, 0, 0] as const

export class TickEvents<F extends EventFields = EventFields> {
  readonly #tables: readonly Table<F>[]
  readonly #rows: readonly Row<EventFields>[]
  readonly #shards: readonly Ordered[]
  readonly #encoder: LineEncoder<Row<F>>
  readonly #paper = new Paper(new Uint8Array(0))
  /** By the index of a type. */
  readonly #agentCodes: Uint8Array
  /** Instant, rank and step of the line that was rendered last. */
  #last: readonly [number, number, number] = NONE

  /** @param shards how many there are, or their own tables of events, which may be refilled from tick to tick */
  constructor({ fields, types, encoder }: EventCatalogue<F>, shards: number | readonly Table<F>[]) {
    this.#agentCodes = Uint8Array.from(types, ({ agentCode }) => agentCode)
    this.#tables =
      typeof shards === 'number' ? Array.from({ length: shards }, () => new Table('events', fields)) : shards
    this.#rows = this.#tables.map((table) => table.accessor() as Row<EventFields>)
    this.#shards = this.#tables.map((table) => new OrderedRows(table))
    this.#encoder = encoder()
  }

  /** Stands on rows that were kept of a tick, a stretch for each shard, as long as they are valid. */
  view(events: readonly Uint8Array[]): this {
    for (const [index, table] of this.#tables.entries()) {
      const rows = events[index] as Uint8Array
      table.view(rows, rows.length / table.rowBytes)
    }
    return this
  }

  /** How many events there are. */
  get count(): number {
    return this.#shards.reduce((sum, { count }) => sum + count, 0)
  }

  /** Adds to `counts` how many events of each type, by its index, are in rows that need not be loaded. */
  addCounts(counts: number[], events: readonly Uint8Array[]): void {
    const [{ offsets, rowBytes }] = this.#tables as readonly [Table<EventFields>]
    for (const rows of events)
      for (let at = offsets.type; at < rows.length; at += rowBytes) {
        const type = rows[at] as number
        counts[type] = (counts[type] as number) + 1
      }
  }

  /** The events in order; each row is valid until the next. */
  *rows(): Generator<Row<F>> {
    const merged = new Merge(this.#shards)
    while (merged.next()) yield this.#at(merged) as unknown as Row<F>
  }

  /**
   * The events in order as NDJSON; each batch is overwritten by the next.
   *
   * @param bytes a batch ends with the line that reaches this; about a megabyte
   */
  *batches(bytes = BATCH_BYTES): Generator<Lines> {
    const merged = new Merge(this.#shards)
    this.#last = NONE
    for (;;) {
      const lines = this.#batch(merged, bytes, this.#paper)
      if (lines.count === 0) return
      yield lines
    }
  }

  /** All of the events in order as NDJSON. */
  whole(paper: Paper): Lines {
    paper.out.length = 0
    paper.out.reserve(LINE_BYTES * this.count)
    this.#last = NONE
    return this.#batch(new Merge(this.#shards), Number.POSITIVE_INFINITY, paper)
  }

  #batch(merged: Merge, bytes: number, paper: Paper): Lines {
    const { out } = paper
    const encoder = this.#encoder
    const codes = this.#agentCodes
    let { columns } = paper
    let [instantBefore, rankBefore, step] = this.#last
    let count = 0
    out.length = 0
    while (out.length < bytes && merged.next()) {
      const row = this.#at(merged)
      encoder.write(out, row as unknown as Row<F>)
      if (count === columns.ends.length) columns = paper.grow()
      const { instant, agent, type } = row
      const rank = row.kind * TWO_32 + agent
      step = instant === instantBefore && rank === rankBefore ? step + 1 : 0
      instantBefore = instant
      rankBefore = rank
      columns.ends[count] = out.length
      columns.types[count] = type
      columns.instants[count] = instant
      columns.agents[count] = agent
      columns.ranks[count] = rank
      columns.steps[count] = step
      columns.idLengths[count] = encoder.idLength
      columns.causeLengths[count] = encoder.causeLength
      columns.partitions[count++] = partitionOf(agent, codes[type] as number)
    }
    this.#last = [instantBefore, rankBefore, step]
    return paper.lines(count)
  }

  /**
   * The events in order as rows, in the form of lines: each so long as a row is, and with what is known beside it but for ranks,
   * steps and lengths of ids. Each batch is overwritten by the next.
   */
  *rowBatches(): Generator<Lines> {
    const merged = new Merge(this.#shards)
    const words = (this.#tables[0] as Table<F>).rowBytes >>> 2
    const rows = new Uint32Array(Math.min(this.count, BATCH_ROWS) * words)
    for (;;) {
      const count = this.#fill(merged, rows, words)
      if (count === 0) return
      yield { ...this.#paper.columns, bytes: new Uint8Array(rows.buffer, 0, 4 * count * words), count }
    }
  }

  /** @returns how many rows there were, and room for */
  #fill(merged: Merge, rows: Uint32Array, words: number): number {
    const codes = this.#agentCodes
    let count = 0
    for (let to = 0; to < rows.length && merged.next(); to += words) {
      const { instant, agent, type } = this.#at(merged)
      const { u32 } = this.#tables[merged.shard] as Table<F>
      const from = merged.index * words
      for (let word = 0; word < words; word++) rows[to + word] = u32[from + word] as number
      if (count === this.#paper.columns.ends.length) this.#paper.grow()
      const { ends, types, instants, agents, partitions } = this.#paper.columns
      ends[count] = 4 * (to + words)
      types[count] = type
      instants[count] = instant
      agents[count] = agent
      partitions[count++] = partitionOf(agent, codes[type] as number)
    }
    return count
  }

  #at({ shard, index }: Merge): Row<EventFields> {
    return (this.#rows[shard] as Row<EventFields>).at(index)
  }
}

/** Events of one agent have one partition. @param code of the agent's kind, 0 to 3 */
export function partitionOf(agent: number, code: number): number {
  const mixed = Math.imul(agent * 4 + code, 0x9e3779b1)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

class OrderedRows implements Ordered {
  readonly #table: { readonly count: number }
  readonly #row: Row<EventFields>

  constructor(table: Table<EventFields>) {
    this.#table = table
    this.#row = table.accessor()
  }

  get count(): number {
    return this.#table.count
  }

  instant(index: number): number {
    return this.#row.at(index).instant
  }

  rank(index: number): number {
    const { kind, agent } = this.#row.at(index)
    return kind * TWO_32 + agent
  }
}
