// Choices and quantiles: the whole range of a word is looked at, so that nothing is left to luck.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Choice, Quantiles } from '../../engine/kernel/distributions.ts'

const TWO_32 = 0x1_0000_0000
const LAST_WORD = TWO_32 - 1
const word = fc.nat(LAST_WORD)

describe('a choice', () => {
  const someWeights = fc
    .array(fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.nat(5), fc.constant(0)), {
      minLength: 1,
      maxLength: 12,
    })
    .filter((weights) => weights.some((weight) => weight > 1e-6))

  /** First word that picks the outcome or a later one. */
  function firstWord(choice: Choice, outcome: number): number {
    let [low, high] = [0, TWO_32]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (choice.pick(middle) >= outcome) high = middle
      else low = middle + 1
    }
    return low
  }

  it('takes each outcome for its share of all words, to one word', () => {
    return fc.assert(
      fc.property(someWeights, (weights) => {
        const choice = new Choice(weights)
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        for (const [outcome, weight] of weights.entries()) {
          const words = firstWord(choice, outcome + 1) - firstWord(choice, outcome)
          expect(Math.abs(words - (weight / total) * TWO_32)).toBeLessThanOrEqual(1.001)
        }
      }),
    )
  })

  it('goes up with the word', () => {
    return fc.assert(
      fc.property(someWeights, word, word, (weights, a, b) => {
        const choice = new Choice(weights)
        expect(choice.pick(Math.min(a, b))).toBeLessThanOrEqual(choice.pick(Math.max(a, b)))
      }),
    )
  })

  it('never takes an outcome without weight', () => {
    const edges = new Choice([0, 2, 0, 3, 0, 0])
    expect([0, LAST_WORD].map((edge) => edges.pick(edge))).toEqual([1, 3])
    return fc.assert(
      fc.property(someWeights, word, (weights, at) => {
        const choice = new Choice(weights)
        for (const one of [0, at, LAST_WORD]) expect(weights[choice.pick(one)]).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })

  it('by weights that stand for others gives as few words as can be another outcome', () => {
    const pair = fc.nat(9).chain((more) => {
      const weights = fc
        .array(fc.nat(50), { minLength: more + 1, maxLength: more + 1 })
        .filter((all) => all.some((weight) => weight > 0))
      return fc.tuple(weights, weights)
    })
    const SAMPLES = 4096
    return fc.assert(
      fc.property(pair, ([usual, weights]) => {
        const [before, after] = [new Choice(usual), new Choice(weights, usual)]
        const share = (all: readonly number[], at: number): number =>
          (all[at] as number) / all.reduce((sum, weight) => sum + weight, 0)
        let moved = 0
        const picked = usual.map(() => 0)
        for (let sample = 0; sample < SAMPLES; sample++) {
          const outcome = after.pick(sample * (TWO_32 / SAMPLES))
          picked[outcome] = (picked[outcome] as number) + 1 / SAMPLES
          if (outcome !== before.pick(sample * (TWO_32 / SAMPLES))) moved += 1 / SAMPLES
        }
        const least = usual.reduce((sum, _, at) => sum + Math.max(0, share(weights, at) - share(usual, at)), 0)
        const stretches = (3 * usual.length) / SAMPLES
        for (const at of usual.keys())
          expect(Math.abs((picked[at] as number) - share(weights, at))).toBeLessThan(stretches)
        expect(Math.abs(moved - least)).toBeLessThan(stretches)
      }),
    )
  })
})

describe('quantiles', () => {
  /** Mean over evenly spread words, 16 in each of the 1,024 cells. */
  function mean(quantiles: Quantiles, of: (x: number) => number = (x) => x): number {
    const words = 1 << 14
    let sum = 0
    for (let i = 0; i < words; i++) sum += of(quantiles.at((i + 0.5) * (TWO_32 / words)))
    return sum / words
  }

  const median = (quantiles: Quantiles) => quantiles.at(TWO_32 / 2)

  it('of a normal distribution have its mean, median and variance', () => {
    const [centre, deviation] = [70, 8]
    const density = (x: number) => Math.exp(-0.5 * ((x - centre) / deviation) ** 2)
    const normal = Quantiles.fromDensity(density, centre - 4 * deviation, centre + 4 * deviation)
    expect(mean(normal)).toBeCloseTo(centre, 6)
    expect(median(normal)).toBeCloseTo(centre, 6)
    expect(mean(normal, (x) => (x - centre) ** 2)).toBeCloseTo(deviation ** 2, 0)
    expect(normal.at(0.975 * TWO_32)).toBeCloseTo(centre + 1.96 * deviation, 1)
  })

  it('of a lognormal distribution have its mean and median', () => {
    const [middle, sigma] = [20, 0.6]
    const density = (x: number) => Math.exp(-0.5 * (Math.log(x / middle) / sigma) ** 2) / x
    const lognormal = Quantiles.fromDensity(density, 0.01, 250)
    expect(median(lognormal) / middle).toBeCloseTo(1, 3)
    expect(mean(lognormal) / (middle * Math.exp(sigma ** 2 / 2))).toBeCloseTo(1, 2)
  })

  it.each([1, 2, 5])('of a gamma distribution of shape %d have its mean and variance', (shape) => {
    const gamma = Quantiles.fromDensity((x) => x ** (shape - 1) * Math.exp(-x), 0, shape + 9 * Math.sqrt(shape))
    expect(mean(gamma) / shape).toBeCloseTo(1, 2)
    expect(mean(gamma, (x) => (x - shape) ** 2) / shape).toBeCloseTo(1, 1)
    if (shape === 1) expect(median(gamma)).toBeCloseTo(Math.LN2, 3)
  })

  it('of a uniform distribution are the word itself', () => {
    return fc.assert(
      fc.property(word, fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 5000 }), (at, low, width) => {
        const uniform = Quantiles.fromDensity(() => 1, low, low + width)
        expect(Math.abs(uniform.at(at) - (low + (width * at) / TWO_32))).toBeLessThan(1e-8)
      }),
      { numRuns: 20 },
    )
  })

  const shapes = fc.array(fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.constant(0)), {
    minLength: 1,
    maxLength: 8,
  })
  const densities = fc
    .tuple(shapes, fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }))
    .filter(([heights]) => heights.some((height) => height > 0.001))

  it('of any density go up with the word and stay within its bounds', () => {
    return fc.assert(
      fc.property(densities, fc.array(word, { minLength: 2, maxLength: 200 }), ([heights, low, width], words) => {
        const high = low + width
        const density = (x: number) => heights[Math.floor(((x - low) / width) * heights.length)] as number
        const quantiles = Quantiles.fromDensity(density, low, high)
        let before = low
        for (const at of [0, ...words.toSorted((a, b) => a - b), LAST_WORD]) {
          const value = quantiles.at(at)
          expect(value).toBeGreaterThanOrEqual(before)
          expect(value).toBeLessThanOrEqual(high)
          before = value
        }
      }),
      { numRuns: 50 },
    )
  })

  it('begin at the lower bound and come up to the upper one', () => {
    const quantiles = Quantiles.fromDensity((x) => 1 + x, 2, 3)
    expect(quantiles.at(0)).toBe(2)
    expect(quantiles.at(LAST_WORD)).toBeLessThan(3)
    expect(quantiles.at(LAST_WORD)).toBeCloseTo(3, 6)
  })
})
