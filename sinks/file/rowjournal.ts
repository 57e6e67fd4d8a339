// The rows of the segment at hand, as they came, in the file `_journal` of a Parquet target's folder: the run after one that
// was killed goes on from there. It begins with a line that says whose it is, and is gone when the segment's tables are complete.

import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Fields } from '../../engine/index.ts'
import { Appender } from './appender.ts'
import { FileError, fileError } from './fileerror.ts'

const LINE_BYTES_MAX = 1 << 16
const LINE_FEED = 0x0a
/** Rows that are read at once. */
const ROWS_READ = 1 << 14

export interface JournalOpening {
  /** Id of the world. */
  journal_of: string
  segment: number
  /** How far the stream was before it, as a mark has it. */
  after: string
  /** Of its rows. */
  fields: Fields
}

export function journalOf(folder: string): string {
  return join(folder, '_journal')
}

/** What a journal says of itself; nothing where it is none. */
export function readOpening(path: string): JournalOpening | undefined {
  if (!statSync(path).isFile()) return undefined
  const start = readPiece(path, 0, LINE_BYTES_MAX)
  const end = start.indexOf(LINE_FEED)
  try {
    const opening = JSON.parse(start.toString('utf8', 0, Math.max(0, end))) as Partial<JournalOpening> | null
    return opening?.journal_of === undefined ? undefined : (opening as JournalOpening)
  } catch {
    return undefined
  }
}

export class Journal {
  readonly #path: string
  readonly #file: Appender
  readonly #rowBytes: number
  /** Of the first line. */
  #start = 0

  /** Goes on with one that is there, or makes one. @throws FileError */
  constructor(path: string, rowBytes: number, opening: JournalOpening) {
    this.#path = path
    this.#rowBytes = rowBytes
    this.#file = new Appender(path)
    const line = Buffer.from(`${JSON.stringify(opening)}\n`)
    this.#start = line.length
    try {
      if (this.#file.length === 0) this.#file.append(line)
      // Of the last row a killed run may have written a part.
      else this.#file.cutTo(this.#start + this.rows * rowBytes)
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  get rows(): number {
    return Math.max(0, Math.floor((this.#file.length - this.#start) / this.#rowBytes))
  }

  /** All rows, some at a time. @throws FileError */
  *read(): Generator<Uint8Array<ArrayBuffer>> {
    for (let row = 0; row < this.rows; row += ROWS_READ) {
      const count = Math.min(ROWS_READ, this.rows - row)
      const piece = readPiece(this.#path, this.#start + row * this.#rowBytes, count * this.#rowBytes)
      if (piece.length < count * this.#rowBytes)
        throw new FileError({ rule: 'it was cut while this run read it', value: this.#path }, { code: 'FILE_CHANGED' })
      yield new Uint8Array(piece)
    }
  }

  /** @throws FileError; the rows are then not part of it, and can be appended again */
  append(rows: Uint8Array): void {
    this.#file.append(rows)
  }

  /** Lets go of it as it is. */
  abandon(): void {
    try {
      this.#file.close()
    } catch {
      // That it is not what was written to it has been said, or does not matter any more.
    }
  }

  /** Its tables are complete. */
  remove(): void {
    this.abandon()
    rmSync(this.#path, { force: true })
  }
}

function readPiece(path: string, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  try {
    const file = openSync(path, 'r')
    try {
      let done = 0
      for (let read = 1; read > 0 && done < length; done += read) {
        read = readSync(file, bytes, done, length - done, position + done)
      }
      return bytes.subarray(0, done)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw fileError(path, 'cannot be read', cause)
  }
}
