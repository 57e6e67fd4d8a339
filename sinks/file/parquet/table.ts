// A type of event as a Parquet file: rows become columns a row group at a time, which a library encodes and compresses.

import { closeSync, openSync, writeSync } from 'node:fs'
import { Table as ArrowTable, tableToIPC } from 'apache-arrow'
import {
  Compression,
  Table as EncodedTable,
  Encoding,
  transformParquetStream,
  type WriterProperties,
  WriterPropertiesBuilder,
} from 'parquet-wasm'
import { type Fields, type LineEncoder, type RowEventType, Table } from '../../../engine/index.ts'
import { EventColumns, type EventRow } from './columns.ts'

/** What a file begins and ends with. */
export const MAGIC = Buffer.from('PAR1')
const FIRST_ROWS = 256
const CREATED_BY = 'tutorsim'

export interface TableOptions {
  type: RowEventType<EventRow>
  /** Of the rows. */
  fields: Fields
  ids: LineEncoder<EventRow>
  /** Rows of a row group at the most. */
  groupRows: number
  /** That the file's end is to have. */
  metadata: Readonly<Record<string, string>>
}

/** A file that is being written. */
export class TableFile {
  readonly #columns: EventColumns
  readonly #groupRows: number
  readonly #rows: Table
  readonly #row: EventRow
  readonly #rowWords: number
  /** Rows that are in no row group yet. */
  #words: Uint32Array
  #count = 0
  #isEmpty = true
  readonly #groups: WritableStreamDefaultWriter<unknown>
  readonly #written: Promise<void>

  /** @throws Error of the file system */
  constructor(path: string, options: TableOptions) {
    const { type, fields, ids, groupRows } = options
    this.#columns = new EventColumns(type, ids)
    this.#groupRows = groupRows
    this.#rows = new Table('events', fields)
    this.#row = this.#rows.accessor() as unknown as EventRow
    this.#rowWords = this.#rows.rowBytes >>> 2
    this.#words = new Uint32Array(FIRST_ROWS * this.#rowWords)
    const { readable, writable } = new TransformStream<unknown>()
    this.#groups = writable.getWriter()
    this.#written = writeAll(openSync(path, 'w'), readable, propertiesOf(this.#columns, options))
    // Whoever writes next, or finishes, hears of a failure.
    this.#written.catch(() => undefined)
  }

  /** There is a whole row group of rows: `flush` before the next. */
  get isFull(): boolean {
    return this.#count === this.#groupRows
  }

  /** Adds the row that begins at a place of some words. */
  add(words: Uint32Array, start: number): void {
    const to = this.#count++ * this.#rowWords
    if (to === this.#words.length) {
      const larger = new Uint32Array(2 * to)
      larger.set(this.#words)
      this.#words = larger
    }
    const own = this.#words
    // Faster than `set`, for so few.
    for (let word = 0; word < this.#rowWords; word++) own[to + word] = words[start + word] as number
  }

  /** Makes a row group of the rows. @throws Error of the file system, or of the library */
  async flush(): Promise<void> {
    this.#rows.view(new Uint8Array(this.#words.buffer), this.#count)
    const batch = this.#columns.batchOf({ row: this.#row, count: this.#count })
    const table = EncodedTable.fromIPCStream(tableToIPC(new ArrowTable(batch.schema, [batch]), 'stream'))
    this.#count = 0
    this.#isEmpty = false
    for (const group of table.recordBatches()) await Promise.race([this.#groups.write(group), this.#written])
    table.free()
  }

  /** Completes the file. @throws Error, as `flush` */
  async finish(): Promise<void> {
    // A file without rows has its columns, which only a batch tells.
    if (this.#count > 0 || this.#isEmpty) await this.flush()
    await Promise.race([this.#groups.close(), this.#written])
    await this.#written
  }

  /** Lets go of a file that is not to be completed. */
  async abandon(): Promise<void> {
    await this.#groups.abort().catch(() => undefined)
    await this.#written.catch(() => undefined)
  }
}

function propertiesOf(columns: EventColumns, { groupRows, metadata }: TableOptions): WriterProperties {
  let properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(groupRows)
    .setCreatedBy(CREATED_BY)
    .setKeyValueMetadata(new Map(Object.entries(metadata)))
  for (const [kind, encoding] of [
    ['instants', Encoding.DELTA_BINARY_PACKED],
    ['texts', Encoding.DELTA_BYTE_ARRAY],
  ] as const)
    for (const name of columns.ofKind(kind))
      properties = properties.setColumnDictionaryEnabled(name, false).setColumnEncoding(name, encoding)
  return properties.build()
}

async function writeAll(file: number, groups: ReadableStream<unknown>, properties: WriterProperties): Promise<void> {
  try {
    const pieces = await transformParquetStream(groups, properties)
    for await (const piece of pieces as ReadableStream<Uint8Array>)
      for (let done = 0; done < piece.length; ) done += writeSync(file, piece, done)
  } finally {
    closeSync(file)
  }
}
