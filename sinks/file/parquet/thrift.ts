// Thrift's compact protocol, as far as the metadata of Parquet need it: each field is a header of its type and of how far
// its number is from the one before, and a value. https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

import { Bytes } from './bytes.ts'

const TRUE = 1
const FALSE = 2
export const I32 = 5
const I64 = 6
export const BINARY = 8
const LIST = 9
export const STRUCT = 12
/** So many items have their number in the header of a list. */
const SHORT_LIST = 15

/** One struct, field by field in the order of their numbers. */
export class Struct {
  readonly #out: Bytes
  #last = 0

  constructor(out: Bytes) {
    this.#out = out
  }

  flag(field: number, value: boolean): this {
    this.#header(field, value ? TRUE : FALSE)
    return this
  }

  int32(field: number, value: number): this {
    this.#header(field, I32)
    this.#out.zigzag(value)
    return this
  }

  int64(field: number, value: number): this {
    this.#header(field, I64)
    this.#out.zigzag(value)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.#header(field, BINARY)
    writeBytes(this.#out, value)
    return this
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value))
  }

  struct(field: number, write: (struct: Struct) => void): this {
    this.#header(field, STRUCT)
    writeStruct(this.#out, write)
    return this
  }

  /** @param type of the items */
  list<Item>(field: number, type: number, items: readonly Item[], write: (out: Bytes, item: Item) => void): this {
    this.#header(field, LIST)
    const { length } = items
    this.#out.byte((Math.min(length, SHORT_LIST) << 4) | type)
    if (length >= SHORT_LIST) this.#out.varint(length)
    for (const item of items) write(this.#out, item)
    return this
  }

  #header(field: number, type: number): void {
    this.#out.byte(((field - this.#last) << 4) | type)
    this.#last = field
  }
}

export function writeBytes(out: Bytes, value: Uint8Array): void {
  out.varint(value.length)
  out.append(value)
}

/** A struct is over with a byte of zeros. */
export function writeStruct(out: Bytes, write: (struct: Struct) => void): void {
  write(new Struct(out))
  out.byte(0)
}

export function structBytes(write: (struct: Struct) => void): Uint8Array {
  const out = new Bytes()
  writeStruct(out, write)
  return out.take()
}
