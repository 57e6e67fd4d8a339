// The one wiring: kept or not, in one thread or several, paced or not, a world is the same; who looks on changes nothing.

import { describe, expect, it } from 'vitest'
import {
  DAY,
  Host,
  type Lived,
  type ObservedTick,
  type Observer,
  type Sink,
  TIME_END,
  type TickLog,
} from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/epidemic/model.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { gathering } from '../gathering.ts'

const settings = { ...SETTINGS, towns: [400, 300, 200] }
const DAYS = 10
const TICKS = (DAYS * DAY) / settings.tickMilliseconds

interface Trial {
  log?: TickLog
  workers?: number
  observers?: Observer[]
  sinks?: Sink[]
  until?: number
  signal?: AbortSignal
  factor?: number
}

async function live({ log, until = TICKS, signal, factor, ...options }: Trial = {}): Promise<Lived & { text: string }> {
  const sink = gathering()
  const machine = realMachine()
  const host = await Host.open({ model, settings, machine, sinks: [sink], ...options, ...(log ? { log } : {}) })
  try {
    while (!(await host.begin()));
    return {
      ...(await host.live({ until, ...(signal ? { signal } : {}), ...(factor ? { pace: { factor } } : {}) })),
      text: sink.text,
    }
  } finally {
    machine.close()
    await host.close()
  }
}

const inMemory = async (): Promise<TickLog> => (await openStore('memory')).world('w')

describe('a world', async () => {
  const expected = await live()

  it('is counted by type', () => {
    const lines = expected.text.trimEnd().split('\n')
    expect(expected.events).toBe(lines.length)
    const types = lines.map((line) => JSON.parse(line).event_type)
    expect(expected.byType).toEqual(model.events.types.map(({ name }) => types.filter((type) => type === name).length))
    expect(expected).toMatchObject({ from: 0, to: TICKS, failures: [undefined], conflicts: 0 })
  })

  it.each([
    ['kept', async () => live({ log: await inMemory() })],
    ['on threads', () => live({ workers: 3 })],
    ['kept and on threads', async () => live({ log: await inMemory(), workers: 2 })],
    ['at a pace', () => live({ factor: 10_000_000 })],
    ['looked at', () => live({ observers: [{ observe() {} }] })],
  ])('%s has the same stream', async (_, trial) => {
    const { text, events, byType } = await trial()
    expect(text === expected.text).toBe(true)
    expect([events, byType]).toEqual([expected.events, expected.byType])
  })

  it('that is kept goes on where it was left, and is not born again', async () => {
    const log = await inMemory()
    const first = await live({ log, until: 100 })
    const second = await live({ log, until: TICKS })
    expect([first.to, second.from, second.to]).toEqual([100, 100, TICKS])
    expect(first.text + second.text === expected.text).toBe(true)
  })

  it('that is told to stop ends at a tick, and what it has told is the beginning of its stream', async () => {
    const over = new AbortController()
    const log = await inMemory()
    const observer: Observer = { observe: ({ tick }) => (tick === 20 ? over.abort() : undefined) }
    const { to, text } = await live({ log, signal: over.signal, observers: [observer] })
    expect(to).toBeLessThan(TICKS)
    expect(expected.text.startsWith(text)).toBe(true)
    expect(text + (await live({ log })).text === expected.text).toBe(true)
  })

  it('takes an input that is valid, and refuses another before it is in the log', async () => {
    const log = await inMemory()
    await live({ log, until: 24 })
    const machine = realMachine()
    const host = await Host.open({ model, machine, log })
    await expect(host.take({ contactsPerDay: -1 })).rejects.toThrow('contactsPerDay')
    expect((await log.readHead())?.inputs).toEqual([])
    expect(await host.take({ contactsPerDay: 1 })).toEqual({ position: 1, tick: 24 })
    await host.close()
    machine.close()
    const { text } = await live({ log })
    expect(text.length).toBeLessThan(expected.text.length)
  })

  it.each(['kept', 'in memory'])(
    'that is %s stops where simulated time ends, and no kernel goes further',
    async (kind) => {
      const start = TIME_END - 10.5 * settings.tickMilliseconds
      const machine = realMachine()
      const log = kind === 'kept' ? { log: await inMemory() } : {}
      const host = await Host.open({ model, machine, settings: { ...settings, start }, ...log })
      while (!(await host.begin()));
      expect((await host.live({ until: 1000 })).to).toBe(10)
      expect((await host.live()).to).toBe(10)
      await expect(host.simulation.advance(TIME_END + 1)).rejects.toThrow('simulated time ends')
      machine.close()
      await host.close()
    },
  )

  it('that is not there, and has no settings to be born with, is named as missing', async () => {
    const machine = realMachine()
    await expect(Host.open({ model, machine, log: await inMemory() })).rejects.toMatchObject({ code: 'WORLD_MISSING' })
    machine.close()
  })

  it('whose target can take nothing more ends, and says why', async () => {
    const broken: Sink = { ...gathering(), send: async () => ({ verdict: 'halt', reason: 'it is full' }) }
    const { failures, to } = await live({ log: await inMemory(), sinks: [broken], factor: 1_000_000 })
    expect(failures[0]).toMatchObject({ code: 'DELIVERY_HALTED', target: 'memory' })
    expect(to).toBeLessThan(TICKS)
  })
})

describe('an observer', () => {
  it('of a world that is kept sees each committed tick once, in order, with what it changed', async () => {
    const seen: ObservedTick[] = []
    const { byType } = await live({ log: await inMemory(), observers: [{ observe: (tick) => void seen.push(tick) }] })
    expect(seen.map(({ tick }) => tick)).toEqual(Array.from({ length: TICKS }, (_, tick) => tick))
    for (const { shards } of seen) {
      expect(shards).toHaveLength(3)
      for (const { changes } of shards) expect(changes?.length).toBeGreaterThan(0)
    }
    expect(byType.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  })

  it('that is slow is waited for by nobody, dropped behind, and told which ticks it missed', async () => {
    const seen: number[] = []
    const missed: number[] = []
    const machine = realMachine()
    const slow: Observer = {
      async observe({ tick }) {
        seen.push(tick)
        await machine.pause(30)
      },
      missed: (from, to) => missed.push(...Array.from({ length: to - from + 1 }, (_, index) => from + index)),
    }
    const quick: number[] = []
    const log = await inMemory()
    await live({ log, observers: [slow, { observe: ({ tick }) => void quick.push(tick) }] })
    machine.close()
    expect(quick).toHaveLength(TICKS)
    expect(missed.length).toBeGreaterThan(0)
    expect([...seen, ...missed].sort((a, b) => a - b)).toEqual(quick)
  })

  it('that has to see everything is waited for, and what it throws ends the stretch', async () => {
    const machine = realMachine()
    const seen: number[] = []
    const slow: Observer = {
      isWaitedFor: true,
      async observe({ tick }) {
        await machine.pause(1)
        seen.push(tick)
      },
    }
    await live({ log: await inMemory(), observers: [slow] })
    machine.close()
    expect(seen).toEqual(Array.from({ length: TICKS }, (_, tick) => tick))
    const failing: Observer = { isWaitedFor: true, observe: () => Promise.reject(new Error('the disk is full')) }
    await expect(live({ log: await inMemory(), observers: [failing] })).rejects.toThrow('the disk is full')
  })

  it('that fails is told so, and the world goes on', async () => {
    const failures: unknown[] = []
    const failing: Observer = {
      observe() {
        throw new Error('no')
      },
      failed: (error) => void failures.push(error),
    }
    const { to } = await live({ log: await inMemory(), observers: [failing], until: 10 })
    expect(to).toBe(10)
    expect(failures).toHaveLength(10)
  })
})
