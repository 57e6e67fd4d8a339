// Whose an event is, wherever events of several worlds meet: every world has an id, made of what it is.

import { describe, expect, it } from 'vitest'
import {
  DAY,
  fork,
  HOUR,
  Host,
  keyOf,
  LocalSimulation,
  type Outcome,
  type Parcel,
  type Sink,
  type TickLog,
} from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/epidemic/model.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'

const settings = { ...SETTINGS, towns: [400, 300, 200], tickMilliseconds: HOUR }

/** Notes the key of each event. */
function noting(): Sink & { keys: string[] } {
  const keys: string[] = []
  const send = async (parcel: Parcel): Promise<Outcome> => {
    keys.push(keyOf(parcel))
    return { verdict: 'acknowledged' }
  }
  return { keys, target: 'noted', streams: 3, eventByEvent: true, send, close: async () => undefined }
}

interface Trial {
  world?: string
  log?: TickLog
  workers?: number
  change?: Partial<typeof settings>
}

/** The world's id, and the keys of what it does in five days. */
async function live({ change = {}, ...options }: Trial): Promise<{ id: string | undefined; keys: string[] }> {
  const sink = noting()
  const machine = realMachine()
  const own = { ...settings, ...change }
  const host = await Host.open({ model, settings: own, machine, sinks: [sink], ...options })
  try {
    while (!(await host.begin()));
    await host.live({ until: (5 * DAY) / own.tickMilliseconds })
    return { id: host.identity?.id, keys: sink.keys }
  } finally {
    machine.close()
    await host.close()
  }
}

const kept = async (name: string): Promise<TickLog> => (await openStore('memory')).world(name)

describe('a world has an id', async () => {
  const { id, keys } = await live({ world: 'a' })

  it('of 12 hex digits, which every key of its events begins with', () => {
    expect(id).toMatch(/^[0-9a-f]{12}$/)
    expect(keys.length).toBeGreaterThan(50)
    for (const key of keys) expect(key).toMatch(new RegExp(`^${id}/.`))
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('that is the same in every run of it: kept or not, in ticks of any length, in any number of threads', async () => {
    const again: Trial[] = [
      { world: 'a' },
      { log: await kept('a') },
      { world: 'a', workers: 2 },
      { world: 'a', change: { tickMilliseconds: DAY } },
      { log: await kept('a'), change: { tickMilliseconds: 2 * HOUR } },
    ]
    for (const trial of again) {
      const other = await live(trial)
      expect(other.id).toBe(id)
      expect(other.keys.toSorted()).toEqual(keys.toSorted())
    }
  })

  it('that is another one under another name, seed, start, warm-up or figure', async () => {
    const others: Trial[] = [
      { world: 'b' },
      { world: 'a', change: { seed: 'another' } },
      { world: 'a', change: { start: settings.start + DAY } },
      { world: 'a', change: { warmupMilliseconds: settings.warmupMilliseconds + DAY } },
      { world: 'a', change: { towns: [400, 300, 201] } },
      { log: await kept('b') },
    ]
    const ids = await Promise.all(others.map(async (trial) => (await live(trial)).id))
    expect(new Set([id, ...ids]).size).toBe(others.length)
    expect(ids[0]).toBe(ids.at(-1))
  })

  it('that is kept from birth on, and that a fork has another of: the same for the same fork', async () => {
    const log = await kept('a')
    await live({ log })
    expect((await log.readHead())?.identity).toEqual({ id, since: 0 })
    const forked = async (tick: number, name: string) => {
      const to = await kept(name)
      await fork(log, tick, to, new LocalSimulation(model), 'fork', 0)
      return (await to.readHead())?.identity
    }
    const [one, same, later, named] = [
      ...[await forked(48, 'b'), await forked(48, 'b')],
      ...[await forked(60, 'b'), await forked(48, 'c')],
    ]
    expect(one?.since).toBe(48)
    expect(same).toEqual(one)
    expect(new Set([id, one?.id, later?.id, named?.id]).size).toBe(4)
  })
})
