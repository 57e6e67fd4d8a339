// Exponential and logarithm: as close as the engine's own, and the same bits on every machine.

import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exp, ln } from '../../engine/kernel/exact.ts'

const RELATIVE_ERROR_MAX = 1e-15
const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true })
const aroundOne = fc.double({ min: 0.25, max: 4, noNaN: true })

function expectClose(got: number, reference: number): void {
  expect(Math.abs(got - reference)).toBeLessThanOrEqual(RELATIVE_ERROR_MAX * Math.abs(reference))
}

describe('exp', () => {
  const exponents = fc.oneof(
    fc.double({ min: -700, max: 700, noNaN: true }),
    fc.double({ min: -2, max: 2, noNaN: true }),
  )

  it('is right to 1e-15 of its value from -700 to 700', () => {
    for (const x of [-700, -1, -Number.MIN_VALUE, 0, Number.MIN_VALUE, 1, 700]) expectClose(exp(x), Math.exp(x))
    return fc.assert(
      fc.property(exponents, (x) => expectClose(exp(x), Math.exp(x))),
      { numRuns: 5000 },
    )
  })

  it('is 1 at 0', () => {
    expect(exp(0)).toBe(1)
    expect(exp(-0)).toBe(1)
  })
})

describe('ln', () => {
  it('is right to 1e-15 of its value for every positive number', () => {
    for (const x of [
      Number.MIN_VALUE,
      2 ** -1022,
      Math.SQRT1_2,
      1 - 2 ** -53,
      1 + 2 ** -52,
      Math.SQRT2,
      Number.MAX_VALUE,
    ])
      expectClose(ln(x), Math.log(x))
    return fc.assert(
      fc.property(fc.oneof(positive, aroundOne), (x) => expectClose(ln(x), Math.log(x))),
      { numRuns: 5000 },
    )
  })

  it('is 0 at 1', () => {
    expect(ln(1)).toBe(0)
  })

  it('undoes exp', () => {
    return fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(ln(exp(x)) - x)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)))
      }),
    )
  })
})

describe('their bits', () => {
  const INPUTS = 100_000

  function digest(value: (i: number) => number): string {
    const values = Float64Array.from({ length: INPUTS }, (_, i) => value(i))
    return createHash('sha256').update(values).digest('hex')
  }

  it('are the same on every machine', () => {
    const bits = new DataView(new ArrayBuffer(8))
    /** Positive doubles of every size, from a walk over their bit patterns. */
    const spread = (i: number) => {
      bits.setUint32(0, Math.floor((0x7ff0_0000 / INPUTS) * i))
      bits.setUint32(4, Math.imul(i, 0x9e37_79b9))
      return bits.getFloat64(0) || 1
    }
    expect({
      'exp of -700 to 700': digest((i) => exp(-700 + (1400 * i) / INPUTS)),
      'exp of -1 to 1': digest((i) => exp(-1 + (2 * i) / INPUTS)),
      'ln of all sizes': digest((i) => ln(spread(i))),
      'ln of 0.5 to 2.5': digest((i) => ln(0.5 + (2 * i) / INPUTS)),
    }).toEqual({
      'exp of -700 to 700': '1c7ddd3cc80aaee4feb2b9096fa55404dc099cf3105f4d005175d72efdcf47b9',
      'exp of -1 to 1': 'd3093af14bfdc912c7468cb7712e250ae094fbe0602f90cfb089ce8d25255896',
      'ln of all sizes': '9ae04df87db5c135d690011006ecb1e12e7856b855b23d0f9b6fad16b5cfa21e',
      'ln of 0.5 to 2.5': '9ad01fdf816310eaea9c903209f875b33d6b8c5ca1e5b39ee289a9694692b023',
    })
  })
})
