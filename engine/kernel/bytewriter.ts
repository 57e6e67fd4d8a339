// Writes ASCII text into a growing buffer, faster than strings: constant text is stored eight bytes at a time, numbers
// four digits at a time. What is stored past the end of a piece is overwritten by the next.

import { freshLike } from './memory.ts'

/** Constant text, packed into 64-bit words that are stored as doubles (ASCII makes no NaN, so no bits are lost). */
export interface Literal {
  readonly words: Float64Array
  readonly length: number
}

/** Packs ASCII text. */
export function literal(text: string): Literal {
  const bytes = new Uint8Array(Math.ceil(text.length / 8) * 8)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x7f) throw new RangeError(`not ASCII: ${text}`)
    bytes[i] = code
  }
  return { words: new Float64Array(bytes.buffer), length: text.length }
}

/** Room that must be left behind the end: the longest overhang of a piece. */
const SLACK = 32
const ZERO = 48
const UTF_8 = new TextEncoder()
/** Four digits of 0 to 9,999 with leading zeros, packed. */
const FOUR_DIGITS = Uint32Array.from({ length: 10_000 }, (_, n) => pack(String(n).padStart(4, '0')))
/** `.5`, `.25` or nothing for 0 to 99 hundredths, and how long that is. */
const FRACTIONS = Array.from({ length: 100 }, (_, n) =>
  n === 0 ? '' : `.${String(n).padStart(2, '0').replace(/0$/, '')}`,
)
const FRACTION = Uint32Array.from(FRACTIONS, pack)
const FRACTION_LENGTH = Uint8Array.from(FRACTIONS, (text) => text.length)

export class ByteWriter {
  bytes: Uint8Array
  /** Bytes written. */
  length = 0
  #view: DataView

  /** @param room memory to write to, or how much of it */
  constructor(room: number | Uint8Array) {
    this.bytes = typeof room === 'number' ? new Uint8Array(room + SLACK) : room
    this.#view = viewOf(this.bytes)
  }

  /** Makes room for `more` bytes; the writes below do not look. */
  reserve(more: number): void {
    if (this.length + more + SLACK <= this.bytes.length) return
    const bytes = freshLike(this.bytes, this.bytes.length + (this.bytes.length >>> 1) + more + SLACK)
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.#view = viewOf(bytes)
  }

  /** Appends constant text. Returns where it begins, for blanks in it to be filled in. */
  literal({ words, length }: Literal): number {
    const view = this.#view
    const start = this.length
    for (let i = 0, at = start; i < words.length; i++, at += 8) view.setFloat64(at, words[i] as number, true)
    this.length = start + length
    return start
  }

  /** Appends a whole number from 0 to 2^53. */
  whole(value: number): void {
    if (value < 10_000) {
      const digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
      this.#view.setUint32(this.length, (FOUR_DIGITS[value] as number) >>> (8 * (4 - digits)), true)
      this.length += digits
      return
    }
    const high = Math.floor(value / 10_000)
    this.whole(high)
    this.#view.setUint32(this.length, FOUR_DIGITS[value - high * 10_000] as number, true)
    this.length += 4
  }

  /** Appends hundredths, at most 999,999, as JSON writes them: `74.2` for 7420. */
  hundredths(value: number): void {
    const units = (value / 100) | 0
    const part = value - units * 100
    this.whole(units)
    this.#view.setUint32(this.length, FRACTION[part] as number, true)
    this.length += FRACTION_LENGTH[part] as number
  }

  /** Appends any text, as UTF-8, and makes room for it: for what is written seldom. */
  text(text: string): void {
    this.reserve(3 * text.length)
    this.length += UTF_8.encodeInto(text, this.bytes.subarray(this.length)).written
  }

  /** Fills a blank with the last digits (0 to 15) of a whole number below 2^53, with leading zeros. */
  fill(at: number, value: number, digits: number): void {
    const view = this.#view
    let end = at + digits
    for (; end - at >= 4; end -= 4) {
      const high = Math.floor(value / 10_000)
      view.setUint32(end - 4, FOUR_DIGITS[value - high * 10_000] as number, true)
      value = high
    }
    const first = end - at
    if (first === 0) return
    const packed = FOUR_DIGITS[value % 10_000] as number
    view.setUint8(end - 1, packed >>> 24)
    if (first > 1) view.setUint8(end - 2, packed >>> 16)
    if (first > 2) view.setUint8(end - 3, packed >>> 8)
  }

  /** Fills several blanks, which begin so many bytes behind `start`, with the same digits (0 to 15). */
  fillAll(start: number, blanks: readonly number[], value: number, digits: number): void {
    if (blanks.length === 0) return
    const view = this.#view
    const first = start + (blanks[0] as number)
    this.fill(first, value, digits)
    // The others are copies, in two pieces that overlap.
    if (digits < 4) {
      for (const blank of blanks) this.fill(start + blank, value, digits)
    } else if (digits >= 8) {
      const head = view.getFloat64(first, true)
      const tail = view.getFloat64(first + digits - 8, true)
      for (let blank = 1; blank < blanks.length; blank++) {
        const at = start + (blanks[blank] as number)
        view.setFloat64(at, head, true)
        view.setFloat64(at + digits - 8, tail, true)
      }
    } else {
      const head = view.getUint32(first, true)
      const tail = view.getUint32(first + digits - 4, true)
      for (let blank = 1; blank < blanks.length; blank++) {
        const at = start + (blanks[blank] as number)
        view.setUint32(at, head, true)
        view.setUint32(at + digits - 4, tail, true)
      }
    }
  }

  /** Fills a blank with constant text, whose length is a multiple of 8. */
  put(at: number, { words }: Literal): void {
    for (let i = 0; i < words.length; i++) this.#view.setFloat64(at + 8 * i, words[i] as number, true)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function pack(text: string): number {
  let packed = 0
  for (let i = 3; i >= 0; i--) packed = packed * 256 + (i < text.length ? text.charCodeAt(i) : ZERO)
  return packed
}
