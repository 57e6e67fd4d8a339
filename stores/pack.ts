// Packs bytes into parts that a store can hold, compressed with zstd and cut, and unpacks them only if they are exactly the
// bytes that were packed. Each part says what it belongs to, so that none is taken for another.
//
//     magic "TSP" | format u8 | CRC-32 u32 of all that follows in this part
//     kind u8 | 0 u8 | shard u16 | tick i32 | part u16 | parts u16
//     world, 8 bytes of SHA-256 | attempt, 8 bytes of SHA-256
//     whole: length u32 | CRC-32 u32, both of the uncompressed bytes
//     this part's piece of the compressed bytes
//
// The CRC of the whole tells parts of two writings under the same names apart. Little-endian.

import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { giveBack, StoreError } from '../engine/index.ts'

/** What packed bytes are: a record, or a shard of a checkpoint. */
export interface Place {
  kind: 'record' | 'state'
  world: string
  tick: number
  attempt: string
  /** Of a checkpoint; 0 in a record. */
  shard: number
}

/** Below the 400 KB that DynamoDB takes, with room for keys. */
export const PART_BYTES_MAX = 350 * 1024

const MAGIC = 0x505354
const FORMAT = 1
const KINDS = ['record', 'state']
const CHECKED_FROM = 8
const HEADER_BYTES = 44
const DIGEST_BYTES = 8
const PARTS_MAX = 0xffff
/** Least that zlib's options take. */
const CHUNK_BYTES_MIN = 64
/**
 * To hand over less than so much takes as long as to compress it, and the memory of many at once lets V8 collect all the heap. So much
 * takes 2 ms.
 */
const APART_BYTES_MIN = 1 << 19

const compress = promisify(zstdCompress)
const decompressApart = promisify(zstdDecompress)

/**
 * Compresses on another thread what takes long: this one has events to deliver.
 * @param partBytesMax the longest piece; by default there is one part
 */
export async function pack(
  place: Place,
  bytes: Uint8Array,
  partBytesMax: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array[]> {
  // Told how much there is, zstd takes as much memory as that needs; and nearly all of it is done in one go.
  const options = {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
    pledgedSrcSize: bytes.length,
    // States take somewhat more than half.
    chunkSize: CHUNK_BYTES_MIN + (bytes.length >>> 1) + (bytes.length >>> 3),
  }
  const packed = bytes.length < APART_BYTES_MIN ? zstdCompressSync(bytes, options) : await compress(bytes, options)
  const parts = Math.max(1, Math.ceil(packed.length / partBytesMax))
  if (parts > PARTS_MAX)
    throw new StoreError(`${nameOf(place)} is too large: ${bytes.length} bytes`, { code: 'STORE_LIMIT' })
  const pieceBytes = Math.ceil(packed.length / parts)
  const whole = crc32(bytes)
  const packedParts = Array.from({ length: parts }, (_, part) => {
    const piece = packed.subarray(part * pieceBytes, (part + 1) * pieceBytes)
    const out = Buffer.allocUnsafe(HEADER_BYTES + piece.length)
    out.writeUInt32LE(MAGIC | (FORMAT << 24), 0)
    out.writeUInt8(KINDS.indexOf(place.kind), 8)
    out.writeUInt8(0, 9)
    out.writeUInt16LE(place.shard, 10)
    out.writeInt32LE(place.tick, 12)
    out.writeUInt16LE(part, 16)
    out.writeUInt16LE(parts, 18)
    digest(place.world).copy(out, 20, 0, DIGEST_BYTES)
    digest(place.attempt).copy(out, 28, 0, DIGEST_BYTES)
    out.writeUInt32LE(bytes.length, 36)
    out.writeUInt32LE(whole, 40)
    out.set(piece, HEADER_BYTES)
    out.writeUInt32LE(crc32(out.subarray(CHECKED_FROM)), 4)
    return out
  })
  giveBack(packed)
  return packedParts
}

/** @param parts in order, undefined where one is missing @throws StoreError unless they are whole and of this place */
export function unpack(place: Place, parts: readonly unknown[]): Uint8Array {
  const whole = joined(place, parts)
  return checked(
    whole,
    guarded(whole, () => zstdDecompressSync(whole.packed, roomFor(whole))),
  )
}

/** As `unpack`, on another thread. */
export async function unpackApart(place: Place, parts: readonly unknown[]): Promise<Uint8Array> {
  const whole = joined(place, parts)
  return checked(
    whole,
    await decompressApart(whole.packed, roomFor(whole)).catch((error) => {
      throw damaged(whole, error)
    }),
  )
}

/** What parts hold together. */
interface Whole {
  name: string
  packed: Buffer
  bytes: number
  crc: number
}

/** @throws StoreError unless they are all of the parts of one writing */
function joined(place: Place, parts: readonly unknown[]): Whole {
  const name = nameOf(place)
  const first = part(place, parts[0], 0)
  if (parts.length > first.parts) throw new StoreError(`${name} is damaged: ${parts.length} parts, not ${first.parts}`)
  const pieces = Array.from({ length: first.parts }, (_, number) => {
    const next = part(place, parts[number], number)
    if (next.parts !== first.parts || next.wholeBytes !== first.wholeBytes || next.wholeCrc !== first.wholeCrc)
      throw new StoreError(`${name} is damaged: part ${number} is of another writing`)
    return next.piece
  })
  const packed = pieces.length === 1 ? first.piece : Buffer.concat(pieces)
  return { name, packed, bytes: first.wholeBytes, crc: first.wholeCrc }
}

function checked({ name, bytes, crc }: Whole, unpacked: Uint8Array): Uint8Array {
  if (unpacked.length !== bytes || crc32(unpacked) !== crc)
    throw new StoreError(`${name} is damaged: its checksum differs`)
  return unpacked
}

/** How many parts there are, by the first of them. @throws StoreError */
export function partsBy(place: Place, first: unknown): number {
  return part(place, first, 0).parts
}

interface Part {
  parts: number
  wholeBytes: number
  wholeCrc: number
  piece: Buffer
}

function part(place: Place, given: unknown, number: number): Part {
  const name = `${nameOf(place)}, part ${number},`
  if (given === undefined) throw new StoreError(`${name} is missing`)
  if (!(given instanceof Uint8Array) || given.length < HEADER_BYTES) throw new StoreError(`${name} is damaged: cut off`)
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length)
  const magic = bytes.readUInt32LE(0)
  if ((magic & 0xffffff) !== MAGIC) throw new StoreError(`${name} is damaged: it has no header`)
  if (magic >>> 24 !== FORMAT)
    throw new StoreError(`${name} has format ${magic >>> 24}, this version reads ${FORMAT}`, { code: 'STORE_TOO_NEW' })
  if (crc32(bytes.subarray(CHECKED_FROM)) !== bytes.readUInt32LE(4))
    throw new StoreError(`${name} is damaged: its checksum differs`)
  const foreign = (what: string): StoreError => new StoreError(`${name} is of another ${what}`)
  if (!bytes.subarray(20, 28).equals(digest(place.world))) throw foreign('world')
  if (KINDS[bytes.readUInt8(8)] !== place.kind) throw foreign('kind')
  if (bytes.readInt32LE(12) !== place.tick) throw foreign(`tick: ${bytes.readInt32LE(12)}`)
  if (!bytes.subarray(28, 36).equals(digest(place.attempt))) throw foreign('attempt')
  if (bytes.readUInt16LE(10) !== place.shard) throw foreign(`shard: ${bytes.readUInt16LE(10)}`)
  if (bytes.readUInt16LE(16) !== number) throw foreign(`number: ${bytes.readUInt16LE(16)}`)
  return {
    parts: bytes.readUInt16LE(18),
    wholeBytes: bytes.readUInt32LE(36),
    wholeCrc: bytes.readUInt32LE(40),
    piece: bytes.subarray(HEADER_BYTES),
  }
}

/** Of the size that the header tells, and never more; in one go, as the room for it is not filled. */
function roomFor({ bytes }: Whole): { chunkSize: number; maxOutputLength: number } {
  const room = CHUNK_BYTES_MIN + bytes
  return { chunkSize: room, maxOutputLength: room }
}

function guarded<Value>(whole: Whole, work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw damaged(whole, error as Error)
  }
}

function damaged({ name }: Whole, cause: Error): StoreError {
  return new StoreError(`${name} is damaged: ${cause.message}`, { cause })
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, DIGEST_BYTES)
}

function nameOf({ kind, world, tick, attempt, shard }: Place): string {
  const what = kind === 'record' ? 'record' : `shard ${shard} of the checkpoint`
  return `world ${world}: ${what} of tick ${tick}, attempt ${attempt}`
}
