// Addressable draws: the same address, the same words; another address, other words; and words that look random.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { below, chance, Random, type WorldKey, worldKey } from '../../engine/kernel/random.ts'

interface Address {
  purpose: number
  who: number
  which: number
  n: number
}

const TWO_32 = 0x1_0000_0000
const key = fc.tuple(fc.integer(), fc.integer())
const address = fc.record({
  purpose: fc.nat(0xffff),
  who: fc.nat(0xffff_ffff),
  which: fc.nat(0xffff_ffff),
  n: fc.nat(0xffff),
})

function wordsAt(random: Random, { purpose, who, which, n }: Address): number[] {
  return [...random.draw(purpose, who, which, n)]
}

describe('a draw', () => {
  it('is a function of its address, whatever was drawn before', () => {
    const addresses = fc.array(fc.tuple(address, fc.nat()), { minLength: 1, maxLength: 20 })
    return fc.assert(
      fc.property(key, addresses, (world, drawn) => {
        const random = new Random(world)
        const inOrder = new Map(drawn.map(([one]) => [one, wordsAt(random, one)]))
        const other = new Random(world)
        for (const [one] of drawn.toSorted(([, a], [, b]) => a - b)) {
          expect(wordsAt(other, one)).toEqual(inOrder.get(one))
          expect(wordsAt(new Random(world), one)).toEqual(inOrder.get(one))
        }
      }),
    )
  })

  it('changes with each part of its address, and no part runs over into the next', () => {
    // Under one key Philox is one to one: two addresses that share their words have been packed into one counter.
    return fc.assert(
      fc.property(
        key,
        address,
        address,
        fc.subarray(['purpose', 'who', 'which', 'n'] as const),
        (world, a, b, parts) => {
          const mixed = { ...a, ...Object.fromEntries(parts.map((part) => [part, b[part]])) }
          fc.pre(parts.some((part) => a[part] !== b[part]))
          const random = new Random(world)
          expect(wordsAt(random, mixed)).not.toEqual(wordsAt(random, a))
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('changes when any part of its address goes up by one', () => {
    return fc.assert(
      fc.property(key, address, (world, at) => {
        const random = new Random(world)
        const all = [
          at,
          ...(['purpose', 'who', 'which', 'n'] as const).map((part) => ({ ...at, [part]: at[part] + 1 })),
        ]
        const inRange = all.filter(
          ({ purpose, who, which, n }) => purpose <= 0xffff && who < TWO_32 && which < TWO_32 && n <= 0xffff,
        )
        expect(new Set(inRange.map((one) => String(wordsAt(random, one)))).size).toBe(inRange.length)
      }),
    )
  })

  it('changes with the world', () => {
    const at = { purpose: 1, who: 2, which: 3, n: 0 }
    const keys: WorldKey[] = [
      [0, 0],
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]
    expect(new Set(keys.map((world) => String(wordsAt(new Random(world), at)))).size).toBe(keys.length)
  })

  it('gives its words in an array that the next one overwrites', () => {
    const random = new Random([1, 2])
    const words = random.draw(1, 2, 3)
    expect(words).toBe(random.words)
    const before = [...words]
    random.draw(1, 2, 4)
    expect([...words]).not.toEqual(before)
  })

  it('has no instant in its address', () => {
    const random = new Random([1, 2])
    expect(() => random.draw(1, 2, Date.UTC(2026, 0, 5))).toThrow(RangeError)
    expect(() => random.draw(1, 2, -1)).toThrow(RangeError)
    expect(() => random.draw(1, 2, Number.NaN)).toThrow(RangeError)
  })

  it('is the block 0 where none is named', () => {
    const random = new Random([1, 2])
    expect([...random.draw(9, 8, 7)]).toEqual([...random.draw(9, 8, 7, 0)])
  })

  it('keeps the words that it had in the first release', () => {
    const random = new Random(worldKey('demo'))
    const addresses: [number, number, number, number][] = [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [65_535, 4_294_967_295, 4_294_967_295, 65_535],
    ]
    const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')
    expect(addresses.map((at) => hex(random.draw(...at)))).toEqual([
      '2deffaeb db780a3a 5fdf6632 dc851889',
      '023b2860 6f1c5d0b b4635e43 0a1dc9cd',
      'c6d585ab a45b9afe a10425d7 464de537',
      'b29429b8 fd59709a 2f109e38 f7b06811',
      'bb50d6a8 e0becae0 8c4eaa16 d95c0a84',
      'a3ab8240 4a0e4ef1 de7189c4 d3784df5',
    ])
  })
})

describe('the key of a world', () => {
  it('is the same for the same text on every machine', () => {
    const frozen: Record<string, WorldKey> = {
      demo: [1_071_571_402, -1_803_256_465],
      '': [1_255_297_534, 781_870_522],
      '0': [1_659_149_121, 1_727_660_029],
      '42': [139_261_782, -2_111_422_227],
      'a longer seed, with spaces': [1_342_808_012, 1_172_650_498],
      Zürich: [-886_574_639, -816_645_350],
      東京: [-1_181_286_496, 690_045_122],
      '🎓': [-1_342_952_646, -358_391_641],
    }
    expect(Object.fromEntries(Object.keys(frozen).map((seed) => [seed, worldKey(seed)]))).toEqual(frozen)
  })

  it('may come of any text, and is 64 bits', () => {
    const anyCharacter = fc.nat(0xffff).map((code) => String.fromCharCode(code))
    return fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (seed) => {
        const words = worldKey(seed)
        expect(words).toEqual(worldKey(seed))
        expect(words).toEqual(words.map((word) => word | 0))
      }),
    )
  })

  it('differs between seeds that people choose', () => {
    const seeds = [
      '',
      ...Array.from({ length: 10 }, (_, n) => String(n)),
      'demo',
      'Demo',
      'demo ',
      'demo1',
      'demo2',
      'omed',
    ]
    expect(new Set(seeds.map((seed) => String(worldKey(seed)))).size).toBe(seeds.length)
  })
})

describe('words', () => {
  // 255 degrees of freedom: mean 255, standard deviation 22.6; a fair generator passes 375 in one of a million.
  const CHI_SQUARE_MAX = 375
  const DRAWS = 40_000
  const axes: Record<string, (i: number) => [number, number, number, number]> = {
    agents: (i) => [3, i, 5, 0],
    occurrences: (i) => [3, 17, i, 0],
    pairs: (i) => [3, i, 1_000_000 + i, 0],
    purposes: (i) => [i, 17, 5, 0],
    blocks: (i) => [3, 17, 5, i],
  }

  function chiSquare(counts: Uint32Array): number {
    const expected = DRAWS / 256
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  }

  it.each(Object.keys(axes))(
    'of successive %s are uniform in every byte, and so is what changes from one to the next',
    (axis) => {
      const random = new Random(worldKey('uniformity'))
      const counts = Array.from({ length: 32 }, () => new Uint32Array(256))
      const before = new Uint32Array(4)
      for (let i = 0; i < DRAWS; i++) {
        const words = random.draw(...(axes[axis] as (typeof axes)[string])(i))
        for (let byte = 0; byte < 16; byte++) {
          const [word, shift] = [byte >>> 2, 8 * (byte & 3)]
          const value = words[word] as number
          const change = value ^ (before[word] as number)
          for (const [place, bits] of [value, change].entries()) {
            const tally = counts[2 * byte + place] as Uint32Array
            const bin = (bits >>> shift) & 0xff
            tally[bin] = (tally[bin] as number) + 1
          }
        }
        before.set(words)
      }
      expect(Math.max(...counts.map(chiSquare))).toBeLessThan(CHI_SQUARE_MAX)
    },
  )
})

describe('chance', () => {
  const word = fc.nat(0xffff_ffff)

  it('never comes with probability 0, and always with 1', () => {
    for (const edge of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      expect(chance(edge, 0)).toBe(false)
      expect(chance(edge, 1)).toBe(true)
    }
  })

  it('comes for just the share of words that the probability says', () => {
    return fc.assert(
      fc.property(word, (limit) => {
        const probability = limit / TWO_32
        if (limit > 0) expect(chance(limit - 1, probability)).toBe(true)
        expect(chance(limit, probability)).toBe(false)
      }),
    )
  })
})

describe('below', () => {
  const limits = fc.integer({ min: 1, max: 1 << 21 })

  it('gives 0 for the first word and the last number for the last', () => {
    expect(below(0xffff_ffff, 1 << 21)).toBe((1 << 21) - 1)
    return fc.assert(
      fc.property(limits, (limit) => {
        expect(below(0, limit)).toBe(0)
        expect(below(0xffff_ffff, limit)).toBe(limit - 1)
      }),
    )
  })

  it('is exact: the upper half of the product', () => {
    return fc.assert(
      fc.property(fc.nat(0xffff_ffff), limits, (word, limit) => {
        expect(below(word, limit)).toBe(Number((BigInt(word) * BigInt(limit)) >> 32n))
      }),
      { numRuns: 1000 },
    )
  })
})
