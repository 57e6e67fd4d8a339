// A regular file that grows by whole pieces, each of which is there for good once `append` returns: handed to the
// operating system, it outlives the process, however that ends. (A machine that loses its power may lose the last
// seconds of it. The file is then shorter than its mark, which `cutTo` reports.)

import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { fileError } from './fileerror.ts'
import { lockFile } from './filelock.ts'

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
   * @throws Error of one line where that cannot be, or another process writes to it
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

  /**
   * Goes on from a length that the file had before.
   *
   * @throws Error of one line where it is shorter
   */
  cutTo(length: number): void {
    if (length > this.#length) {
      const what = `${this.#length} bytes long, but ${length} were delivered to it: it was cut or replaced since`
      throw new Error(`--to ${this.#path}: ${what}`)
    }
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
   * @throws Error of one line; the piece is then not part of the file, and can be appended again
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

  close(): void {
    try {
      if (this.#isTorn) ftruncateSync(this.#descriptor, this.#length)
    } finally {
      closeSync(this.#descriptor)
      this.#unlock()
    }
  }
}
