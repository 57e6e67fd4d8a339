// Same seed, settings and inputs, same bytes: whatever the tick, however often the world was saved and restored.

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorld, type Marketplace, restoreWorld, type SettingsInput } from '../model/index.ts'

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

describe('the golden streams', () => {
  // They move only with a commit that says what moved and why.
  const golden: [SettingsInput, string][] = [
    [{ seed: 'demo', students: 300, warmup: '0d' }, '948139731ae232ed96a706630e695e6e152b59cb6292e43593ca867af70e868c'],
    [
      { seed: 'other', students: 300, warmup: '5d', start: '2025-08-20T00:00:00Z' },
      '00db9648751b151ede30cabd1d48fa24545ad8d56e83d45558ab33886ef88420',
    ],
    [
      { seed: 'グリーン', students: 40, warmup: '35d', tick: '1h' },
      'ce2e9ed8f1325d5008f9d3cc6fea08e290e936589c27151d443ac59a691f5294',
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
