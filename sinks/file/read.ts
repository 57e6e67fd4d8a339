// Reads files of lines: NDJSON, compressed or not, from a file or from standard input.

import { isAscii } from 'node:buffer'
import { open } from 'node:fs/promises'
import { OperationalError, OptionError } from '../../engine/index.ts'
import { readZst } from './zstlog.ts'

const CHUNK_BYTES = 1 << 20
const LINE_FEED = 10

/**
 * A file's bytes, or those of standard input for `-`; `.zst` is decompressed on the way. A chunk is good until the next one is
 * asked for.
 * @param onShare told before each chunk how much of the file is read with it, 0 to 1; not of standard input
 */
export function chunksOf(file: string, onShare?: (share: number) => void): AsyncIterable<Buffer> {
  if (file === '-') return process.stdin
  if (file.endsWith('.zst')) return readZst(file, onShare)
  return readPlain(file, onShare)
}

/** Two buffers take turns: new ones would make the collector of garbage look at everything whenever some hundred are read. */
async function* readPlain(path: string, onShare?: (share: number) => void): AsyncGenerator<Buffer> {
  const file = await open(path)
  let [filling, waiting] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)]
  let pending = Promise.resolve(0)
  const readOn = (): void => {
    pending = file.read(filling).then(({ bytesRead }) => bytesRead)
    // An error is told when it is waited for, which is later.
    pending.catch(() => undefined)
  }
  try {
    const { size } = await file.stat()
    let read = 0
    readOn()
    for (let bytes = await pending; bytes > 0; bytes = await pending) {
      const filled = filling
      filling = waiting
      waiting = filled
      readOn()
      read += bytes
      if (size > 0) onShare?.(Math.min(1, read / size))
      yield filled.subarray(0, bytes)
    }
  } finally {
    await pending.catch(() => undefined)
    await file.close()
  }
}

/**
 * Takes lines as bytes, as many as it knows how to read.
 * @param from where a line begins @param to behind the line feed of the last one
 * @returns where the first line that it did not take begins, or `to`
 */
export type TakeLines = (bytes: Buffer, from: number, to: number) => number

/**
 * Cuts bytes into lines of text. Splitting whole chunks by hand is several times as fast as node:readline. Who can read lines from
 * their bytes may take them before: then no text is made of them.
 */
export class LineReader {
  readonly #onLine: (line: string) => void
  readonly #take: TakeLines | undefined
  readonly #restBytesMax: number
  /** The beginning of a line whose end has not come yet: no more of it than shows that it is too long. */
  #rest: Buffer[] = []
  #restBytes = 0
  #first = true

  /** @param charactersMax of a longer line no more comes than shows that it is too long */
  constructor(charactersMax: number, onLine: (line: string) => void, take?: TakeLines) {
    this.#restBytesMax = 4 * charactersMax + 4
    this.#onLine = onLine
    this.#take = take
  }

  feed(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_FEED)
    if (end === -1) {
      this.#keep(chunk)
      return
    }
    // A line feed is never part of another character in UTF-8, so whole lines can be decoded alone.
    const begun = chunk.indexOf(LINE_FEED)
    this.#keep(chunk.subarray(0, begun))
    this.#emit(text(Buffer.concat(this.#rest)))
    this.#rest = []
    this.#restBytes = 0
    if (end > begun) {
      if (this.#take === undefined) this.#split(text(chunk.subarray(begun + 1, end)))
      else this.#takeOrCut(this.#take, chunk, begun + 1, end + 1)
    }
    this.#keep(chunk.subarray(end + 1))
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#restBytes > 0) this.#emit(text(Buffer.concat(this.#rest)))
  }

  #takeOrCut(take: TakeLines, chunk: Buffer, from: number, to: number): void {
    for (let at = take(chunk, from, to); at < to; ) {
      const end = chunk.indexOf(LINE_FEED, at)
      this.#emit(text(chunk.subarray(at, end)))
      at = take(chunk, end + 1, to)
    }
  }

  #split(lines: string): void {
    let from = 0
    for (let to = lines.indexOf('\n'); to !== -1; to = lines.indexOf('\n', from)) {
      this.#emit(lines.slice(from, to))
      from = to + 1
    }
    this.#emit(lines.slice(from))
  }

  #emit(line: string): void {
    // JSON takes a carriage return at the end for the space that it is, but a byte order mark for an error.
    this.#onLine(this.#first && line.startsWith('\uFEFF') ? line.slice(1) : line)
    this.#first = false
  }

  #keep(bytes: Buffer): void {
    const room = this.#restBytesMax - this.#restBytes
    if (bytes.length === 0 || room <= 0) return
    // Copied: the reader may fill the chunk again.
    this.#rest.push(Buffer.from(bytes.subarray(0, room)))
    this.#restBytes += Math.min(bytes.length, room)
  }
}

function text(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8')
}

/**
 * Reads a file line by line.
 *
 * @param charactersMax of a longer line no more comes than shows that it is too long
 * @throws OperationalError `FILE_UNREADABLE`
 */
export async function eachLine(file: string, charactersMax: number, onLine: (line: string) => void): Promise<void> {
  const lines = new LineReader(charactersMax, onLine)
  try {
    for await (const chunk of chunksOf(file)) lines.feed(chunk)
  } catch (error) {
    // Where somebody's option is at fault, that names it already.
    throw error instanceof OptionError ? error : unreadable(file, error)
  }
  lines.end()
}

/** Says why a file cannot be read. */
export function unreadable(file: string, cause: unknown): OperationalError {
  const line = `cannot read ${file}: ${reason(cause as NodeJS.ErrnoException)}`
  return new OperationalError(line, { code: 'FILE_UNREADABLE', cause })
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'no such file'
  if (error.code === 'EISDIR') return 'it is a directory'
  if (error.code === 'EACCES') return 'permission denied'
  return error.message
}
