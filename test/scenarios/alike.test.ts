// A scenario's stream is one: however it is run, killed, cut into ticks, spread over threads and shards, or lived again.

import { describe, expect, it } from 'vitest'
import { audit, type Head, Host, LocalSimulation, type TickLog } from '../../engine/index.ts'
import { createWorld, type InterventionInput, model, REGIONS, settingsFrom } from '../../model/index.ts'
import { realMachine } from '../../sinks/index.ts'
import { openStore } from '../../stores/index.ts'
import { gathering } from '../gathering.ts'

const settings = settingsFrom({ seed: 'alike', students: 400, tick: '1h', warmup: '14d' })
const TICKS = 120
/** Something of every kind that does something by itself, close together. */
const STORY: InterventionInput[] = [
  { kind: 'calls', size: 40, where: { region: 'west' }, from: '+6h', until: '+3d', reason: 'billing_question' },
  { kind: 'tutor_hours', size: 0, where: { share: 0.5 }, from: '+1d', until: '+2d' },
  { kind: 'sign_ups', size: 30, where: { region: ['midwest', 'west'] }, from: '+1d', until: '+4d', shape: 'pulse' },
  { kind: 'tutors_leave', size: 0.3, from: '+30h', until: '+80h', shape: 'ramp' },
  { kind: 'tutors_join', size: 0.4, where: { subject: 'Mathematics' }, from: '+2d' },
  { kind: 'churn', size: 10, where: { region: 'southeast' }, from: '+2d', until: '+4d' },
  { kind: 'platform_outage', size: 0.6, from: '+50h', until: '+55h' },
  { kind: 'demand', size: 0.5, from: '+3d' },
]

interface Trial {
  log?: TickLog
  workers?: number
  shards?: number[]
  until?: number
}

async function lived({ until = TICKS, log, ...options }: Trial = {}): Promise<string> {
  const sink = gathering()
  const machine = realMachine()
  const host = await Host.open({ model, settings, machine, sinks: [sink], ...options, ...(log ? { log } : {}) })
  try {
    while (!(await host.begin()));
    if (host.tick === 0) for (const intervene of STORY) await host.take({ intervene })
    await host.live({ until })
    return sink.text
  } finally {
    machine.close()
    await host.close()
  }
}

const kept = async (): Promise<TickLog> => (await openStore('memory')).world('w')
const lines = (text: string): string[] => text.trimEnd().split('\n')

describe('a scenario gives one stream', async () => {
  const expected = await lived()

  it('that is another one than the world has without it', () => {
    const world = createWorld({ seed: 'alike', students: 400, tick: '1h', warmup: '14d' })
    const without = new Set(world.run(TICKS).map((event) => JSON.stringify(event)))
    expect(lines(expected).filter((line) => !without.has(line)).length).toBeGreaterThan(200)
  })

  it.each([1, 2, 5])('in %i threads', async (workers) => {
    expect(await lived({ workers })).toBe(expected)
  })

  it('kept, and begun anew at every tenth tick', async () => {
    const log = await kept()
    let text = ''
    for (let until = 10; until <= TICKS; until += 10) text += await lived({ log, until })
    expect(text).toBe(expected)
    // And lived over again, each record is what it was.
    const head = (await log.readHead()) as Head
    expect(await audit(log, head, new LocalSimulation(model))).toMatchObject({ ticks: TICKS, past: [] })
  })

  it('in five shards, each a world of its own', async () => {
    const texts = await Promise.all(REGIONS.map((_, shard) => lived({ shards: [shard] })))
    expect(texts.flatMap(lines).sort()).toEqual(lines(expected).sort())
  })

  it('in the library, and in a fork of a world on its way', () => {
    const world = createWorld({ seed: 'alike', students: 400, tick: '1h', warmup: '14d' })
    for (const one of STORY) world.intervene(one)
    const first = world.run(40)
    const rest = world.fork().run(TICKS - 40)
    expect([...first, ...rest].map((event) => JSON.stringify(event))).toEqual(lines(expected))
    expect(world.run(TICKS - 40)).toEqual(rest)
  })
})
