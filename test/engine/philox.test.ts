// Philox 4x32-10 against its published answers, and against the paper's definition in big integers.

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { philox } from '../../engine/kernel/philox.ts'

function words(text: string): number[] {
  return text.split(' ').map((word) => Number.parseInt(word, 16))
}

function output(counter: number[], key: number[]): number[] {
  const [c0, c1, c2, c3, k0, k1] = [...counter, ...key] as [number, number, number, number, number, number]
  const out = new Uint32Array(4)
  philox(c0, c1, c2, c3, k0, k1, out)
  return [...out]
}

/** One 32 by 32 bit product, upper and lower half. */
function product(a: bigint, b: bigint): [bigint, bigint] {
  return [(a * b) >> 32n, (a * b) & 0xffff_ffffn]
}

/** The definition in section 4.3 of the paper, word for word. */
function definition(counter: number[], key: number[]): number[] {
  let [l0, r0, l1, r1] = counter.map(BigInt) as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key.map(BigInt) as [bigint, bigint]
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = product(l0, 0xd2511f53n)
    const [high1, low1] = product(l1, 0xcd9e8d57n)
    ;[l0, r0, l1, r1] = [high1 ^ r0 ^ k0, low1, high0 ^ r1 ^ k1, low0]
    k0 = (k0 + 0x9e3779b9n) & 0xffff_ffffn
    k1 = (k1 + 0xbb67ae85n) & 0xffff_ffffn
  }
  return [l0, r0, l1, r1].map(Number)
}

it.each([
  // tests/kat_vectors of Random123: `philox4x32 10`, counter, key, output
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
])('counter %s under key %s gives the published %s', (counter, key, published) => {
  expect(output(words(counter), words(key))).toEqual(words(published))
})

const word = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
)
const counters = fc.array(word, { minLength: 4, maxLength: 4 })
const keys = fc.array(word, { minLength: 2, maxLength: 2 })

it('agrees with the definition at every counter and key', () => {
  return fc.assert(
    fc.property(counters, keys, (counter, key) => {
      expect(output(counter, key)).toEqual(definition(counter, key))
    }),
    { numRuns: 2000 },
  )
})

it('takes words as signed or as unsigned numbers alike', () => {
  return fc.assert(
    fc.property(counters, keys, (counter, key) => {
      const signed = (value: number) => value | 0
      expect(output(counter.map(signed), key.map(signed))).toEqual(output(counter, key))
    }),
  )
})
