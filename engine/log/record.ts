// A tick's record: what the log keeps of a tick, as canonical bytes, and the chain that records make.
//
//     magic "TSRC" | format u16 | shards u16 | tick f64 | model version u32 | length u32 of the inputs
//     hash of the record before, 32 bytes
//     inputs as JSON
//     for each shard:  length u32 and changed rows (engine/kernel/codec.ts) | length u32 and events
//
// A record's hash is the SHA-256 of all that, so it stands for everything before it too.

import { sha256 } from '#sha256'
import { CodecError } from '../kernel/codec.ts'
import { bytesOf, hexOf } from '../kernel/hex.ts'
import type { PendingInput } from './ticklog.ts'

const MAGIC = 0x43525354
const FORMAT = 1
const HASH_BYTES = 32
const HEADER_BYTES = 24 + HASH_BYTES

/** What one tick did to one shard. */
export interface ShardTick {
  /** Changed rows, as `encodeChanges` writes them. */
  changes: Uint8Array
  /** Rows of events, as they stand in their table. */
  events: Uint8Array
}

export interface Tick {
  tick: number
  modelVersion: number
  /** Hash of the record before, or of the checkpoint that the chain begins with; hex. */
  previousHash: string
  /** Inputs that took effect with this tick. */
  inputs: readonly PendingInput[]
  shards: readonly ShardTick[]
}

export function encodeTick({ tick, modelVersion, previousHash, inputs, shards }: Tick): Uint8Array {
  const inputBytes = new TextEncoder().encode(inputs.length === 0 ? '' : JSON.stringify(inputs))
  const blobs = shards.flatMap(({ changes, events }) => [changes, events])
  const length = blobs.reduce((sum, blob) => sum + 4 + blob.length, HEADER_BYTES + inputBytes.length)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, FORMAT, true)
  view.setUint16(6, shards.length, true)
  view.setFloat64(8, tick, true)
  view.setUint32(16, modelVersion, true)
  view.setUint32(20, inputBytes.length, true)
  bytes.set(bytesOf(previousHash), 24)
  bytes.set(inputBytes, HEADER_BYTES)
  let at = HEADER_BYTES + inputBytes.length
  for (const blob of blobs) {
    view.setUint32(at, blob.length, true)
    bytes.set(blob, at + 4)
    at += 4 + blob.length
  }
  return bytes
}

/** The parts are views of `bytes`. @throws CodecError */
export function decodeTick(bytes: Uint8Array): Tick {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new CodecError('not the record of a tick')
  if (view.getUint16(4, true) !== FORMAT)
    throw new CodecError(`record has format ${view.getUint16(4, true)}, expected ${FORMAT}`)
  const inputsEnd = HEADER_BYTES + view.getUint32(20, true)
  let at = inputsEnd
  const blob = (): Uint8Array => {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY
    if (at + 4 + length > bytes.length) throw new CodecError('record is cut off')
    at += 4 + length
    return bytes.subarray(at - length, at)
  }
  const shards = Array.from({ length: view.getUint16(6, true) }, () => ({ changes: blob(), events: blob() }))
  if (at !== bytes.length) throw new CodecError('record is longer than its parts')
  return {
    tick: view.getFloat64(8, true),
    modelVersion: view.getUint32(16, true),
    previousHash: hexOf(bytes.subarray(24, HEADER_BYTES)),
    inputs:
      inputsEnd === HEADER_BYTES ? [] : JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, inputsEnd))),
    shards,
  }
}

/** Hex. */
export function hashOf(bytes: Uint8Array): string {
  return hexOf(sha256(bytes))
}
