// A regular file that grows by whole pieces, each of which is there for good once `append` returns: handed to the
// operating system, it outlives the process, however that ends. (A machine that loses its power may lose the last
// seconds of it. The file is then shorter than its mark, which `cutTo` reports.)

import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { FileError, fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'
import { TAIL_BYTES, tailDigest } from './mark.ts'

export class Appender {
  readonly #path: string
  readonly #descriptor: number
  readonly #unlock: () => void
  #length: number
  /** A write that failed may have left something behind the end. */
  #isTorn = false

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
   * @throws FileError; the piece is then not part of the file, and can be appended again
   */
  append(piece: Uint8Array): number {
    try {
      for (let from = 0; from < piece.length; ) {
        from += writeSync(this.#descriptor, piece, from, piece.length - from, this.#length + from)
      }
    } catch (cause) {
      this.#isTorn = true
      throw fileError(this.#path, 'cannot be written', cause)
    }
    this.#isTorn = false
    this.#length += piece.length
    return this.#length
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

  close(): void {
    try {
      if (this.#isTorn) ftruncateSync(this.#descriptor, this.#length)
    } finally {
      closeSync(this.#descriptor)
      this.#unlock()
    }
  }
}
