// Same seed, settings and inputs, same bytes: whatever the tick, however often the world was saved and restored.

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorld, type Marketplace, restoreWorld, type SettingsInput } from '../model/index.ts'
import { Purpose } from '../model/state/draws.ts'

const DAYS = 40

/** SHA-256 of the stream of a world's first days, as NDJSON. */
function digestOf(settings: SettingsInput, days = DAYS): string {
  const world = createWorld(settings)
  return digestOfRest(world, world.now + days * 86_400_000)
}

function digestOfRest(world: Marketplace, until: number): string {
  const hash = createHash('sha256')
  while (world.now < until) for (const { bytes } of world.advance().batches()) hash.update(bytes)
  return hash.digest('hex')
}

it('gives each purpose of a draw a number of its own', () => {
  const numbers = Object.values(Purpose)
  expect(new Set(numbers).size).toBe(numbers.length)
})

describe('the golden streams', () => {
  // They move only with a commit that says what moved and why.
  const golden: [SettingsInput, string][] = [
    [{ seed: 'demo', students: 300, warmup: '0d' }, '8b75a98ef7d3d65f8fe7e0ee5785d499da37a9a17adca83264aba52ac6d999e0'],
    [
      { seed: 'other', students: 300, warmup: '5d', start: '2025-08-20T00:00:00Z' },
      '1c5295d3b3d0c1ae56dae8b5f0cc6ab887491097970f8d2a76ca3fdf0c2026db',
    ],
    [
      { seed: 'グリーン', students: 40, warmup: '35d', tick: '1h' },
      '25e425f836c8c79d7d49efbe9c4567fc47fcc0766e4e07e8ec1d87ba82f3a4ee',
    ],
  ]
  for (const [settings, digest] of golden)
    it(`are what they were: ${JSON.stringify(settings)}`, () => expect(digestOf(settings)).toBe(digest))
})

describe('the stream does not depend', () => {
  const settings = { seed: 'ticks', students: 250, warmup: '3d' }
  const expected = digestOf(settings)

  for (const tick of ['5m', '1h', '1d', '1m', '96m'])
    it(`on the tick: ${tick}`, () => expect(digestOf({ ...settings, tick, warmup: '3d' })).toBe(expected))

  it('on the run', () => expect(digestOf(settings)).toBe(expected))

  it('on being saved and restored at any tick', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 24 - 1 }), (tick) => {
        const world = createWorld({ ...settings, tick: '1h' })
        const until = world.now + DAYS * 86_400_000
        const hash = createHash('sha256')
        for (let i = 0; i < tick; i++) for (const { bytes } of world.advance().batches()) hash.update(bytes)
        const restored = restoreWorld(world.checkpoint())
        expect(restored.digest()).toBe(world.digest())
        while (restored.now < until) for (const { bytes } of restored.advance().batches()) hash.update(bytes)
        expect(hash.digest('hex')).toBe(expected)
      }),
      { numRuns: 12 },
    )
  })
})

it('another seed gives another stream', () => {
  expect(digestOf({ seed: 'a', students: 50 }, 3)).not.toBe(digestOf({ seed: 'b', students: 50 }, 3))
})
