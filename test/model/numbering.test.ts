// Whose number is whose: numbers of students and tutors tell their region, and each region hands out its own.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/events/index.ts'
import { numberOf, regionOf, rowOf, rowsAmong } from '../../model/state/numbering.ts'

const region = fc.integer({ min: 0, max: REGIONS.length - 1 })
const NUMBER_MAX = 20_000_000
const number = fc.integer({ min: 0, max: NUMBER_MAX })

describe('a number', () => {
  it('tells the region and the row that it was made of', () => {
    return fc.assert(
      fc.property(region, fc.integer({ min: 0, max: 3_000_000 }), (index, row) => {
        expect(regionOf(numberOf(index, row))).toBe(index)
        expect(rowOf(numberOf(index, row))).toBe(row)
      }),
    )
  })

  it('is made again of its region and row', () => {
    return fc.assert(fc.property(number, (one) => numberOf(regionOf(one), rowOf(one)) === one))
  })

  it('is handed out once, without gaps', () => {
    const numbers = REGIONS.flatMap((_, index) =>
      Array.from({ length: rowsAmong(10_000, index) }, (_, row) => numberOf(index, row)),
    )
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, one) => one))
  })

  it('of a later row is larger', () => {
    return fc.assert(
      fc.property(region, fc.nat(1_000_000), (index, row) => numberOf(index, row + 1) > numberOf(index, row)),
    )
  })
})

describe('the regions', () => {
  it('have all rows among them', () => {
    return fc.assert(
      fc.property(number, (count) => REGIONS.reduce((sum, _, index) => sum + rowsAmong(count, index), 0) === count),
    )
  })

  it('have a row more for each number that is theirs', () => {
    for (let count = 0; count < 1000; count++)
      for (const index of REGIONS.keys())
        expect(rowsAmong(count + 1, index) - rowsAmong(count, index)).toBe(regionOf(count) === index ? 1 : 0)
  })

  it('have shares within 1 point of the census', () => {
    const census = { northeast: 0.198, southeast: 0.257, midwest: 0.208, west: 0.209, southwest: 0.128 }
    for (const count of [500, 2000, 9000, 1_000_000])
      for (const [index, name] of REGIONS.entries())
        expect(Math.abs(rowsAmong(count, index) / count - census[name])).toBeLessThan(0.01)
  })
})
