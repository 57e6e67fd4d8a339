// Random harm to stored bytes, for properties: whatever happens to what is stored, right data or a StoreError comes back.

import fc from 'fast-check'
import { expect } from 'vitest'
import { StoreError } from '../../engine/index.ts'

/** One harm; places are fractions of the length, so that they fit bytes of any length. */
export type Harm =
  | { kind: 'flip'; at: number; bit: number }
  | { kind: 'cut'; at: number }
  | { kind: 'zero' | 'tear'; at: number; length: number }
  | { kind: 'grow' | 'overwrite'; at: number; bytes: Uint8Array }

const place = fc.noBias(fc.nat(2 ** 31 - 1)).map((number) => number / 2 ** 31)
const noise = fc.uint8Array({ minLength: 1, maxLength: 40 })

export const harm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({ kind: fc.constant('flip'), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut'), at: place }),
  fc.record({ kind: fc.constantFrom('zero', 'tear'), at: place, length: fc.nat(600) }),
  fc.record({ kind: fc.constantFrom('grow', 'overwrite'), at: place, bytes: noise }),
) as fc.Arbitrary<Harm>

export function harmed(bytes: Uint8Array, what: Harm): Buffer {
  const copy = Buffer.from(bytes)
  const at = Math.floor(what.at * copy.length)
  switch (what.kind) {
    case 'flip':
      if (copy.length > 0) copy[at] = (copy[at] as number) ^ (1 << what.bit)
      return copy
    case 'cut':
      return copy.subarray(0, at)
    case 'zero':
      return copy.fill(0, at, Math.min(copy.length, at + what.length))
    case 'tear':
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + what.length)])
    case 'grow':
      return Buffer.concat([copy.subarray(0, at), what.bytes, copy.subarray(at)])
    case 'overwrite':
      copy.set(what.bytes.subarray(0, copy.length - at), at)
      return copy
  }
}

/** Undefined where it is a StoreError of one line. */
export function valueOrStoreError<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    expectStoreError(error)
    return undefined
  }
}

export function expectStoreError(error: unknown): void {
  expect(error).toBeInstanceOf(StoreError)
  expect((error as Error).message).toMatch(/^.+$/)
}
