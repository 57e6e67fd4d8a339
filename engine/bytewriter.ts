// Writes ASCII text into a growing buffer, faster than strings: constant text is stored eight bytes at a time, numbers
// four digits at a time. What is stored past the end of a piece is overwritten by the next.

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
/** Four digits of 0 to 9,999 with leading zeros, packed. */
const FOUR_DIGITS = Uint32Array.from({ length: 10_000 }, (_, n) => pack(String(n).padStart(4, '0')))
/** `.5`, `.25` or nothing for 0 to 99 hundredths, and how long that is. */
const FRACTIONS = Array.from({ length: 100 }, (_, n) =>
  n === 0 ? '' : `.${String(n).padStart(2, '0').replace(/0$/, '')}`,
)
const FRACTION = Uint32Array.from(FRACTIONS, pack)
const FRACTION_LENGTH = Uint8Array.from(FRACTIONS, (text) => text.length)

export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>
  /** Bytes written. */
  length = 0
  #view: DataView

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity + SLACK)
    this.#view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `more` bytes; the writes below do not look. */
  reserve(more: number): void {
    if (this.length + more + SLACK <= this.bytes.length) return
    const bytes = new Uint8Array(2 * this.bytes.length + more + SLACK)
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }

  literal({ words, length }: Literal): void {
    const view = this.#view
    let at = this.length
    for (let i = 0; i < words.length; i++) {
      view.setFloat64(at, words[i] as number, true)
      at += 8
    }
    this.length += length
  }

  /** A whole number from 0 to 2^53. */
  whole(value: number): void {
    if (value < 10_000) return this.#short(value)
    if (value < 100_000_000) {
      const high = (value / 10_000) | 0
      this.#short(high)
      return this.#four(value - high * 10_000)
    }
    const high = Math.floor(value / 100_000_000)
    const low = value - high * 100_000_000
    const middle = (low / 10_000) | 0
    if (high < 10_000) this.#short(high)
    else if (high < 100_000) {
      // Instants of our time: no call of its own for their first five digits.
      const first = (high / 10_000) | 0
      this.padded(first, 1)
      this.#four(high - first * 10_000)
    } else this.whole(high)
    this.#four(middle)
    this.#four(low - middle * 10_000)
  }

  /** A whole number below 10,000 hundredths times 100, as JSON writes it: `74.2` for 7420. */
  hundredths(value: number): void {
    const units = (value / 100) | 0
    const part = value - units * 100
    this.#short(units)
    this.#view.setUint32(this.length, FRACTION[part] as number, true)
    this.length += FRACTION_LENGTH[part] as number
  }

  /** The last `digits` (1 to 4) of a whole number, with leading zeros. */
  padded(value: number, digits: number): void {
    this.#view.setUint32(this.length, (FOUR_DIGITS[value] as number) >>> (8 * (4 - digits)), true)
    this.length += digits
  }

  #short(value: number): void {
    const digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
    this.padded(value, digits)
  }

  #four(value: number): void {
    this.#view.setUint32(this.length, FOUR_DIGITS[value] as number, true)
    this.length += 4
  }
}

function pack(text: string): number {
  let packed = 0
  for (let i = 3; i >= 0; i--) packed = packed * 256 + (i < text.length ? text.charCodeAt(i) : ZERO)
  return packed
}
