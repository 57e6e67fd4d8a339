// A type of event as a table: rows become columns a row group at a time, and row groups a file.

import { closeSync, openSync, writeSync } from 'node:fs'
import { type Fields, type RowEventType, Table } from '../../../engine/index.ts'
import { type Column, columnOf, type EventRow, IdColumns, type IdWriter } from './column.ts'
import { type RowGroup, rowGroupOf, writeRowGroup } from './rowgroup.ts'
import { rootElement, writeElement } from './schema.ts'
import { STRUCT, structBytes, writeStruct } from './thrift.ts'

/** What a file begins and ends with. */
export const MAGIC = Buffer.from('PAR1')
const FIRST_ROWS = 256
const FORMAT_VERSION = 2
/** Of the form that readers take apart: an application, and a version. */
const CREATED_BY = 'tutorsim version 1.0.0'

export class EventTable {
  readonly name: string
  readonly #ids: IdColumns
  readonly #columns: readonly Column[]
  readonly #groupRows: number
  readonly #rows: Table
  readonly #row: EventRow
  readonly #rowWords: number
  /** Rows that are in no row group yet. */
  #words: Uint32Array
  #count = 0
  /** Complete row groups of the file to come; the last of them may still be compressed. */
  #groups: Promise<RowGroup>[] = []

  /** @param fields of the rows @param groupRows of a row group at the most */
  constructor(type: RowEventType<EventRow>, fields: Fields, ids: IdWriter, groupRows: number) {
    this.name = type.name
    this.#ids = new IdColumns(ids)
    this.#columns = Object.entries(type.fields).map(([name, field]) => columnOf(name, field))
    this.#groupRows = groupRows
    this.#rows = new Table('events', fields)
    this.#row = this.#rows.accessor() as unknown as EventRow
    this.#rowWords = this.#rows.rowBytes >>> 2
    this.#words = new Uint32Array(FIRST_ROWS * this.#rowWords)
  }

  get columns(): string[] {
    return [...IdColumns.elements, ...this.#columns.map(({ elements: [first] }) => first)].map((one) => one?.name ?? '')
  }

  /** Whether the file to come has rows. */
  get isEmpty(): boolean {
    return this.#count === 0 && this.#groups.length === 0
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

  /** Makes a row group of the rows. It is compressed on other threads; settles when the one before it is. */
  async flush(): Promise<void> {
    if (this.#count === 0) return
    await this.#groups.at(-1)
    this.#rows.view(new Uint8Array(this.#words.buffer), this.#count)
    const rows = { row: this.#row, count: this.#count }
    const [ids, causes] = this.#ids.encode(rows)
    const [idElement, causeElement] = IdColumns.elements
    const columns = [
      { elements: [idElement], chunk: ids },
      { elements: [causeElement], chunk: causes },
      ...this.#columns.map((column) => ({ elements: column.elements, chunk: column.encode(rows) })),
    ]
    this.#groups.push(rowGroupOf(this.#count, columns))
    this.#count = 0
  }

  /**
   * Writes all rows that were flushed as a file; it can be tried again.
   *
   * @param metadata that its end is to have
   * @throws Error of the file system; there may be a part of the file then
   */
  async write(path: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    this.#writeTo(path, await Promise.all(this.#groups), metadata)
  }

  #writeTo(path: string, groups: readonly RowGroup[], metadata: Readonly<Record<string, string>>): void {
    const file = openSync(path, 'w')
    try {
      const starts: number[] = []
      let at = writeAll(file, [MAGIC])
      for (const { columns } of groups) {
        starts.push(at)
        at += writeAll(
          file,
          columns.flatMap(({ bytes }) => bytes),
        )
      }
      const footer = this.#footer(groups, starts, metadata)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(footer.length)
      writeAll(file, [footer, length, MAGIC])
    } finally {
      closeSync(file)
    }
  }

  /** Begins the next file. */
  clear(): void {
    this.#groups = []
    this.#count = 0
  }

  #footer(
    groups: readonly RowGroup[],
    starts: readonly number[],
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array {
    const columns = [
      ...IdColumns.elements.map((element) => [element]),
      ...this.#columns.map(({ elements }) => elements),
    ]
    const schema = [rootElement(columns.length), ...columns.flat()]
    return structBytes((end) => {
      end.int32(1, FORMAT_VERSION)
      end.list(2, STRUCT, schema, writeElement)
      end.int64(
        3,
        groups.reduce((sum, { rows }) => sum + rows, 0),
      )
      end.list(4, STRUCT, [...groups.entries()], (list, [place, group]) =>
        writeRowGroup(list, group, starts[place] as number),
      )
      end.list(5, STRUCT, Object.entries(metadata), (list, [key, value]) =>
        writeStruct(list, (pair) => pair.text(1, key).text(2, value)),
      )
      end.text(6, CREATED_BY)
      // Of all columns: least and most are by the order of the type.
      end.list(7, STRUCT, columns, (list) => writeStruct(list, (order) => order.struct(1, () => undefined)))
    })
  }
}

/** @returns bytes written */
function writeAll(file: number, pieces: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(pieces)
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
  return bytes.length
}
