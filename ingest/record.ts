// A file of what has been taken: NDJSON, a line for each distinct event, in order of arrival.
//
// A post is acknowledged once its line is on the disk, and one wait for the disk serves many: lines that come while it is at
// work go with its next turn. What cannot be written is not acknowledged, and is kept for the turn after; so a full disk
// costs its senders time, and nobody an event.
//
//     append ─► waiting lines ─► written and synced, a turn at a time ─► whoever waited for that is answered

import { closeSync, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { OperationalError, OptionError } from '../engine/index.ts'
import { type PostedEvent, recordOf } from '../model/posted/index.ts'
import { Appender, FileError } from '../sinks/index.ts'

export interface Record {
  /** Takes an event's line. @throws OperationalError where too many wait already */
  append(key: string | null, event: PostedEvent): void
  /** Resolves once all that was taken so far is on the disk. @throws OperationalError where that cannot be now */
  durable(): Promise<void>
  /** Rejects once others have changed the file, and never settles otherwise. */
  readonly failure: Promise<never>
  /** @throws OptionError where something that was taken is not in the file */
  close(): Promise<void>
}

/** Lines that a full disk makes wait; a sender's try brings one, once. */
const WAITING_MAX = 100_000
/** No line is longer by far. */
const TAIL_BYTES_MAX = 1 << 20
const LINE_FEED = 0x0a
const LINE_START = Buffer.from('{"event_id":')

/**
 * @param path a file that is gone on with, or a device or pipe, which is written to as it comes
 * @param onTrouble told in one line what was mended, and when the file cannot be written and can be again
 * @throws OptionError where that cannot be
 */
export function openRecord(path: string, onTrouble: (line: string) => void): Record {
  try {
    return new Lines(path, openPlace(path, onTrouble), onTrouble)
  } catch (error) {
    throw told(error, path)
  }
}

/** Where lines go to. */
interface Place {
  readonly length: number
  append(bytes: Uint8Array): unknown
  /** Waits for the disk. */
  sync(): Promise<void>
  cutTo(length: number): void
  close(): void
}

class Lines implements Record {
  readonly failure: Promise<never>
  readonly #path: string
  readonly #place: Place
  readonly #onTrouble: (line: string) => void
  readonly #fail: (error: Error) => void
  readonly #waiting: string[] = []
  /** The turn that is under way, and the one after. */
  #turn: Promise<void> = Promise.resolve()
  #nextTurn: Promise<void> | undefined
  #isFailing = false

  constructor(path: string, place: Place, onTrouble: (line: string) => void) {
    this.#path = path
    this.#place = place
    this.#onTrouble = onTrouble
    const { promise, reject } = Promise.withResolvers<never>()
    this.failure = promise
    this.#fail = reject
    // Heard by whoever waits for it, or by nobody.
    promise.catch(() => undefined)
  }

  append(key: string | null, event: PostedEvent): void {
    if (this.#waiting.length >= WAITING_MAX)
      throw new OperationalError('too much waits to be written', { code: 'FILE_UNWRITABLE' })
    this.#waiting.push(`${JSON.stringify(recordOf(key, event))}\n`)
  }

  durable(): Promise<void> {
    this.#nextTurn ??= this.#turn
      .catch(() => undefined)
      .then(() => {
        this.#nextTurn = undefined
        this.#turn = this.#write()
        return this.#turn
      })
    return this.#nextTurn
  }

  async close(): Promise<void> {
    const failure = await this.durable().catch((error: Error) => error)
    try {
      this.#place.close()
    } catch (error) {
      if (!failure) throw told(error, this.#path)
    }
    if (!failure) return
    const rule = `${this.#waiting.length} events are not in it, and were not acknowledged: ${failure.message}`
    throw new OptionError({ option: 'out', rule, value: this.#path }, { code: 'FILE_UNWRITABLE', cause: failure })
  }

  async #write(): Promise<void> {
    const { length: count } = this.#waiting
    if (count === 0) return
    const { length } = this.#place
    try {
      this.#place.append(Buffer.from(this.#waiting.slice(0, count).join('')))
      await this.#synced(length)
    } catch (error) {
      throw this.#failed(error)
    }
    this.#waiting.splice(0, count)
    if (this.#isFailing) this.#onTrouble(`out ${this.#path}: can be written again`)
    this.#isFailing = false
  }

  /** What the disk did not take may be gone from memory too: it is written once more, and not only synced again. */
  async #synced(length: number): Promise<void> {
    try {
      await this.#place.sync()
    } catch (error) {
      this.#place.cutTo(length)
      throw error
    }
  }

  #failed(error: unknown): OperationalError {
    const failure = told(error, this.#path)
    if (failure.code === 'FILE_CHANGED') this.#fail(failure)
    else if (!this.#isFailing) this.#onTrouble(`${failure.as('out')}; posts are answered with 503 until it can be`)
    this.#isFailing = true
    return new OperationalError(`what is posted cannot be kept: ${failure.rule}`, { code: failure.code, cause: error })
  }
}

function openPlace(path: string, onTrouble: (line: string) => void): Place {
  const found = statSync(path, { throwIfNoEntry: false })
  if (path.startsWith('/dev/') || (found && !found.isFile() && !found.isDirectory())) return openDevice(path)
  const file = new Appender(path)
  try {
    mend(path, file, onTrouble)
  } catch (error) {
    file.close()
    throw error
  }
  return file
}

/** What is given to a device cannot be waited for or taken back. */
function openDevice(path: string): Place {
  const descriptor = openSync(path, 'a')
  return {
    length: 0,
    append: (bytes) => {
      for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
    },
    sync: async () => undefined,
    cutTo: () => undefined,
    close: () => closeSync(descriptor),
  }
}

/** A process that was killed, or a disk that was full, leaves a line half written: it was never acknowledged. */
function mend(path: string, file: Appender, onTrouble: (line: string) => void): void {
  const tail = tailOf(path)
  if (tail.length === 0) return
  if (isJson(tail)) {
    file.append(Uint8Array.of(LINE_FEED))
    return
  }
  const start = tail.subarray(0, LINE_START.length)
  if (tail.length > TAIL_BYTES_MAX || !(LINE_START.subarray(0, start.length).equals(start) || start[0] === 0))
    throw new FileError({ rule: 'it ends in something else than events', value: path }, { code: 'FILE_FOREIGN' })
  file.cutTo(file.length - tail.length)
  onTrouble(`out ${path}: ended in ${tail.length} bytes of a line that was never acknowledged; they are cut off`)
}

/** What is behind the last line feed, and no more of it than shows that it is too long. */
function tailOf(path: string): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES_MAX + 1))
    readSync(descriptor, bytes, { position: size - bytes.length })
    return bytes.subarray(bytes.lastIndexOf(LINE_FEED) + 1)
  } finally {
    closeSync(descriptor)
  }
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}

function told(error: unknown, path: string): OptionError {
  if (error instanceof FileError)
    return new OptionError({ option: 'out', rule: error.rule, value: path }, { code: error.code, cause: error })
  const { code, message } = error as NodeJS.ErrnoException
  const rule = `cannot be written: ${code ?? message}`
  return new OptionError({ option: 'out', rule, value: path }, { code: 'FILE_UNWRITABLE', cause: error })
}
