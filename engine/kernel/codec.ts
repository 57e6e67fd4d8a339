// A world's state to bytes and back: a checkpoint holds every row, a change record the rows that one tick changed.
//
//     magic "TSIM" | format u16 | what u16 | model version u32 | tables u32 | now f64
//     for each table:  row bytes u32 | rows u32 | first free u32 | rows that follow u32
//                      in a change record: their numbers, ascending, each as the difference to the one before it,
//                      u32 each | padding to 8 bytes
//                      the rows; in a change record each XOR what it was before, which is mostly zeros
//     SHA-256 of all that, 32 bytes
//
// Optional tables at the end are left out as long as they are empty, so a model can come to have them without another version.
// Canonical: equal states give equal bytes. Little-endian, as every processor that Node runs on.

import { sha256 } from '#sha256'
import { OperationalError } from './errors.ts'
import { areEqual } from './hex.ts'
import type { Table } from './table.ts'

const MAGIC = 0x4d495354
const FORMAT = 1
const CHECKPOINT = 1
const CHANGES = 2
const HEADER_BYTES = 24
const TABLE_HEADER_BYTES = 16
const DIGEST_BYTES = 32

/** The bytes are not what they should be: damaged, cut off, or from another format or model. */
export class CodecError extends OperationalError {
  override name = 'CodecError'

  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'STATE_UNREADABLE' })
  }
}

/** Full state. @param modelVersion of the code that gives the rows their meaning @param now instant of the state */
export function encodeCheckpoint(tables: readonly Table[], modelVersion: number, now: number): Uint8Array {
  return encode(tables, modelVersion, now, CHECKPOINT)
}

/** What changed in the rows since `clearChanges`, with the number of rows in each table; tables must `keepChanges`. */
export function encodeChanges(tables: readonly Table[], modelVersion: number, now: number): Uint8Array {
  return encode(tables, modelVersion, now, CHANGES)
}

/** What is known of bytes beforehand. */
export interface Decoding {
  /** Whoever read them has compared a digest of all of them, so that their own need not be. */
  isVerified?: boolean
}

/** Fills empty tables. Returns the instant of the state. @throws CodecError */
export function decodeCheckpoint(
  bytes: Uint8Array,
  tables: readonly Table[],
  modelVersion: number,
  decoding?: Decoding,
): number {
  return decode(bytes, tables, modelVersion, CHECKPOINT, decoding)
}

/** Brings tables from the state before a tick to the state after it. Returns its instant. @throws CodecError */
export function applyChanges(
  bytes: Uint8Array,
  tables: readonly Table[],
  modelVersion: number,
  decoding?: Decoding,
): number {
  return decode(bytes, tables, modelVersion, CHANGES, decoding)
}

/** Compares their own digest. @throws CodecError unless they are as they were encoded */
export function verifyState(bytes: Uint8Array): void {
  const end = bytes.length - DIGEST_BYTES
  if (end < HEADER_BYTES || !areEqual(sha256(bytes.subarray(0, end)), bytes.subarray(end)))
    throw new CodecError('state is damaged: its digest differs')
}

function encode(all: readonly Table[], modelVersion: number, now: number, what: number): Uint8Array {
  const tables = all.slice(0, tablesToWrite(all))
  const changes = what === CHANGES ? tables.map((table) => table.changes()) : undefined
  const bytes = new Uint8Array(size(tables, changes))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, FORMAT, true)
  view.setUint16(6, what, true)
  view.setUint32(8, modelVersion, true)
  view.setUint32(12, tables.length, true)
  view.setFloat64(16, now, true)
  let at = HEADER_BYTES
  for (const [index, table] of tables.entries()) {
    const changed = changes?.[index]
    const numbers = [table.rowBytes, table.count, table.firstFree, changed?.rows.length ?? table.count]
    for (const [place, value] of numbers.entries()) view.setUint32(at + 4 * place, value, true)
    at += TABLE_HEADER_BYTES
    if (changed) {
      let before = 0
      for (let place = 0; place < changed.rows.length; place++) {
        const row = changed.rows[place] as number
        view.setUint32(at + 4 * place, row - before, true)
        before = row
      }
      at += rowNumberBytes(changed.rows.length)
      const words = (changed.rows.length * table.rowBytes) >>> 2
      table.writeDifferences(changed, new Uint32Array(bytes.buffer, at, words))
      at += 4 * words
    } else {
      const rows = table.bytes.subarray(0, table.count * table.rowBytes)
      bytes.set(rows, at)
      at += rows.length
    }
  }
  bytes.set(sha256(bytes.subarray(0, at)), at)
  return bytes
}

function decode(
  given: Uint8Array,
  tables: readonly Table[],
  modelVersion: number,
  what: number,
  { isVerified = false }: Decoding = {},
): number {
  // Changes are applied in words.
  const bytes = what === CHECKPOINT || given.byteOffset % 4 === 0 ? given : new Uint8Array(given)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - DIGEST_BYTES
  if (end < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw new CodecError('not the state of a world')
  expect('format', FORMAT, view.getUint16(4, true))
  if (!isVerified) verifyState(bytes)
  expect('kind of record', what, view.getUint16(6, true))
  expect('model version', modelVersion, view.getUint32(8, true))
  const written = view.getUint32(12, true)
  const isAsMany = written <= tables.length && tables.slice(written).every(({ isOptional }) => isOptional)
  if (!isAsMany) expect('number of tables', tables.length, written)
  for (const table of tables.slice(written)) {
    table.count = 0
    table.firstFree = 0
  }
  let at = HEADER_BYTES
  for (const table of tables.slice(0, written)) {
    expect(`row bytes of ${table.name}`, table.rowBytes, view.getUint32(at, true))
    const count = view.getUint32(at + 4, true)
    const following = view.getUint32(at + 12, true)
    // Changed rows make a table longer a little at a time, and moving it each time would cost more than all the rest.
    if (count > table.capacity) table.reserve(count + (count >>> 3))
    table.count = count
    table.firstFree = view.getUint32(at + 8, true)
    at += TABLE_HEADER_BYTES
    if (what === CHECKPOINT) {
      table.bytes.set(bytes.subarray(at, at + count * table.rowBytes))
      at += count * table.rowBytes
      continue
    }
    const rows = at + rowNumberBytes(following)
    const [after, rowWords] = [rows + following * table.rowBytes, table.rowBytes >>> 2]
    if (after > end) throw new CodecError('state is cut off')
    const differences = new Uint32Array(bytes.buffer, bytes.byteOffset + rows, following * rowWords)
    const { u32 } = table
    let row = 0
    for (let i = 0, from = 0; i < following; i++) {
      row += view.getUint32(at + 4 * i, true)
      for (let to = row * rowWords, last = from + rowWords; from < last; from++, to++)
        u32[to] = (u32[to] as number) ^ (differences[from] as number)
    }
    at = after
  }
  expect('length', end, at)
  return view.getFloat64(16, true)
}

/** All but those at the end that are optional and empty. */
function tablesToWrite(tables: readonly Table[]): number {
  return tables.findLastIndex(({ isOptional, count }) => !isOptional || count > 0) + 1
}

function expect(what: string, expected: number, got: number): void {
  if (expected !== got) throw new CodecError(`state has ${what} ${got}, expected ${expected}`)
}

function size(tables: readonly Table[], changes: readonly { rows: Uint32Array }[] | undefined): number {
  let bytes = HEADER_BYTES + DIGEST_BYTES
  for (const [index, table] of tables.entries()) {
    const rows = changes?.[index]?.rows
    bytes += TABLE_HEADER_BYTES + (rows?.length ?? table.count) * table.rowBytes
    if (rows) bytes += rowNumberBytes(rows.length)
  }
  return bytes
}

function rowNumberBytes(rows: number): number {
  return Math.ceil((4 * rows) / 8) * 8
}
