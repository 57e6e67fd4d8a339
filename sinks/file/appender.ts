// A regular file that grows by whole pieces, each of which is there for good once `append` returns: handed to the
// operating system, it outlives the process, however that ends. (A machine that loses its power may lose the last
// seconds of it. The file is then shorter than its mark, which `cutTo` reports.)
//
// Nobody else is to write to it, and no lock keeps a person from cutting or removing it meanwhile. So the file that has the
// name is looked at before and after each piece: what is written to a file that is gone, or behind a hole, is not there.

import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { areEqual } from '../../engine/index.ts'
import { FileError, fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'
import { readMark, TAIL_BYTES, tailDigest } from './mark.ts'

/** So much of what is before a piece tells whether the file was cut there while the piece was written. */
const BRINK_BYTES = 16

export class Appender {
  readonly #path: string
  readonly #descriptor: number
  readonly #unlock: () => void
  #length: number
  /** A write that failed may have left something behind the end. */
  #isTorn = false
  /** Others have changed it: nothing more is done to it. */
  #isLost = false

  /**
   * Opens a file, or makes it; what it holds stays.
   *
   * @throws FileError where that cannot be, or another process writes to it
   */
  constructor(path: string) {
    this.#path = path
    this.#unlock = lockFile(path)
    try {
      this.#descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT)
      this.#length = fstatSync(this.#descriptor).size
    } catch (cause) {
      this.#unlock()
      throw fileError(path, 'cannot be opened for writing', cause)
    }
  }

  /** In bytes. */
  get length(): number {
    return this.#length
  }

  /** It is not what was written to it any more, so it can be neither added to nor completed. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** What is right before the end, for a mark. */
  get tail(): Uint8Array {
    return this.#read(Math.max(0, this.#length - TAIL_BYTES), this.#length)
  }

  /**
   * Begins anew: the run that wrote what is there is not this one's.
   *
   * @param isStream whether what a file begins with is a stream of events, which another run may replace
   * @param startBytes so much of it tells
   * @returns in one line what was replaced, if anything was
   * @throws FileError where the file holds anything else
   */
  begin(isStream: (start: Uint8Array) => boolean, startBytes: number): string | undefined {
    const before = this.#length
    if (before === 0) return undefined
    if (!isStream(this.#read(0, Math.min(startBytes, before))))
      throw new FileError(
        { rule: 'it is there already and holds no events; name another file, or delete it', value: this.#path },
        { code: 'FILE_FOREIGN' },
      )
    this.cutTo(0)
    return `${this.#path}: replaces ${before} bytes of events that another run wrote`
  }

  /**
   * Goes on from a mark. Where the file was removed since, or emptied, what follows the mark goes into a new one.
   *
   * @returns in one line that it did so
   * @throws FileError where it is shorter, or another file
   */
  goOn(mark: string): string | undefined {
    const { position, digest } = readMark(mark)
    if (this.#length === 0 && position > 0)
      return `${this.#path}: removed or emptied since ${position} bytes were delivered to it; it begins with what follows them`
    this.cutTo(position, digest)
    return undefined
  }

  /**
   * Goes on from a length that the file had before.
   *
   * @param digest of its tail then, where it is known
   * @throws FileError where it is shorter, or another file
   */
  cutTo(length: number, digest?: string): void {
    if (length > this.#length) {
      const what = `${this.#length} bytes long, but ${length} were delivered to it: it was cut or replaced since`
      throw new FileError({ rule: what, value: this.#path }, { code: 'FILE_CHANGED' })
    }
    if (digest !== undefined && tailDigest(this.#read(Math.max(0, length - TAIL_BYTES), length)) !== digest)
      throw new FileError(
        { rule: 'something else was written to it since', value: this.#path },
        { code: 'FILE_CHANGED' },
      )
    try {
      ftruncateSync(this.#descriptor, length)
    } catch (cause) {
      throw fileError(this.#path, 'cannot be cut', cause)
    }
    this.#length = length
  }

  /**
   * Writes on this thread: for a file that is faster than handing it to another one.
   *
   * @returns the new length
   * @throws FileError; the piece is then not part of the file, and can be appended again unless the file is lost
   */
  append(piece: Uint8Array): number {
    this.#mend()
    this.#check(this.#length)
    const brink = this.#brink
    try {
      for (let from = 0; from < piece.length; ) {
        from += writeSync(this.#descriptor, piece, from, piece.length - from, this.#length + from)
      }
    } catch (cause) {
      this.#isTorn = true
      throw fileError(this.#path, 'cannot be written', cause)
    }
    this.#check(this.#length + piece.length)
    if (!areEqual(this.#brink, brink)) this.#lose('it was cut')
    this.#length += piece.length
    return this.#length
  }

  /** Waits until all of it is on the disk, which outlives the machine's power too. @throws FileError */
  async sync(): Promise<void> {
    try {
      await promisify(fdatasync)(this.#descriptor)
    } catch (cause) {
      throw fileError(this.#path, 'cannot be written', cause)
    }
  }

  /** What is right before the end. */
  get #brink(): Uint8Array {
    return this.#read(Math.max(0, this.#length - BRINK_BYTES), this.#length)
  }

  /** Cuts off what a write that failed has left. */
  #mend(): void {
    if (!this.#isTorn) return
    try {
      if (fstatSync(this.#descriptor).size > this.#length) ftruncateSync(this.#descriptor, this.#length)
    } catch (cause) {
      throw fileError(this.#path, 'cannot be cut', cause)
    }
    this.#isTorn = false
  }

  /** @throws FileError where the name has another file, or the file another length */
  #check(length: number): void {
    const own = fstatSync(this.#descriptor, { bigint: true })
    const named = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    if (named?.ino !== own.ino || named.dev !== own.dev) this.#lose('it was removed or replaced')
    if (own.size !== BigInt(length)) this.#lose(`it is ${own.size} bytes long instead of ${length}: it was changed`)
  }

  #lose(what: string): never {
    this.#isLost = true
    throw new FileError({ rule: `${what} while this run wrote to it`, value: this.#path }, { code: 'FILE_CHANGED' })
  }

  #read(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from)
    try {
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.#descriptor, bytes, done, bytes.length - done, from + done)
        if (read === 0) break
        done += read
      }
    } catch (cause) {
      throw fileError(this.#path, 'cannot be read', cause)
    }
    return bytes
  }

  /** @throws FileError where the file is not what was written to it */
  close(): void {
    try {
      if (this.#isLost) return
      this.#mend()
      this.#check(this.#length)
    } finally {
      closeSync(this.#descriptor)
      this.#unlock()
    }
  }
}
