// Parquet, a table for each type of event: `--to events.parquet` makes `events.session_started.parquet` and five more.
// Only what this world has written, as its files themselves tell (ownfile.ts), is ever replaced or removed.
//
// A Parquet file is complete or nothing: its index comes last. So events go to a journal first, which is compressed
// NDJSON and has marks (zstlog.ts), and whole tables are written from it: each under a name ending in `.<world id>.tmp`, renamed when
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

import { accessSync, constants, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { EventType, Outcome, Parcel, Sink } from '../../engine/index.ts'
import { FileError, failedWrite, fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'
import { fileTarget } from './filename.ts'
import { markOf, readMark } from './mark.ts'
import { isWrittenBy, journalStart, type OwnFile, ownFile, SOME_WORLD } from './ownfile.ts'
import { writeTables } from './tables.ts'
import { LAST_BLOCK, ZstLog } from './zstlog.ts'

/** A segment's journal, compressed: about half a million events. */
const SEGMENT_BYTES = 16 << 20
/** Journals of segments that are complete: with each, half a million events more that the cursor may be behind by. */
const JOURNALS_KEPT = 2
const MARK_OF_SEGMENT = 2 ** 32

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
  #worldId = SOME_WORLD
  #unlock: (() => void) | undefined

  constructor(path: string, types: readonly EventType[], segmentBytes: number) {
    this.#types = types
    this.#path = path
    this.target = fileTarget(path)
    this.#segmentBytes = segmentBytes
  }

  async resume(mark?: string, worldId = SOME_WORLD): Promise<string | undefined> {
    // Before anything is touched: another process may be at work on the same tables.
    this.#unlock = lockFile(this.#path)
    this.#worldId = worldId
    let note: string | undefined
    if (mark === undefined) {
      this.#checkOwn(0)
      const removed = this.#remove(() => true)
      if (removed > 0)
        note = `${this.#path}: replaces ${removed} files of events that an earlier run of this world wrote`
    } else {
      const { position, digest } = readMark(mark)
      this.#goOn(Math.floor(position / MARK_OF_SEGMENT), position % MARK_OF_SEGMENT, digest)
    }
    this.#journal ??= await this.#begin()
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

  /**
   * @param segment whose files, and those of the segments behind it, are to be written
   * @throws FileError where a file that has the name of one of them is not this world's
   */
  #checkOwn(segment: number): void {
    const folder = dirname(this.#path)
    for (const name of readdirSync(folder)) {
      const file = this.#ownFile(name)
      if (!file || file.segment < segment || isWrittenBy(this.#worldId, join(folder, name), file.kind)) continue
      throw this.#foreign(join(folder, name))
    }
  }

  #foreign(path: string): FileError {
    const rule = `${path} is there already, and not by this world; name another file, or move that one away`
    return new FileError({ rule, value: this.#path }, { code: 'FILE_FOREIGN' })
  }

  /** Begins the segment's journal. */
  async #begin(): Promise<ZstLog> {
    const path = this.#journalOf(this.#segment)
    if (existsSync(path) && !isWrittenBy(this.#worldId, path, 'journal')) throw this.#foreign(path)
    const journal = new ZstLog(path)
    try {
      journal.cutTo(0)
      await journal.append(journalStart(this.#worldId))
    } catch (error) {
      journal.abandon()
      throw error
    }
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
    // What of its own segment is complete is judged by the mark.
    this.#checkOwn(segment)
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
      if (file.kind === 'temporary' || file.segment > segment) return true
      return file.kind === 'table' ? file.segment === segment && !isAsLeft : this.#isOutdated(file)
    })
  }

  /** A journal that no cursor needs any more. */
  #isOutdated({ kind, segment }: OwnFile): boolean {
    return kind === 'journal' && segment < this.#segment - JOURNALS_KEPT
  }

  /** Ends the segment. @throws where its tables cannot be written, which can be tried again */
  async #nextSegment(): Promise<void> {
    await this.#complete()
    this.#segment++
    this.#remove((file) => this.#isOutdated(file))
    this.#journal = await this.#begin()
  }

  /** Writes the segment's tables. */
  async #complete(): Promise<void> {
    this.#journal?.close()
    this.#journal = undefined
    const tables = this.#types.map((type) => ({ type, path: this.#tableOf(type.name, this.#segment) }))
    for (const { path } of tables)
      if (existsSync(path) && !isWrittenBy(this.#worldId, path, 'table')) throw this.#foreign(path)
    await writeTables(this.#journalOf(this.#segment), tables, this.#worldId)
  }

  #journalOf(segment: number): string {
    return `${this.#path}.${segment}.ndjson.zst`
  }

  #tableOf(table: string, segment: number): string {
    return `${this.#path.slice(0, -'.parquet'.length)}.${table}${segment === 0 ? '' : `.${segment}`}.parquet`
  }

  #ownFile(file: string): OwnFile | undefined {
    return ownFile(file, basename(this.#path, '.parquet'), this.#types, this.#worldId)
  }

  /** Removes those files of this target, of all in its folder, that a rule names. Returns how many. */
  #remove(rule: (file: OwnFile) => boolean): number {
    const folder = dirname(this.#path)
    const removed = readdirSync(folder).filter((name) => {
      const file = this.#ownFile(name)
      return file !== undefined && rule(file) && isWrittenBy(this.#worldId, join(folder, name), file.kind)
    })
    for (const name of removed) rmSync(join(folder, name), { force: true })
    return removed.length
  }
}
