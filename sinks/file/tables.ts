// From a journal of events to complete Parquet files, a row group at a time.

import { renameSync, rmSync } from 'node:fs'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import type { EventType } from '../../engine/index.ts'
import { EventTable } from './columns.ts'
import { FileError, fileError } from './fileerror.ts'
import { JOURNAL_OPENING, temporaryOf, WORLD_KEY } from './ownfile.ts'
import { readZst } from './zstlog.ts'

/** Enough for readers to skip by, and few enough to hold in memory for all tables. */
const ROW_GROUP_ROWS = 50_000
const LINE_FEED = 0x0a

/**
 * Replaces the tables by those of a journal. Each file is the old or the new one at any moment, and none is half of one.
 *
 * @param journal compressed NDJSON
 * @param tables the file of each type's
 * @param worldId whose they are
 * @throws FileError; all files are what they were then, or some are new
 */
export async function writeTables(
  journal: string,
  tables: readonly { type: EventType; path: string }[],
  worldId: string,
): Promise<void> {
  const files = new Map(tables.map(({ type, path }) => [type.name, new TableFile(type, path, worldId)]))
  try {
    for await (const lines of linesOf(journal)) {
      for (const line of lines) {
        if (line.startsWith(JOURNAL_OPENING)) continue
        const event = JSON.parse(line)
        const file = files.get(event.event_type)
        if (!file)
          throw new FileError(
            { rule: `${event.event_type} is no type of event that has a table`, value: journal },
            { code: 'FILE_FOREIGN' },
          )
        file.add(event)
      }
    }
    for (const file of files.values()) file.finish()
    for (const file of files.values()) file.replace()
  } catch (error) {
    for (const file of files.values()) file.abandon()
    if ((error as NodeJS.ErrnoException).path === journal) throw fileError(journal, 'cannot be read', error)
    throw error
  }
}

/** About a megabyte of lines at a time. */
async function* linesOf(journal: string): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of readZst(journal)) {
    const bytes = Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LINE_FEED) + 1
    rest = bytes.subarray(end)
    if (end > 0) yield bytes.toString('utf8', 0, end - 1).split('\n')
  }
}

class TableFile {
  readonly #path: string
  readonly #temporary: string
  readonly #table: EventTable
  readonly #writer: ParquetWriter

  constructor(eventType: EventType, path: string, worldId: string) {
    this.#path = path
    this.#temporary = temporaryOf(path, worldId)
    this.#table = new EventTable(eventType)
    const { schema } = this.#table
    const kvMetadata = [{ key: WORLD_KEY, value: worldId }]
    this.#writer = this.#guarded(() => new ParquetWriter({ writer: fileWriter(this.#temporary), schema, kvMetadata }))
  }

  add(event: Parameters<EventTable['add']>[0]): void {
    this.#table.add(event)
    if (this.#table.rows === ROW_GROUP_ROWS) this.#flush()
  }

  finish(): void {
    if (this.#table.rows > 0) this.#flush()
    this.#guarded(() => this.#writer.finish())
  }

  replace(): void {
    this.#guarded(() => renameSync(this.#temporary, this.#path))
  }

  abandon(): void {
    rmSync(this.#temporary, { force: true })
  }

  #flush(): void {
    this.#guarded(() => this.#writer.write({ columnData: this.#table.take(), rowGroupSize: ROW_GROUP_ROWS }))
  }

  #guarded<Result>(write: () => Result): Result {
    try {
      return write()
    } catch (cause) {
      throw fileError(this.#path, 'cannot be written', cause)
    }
  }
}
