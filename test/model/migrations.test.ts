// Worlds that older versions of the model wrote can be shown, verified and delivered; to go on with, their rules are not here
// any more. A small one of each version is kept, and is never written again.

import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  audit,
  CodecError,
  fork,
  type Head,
  Host,
  keyOf,
  LocalSimulation,
  type Parcel,
  Runner,
  recover,
  Table,
} from '../../engine/index.ts'
import { Marketplace, model } from '../../model/index.ts'
import { olderTables } from '../../model/state/migrations.ts'
import { realMachine } from '../../sinks/index.ts'
import { openSqlite } from '../../stores/index.ts'

const GOLDEN = join(import.meta.dirname, '../golden')
/** Agents that each version's world had at tick 50, and one of them. */
const KNOWN: Record<number, { students: number; tutors: number; sessions: number }> = {
  1: { students: 59, tutors: 33, sessions: 39 },
  2: { students: 49, tutors: 29, sessions: 83 },
  3: { students: 49, tutors: 32, sessions: 151 },
  4: { students: 54, tutors: 31, sessions: 150 },
}
/** The first version whose worlds have an id, which the keys of their events carry. */
const IDS_SINCE = 3

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const versions = readdirSync(GOLDEN).map((name) => Number(/^world-v(\d+)\.db$/.exec(name)?.[1]))

describe.each(versions)('a world of version %d', (version) => {
  const open = async () => {
    const file = join(folder, 'world.db')
    copyFileSync(join(GOLDEN, `world-v${version}.db`), file)
    const store = await openSqlite(file)
    return { store, log: store.world('golden') }
  }

  it('is what it was', async () => {
    const { store, log } = await open()
    const head = await log.readHead()
    const simulation = new LocalSimulation(model)
    if (!head) throw new Error('no world')
    expect(head.modelVersion).toBe(version)
    await recover(log, simulation, head, head.tick)
    const world = new Marketplace(simulation.held)
    expect({ ...world.census, sessions: world.student('stu_1000')?.sessions_completed }).toEqual(KNOWN[version])
    await store.close()
  })

  it('is not gone on with: the line names its model, and nothing is changed', async () => {
    const { store, log } = await open()
    const before = await log.readHead()
    const runner = new Runner({
      log,
      simulation: new LocalSimulation(model),
      timer: realMachine(),
      newAttempt: () => crypto.randomUUID(),
    })
    await runner.open()
    expect(await runner.begin()).toBe(true)
    expect(runner.isPast).toBe(true)
    const refused = { code: 'WORLD_TOO_OLD', message: expect.stringContaining(`written by model ${version}`) }
    await expect(runner.advance(1)).rejects.toMatchObject(refused)
    await expect(runner.take({ students: 70 })).rejects.toMatchObject(refused)
    await expect(fork(log, 20, store.world('other'), new LocalSimulation(model), 'attempt', 0)).rejects.toMatchObject(
      refused,
    )
    expect(await log.readHead()).toEqual(before)
    expect(await store.worlds()).toEqual(['golden'])
    await store.close()
  })

  it('is verified by what needs no rules, and a damaged one is found', async () => {
    const { store, log } = await open()
    const head = (await log.readHead()) as Head
    const { past, ticks, checkpoints } = await audit(log, head, new LocalSimulation(model))
    expect({ past, ticks }).toEqual({ past: [{ modelVersion: version, from: 0, until: 50 }], ticks: 50 })
    expect(checkpoints).toBeGreaterThan(0)
    await store.close()
    const file = new DatabaseSync(join(folder, 'world.db'))
    file.exec('UPDATE records SET bytes = zeroblob(length(bytes)) WHERE tick = 30')
    file.close()
    const damaged = await openSqlite(join(folder, 'world.db'))
    const audited = audit(damaged.world('golden'), head, new LocalSimulation(model))
    await expect(audited).rejects.toMatchObject({ code: 'STORE_DAMAGED', message: expect.stringContaining('30') })
    await damaged.close()
  })

  it('delivers what it had committed, under the keys of its time', async () => {
    const { store, log } = await open()
    const keys: string[] = []
    const sink = {
      ...{ target: 'noted', streams: 2, eventByEvent: true, close: async () => undefined },
      async send(parcel: Parcel) {
        keys.push(keyOf(parcel))
        return { verdict: 'acknowledged' } as const
      },
    }
    await log.swapCursor(sink.target, { version: 1, streams: 2, tick: 10, ahead: {} })
    const machine = realMachine()
    const host = await Host.open({ model, log, sinks: [sink], machine })
    await host.begin()
    await expect(host.live({ until: 60 })).rejects.toMatchObject({ code: 'WORLD_TOO_OLD' })
    expect(keys.length).toBeGreaterThan(50)
    for (const key of keys) expect(key).toMatch(version < IDS_SINCE ? /^[^/]+$/ : /^[0-9a-f]{12}\/[^/]+$/)
    // Nothing is owed any more, and with nothing to do there is nothing to refuse.
    expect((await host.live({ until: 50 })).progress).toMatchObject([{ delivered: 0 }])
    await host.close()
    machine.close()
    await store.close()
  })
})

describe('a version', () => {
  it('that nobody knows is refused', () => {
    expect(() => olderTables(99)).toThrow(CodecError)
    expect(() => olderTables(99)).toThrow('model version 99')
  })
})

describe('a table that was laid out otherwise', () => {
  it('keeps each field by its name, and free rows free', () => {
    const before = new Table('before', { due: 'f64', age: 'u8', gone: 'u16' })
    const after = new Table('after', { added: 'u32', age: 'u16', due: 'f64' })
    const row = before.accessor()
    const rows = [0, 1, 2, 3, 4].map((place) => {
      const taken = before.take()
      Object.assign(row.edit(taken), { due: 1000 + place, age: place, gone: 7 })
      return taken
    })
    before.give(rows[1] as number)
    before.give(rows[3] as number)
    after.convert(before as unknown as Table)
    const read = after.accessor()
    for (const place of [0, 2, 4])
      expect([read.at(place).due, read.at(place).age, read.at(place).added]).toEqual([1000 + place, place, 0])
    expect([after.take(), after.take(), after.take()]).toEqual([3, 1, 5])
    expect([read.at(3).due, read.at(1).age]).toEqual([0, 0])
  })
})
