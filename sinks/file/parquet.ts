// Parquet, a table for each type of event: `--to events.parquet` makes `events.session_started.parquet` and five more.
//
// A Parquet file is complete or nothing: its index comes last. So events go to a journal first, which is compressed
// NDJSON and has marks (zstlog.ts), and whole tables are written from it: each under a name ending in .tmp, renamed when
// it is complete. A journal that has grown large is closed, its tables stay as they are from then on, and another one
// begins: a segment.
//
//     segment 0   events.parquet.0.ndjson.zst   events.<type>.parquet
//     segment 1   events.parquet.1.ndjson.zst   events.<type>.1.parquet     and so on
//
// Tables of the last segment are written when a run ends, from all that the journal has, and again when the next one
// ends. After a kill they say what they said before that run, or nothing. Readers take `events.session_started*.parquet`.
//
// A mark's position is a segment and a length of its journal. Going on from one cuts the journal, and drops the tables that may
// hold more. The cursor can be a moment behind, even when a segment has just ended, so the journals of the last segments
// are kept; one that is needed and gone is an error, never a guess.
//
// So lines that this process may have written itself are parsed here, and nowhere else. A journal of rows is to take the
// place of the journal of lines; then they are not.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { EventType, Outcome, Parcel, Sink } from '../../engine/index.ts'
import { FileError, failedWrite, fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'
import { fileTarget } from './filename.ts'
import { markOf, readMark } from './mark.ts'
import { writeTables } from './tables.ts'
import { LAST_BLOCK, ZstLog } from './zstlog.ts'

/** A segment's journal, compressed: about half a million events. */
const SEGMENT_BYTES = 16 << 20
/** Journals of segments that are complete: with each, half a million events more that the cursor may be behind by. */
const JOURNALS_KEPT = 2
const MARK_OF_SEGMENT = 2 ** 32
const TABLE_MAGIC = Buffer.from('PAR1')
const JOURNAL_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd)

export interface ParquetOptions {
  /** Of the events: a table each. */
  types: readonly EventType[]
  /** Compressed bytes at which a segment ends; 16 MB. */
  segmentBytes?: number | undefined
}

/**
 * Touches no file until `resume`.
 *
 * @param path ends in `.parquet`
 * @throws FileError where nothing can be written
 */
export function openParquet(path: string, { types, segmentBytes = SEGMENT_BYTES }: ParquetOptions): Sink {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw Object.assign(new Error('a directory'), { code: 'EISDIR' })
  } catch (cause) {
    throw fileError(path, 'cannot be opened for writing', cause)
  }
  return new ParquetSink(path, types, segmentBytes)
}

class ParquetSink implements Sink {
  readonly target: string
  readonly streams = 1
  readonly eventByEvent = false
  readonly #path: string
  readonly #types: readonly EventType[]
  readonly #segmentBytes: number
  #segment = 0
  /** The segment's journal, while it is open. */
  #journal: ZstLog | undefined
  #isResumed = false
  #unlock: (() => void) | undefined

  constructor(path: string, types: readonly EventType[], segmentBytes: number) {
    this.#types = types
    this.#path = path
    this.target = fileTarget(path)
    this.#segmentBytes = segmentBytes
  }

  async resume(mark?: string): Promise<string | undefined> {
    // Before anything is touched: another process may be at work on the same tables.
    this.#unlock = lockFile(this.#path)
    let note: string | undefined
    if (mark === undefined) {
      this.#checkRemovable()
      const removed = this.#remove((file) => file !== undefined)
      if (removed > 0) note = `${this.#path}: replaces ${removed} files of events that another run wrote`
    } else {
      const { position, digest } = readMark(mark)
      this.#goOn(Math.floor(position / MARK_OF_SEGMENT), position % MARK_OF_SEGMENT, digest)
    }
    this.#journal ??= this.#begin()
    this.#isResumed = true
    return note
  }

  async send({ bytes }: Parcel): Promise<Outcome> {
    try {
      if (!this.#journal || this.#journal.length >= this.#segmentBytes) await this.#nextSegment()
      const journal = this.#journal as ZstLog
      await journal.append(bytes)
      return {
        verdict: 'acknowledged',
        mark: markOf(this.#segment * MARK_OF_SEGMENT + journal.length, journal.tail),
      }
    } catch (error) {
      return failedWrite(error)
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#isResumed) await this.#complete()
    } finally {
      this.#unlock?.()
    }
  }

  /** @throws FileError where a file that has the name of one of the target's holds something else */
  #checkRemovable(): void {
    const folder = dirname(this.#path)
    for (const name of readdirSync(folder)) {
      const file = this.#ownFile(name)
      if (!file || file.isTemporary) continue
      const magic = file.isTable ? TABLE_MAGIC : JOURNAL_MAGIC
      const path = join(folder, name)
      if (statSync(path).isFile() && beginsWith(path, magic)) continue
      throw new FileError(
        { rule: `${path} is there already and holds no events; name another file, or delete it`, value: this.#path },
        { code: 'FILE_FOREIGN' },
      )
    }
  }

  #begin(): ZstLog {
    const journal = new ZstLog(this.#journalOf(this.#segment))
    journal.cutTo(0)
    return journal
  }

  /** @throws FileError where what is there cannot have led to the mark */
  #goOn(segment: number, length: number, digest: string | undefined): void {
    const path = this.#journalOf(segment)
    if (!existsSync(path)) {
      throw new FileError(
        { rule: `its journal ${path} is gone, without which nothing can be added`, value: this.#path },
        { code: 'FILE_CHANGED' },
      )
    }
    this.#segment = segment
    const { size } = statSync(path)
    const isAsLeft = size === length || size === length + LAST_BLOCK.length
    const journal = new ZstLog(path)
    try {
      journal.cutTo(length, digest)
    } catch (error) {
      journal.abandon()
      throw error
    }
    this.#journal = journal
    this.#remove((file) => {
      if (file === undefined || file.isTemporary || file.segment > segment) return file !== undefined
      return file.isTable ? file.segment === segment && !isAsLeft : file.segment < segment - JOURNALS_KEPT
    })
  }

  /** Ends the segment. @throws where its tables cannot be written, which can be tried again */
  async #nextSegment(): Promise<void> {
    await this.#complete()
    this.#segment++
    this.#remove((file) => file !== undefined && !file.isTable && file.segment < this.#segment - JOURNALS_KEPT)
    this.#journal = this.#begin()
  }

  /** Writes the segment's tables. */
  async #complete(): Promise<void> {
    this.#journal?.close()
    this.#journal = undefined
    await writeTables(this.#journalOf(this.#segment), this.#types, (table) => this.#tableOf(table, this.#segment))
  }

  #journalOf(segment: number): string {
    return `${this.#path}.${segment}.ndjson.zst`
  }

  #tableOf(table: string, segment: number): string {
    return `${this.#path.slice(0, -'.parquet'.length)}.${table}${segment === 0 ? '' : `.${segment}`}.parquet`
  }

  /** What a file of the folder is to this target; nothing for one that is not its own. */
  #ownFile(file: string): OwnFile | undefined {
    return ownFile(file, basename(this.#path, '.parquet'), this.#types)
  }

  /** Removes those files of this target, of all in its folder, that a rule names. Returns how many. */
  #remove(rule: (file: OwnFile | undefined) => boolean): number {
    const folder = dirname(this.#path)
    const removed = readdirSync(folder).filter((name) => rule(this.#ownFile(name)))
    for (const name of removed) rmSync(join(folder, name), { force: true })
    return removed.length
  }
}

/** Whether a file begins so, or is empty. */
function beginsWith(path: string, magic: Uint8Array): boolean {
  const descriptor = openSync(path, 'r')
  try {
    const start = Buffer.alloc(magic.length)
    const length = readSync(descriptor, start)
    return length === 0 || start.equals(magic)
  } finally {
    closeSync(descriptor)
  }
}

interface OwnFile {
  segment: number
  /** Or a journal. */
  isTable: boolean
  isTemporary: boolean
}

/** What a file is to the target of a name; nothing for one that is not the target's. */
function ownFile(file: string, name: string, types: readonly EventType[]): OwnFile | undefined {
  if (!file.startsWith(`${name}.`)) return undefined
  const rest = file.slice(name.length)
  const journal = /^\.parquet\.(\d+)\.ndjson\.zst$/.exec(rest)
  if (journal) return { segment: Number(journal[1]), isTable: false, isTemporary: false }
  const table = /^\.([a-z_]+)(?:\.(\d+))?\.parquet(\.tmp)?$/.exec(rest)
  if (!table || !types.some((type) => type.name === table[1])) return undefined
  return { segment: Number(table[2] ?? 0), isTable: true, isTemporary: table[3] !== undefined }
}
