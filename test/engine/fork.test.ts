// A fork within a store refers to what its origin has, and nobody takes that away from it.

import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  audit,
  committedTicks,
  deleteWorld,
  fork,
  type Head,
  HOUR,
  hashOf,
  LocalSimulation,
  type Manifest,
  Runner,
  recover,
  type Store,
  type TickLog,
} from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/epidemic/model.ts'
import { openStore } from '../../stores/index.ts'

const settings = { ...SETTINGS, towns: [400, 300, 200], tickMilliseconds: HOUR }
const TWO_DAYS = 48 * HOUR

/** A world that saves whenever it may. */
function runnerOf(log: TickLog, clock: { now: number }, keepMilliseconds = Number.POSITIVE_INFINITY): Runner {
  return new Runner({
    ...{ log, simulation: new LocalSimulation(model), newAttempt: randomUUID, keepMilliseconds },
    ...{ logFactor: 0.01, logBytesMin: 1, timer: { now: () => clock.now++, pause: async () => undefined } },
  })
}

/** @param clock of one that collects whatever it may */
async function live(log: TickLog, ticks: number, clock?: { now: number }): Promise<void> {
  const runner = clock ? runnerOf(log, clock, 0) : runnerOf(log, { now: 1e12 })
  await runner.open(settings)
  while (!(await runner.begin()));
  for (let left = ticks; left > 0; left--) await runner.advance(1)
}

async function headIn(log: TickLog): Promise<Head> {
  return (await log.readHead()) as Head
}

/** Digests of the state before a tick. */
async function stateOf(log: TickLog, tick?: number): Promise<string[]> {
  const simulation = new LocalSimulation(model)
  const head = await headIn(log)
  await recover(log, simulation, head, tick ?? head.tick)
  return Promise.all(
    Array.from({ length: simulation.shards }, async (_, shard) => hashOf(await simulation.save(shard))),
  )
}

async function forked(store: Store, from: string, tick: number, as: string, now = 1e12): Promise<TickLog> {
  const log = store.world(as)
  await fork(store.world(from), tick, log, new LocalSimulation(model), randomUUID(), now)
  return log
}

/** A world of some ticks, which has kept them all. */
async function grown(ticks: number): Promise<{ store: Store; origin: TickLog }> {
  const store = await openStore('memory')
  const origin = store.world('origin')
  const runner = new Runner({
    ...{ log: origin, simulation: new LocalSimulation(model), newAttempt: randomUUID, logBytesMin: 1, logFactor: 0.2 },
    timer: { now: () => 1e12, pause: async () => undefined },
  })
  await runner.open(settings)
  while (!(await runner.begin()));
  for (let left = ticks; left > 0; left--) await runner.advance(1)
  return { store, origin }
}

describe('a fork within a store', () => {
  it('copies neither state nor records, and has the state and the past of its origin', async () => {
    const { store, origin } = await grown(40)
    const twin = await forked(store, 'origin', 25, 'twin')
    for (const { tick, attempt, world } of await twin.manifests()) {
      expect(world).toBe('origin')
      await expect(twin.readState(tick, attempt, 0)).rejects.toThrow('missing')
    }
    for await (const _ of twin.records(-1e9, 1e9)) expect.fail('a record was copied')
    expect(await stateOf(twin)).toEqual(await stateOf(origin, 25))
    const [oldest] = (await twin.manifests()).reverse()
    const [of, at] = [[] as string[], [] as string[]]
    for await (const { hash, tick } of committedTicks(origin, oldest?.tick ?? 0, await headIn(origin)))
      if (tick < 25) of.push(hash)
    for await (const { hash } of committedTicks(twin, oldest?.tick ?? 0, await headIn(twin))) at.push(hash)
    expect(at).toEqual(of)
  })

  it('lives on as its origin did, over forks of forks, and stands every audit', async () => {
    const { store, origin } = await grown(40)
    const [first, second] = [await forked(store, 'origin', 12, 'first'), 'second']
    await live(first, 10)
    const third = await forked(store, 'first', 17, second)
    await live(third, 5)
    // Before it parted from its origin, or that from its own.
    const past = (await third.manifests()).at(-1)?.tick as number
    const early = await forked(store, second, past, 'early')
    expect((await headIn(third)).origins).toEqual([
      { world: 'origin', until: 12 },
      { world: 'first', until: 17 },
    ])
    expect(await stateOf(first)).toEqual(await stateOf(origin, 22))
    expect(await stateOf(third)).toEqual(await stateOf(origin, 22))
    expect(await stateOf(early)).toEqual(await stateOf(origin, past))
    for (const log of [origin, first, third, early])
      expect((await audit(log, await headIn(log), new LocalSimulation(model))).checkpoints).toBeGreaterThan(0)
  })

  it('keeps what it refers to from being collected, until it has a state of its own', async () => {
    const { store, origin } = await grown(10)
    const clock = { now: 1e12 }
    const twin = await forked(store, 'origin', 6, 'twin', clock.now)
    const expected = await stateOf(origin, 6)
    const ticksKept = async () => {
      const ticks: number[] = []
      for await (const { tick } of origin.records(-1e9, 1e9)) ticks.push(tick)
      return ticks
    }
    clock.now += 2 * TWO_DAYS
    await live(origin, 30, clock)
    expect(await stateOf(twin)).toEqual(expected)
    expect(await ticksKept()).toContain(5)
    // It saves a state of its own, and collects what it referred to.
    await live(twin, 5, clock)
    expect((await twin.manifests()).some(({ world }) => world !== undefined)).toBe(false)
    await live(origin, 5, clock)
    expect(await ticksKept()).not.toContain(5)
    expect((await origin.holds()).map(({ world }) => world)).toEqual(['origin'])
    await audit(twin, await headIn(twin), new LocalSimulation(model))
  })

  it('that comes when what it needs is about to be collected copies what there is, or says that it is gone', async () => {
    const { store, origin } = await grown(20)
    const [{ tick }] = (await origin.manifests()) as [Manifest]
    await origin.hold({ world: 'origin', attempt: 'collection', tick, since: 1e12 })
    const late = await forked(store, 'origin', tick - 1, 'late')
    expect((await late.manifests()).map((one) => [one.tick, one.world])).toEqual([[tick - 1, undefined]])
    expect(await stateOf(late)).toEqual(await stateOf(origin, tick - 1))
    await origin.collect(tick)
    await expect(forked(store, 'origin', tick - 1, 'later')).rejects.toMatchObject({ code: 'TICK_MISSING' })
    expect(await store.worlds()).toEqual(['late', 'origin'])
    expect((await origin.holds()).map(({ world }) => world)).toEqual(['origin'])
  })

  it('that was given up in the making holds nothing for ever', async () => {
    const { store, origin } = await grown(10)
    await origin.hold({ world: 'never', attempt: 'died', tick: 0, since: 1e12 })
    await live(origin, 10, { now: 1e12 + HOUR })
    expect((await origin.holds()).map(({ world }) => world)).toContain('never')
    await live(origin, 10, { now: 1e12 + TWO_DAYS + HOUR })
    expect((await origin.holds()).map(({ world }) => world)).toEqual(['origin'])
    expect(await store.worlds()).toEqual(['origin'])
  })

  it('outlives its origin, which is gone whole', async () => {
    const { store, origin } = await grown(30)
    const twin = await forked(store, 'origin', 20, 'twin')
    const grandchild = await forked(store, 'twin', 11, 'grandchild')
    await live(twin, 4)
    const expected = [await stateOf(twin), await stateOf(grandchild)]
    await deleteWorld(origin, () => new LocalSimulation(model), randomUUID, 1e12)
    expect(await store.worlds()).toEqual(['grandchild', 'twin'])
    for await (const _ of origin.records(-1e9, 1e9)) expect.fail('a record is left')
    expect([await stateOf(twin), await stateOf(grandchild)]).toEqual(expected)
    await live(grandchild, 3)
    for (const log of [twin, grandchild]) await audit(log, await headIn(log), new LocalSimulation(model))
    await deleteWorld(twin, () => new LocalSimulation(model), randomUUID, 1e12)
    expect(await twin.holds()).toEqual([])
    await audit(grandchild, await headIn(grandchild), new LocalSimulation(model))
  })

  it('that is deleted holds nothing any more', async () => {
    const { store, origin } = await grown(10)
    const twin = await forked(store, 'origin', 5, 'twin')
    expect((await origin.holds()).map(({ world }) => world)).toEqual(['twin'])
    await deleteWorld(twin, () => new LocalSimulation(model), randomUUID, 1e12)
    expect(await origin.holds()).toEqual([])
  })

  it('whose name is taken changes nothing of whoever has it', async () => {
    const { store, origin } = await grown(10)
    await forked(store, 'origin', 5, 'twin')
    const before = await store.world('twin').manifests()
    await expect(forked(store, 'origin', 7, 'twin')).rejects.toMatchObject({ code: 'WORLD_EXISTS' })
    expect(await store.world('twin').manifests()).toEqual(before)
    expect(await origin.holds()).toHaveLength(1)
  })
})

describe('a world at rest', () => {
  it('tells its digest in HEAD, until it goes on', async () => {
    const log = (await openStore('memory')).world('w')
    const runner = runnerOf(log, { now: 1e12 })
    await runner.open(settings)
    while (!(await runner.begin()));
    await runner.advance(3)
    await runner.rest()
    const { rest, hash, tick } = await headIn(log)
    expect({ tick, hash: rest?.hash }).toEqual({ tick: 3, hash })
    expect(rest?.digest).toMatch(/^[0-9a-f]{64}$/)
    const { attempt } = await headIn(log)
    await runner.rest()
    expect((await headIn(log)).attempt).toBe(attempt)
    await runner.advance(1)
    expect((await headIn(log)).rest).toBeUndefined()
  })
})
