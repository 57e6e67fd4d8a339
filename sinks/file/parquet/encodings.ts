// How Parquet puts values down: https://parquet.apache.org/docs/file-format/data-pages/encodings/

import type { Bytes } from './bytes.ts'

/** Numbers that a page can be encoded by, as the format counts them. */
export const Encoding = { plain: 0, rle: 3, delta: 5, deltaBytes: 7, dictionary: 8 } as const
export type Encoding = (typeof Encoding)[keyof typeof Encoding]

/** Of a block of differences, and the parts of it that have a width each. */
const BLOCK = 128
const MINI_BLOCK = 32
const MINI_BLOCKS = BLOCK / MINI_BLOCK
/** A value and what is left of the one before fit into 32 bits. */
const PACKED_BITS_MAX = 24
const HALF_BITS = 16
const HALF = 2 ** HALF_BITS

/** Bits that whole numbers up to `max`, below 2^53, need. */
export function bitsFor(max: number): number {
  return max < 2 ** 32 ? 32 - Math.clz32(max) : 32 + bitsFor(Math.floor(max / 2 ** 32))
}

/** Whole numbers from 0 on, each in so many bits, the lowest first; the last byte is filled up. */
function pack(out: Bytes, values: ArrayLike<number>, from: number, to: number, bits: number): void {
  out.reserve(Math.ceil(((to - from) * bits) / 8) + 8)
  const { array } = out
  let at = out.length
  let rest = 0
  let have = 0
  for (let place = from; place < to; place++) {
    let value = values[place] as number
    let left = bits
    for (; left > PACKED_BITS_MAX; left -= HALF_BITS) {
      rest |= (value % HALF) << have
      array[at++] = rest
      array[at++] = rest >>> 8
      rest >>>= HALF_BITS
      value = Math.floor(value / HALF)
    }
    rest |= value << have
    for (have += left; have >= 8; have -= 8) {
      array[at++] = rest
      rest >>>= 8
    }
  }
  if (have > 0) array[at++] = rest
  out.length = at
}

/**
 * Levels, and places in a dictionary: one run where all are alike, and else packed (the compression sees to the runs in
 * there). @param bits of each
 */
export function writeHybrid(out: Bytes, values: ArrayLike<number>, count: number, bits: number): void {
  const first = values[0] as number
  let alike = 1
  while (alike < count && values[alike] === first) alike++
  if (alike >= count) {
    out.varint(2 * count)
    for (let shift = 0; shift < bits; shift += 8) out.byte(first >>> shift)
    return
  }
  const groups = Math.ceil(count / 8)
  out.varint(2 * groups + 1)
  const end = out.length + groups * bits
  pack(out, values, 0, count, bits)
  // Whole groups of 8, the last of them filled up.
  while (out.length < end) out.byte(0)
}

/** Levels of a page: their length before them. */
export function writeLevels(out: Bytes, levels: ArrayLike<number>, count: number): void {
  const start = out.length
  out.uint32(0)
  writeHybrid(out, levels, count, 1)
  const { length } = out
  out.length = start
  out.uint32(length - start - 4)
  out.length = length
}

const differences = new Float64Array(BLOCK)

/** Whole numbers as differences (DELTA_BINARY_PACKED): no two lie further apart than 2^31, or 2^51 of 64 bits. */
export function writeDeltas(out: Bytes, values: ArrayLike<number>, count: number): void {
  out.varint(BLOCK)
  out.varint(MINI_BLOCKS)
  out.varint(count)
  out.zigzag(count === 0 ? 0 : (values[0] as number))
  for (let from = 1; from < count; from += BLOCK) {
    const length = Math.min(BLOCK, count - from)
    let least = Number.POSITIVE_INFINITY
    for (let place = 0; place < length; place++) {
      const difference = (values[from + place] as number) - (values[from + place - 1] as number)
      differences[place] = difference
      if (difference < least) least = difference
    }
    for (let place = 0; place < BLOCK; place++)
      differences[place] = place < length ? (differences[place] as number) - least : 0
    out.zigzag(least)
    writeBlock(out, length)
  }
}

/** The widths of its parts, and the parts that there is something of. */
function writeBlock(out: Bytes, length: number): void {
  const widths = out.length
  for (let part = 0; part < MINI_BLOCKS; part++) out.byte(0)
  for (let part = 0; part * MINI_BLOCK < length; part++) {
    const from = part * MINI_BLOCK
    let most = 0
    for (let place = from; place < from + MINI_BLOCK; place++) most = Math.max(most, differences[place] as number)
    const bits = bitsFor(most)
    out.array[widths + part] = bits
    if (bits > 0) pack(out, differences, from, from + MINI_BLOCK, bits)
  }
}

/** Texts that lie in a stretch of bytes. */
export class Texts {
  bytes: Uint8Array = new Uint8Array(0)
  starts = new Int32Array(0)
  lengths = new Int32Array(0)
  count = 0

  /** None of them yet, and room for so many. */
  clear(room: number): void {
    this.count = 0
    if (room <= this.starts.length) return
    this.starts = new Int32Array(room)
    this.lengths = new Int32Array(room)
  }

  add(start: number, length: number): void {
    this.starts[this.count] = start
    this.lengths[this.count++] = length
  }
}

let shared = new Int32Array(0)
let own = new Int32Array(0)

/** Texts by what they have in common with the one before (DELTA_BYTE_ARRAY): natural keys in order of time have much. */
export function writeTexts(out: Bytes, { bytes, starts, lengths, count }: Texts): void {
  if (count > shared.length) {
    shared = new Int32Array(count)
    own = new Int32Array(count)
  }
  let [before, beforeLength, ownBytes] = [0, 0, 0]
  for (let place = 0; place < count; place++) {
    const start = starts[place] as number
    const length = lengths[place] as number
    const limit = length < beforeLength ? length : beforeLength
    let alike = 0
    while (alike < limit && bytes[start + alike] === bytes[before + alike]) alike++
    shared[place] = alike
    own[place] = length - alike
    ownBytes += length - alike
    before = start
    beforeLength = length
  }
  writeDeltas(out, shared, count)
  writeDeltas(out, own, count)
  out.reserve(ownBytes)
  const { array } = out
  let at = out.length
  for (let place = 0; place < count; place++) {
    const end = (starts[place] as number) + (lengths[place] as number)
    for (let from = end - (own[place] as number); from < end; from++) array[at++] = bytes[from] as number
  }
  out.length = at
}
