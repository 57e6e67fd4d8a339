// What every store promises, see engine/log/ticklog.ts. Each store's test is a call of `describeStore`.

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Cursor, type Head, type Store, StoreError, type TickLog } from '../../engine/index.ts'
import { StoreNameError } from '../../stores/index.ts'
import {
  cursorOf,
  headOf,
  holdOf,
  left,
  listed,
  manifestOf,
  namesOf,
  parkedOf,
  recordOf,
  recordsOf,
  same,
  text,
  ticksOf,
} from './given.ts'

/** Incompressible, so a store that splits has to split. */
const LARGE = randomBytes(1_300_000)
const SHARD = randomBytes(3 << 20)
const FIRST_TICK = -527_040
const LAST_TICK = 1_000_000_000

/** @param open each time another handle on the same place */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store
    let other: Store
    let world: string
    let log: TickLog
    let worlds = 0

    beforeAll(async () => {
      store = await open()
      other = await open()
    })

    beforeEach(() => {
      world = `world-${++worlds}`
      log = store.world(world)
    })

    afterAll(async () => {
      await store?.close()
      await other?.close()
    })

    test('a world that never was has nothing', async () => {
      expect(await log.readHead()).toBeUndefined()
      expect(await listed(log)).toEqual([])
      expect(await log.manifests()).toEqual([])
      expect(await log.cursors()).toEqual(new Map())
      expect(await log.readCursor('-')).toBeUndefined()
      expect(await log.parked()).toEqual([])
      expect(await log.collect(0)).toBe(0)
      expect(await store.worlds()).not.toContain(world)
      await store.delete(world)
    })

    test('HEAD comes back as it was committed', async () => {
      const head: Head = {
        tick: FIRST_TICK,
        attempt: 'a:1',
        hash: 'ab'.repeat(32),
        modelVersion: 7,
        settings: { seed: 'ünï "q" \n', rate: 0.1, nested: [null, { deep: true }] },
        inputs: [{ position: 1, id: 'in-1', input: { rate: 2 } }],
        positions: 1,
      }
      expect(await log.commit(null, head, [])).toBe(true)
      expect(await log.readHead()).toEqual(head)
    })

    test('HEAD is swapped by who names the attempt that is there, and by nobody else', async () => {
      expect(await log.commit('nobody', headOf(1, 'a'), [])).toBe(false)
      expect(await log.readHead()).toBeUndefined()
      expect(await log.commit(null, headOf(1, 'a'), [])).toBe(true)
      expect(await log.commit(null, headOf(1, 'b'), [])).toBe(false)
      expect(await log.commit('b', headOf(2, 'c'), [])).toBe(false)
      expect((await log.readHead())?.attempt).toBe('a')
      expect(await log.commit('a', headOf(2, 'd'), [])).toBe(true)
      expect(await log.commit('a', headOf(2, 'e'), [])).toBe(false)
      expect(await log.readHead()).toEqual(headOf(2, 'd'))
    })

    test('a swap that is sent twice is one swap, and succeeds', async () => {
      expect(await log.commit(null, headOf(1, 'a'), [])).toBe(true)
      expect(await log.commit(null, headOf(1, 'a'), [])).toBe(true)
      expect(await log.commit('a', headOf(2, 'b'), [recordOf(1, 'x')])).toBe(true)
      expect(await log.commit('a', headOf(2, 'b'), [recordOf(1, 'x')])).toBe(true)
      expect(await listed(log)).toEqual(['1 b x'])
    })

    test('of many who swap at once one wins', async () => {
      await log.commit(null, headOf(0, 'start'), [])
      for (let tick = 0, last = 'start'; tick < 5; tick++) {
        const attempts = Array.from({ length: 8 }, (_, n) => `t${tick}-${n}`)
        const handles = [store.world(world), other.world(world)]
        const results = await Promise.all(
          attempts.map((attempt, n) =>
            (handles[n % 2] as TickLog).commit(last, headOf(tick + 1, attempt), [recordOf(tick, attempt)]),
          ),
        )
        expect(results.filter(Boolean)).toHaveLength(1)
        last = attempts[results.indexOf(true)] as string
        expect((await log.readHead())?.attempt).toBe(last)
      }
      expect(await listed(log)).toHaveLength(40)
    })

    test('records of attempts that lost are there under their own attempt', async () => {
      await log.commit(null, headOf(1, 'a'), [recordOf(0, 'of a')])
      expect(await log.commit(null, headOf(1, 'b'), [recordOf(0, 'of b')])).toBe(false)
      expect((await listed(log)).sort()).toEqual(['0 a of a', '0 b of b'])
    })

    test('records come by tick, from `from` to before `to`', async () => {
      const ticks = [0, 10, 9, -1, -10, -9, 999_999, LAST_TICK, FIRST_TICK, 100, -100_000]
      for (const tick of ticks) await log.commit('nobody', headOf(0, `t${tick}`), [recordOf(tick, 'x')])
      const sorted = ticks.toSorted((a, b) => a - b)
      expect(await ticksOf(log, FIRST_TICK, LAST_TICK + 1)).toEqual(sorted)
      expect(await ticksOf(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual(sorted)
      expect(await ticksOf(log, -9, 10)).toEqual([-9, -1, 0, 9])
      expect(await ticksOf(log, -9, -9)).toEqual([])
      expect(await ticksOf(log, 10, 9)).toEqual([])
      expect(await ticksOf(log, LAST_TICK, LAST_TICK + 1)).toEqual([LAST_TICK])
    })

    test('many records of one commit', async () => {
      const records = Array.from({ length: 700 }, (_, tick) => recordOf(tick, `tick ${tick}`))
      expect(await log.commit(null, headOf(700, 'a'), records)).toBe(true)
      expect(await listed(log)).toEqual(records.map(({ tick }) => `${tick} a tick ${tick}`))
    })

    test('a record of more than a megabyte between small ones, and an empty one', async () => {
      const records = [recordOf(1, 'before'), { tick: 2, bytes: LARGE }, recordOf(3, ''), recordOf(4, 'after')]
      await log.commit(null, headOf(5, 'a'), records)
      await log.commit(null, headOf(5, 'b'), records.toReversed())
      const found = await recordsOf(log)
      expect(found.map(({ tick }) => tick)).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
      for (const { tick, bytes } of found) expect(same(bytes(), records[tick - 1]?.bytes)).toBe(true)
    })

    test('bytes are copied on the way in and out', async () => {
      const bytes = Buffer.from('as given')
      await log.commit(null, headOf(1, 'a'), [{ tick: 0, bytes }])
      await log.writeState(0, 'a', 0, bytes)
      bytes.fill(0)
      expect(await listed(log)).toEqual(['0 a as given'])
      const state = await log.readState(0, 'a', 0)
      expect(text(state)).toBe('as given')
      state.fill(0)
      expect(text(await log.readState(0, 'a', 0))).toBe('as given')
      const [record] = await recordsOf(log)
      record?.bytes().fill(0)
      expect(await listed(log)).toEqual(['0 a as given'])
    })

    test('shards of three megabytes come back, each under its names', async () => {
      const given = new Map(['0 a 0', '0 a 1', '0 b 0', '-5 a 0'].map((key, n) => [key, SHARD.subarray(n)]))
      for (const [key, bytes] of given) await log.writeState(...namesOf(key), bytes)
      for (const [key, bytes] of given) expect(same(await log.readState(...namesOf(key)), bytes)).toBe(true)
      for (const key of ['1 a 0', '0 c 0', '0 a 2'])
        await expect(log.readState(...namesOf(key))).rejects.toThrow(StoreError)
      await expect(other.world(`${world}-2`).readState(0, 'a', 0)).rejects.toThrow(StoreError)
    })

    test('a shard is written over', async () => {
      await log.writeState(0, 'a', 0, SHARD)
      await log.writeState(0, 'a', 0, Buffer.from('short'))
      expect(text(await log.readState(0, 'a', 0))).toBe('short')
      await log.writeState(0, 'a', 0, LARGE)
      expect(same(await log.readState(0, 'a', 0), LARGE)).toBe(true)
    })

    test('manifests, newest first', async () => {
      const manifests = [-3, 1000, 20].map((tick) => manifestOf(tick, 'a', tick))
      const again = manifestOf(20, 'b', 21)
      for (const manifest of [...manifests, again]) await log.publish(manifest)
      expect(await log.manifests()).toEqual([manifests[1], again, manifests[2], manifests[0]])
      await log.publish({ ...again, digests: ['changed'] })
      expect((await log.manifests())[1]?.digests).toEqual(['changed'])
    })

    test('cursors only go from one version to the next', async () => {
      expect(await log.swapCursor('-', cursorOf(2))).toBe(false)
      expect(await log.swapCursor('-', cursorOf(1))).toBe(true)
      expect(await log.swapCursor('-', cursorOf(1))).toBe(false)
      expect(await log.swapCursor('-', cursorOf(3))).toBe(false)
      expect(await log.swapCursor('-', cursorOf(2, { tick: 9, mark: '5:f00d' }))).toBe(true)
      expect(await log.swapCursor('-', cursorOf(2))).toBe(false)
      expect(await log.readCursor('-')).toEqual(cursorOf(2, { tick: 9, mark: '5:f00d' }))
      const both = await Promise.all([store, other].map((at) => at.world(world).swapCursor('-', cursorOf(3))))
      expect(both.sort()).toEqual([false, true])
    })

    test('cursors of targets of any name, each with its positions', async () => {
      const ahead = Object.fromEntries(
        Array.from({ length: 50 }, (_, stream) => [stream, [FIRST_TICK + stream, stream * 7] as const]),
      )
      const cursors = new Map<string, Cursor>([
        ['-', cursorOf(1)],
        ['', cursorOf(1, { tick: -12 })],
        [`https://example.com/${'x'.repeat(3000)}?a=#b`, cursorOf(1, { tick: FIRST_TICK, ahead })],
        ['https://example.com/open', cursorOf(1, { inDoubt: 'all' })],
        ['https://example.com/doubtful', cursorOf(1, { tick: 7, inDoubt: { 3: [8, 2], 49: [7, 1] } })],
        ['c#ü.ndjson', cursorOf(1, { mark: '1099511627776:f00d' })],
      ])
      for (const [target, cursor] of cursors) expect(await log.swapCursor(target, cursor)).toBe(true)
      for (const [target, cursor] of cursors) expect(await log.readCursor(target)).toEqual(cursor)
      expect(await log.cursors()).toEqual(cursors)
    })

    test('parked events come back, are replaced and go', async () => {
      const events = ['a b', 'a#b', 'c'].flatMap((target) => [parkedOf(target, 'e1'), parkedOf(target, 'e#2')])
      for (const event of events) await log.park(event)
      expect(await log.parked()).toHaveLength(6)
      expect(await log.parked()).toEqual(expect.arrayContaining(events))
      const changed = { ...parkedOf('c', 'e1'), answer: 'ünï "q" \n' }
      await log.park(changed)
      expect(await log.parked()).toHaveLength(6)
      expect(await log.parked()).toContainEqual(changed)
      await log.unpark('a#b', 'e1')
      await log.unpark('nobody', 'e1')
      expect(await log.parked()).toHaveLength(5)
      expect(await log.parked()).not.toContainEqual(parkedOf('a#b', 'e1'))
    })

    test('collecting takes what lies below, committed or not, and nothing else', async () => {
      const ticks = [-1000, -1, 0, 5, 6, 100]
      for (const attempt of ['a', 'b']) {
        await log.commit(
          attempt === 'a' ? null : 'nobody',
          headOf(101, attempt),
          ticks.map((tick) => recordOf(tick, 'x')),
        )
        for (const tick of ticks)
          for (const shard of [0, 1]) await log.writeState(tick, attempt, shard, tick === 5 ? LARGE : Buffer.from('x'))
      }
      for (const tick of ticks) await log.publish(manifestOf(tick, 'a', 0))
      await log.swapCursor('-', cursorOf(1, { tick: -1000 }))
      await log.park(parkedOf('-', 'e1'))
      const neighbour = other.world(`${world}-2`)
      await neighbour.commit(null, headOf(1, 'a'), [recordOf(0, 'x')])

      expect(await log.collect(-1000)).toBe(0)
      expect(await log.collect(-1)).toBeGreaterThan(0)
      expect(await left(log, ticks)).toEqual({ records: [-1, 0, 5, 6, 100], states: [-1, 0, 5, 6, 100] })
      expect(await log.collect(6)).toBeGreaterThan(0)
      expect(await left(log, ticks)).toEqual({ records: [6, 100], states: [6, 100] })
      expect((await log.manifests()).map(({ tick }) => tick)).toEqual([100, 6])
      expect(await log.collect(6)).toBe(0)
      expect(await log.collect(0)).toBe(0)
      expect(await log.readHead()).toEqual(headOf(101, 'a'))
      expect(await log.readCursor('-')).toEqual(cursorOf(1, { tick: -1000 }))
      expect(await log.parked()).toHaveLength(1)
      expect(await listed(neighbour)).toEqual(['0 a x'])
    })

    test('holds come back, each under its fork and attempt, and go', async () => {
      const holds = ['a.b', 'a', 'a-1'].flatMap((fork) => [holdOf(fork, 'x:1'), holdOf(fork, 'x.2')])
      expect(await log.holds()).toEqual([])
      await log.release(holdOf('a', 'x:1'))
      for (const hold of holds) await log.hold(hold)
      const changed = holdOf('a', 'x:1', -12)
      await log.hold(changed)
      await other.world(`${world}-2`).hold(holdOf('a', 'x:1', 7))
      const expected = holds.map((hold) => (hold.world === 'a' && hold.attempt === 'x:1' ? changed : hold))
      expect(await other.world(world).holds()).toHaveLength(6)
      expect(await other.world(world).holds()).toEqual(expect.arrayContaining(expected))
      await log.release(holdOf('a', 'x:1'))
      expect(await log.holds()).not.toContainEqual(changed)
      expect(await log.holds()).toHaveLength(5)
      await log.collect(1000)
      expect(await log.holds()).toHaveLength(5)
      await store.delete(world)
      expect(await log.holds()).toEqual([])
      expect(await store.world(`${world}-2`).holds()).toEqual([holdOf('a', 'x:1', 7)])
    })

    test('what is written below what was collected can be collected', async () => {
      await log.collect(100)
      await log.commit(null, headOf(6, 'a'), [recordOf(5, 'x')])
      await log.writeState(4, 'a', 0, Buffer.from('x'))
      await log.publish(manifestOf(4, 'a', 0))
      expect(await log.collect(100)).toBe(3)
      expect(await left(log, [4, 5])).toEqual({ records: [], states: [] })
    })

    test('deleting takes all of one world, which can then begin anew', async () => {
      const fill = async (to: TickLog): Promise<void> => {
        expect(await to.commit(null, headOf(1, 'a'), [recordOf(0, 'x'), { tick: -5, bytes: LARGE }])).toBe(true)
        await to.writeState(0, 'a', 0, SHARD)
        await to.publish(manifestOf(0, 'a', 0))
        expect(await to.swapCursor('-', cursorOf(1))).toBe(true)
        await to.park(parkedOf('-', 'e1'))
      }
      const neighbour = store.world(`${world}.2`)
      await fill(log)
      await fill(neighbour)
      await other.delete(world)
      expect(await log.readHead()).toBeUndefined()
      expect(await left(log, [0, -5])).toEqual({ records: [], states: [] })
      expect(await log.manifests()).toEqual([])
      expect(await log.cursors()).toEqual(new Map())
      expect(await log.parked()).toEqual([])
      expect(await store.worlds()).not.toContain(world)
      expect(await store.worlds()).toContain(`${world}.2`)
      expect(await left(neighbour, [0, -5])).toEqual({ records: [-5, 0], states: [0] })
      await fill(log)
      expect(await log.collect(1)).toBeGreaterThan(0)
      expect(await left(log, [0, -5])).toEqual({ records: [], states: [] })
    })

    test('worlds that have a HEAD, in order', async () => {
      for (const name of ['z', 'B', 'a', '_', '-', '.', '0']) {
        await store.world(`list-${name}`).commit(null, headOf(0, 'a'), [])
        await store.world(`list-${name}x`).commit('nobody', headOf(0, 'a'), [recordOf(0, 'x')])
      }
      const names = (await other.worlds()).filter((name) => name.startsWith('list-'))
      expect(names).toEqual(['list--', 'list-.', 'list-0', 'list-B', 'list-_', 'list-a', 'list-z'])
    })

    test('two handles on a world see what the other wrote', async () => {
      const there = other.world(world)
      await log.commit(null, headOf(1, 'a'), [recordOf(0, 'x')])
      expect(await there.readHead()).toEqual(headOf(1, 'a'))
      expect(await listed(there)).toEqual(['0 a x'])
      expect(await there.commit('a', headOf(2, 'b'), [recordOf(1, 'y')])).toBe(true)
      expect(await log.readHead()).toEqual(headOf(2, 'b'))
      expect(await listed(log)).toEqual(['0 a x', '1 b y'])
      await there.writeState(1, 'c', 0, SHARD)
      await there.publish(manifestOf(1, 'c', 0))
      expect(same(await log.readState(1, 'c', 0), SHARD)).toBe(true)
      expect(await log.manifests()).toEqual([manifestOf(1, 'c', 0)])
      expect(await log.swapCursor('-', cursorOf(1))).toBe(true)
      expect(await there.swapCursor('-', cursorOf(2))).toBe(true)
      expect(await log.readCursor('-')).toEqual(cursorOf(2))
    })

    test('writing while records are being read', async () => {
      await log.commit(
        null,
        headOf(600, 'a'),
        Array.from({ length: 600 }, (_, tick) => recordOf(tick, 'x')),
      )
      let last = 'a'
      const seen: number[] = []
      for await (const { tick, bytes } of log.records(0, 600)) {
        seen.push(tick)
        expect(text(bytes())).toBe('x')
        if (tick % 50 !== 0) continue
        expect(await log.commit(last, headOf(601, `b${tick}`), [recordOf(1000 + tick, 'y')])).toBe(true)
        last = `b${tick}`
      }
      expect(seen).toEqual(Array.from({ length: 600 }, (_, tick) => tick))
      for await (const { tick } of log.records(0, 600)) if (tick === 3) break
    })

    test('names that would clash with keys are refused', async () => {
      for (const name of ['', 'a#b', 'a/b', 'a b', 'ü', 'x'.repeat(65)]) {
        expect(() => store.world(name)).toThrow(StoreNameError)
        await expect(store.delete(name)).rejects.toThrow(StoreNameError)
      }
      await expect(log.commit(null, headOf(0, 'a#b'), [])).rejects.toThrow(StoreNameError)
      await expect(log.writeState(0, '', 0, SHARD)).rejects.toThrow(StoreNameError)
    })
  })
}
