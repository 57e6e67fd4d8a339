// Parquet: `--to events.parquet` makes a folder of that name, with a folder in it for each type of event, whose files together
// are one table: `events.parquet/session_started/000.parquet`, and so on.
//
// A file of Parquet is complete or nothing, as its index comes last. So rows go into a journal first (rowjournal.ts), and the
// run after one that was killed goes on from there. After a million events, and when a run ends, the journal's rows become the files of their types
// (parquet/table.ts), each under a name of its own first; they are put in their places, and the journal goes. That is a segment:
// files of the same number. What is in its place is never written again.
//
//     _journal   session_started/000.parquet   session_completed/000.parquet   …     segment 0
//                session_started/001.parquet   …                                     segment 1, of those types that it has
//
// A mark says how many events came before it, and which was the last. The cursor may be behind what the files hold, for it is
// written now and then: the same events come again then, in the same order, so as many as are here already are passed over.
//
// Only what this world has written, as its files themselves tell (ownfile.ts), is ever replaced or removed.

import { hash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  ByteWriter,
  type EventCatalogue,
  type LineEncoder,
  type Outcome,
  type Parcel,
  type Sink,
  Table,
} from '../../engine/index.ts'
import { FileError, failedWrite, fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'
import { fileTarget } from './filename.ts'
import {
  metadataOf,
  type OwnFile,
  ownFiles,
  SOME_WORLD,
  THROUGH_KEY,
  tableOf,
  temporaryOf,
  WORLD_KEY,
} from './ownfile.ts'
import type { EventRow } from './parquet/columns.ts'
import { TableFile } from './parquet/table.ts'
import { Journal, journalOf, readOpening } from './rowjournal.ts'

/** Events of a segment: a journal of 64 MB. */
const SEGMENT_ROWS = 1 << 20
/** Of one type: as many as DuckDB wants for a thread at the least; more cost memory. */
const GROUP_ROWS = 100_000
const DIGEST_DIGITS = 16

export interface ParquetOptions {
  /** Of the events: a table for each of its types. */
  events: EventCatalogue
  /** Events at which a segment ends. */
  segmentRows?: number | undefined
  /** Rows of a row group at the most. */
  groupRows?: number | undefined
}

/** How far a stream is. */
interface Through {
  /** So many events. */
  count: number
  /** A digest of the last one's id; of nothing where there was none. */
  last: string
}

/**
 * Touches no file until `resume`.
 *
 * @param path ends in `.parquet`
 * @throws FileError where nothing can be written
 */
export function openParquet(path: string, options: ParquetOptions): Sink {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK)
  } catch (cause) {
    throw fileError(path, 'cannot be opened for writing', cause)
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new FileError(
      { rule: 'it is there already, and no folder, as Parquet is to be; name another one', value: path },
      { code: 'FILE_FOREIGN' },
    )
  return new ParquetSink(path, options)
}

class ParquetSink implements Sink {
  readonly target: string
  readonly streams = 1
  readonly eventByEvent = false
  readonly takesRows = true
  readonly #path: string
  readonly #events: EventCatalogue
  readonly #segmentRows: number
  readonly #types: readonly string[]
  readonly #groupRows: number
  /** Stands on the rows at hand. */
  readonly #rows: Table
  readonly #row: EventRow
  readonly #ids: LineEncoder<EventRow>
  readonly #id = new ByteWriter(256)
  #segment = 0
  /** How far the stream was before the segment. */
  #after = NOTHING
  /** … and is. */
  #through = NOTHING
  /** Events that are here already and come again. */
  #toPass = 0
  /** The segment's, from its first row on. */
  #journal: Journal | undefined
  #isResumed = false
  #worldId = SOME_WORLD
  #unlock: (() => void) | undefined

  constructor(path: string, { events, segmentRows = SEGMENT_ROWS, groupRows = GROUP_ROWS }: ParquetOptions) {
    this.#path = path
    this.target = fileTarget(path)
    this.#events = events
    this.#segmentRows = segmentRows
    this.#types = events.types.map(({ name }) => name)
    this.#ids = events.encoder() as unknown as LineEncoder<EventRow>
    this.#groupRows = groupRows
    this.#rows = new Table('events', events.fields) as unknown as Table
    this.#row = this.#rows.accessor() as unknown as EventRow
  }

  async resume(mark?: string, worldId = SOME_WORLD): Promise<string | undefined> {
    // Before anything is touched: another process may be at work on the same tables.
    this.#unlock = lockFile(this.#path)
    this.#worldId = worldId
    const note = mark === undefined ? this.#begin() : await this.#goOn(readThrough(mark, this.#path))
    this.#isResumed = true
    return note
  }

  async send({ bytes, count }: Parcel): Promise<Outcome> {
    try {
      if (this.#through.count - this.#after.count >= this.#segmentRows) await this.#nextSegment()
      const passed = this.#pass(bytes, count)
      if (passed < count) this.#add(bytes.subarray(passed * this.#rows.rowBytes))
      const through =
        this.#toPass === 0 ? this.#through : this.#throughRow(bytes, count - 1, this.#through.count - this.#toPass)
      return { verdict: 'acknowledged', mark: markOf(through) }
    } catch (error) {
      return failedWrite(error)
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#isResumed) await this.#complete()
    } finally {
      this.#journal?.abandon()
      this.#unlock?.()
    }
  }

  /** Begins anew. @returns in one line what was replaced, if anything was */
  #begin(): string | undefined {
    const own = this.#ownFiles()
    this.#checkOwn(own)
    for (const { path } of own) rmSync(path, { force: true })
    if (own.length === 0) return undefined
    return `${this.#path}: replaces ${own.length} files of events that an earlier run of this world wrote`
  }

  /** @returns in one line that what was delivered is not there any more @throws FileError where what is there cannot have led to the mark */
  async #goOn(mark: Through): Promise<string | undefined> {
    const own = this.#ownFiles()
    const tables = own.filter(({ kind }) => kind === 'table')
    const journal = journalOf(this.#path)
    const opening = existsSync(journal) ? this.#opening(journal) : undefined
    const last = tables.findLast(({ segment }) => segment === Math.max(...tables.map((table) => table.segment)))
    if (opening) {
      this.#segment = opening.segment
      this.#after = readThrough(opening.after, this.#path)
    } else if (last) {
      this.#checkOwn([last])
      this.#segment = last.segment + 1
      this.#after = readThrough(metadataOf(last.path)?.through ?? '', this.#path)
    } else
      return `${this.#path}: removed or emptied since ${mark.count} events were delivered to it; it begins with what follows them`
    // What of the segments before is there is not looked at again.
    const begun = own.filter(
      ({ kind, segment }) => kind === 'temporary' || (kind === 'table' && segment >= this.#segment),
    )
    this.#checkOwn(begun)
    this.#through = this.#after
    let known: Through | undefined = mark.count === this.#after.count ? this.#after : undefined
    if (opening) {
      this.#journal = new Journal(journal, this.#rows.rowBytes, opening)
      for (const rows of this.#journal.read()) {
        const before = this.#through.count
        this.#advance(rows)
        if (mark.count > before && mark.count <= this.#through.count)
          known = this.#throughRow(rows, mark.count - before - 1, mark.count)
      }
    }
    this.#toPass = this.#through.count - mark.count
    if (this.#toPass < 0)
      throw this.#changed(
        `${this.#through.count} events long, but ${mark.count} were delivered to it: it was cut or replaced since`,
      )
    if (known && known.last !== mark.last) throw this.#changed('something else was written to it since')
    for (const { path } of begun) rmSync(path, { force: true })
    return undefined
  }

  /** @throws FileError where the journal is not this world's, or of other rows */
  #opening(path: string): ReturnType<typeof readOpening> {
    const opening = readOpening(path)
    if (opening?.journal_of !== this.#worldId) throw this.#foreign(path)
    if (JSON.stringify(opening.fields) === JSON.stringify(this.#events.fields)) return opening
    throw this.#changed(`its journal ${path} is of another version: let that one end what it began`)
  }

  /** @throws FileError where one of them is not this world's */
  #checkOwn(files: readonly OwnFile[]): void {
    for (const { path, kind } of files) {
      if (kind === 'temporary') continue
      const world = kind === 'table' ? metadataOf(path)?.world : readOpening(path)?.journal_of
      if (world !== this.#worldId) throw this.#foreign(path)
    }
  }

  #foreign(path: string): FileError {
    const rule = `${path} is there already, and not by this world; name another file, or move that one away`
    return new FileError({ rule, value: this.#path }, { code: 'FILE_FOREIGN' })
  }

  #changed(rule: string): FileError {
    return new FileError({ rule, value: this.#path }, { code: 'FILE_CHANGED' })
  }

  /** @returns how many of the rows are here already @throws FileError where they are not those that are */
  #pass(bytes: Uint8Array, count: number): number {
    if (this.#toPass === 0) return 0
    const passed = Math.min(count, this.#toPass)
    const isLast = passed === this.#toPass
    if (isLast && this.#throughRow(bytes, passed - 1, this.#through.count).last !== this.#through.last)
      throw this.#changed('it holds other events than those that come again')
    this.#toPass -= passed
    return passed
  }

  #add(rows: Uint8Array): void {
    this.#journal ??= this.#newJournal()
    this.#journal.append(rows)
    this.#advance(rows)
  }

  #newJournal(): Journal {
    const path = journalOf(this.#path)
    if (existsSync(path)) this.#checkOwn([{ path, kind: 'journal', segment: this.#segment }])
    try {
      mkdirSync(this.#path, { recursive: true })
    } catch (cause) {
      throw fileError(this.#path, 'cannot be written', cause)
    }
    return new Journal(path, this.#rows.rowBytes, {
      ...{ journal_of: this.#worldId, segment: this.#segment },
      ...{ after: markOf(this.#after), fields: this.#events.fields },
    })
  }

  /** So much further is the stream. */
  #advance(rows: Uint8Array): void {
    const count = rows.length / this.#rows.rowBytes
    this.#through = this.#throughRow(rows, count - 1, this.#through.count + count)
  }

  /** How far the stream is with a row. @param count of events up to it */
  #throughRow(bytes: Uint8Array, row: number, count: number): Through {
    const { rowBytes } = this.#rows
    this.#rows.view(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), 1)
    this.#id.length = 0
    this.#ids.ids(this.#id, this.#row.at(0))
    return { count, last: digestOf(this.#id.bytes.subarray(0, this.#ids.idLength)) }
  }

  async #nextSegment(): Promise<void> {
    await this.#complete()
    this.#segment++
    this.#after = this.#through
  }

  /**
   * Writes the segment's tables from its journal: of the types that it has; of the first segment all, so that each has a table.
   *
   * @throws where that cannot be; it can be tried again
   */
  async #complete(): Promise<void> {
    const files = new Map<number, { path: string; file: TableFile }>()
    const placed = () => [...files.values()].map(({ path }) => path)
    try {
      if (this.#segment === 0) for (const type of this.#types.keys()) this.#tableFor(files, type)
      for (const rows of this.#journal?.read() ?? []) await this.#tabulate(files, rows)
      for (const { path, file } of files.values()) await guarded(path, () => file.finish())
      for (const path of placed()) await guarded(path, async () => renameSync(this.#temporaryOf(path), path))
    } catch (error) {
      for (const { file } of files.values()) await file.abandon()
      for (const path of placed()) rmSync(this.#temporaryOf(path), { force: true })
      throw error
    }
    this.#journal?.remove()
    this.#journal = undefined
  }

  /** Adds rows to their tables. */
  async #tabulate(
    files: Map<number, { path: string; file: TableFile }>,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const { rowBytes, offsets } = this.#rows
    const { type } = offsets as unknown as { type: number }
    const words = new Uint32Array(bytes.buffer)
    for (let at = 0; at < bytes.length; at += rowBytes) {
      const { path, file } = this.#tableFor(files, bytes[at + type] as number)
      file.add(words, at >>> 2)
      if (file.isFull) await guarded(path, () => file.flush())
    }
  }

  /** The file of a type, begun when it is first asked for. @throws FileError where what has its name is not this world's */
  #tableFor(files: Map<number, { path: string; file: TableFile }>, place: number): { path: string; file: TableFile } {
    const known = files.get(place)
    if (known) return known
    const type = this.#events.types[place] as EventCatalogue['types'][number]
    const path = tableOf(this.#path, type.name, this.#segment)
    if (existsSync(path)) this.#checkOwn([{ path, kind: 'table', segment: this.#segment }])
    try {
      mkdirSync(dirname(path), { recursive: true })
      const file = new TableFile(this.#temporaryOf(path), {
        ...{ type: type as never, fields: this.#events.fields, ids: this.#ids, groupRows: this.#groupRows },
        metadata: { [WORLD_KEY]: this.#worldId, [THROUGH_KEY]: markOf(this.#through) },
      })
      files.set(place, { path, file })
      return { path, file }
    } catch (cause) {
      throw fileError(path, 'cannot be written', cause)
    }
  }

  #temporaryOf(path: string): string {
    return temporaryOf(path, this.#worldId)
  }

  #ownFiles(): OwnFile[] {
    return ownFiles(this.#path, this.#types, this.#worldId)
  }
}

/** @throws FileError */
async function guarded(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    throw fileError(path, 'cannot be written', cause)
  }
}

function digestOf(id: Uint8Array): string {
  return hash('sha256', id).slice(0, DIGEST_DIGITS)
}

const NOTHING: Through = { count: 0, last: digestOf(new Uint8Array(0)) }

function markOf({ count, last }: Through): string {
  return `events=${count}:${last}`
}

/** @throws FileError where it is of an earlier version, whose tables lay beside one another */
function readThrough(mark: string, path: string): Through {
  const [, count, last] = /^events=(\d+):([0-9a-f]+)$/.exec(mark) ?? []
  if (count !== undefined && last !== undefined) return { count: Number(count), last }
  const name = join(dirname(path), path.slice(dirname(path).length + 1).replace(/\.parquet$/, ''))
  const rule = `begun by an earlier version, as ${name}.<type>.parquet and not as a folder; name another target`
  throw new FileError({ rule, value: path }, { code: 'FILE_CHANGED' })
}
