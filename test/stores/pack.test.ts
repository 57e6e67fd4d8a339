import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StoreError } from '../../engine/index.ts'
import { PART_BYTES_MAX, type Place, pack, partsBy, unpack } from '../../stores/pack.ts'
import * as seal from '../../stores/seal.ts'
import { harm, harmed, valueOrStoreError } from './damage.ts'
import { cursorOf, headOf, manifestOf, parkedOf, same } from './given.ts'

const PLACE: Place = { kind: 'record', world: 'demo', tick: -527_040, attempt: 'a1', shard: 0 }
const HEADER_BYTES = 44

describe('parts', () => {
  test('any bytes come back, from parts of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        async (bytes, partBytesMax) => {
          const parts = await pack(PLACE, bytes, partBytesMax)
          for (const part of parts) expect(part.length).toBeLessThanOrEqual(partBytesMax + HEADER_BYTES)
          expect(partsBy(PLACE, parts[0])).toBe(parts.length)
          expect(same(unpack(PLACE, parts), bytes)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('large incompressible bytes are cut below what DynamoDB takes', async () => {
    const bytes = randomBytes(3 << 20)
    const parts = await pack(PLACE, bytes, PART_BYTES_MAX)
    expect(parts).toHaveLength(9)
    for (const part of parts) expect(part.length).toBeLessThan(400_000 - 2048)
    expect(same(unpack(PLACE, parts), bytes)).toBe(true)
  })

  test('rows that differ little become small', async () => {
    expect((await pack(PLACE, new Uint8Array(100_000)))[0]?.length).toBeLessThan(HEADER_BYTES + 40)
  })

  test.each([
    ['world', { world: 'demo2' }],
    ['tick: -527040', { tick: 0 }],
    ['attempt', { attempt: 'a2' }],
    ['kind', { kind: 'state' as const }],
    ['shard: 0', { shard: 1 }],
  ])('a part of another %s is told', async (what, other) => {
    const parts = await pack(PLACE, Buffer.from('bytes'))
    expect(() => unpack({ ...PLACE, ...other }, parts)).toThrow(`part 0, is of another ${what}`)
  })

  test('what is wrong with a part is told, with its name', async () => {
    const parts = await pack(PLACE, randomBytes(300), 100)
    const name = 'world demo: record of tick -527040, attempt a1'
    const reason = (stored: unknown[]): string => {
      try {
        unpack(PLACE, stored)
      } catch (error) {
        return (error as Error).message
      }
      return 'none'
    }
    expect(reason([])).toBe(`${name}, part 0, is missing`)
    expect(reason([parts[0], undefined, parts[2], parts[3]])).toBe(`${name}, part 1, is missing`)
    expect(reason(parts.slice(0, 3))).toBe(`${name}, part 3, is missing`)
    expect(reason([...parts, parts[0]])).toBe(`${name} is damaged: 5 parts, not 4`)
    expect(reason([parts[1]])).toBe(`${name}, part 0, is of another number: 1`)
    expect(reason(['text'])).toBe(`${name}, part 0, is damaged: cut off`)
    expect(reason([Buffer.alloc(100)])).toBe(`${name}, part 0, is damaged: it has no header`)
    const newer = Buffer.from(parts[0] as Uint8Array)
    newer[3] = 2
    expect(reason([newer])).toBe(`${name}, part 0, has format 2, this version reads 1`)
    expect(reason([Buffer.concat([parts[0] as Uint8Array, Buffer.of(0)])])).toBe(
      `${name}, part 0, is damaged: its checksum differs`,
    )
  })

  test('a damaged name is told in one line', () => {
    expect(() => unpack({ ...PLACE, attempt: 'a\r\n\u2028b' }, [])).toThrow(/attempt a; b, part 0, is missing$/)
  })

  test('parts of two writings under the same names are told apart', async () => {
    const [one, two] = await Promise.all([randomBytes(300), randomBytes(300)].map((bytes) => pack(PLACE, bytes, 200)))
    expect(() => unpack(PLACE, [one?.[0], two?.[1]])).toThrow('part 1 is of another writing')
  })

  test('10,000 corruptions: right data or a StoreError', async () => {
    const stored = await itemsOf([0, 1, 400, 5000])
    const index = fc.nat(stored.length - 1)
    const change = fc.oneof(
      { weight: 4, arbitrary: fc.record({ harm }) },
      fc.record({ swapWith: index, part: fc.nat(20) }),
      fc.record({ foreign: fc.uint8Array({ maxLength: 200 }) }),
      fc.constantFrom('drop' as const, 'double' as const, 'reverse' as const),
    )
    fc.assert(
      fc.property(index, fc.nat(20), change, (which, at, what) => {
        const { place, bytes, parts } = stored[which] as StoredItem
        const part = at % parts.length
        let changed: (Uint8Array | undefined)[] = [...parts]
        if (what === 'drop') changed[part] = undefined
        else if (what === 'double') changed.splice(part, 0, parts[part])
        else if (what === 'reverse') changed.reverse()
        else if ('harm' in what) changed[part] = harmed(parts[part] as Uint8Array, what.harm)
        else if ('foreign' in what) changed[part] = what.foreign
        else changed[part] = stored[what.swapWith]?.parts[what.part % (stored[what.swapWith]?.parts.length ?? 1)]
        if (at % 3 === 0) changed = changed.slice(0, part + 1)
        const read = valueOrStoreError(() => unpack(place, changed))
        if (read) expect(same(read, bytes)).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })
})

describe('small items', () => {
  const head = headOf(5, 'a')
  const cursor = cursorOf(7)
  const manifest = manifestOf(5, 'a', 1)
  const parked = parkedOf('-', 'e1')
  const kinds: [seal.Sealed, (stored: seal.Stored, other: boolean) => unknown, unknown][] = [
    [seal.sealHead('w', head, null), (s, other) => seal.openHead(other ? 'v' : 'w', 'a', s), head],
    [seal.sealHead('w', head, null), (s, other) => seal.openHead('w', other ? 'b' : 'a', s), head],
    [seal.sealCursor('w', '-', cursor), (s, other) => seal.openCursor('w', '-', other ? 6 : 7, s), cursor],
    [seal.sealCursor('w', '-', cursor), (s, other) => seal.openCursor('w', other ? '+' : '-', 7, s), cursor],
    [seal.sealManifest('w', manifest), (s, other) => seal.openManifest('w', other ? 4 : 5, 'a', s), manifest],
    [seal.sealParked('w', parked), (s, other) => seal.openParked(other ? 'v' : 'w', s), parked],
  ]

  test('a cursor whose mark is a number, as it used to be, reads as one whose mark is a text', () => {
    const old = seal.sealCursor('w', '-', { ...cursor, mark: 317 as unknown as string })
    expect(seal.openCursor('w', '-', 7, old)).toEqual({ ...cursor, mark: '317' })
  })

  test('damaged, swapped or foreign ones are a StoreError', () => {
    fc.assert(
      fc.property(fc.nat(kinds.length - 1), fc.nat(kinds.length - 1), harm, fc.nat(4), (which, from, what, how) => {
        const [sealed, open, value] = kinds[which] as (typeof kinds)[number]
        let stored: seal.Stored = sealed
        if (how === 0) stored = { ...sealed, text: harmed(Buffer.from(sealed.text), what).toString() }
        else if (how === 1) stored = { ...sealed, crc: sealed.crc ^ (1 << Math.floor(what.at * 32)) }
        else if (how === 2) stored = (kinds[from] as (typeof kinds)[number])[0]
        else if (how === 3) stored = { text: undefined, crc: Number.NaN }
        const read = valueOrStoreError(() => open(stored, how === 4))
        if (read) expect(read).toEqual(value)
        if (how >= 3) expect(read).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
  })

  test('say what they are when they are damaged', () => {
    expect(() => seal.openHead('w', 'b', seal.sealHead('w', head, null))).toThrow(
      new StoreError('world w: HEAD b is damaged: its checksum differs'),
    )
  })
})

interface StoredItem {
  place: Place
  bytes: Uint8Array
  parts: Uint8Array[]
}

/** Of two worlds, ticks, attempts and shards, so that each has near relatives to be mixed up with. */
async function itemsOf(lengths: readonly number[]): Promise<StoredItem[]> {
  const items: StoredItem[] = []
  for (const length of lengths)
    for (const world of ['w', 'v'])
      for (const tick of [0, -1])
        for (const attempt of [`a${length}`, `b${length}`])
          for (const [kind, shard] of [
            ['record', 0],
            ['state', 0],
            ['state', 1],
          ] as const) {
            const place = { kind, world, tick, attempt, shard }
            const bytes = randomBytes(length)
            items.push({ place, bytes, parts: await pack(place, bytes, 1200) })
          }
  return items
}
