// Text to be found in bytes, eight at a time.

/** ASCII. Read as doubles, eight bytes of it equal no others, as they make no NaN and no zero. */
export interface Text {
  readonly length: number
  readonly bytes: Uint8Array
  /** Its whole words, and its last eight bytes where it has as many. */
  readonly words: Float64Array
  readonly last: number
  /** Of a shorter one the first and the last four bytes, or two, or one, as a whole number. */
  readonly head: number
  readonly tail: number
}

/** @throws RangeError where it is not ASCII */
export function text(ascii: string): Text {
  const bytes = new TextEncoder().encode(ascii)
  const { length } = bytes
  if (length !== ascii.length) throw new RangeError(`not ASCII: ${ascii}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const words = Float64Array.from({ length: length >> 3 }, (_, word) => view.getFloat64(8 * word, true))
  const last = length < 8 ? 0 : view.getFloat64(length - 8, true)
  return {
    length,
    bytes,
    words,
    last,
    head: few(view, 0, length),
    tail: few(view, Math.max(0, length - width(length)), length),
  }
}

/** Of a text of such a length, how many bytes are looked at together. */
function width(length: number): number {
  return length >= 4 ? 4 : length >= 2 ? 2 : 1
}

function few(view: DataView, at: number, length: number): number {
  if (length >= 4) return view.getInt32(at, true)
  if (length >= 2) return view.getInt16(at, true)
  return length === 1 ? view.getUint8(at) : 0
}

/** Whether it stands at a place, where as many bytes must be. */
export function isAt({ length, words, last, head, tail }: Text, view: DataView, at: number): boolean {
  if (length >= 8) {
    for (let i = 0; i < words.length; i++) if (view.getFloat64(at + 8 * i, true) !== words[i]) return false
    return view.getFloat64(at + length - 8, true) === last
  }
  if (length >= 4) return view.getInt32(at, true) === head && view.getInt32(at + length - 4, true) === tail
  if (length >= 2) return view.getInt16(at, true) === head && view.getInt16(at + length - 2, true) === tail
  return length === 0 || view.getUint8(at) === head
}
