// Whose number is whose: a number tells the seat, and the how manieth person there it is.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REGIONS } from '../../model/events/index.ts'
import { type Numbering, studentNumbers, tutorNumbers } from '../../model/state/numbering.ts'

const NUMBERINGS: [string, Numbering, number][] = [
  ['students', studentNumbers, REGIONS.length],
  ['tutors', tutorNumbers, 45],
]
const UINT32_MAX = 0xffff_ffff
const FIRST_MAX = 1000
const STUDENTS_MAX = 10_000_000

describe.each(NUMBERINGS)('a number of %s', (_, numbers, groups) => {
  const group = fc.nat(groups - 1)
  const generation = fc.nat(numbers.generations - 1)

  it('tells whose it is', () => {
    return fc.assert(
      fc.property(group, fc.nat(60_000), generation, (group, seat, generation) => {
        expect(numbers.locate(numbers.numberOf(group, seat, generation))).toEqual({ group, seat, generation })
      }),
    )
  })

  it('is made again of what it tells', () => {
    return fc.assert(
      fc.property(fc.nat(2_000_000_000), (number) => {
        const { group, seat, generation } = numbers.locate(number)
        expect(numbers.numberOf(group, seat, generation)).toBe(number)
      }),
    )
  })

  it("is larger the later somebody sits on a seat, and the further back among a group's seats", () => {
    return fc.assert(
      fc.property(group, fc.nat(60_000), fc.nat(numbers.generations - 2), (group, seat, generation) => {
        const number = numbers.numberOf(group, seat, generation)
        expect(numbers.numberOf(group, seat, generation + 1)).toBeGreaterThan(number)
        expect(numbers.numberOf(group, seat + 1, generation)).toBeGreaterThan(number)
      }),
    )
  })

  it('is nobody else’s', () => {
    const all = new Set<number>()
    let given = 0
    for (let group = 0; group < groups; group++)
      for (let seat = 0; seat < 500; seat++)
        for (let generation = 0; generation < 3; generation++, given++)
          all.add(numbers.numberOf(group, seat, generation))
    expect(all.size).toBe(given)
  })
})

describe('numbers of students', () => {
  it('have no gap among the first ones of a small world', () => {
    const numbers = REGIONS.flatMap((_, region) =>
      Array.from({ length: studentNumbers.seatsAmong(10_000, region) }, (_, seat) =>
        studentNumbers.numberOf(region, seat, 0),
      ),
    )
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, one) => one))
  })

  it('fit 32 bits in the largest world, after the longest time', () => {
    for (const region of REGIONS.keys()) {
      const seats = studentNumbers.seatsAmong(1.04 * STUDENTS_MAX, region)
      expect(studentNumbers.numberOf(region, seats - 1, studentNumbers.generations - 1)).toBeLessThan(
        UINT32_MAX - FIRST_MAX,
      )
    }
  })
})

describe('the regions', () => {
  it('have all seats among them', () => {
    return fc.assert(
      fc.property(
        fc.nat(20_000_000),
        (count) => REGIONS.reduce((sum, _, region) => sum + studentNumbers.seatsAmong(count, region), 0) === count,
      ),
    )
  })

  it('have one more for each seat that is theirs, and keep those that they had', () => {
    for (let count = 0; count < 1000; count++) {
      const more = REGIONS.map(
        (_, region) => studentNumbers.seatsAmong(count + 1, region) - studentNumbers.seatsAmong(count, region),
      )
      expect(more.sort()).toEqual([0, 0, 0, 0, 1])
    }
  })

  it('have shares within 1 point of the census', () => {
    const census = { northeast: 0.198, southeast: 0.257, midwest: 0.208, west: 0.209, southwest: 0.128 }
    for (const count of [500, 2000, 9000, 1_000_000])
      for (const [region, name] of REGIONS.entries())
        expect(Math.abs(studentNumbers.seatsAmong(count, region) / count - census[name])).toBeLessThan(0.01)
  })
})
