// Worlds that older versions of the model wrote go on: a small one of each version is kept, and is never written again.

import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CodecError,
  type Head,
  HOUR,
  Host,
  keyOf,
  LocalSimulation,
  type Parcel,
  Runner,
  recover,
  Table,
} from '../../engine/index.ts'
import { Marketplace, MODEL_VERSION, model, type Settings } from '../../model/index.ts'
import { olderTables } from '../../model/state/migrations.ts'
import { realMachine } from '../../sinks/index.ts'
import { openSqlite } from '../../stores/index.ts'

const GOLDEN = join(import.meta.dirname, '../golden')
/** Agents that each version's world had at tick 50, and one of them. */
const KNOWN: Record<number, { students: number; tutors: number; sessions: number }> = {
  1: { students: 59, tutors: 33, sessions: 39 },
}

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

  it('goes on under this version, behind a checkpoint of its own', async () => {
    const { store, log } = await open()
    const runner = () =>
      new Runner({
        log,
        simulation: new LocalSimulation(model),
        timer: realMachine(),
        newAttempt: () => crypto.randomUUID(),
      })
    const first = runner()
    await first.open()
    expect(await first.begin()).toBe(true)
    expect(await first.advance(30)).toBe(30)
    expect(first.head.modelVersion).toBe(MODEL_VERSION)
    const second = runner()
    await second.open()
    expect(await second.advance(1)).toBe(1)
    const [newest] = await log.manifests()
    expect(newest).toMatchObject({ tick: 50, modelVersion: MODEL_VERSION })
    await store.close()
  })

  it('keeps the bare keys of what it had committed, and has its id in all others', async () => {
    const { store, log } = await open()
    const keys: Record<'old' | 'new', string[]> = { old: [], new: [] }
    const before = (await log.readHead()) as Head
    const { start } = before.settings as Settings
    const boundary = start + 50 * HOUR
    const sink = {
      ...{ target: 'noted', streams: 2, eventByEvent: true, close: async () => undefined },
      async send(parcel: Parcel) {
        keys[(parcel.lines.instants[parcel.first] as number) < boundary ? 'old' : 'new'].push(keyOf(parcel))
        return { verdict: 'acknowledged' } as const
      },
    }
    await log.swapCursor(sink.target, { version: 1, streams: 2, tick: 10, ahead: {} })
    for (const until of [60, 70]) {
      const machine = realMachine()
      const host = await Host.open({ model, log, sinks: [sink], machine })
      await host.begin()
      expect((await host.live({ until })).failures).toEqual([undefined])
      await host.close()
      machine.close()
    }
    const { identity } = (await log.readHead()) ?? {}
    expect(identity).toEqual({ id: expect.stringMatching(/^[0-9a-f]{12}$/), since: 50 })
    expect([keys.old.length > 50, keys.new.length > 20]).toEqual([true, true])
    for (const key of keys.old) expect(key).not.toContain('/')
    for (const key of keys.new) expect(key).toMatch(new RegExp(`^${identity?.id}/[^/]+$`))
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
