// Bytes that grow, in the forms that a Parquet file is made of: little-endian numbers and varints.

export class Bytes {
  array: Uint8Array<ArrayBuffer>
  length = 0

  constructor(capacity = 1024) {
    this.array = new Uint8Array(capacity)
  }

  /** Makes room for `more` bytes; who writes into `array` by hand asks for it first. */
  reserve(more: number): void {
    if (this.length + more <= this.array.length) return
    const array = new Uint8Array(2 * this.array.length + more)
    array.set(this.array.subarray(0, this.length))
    this.array = array
  }

  byte(value: number): void {
    this.reserve(1)
    this.array[this.length++] = value
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.array.set(bytes, this.length)
    this.length += bytes.length
  }

  uint32(value: number): void {
    this.reserve(4)
    for (let shift = 0; shift < 32; shift += 8) this.array[this.length++] = value >>> shift
  }

  /** @param value a whole number from 0 to 2^53 */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.array[this.length++] = (rest % 128) + 128
    this.array[this.length++] = rest
  }

  /** A varint of a number that may be negative, of less than 52 bits. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? 2 * value : -2 * value - 1)
  }

  /** All of it, in memory of its own; it begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.array.slice(0, this.length)
    this.length = 0
    return bytes
  }
}
