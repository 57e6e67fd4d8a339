// Text to be found in bytes, eight at a time.

/** ASCII. Read as doubles, eight bytes of it equal no others, as they make no NaN and no zero. */
export interface Text {
  readonly length: number
  readonly bytes: Uint8Array
  /** Its whole words, and its last eight bytes where it has as many. */
  readonly words: Float64Array
  readonly last: number
}

/** @throws RangeError where it is not ASCII */
export function text(ascii: string): Text {
  const bytes = new TextEncoder().encode(ascii)
  const { length } = bytes
  if (length !== ascii.length) throw new RangeError(`not ASCII: ${ascii}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const words = Float64Array.from({ length: length >> 3 }, (_, word) => view.getFloat64(8 * word, true))
  return { length, bytes, words, last: length < 8 ? 0 : view.getFloat64(length - 8, true) }
}

/** Whether it stands at a place, where as many bytes must be. */
export function isAt({ length, bytes, words, last }: Text, view: DataView, at: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (view.getUint8(at + i) !== bytes[i]) return false
    return true
  }
  for (let i = 0; i < words.length; i++) if (view.getFloat64(at + 8 * i, true) !== words[i]) return false
  return view.getFloat64(at + length - 8, true) === last
}
