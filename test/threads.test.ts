// A world that is large enough for several threads: it is the same on any number of them, kept or not, and however often it is
// stopped and gone on with.

import { describe, expect, it } from 'vitest'
import { Host, type Sink, type TickLog } from '../engine/index.ts'
import { model, settingsFrom } from '../model/index.ts'
import { realMachine } from '../sinks/index.ts'
import { openStore } from '../stores/index.ts'

/** Of an hour, enough for five threads. */
const settings = settingsFrom({ seed: 'threads', students: 16_000, warmup: '0d' })
const TICKS = 72

interface Told {
  text: string
  /** Where it was stopped. */
  stops: number[]
}

function gathering(): Sink & { lines: string[] } {
  return {
    lines: [],
    target: 'memory',
    streams: 1,
    eventByEvent: false,
    async send({ bytes }) {
      this.lines.push(Buffer.from(bytes).toString())
      return { verdict: 'acknowledged' }
    },
    async close() {},
  }
}

/** @param stopEvery it is told to stop whenever it has come so many ticks further */
async function told(workers: number, log?: TickLog, stopEvery = Number.POSITIVE_INFINITY): Promise<Told> {
  const sink = gathering()
  const machine = realMachine()
  const host = await Host.open({ model, settings, machine, sinks: [sink], workers, ...(log ? { log } : {}) })
  const stops: number[] = []
  try {
    while (!(await host.begin()));
    while (host.tick < TICKS) {
      const over = new AbortController()
      const from = host.tick
      const onAdvanced = (tick: number): void => {
        if (tick >= from + stopEvery) over.abort()
      }
      await host.live({ until: TICKS, signal: over.signal, onAdvanced })
      stops.push(host.tick)
    }
    return { text: sink.lines.join(''), stops }
  } finally {
    machine.close()
    await host.close()
  }
}

const inMemory = async (): Promise<TickLog> => (await openStore('memory')).world('w')

describe('a world on several threads', { timeout: 120_000 }, async () => {
  const expected = await told(1)

  it.each([2, 3, 5])('has one stream: %i', async (workers) => {
    expect((await told(workers)).text === expected.text).toBe(true)
  })

  it.each([1, 2, 3, 5])('has the same one where it is kept: %i', async (workers) => {
    expect((await told(workers, await inMemory())).text === expected.text).toBe(true)
  })

  it('goes on where it was stopped, though threads were ahead', async () => {
    const { text, stops } = await told(2, undefined, 10)
    expect(stops.length).toBeGreaterThan(1)
    expect(text === expected.text).toBe(true)
  })

  it('that is kept throws away what was not committed, and goes on from there', async () => {
    const { text, stops } = await told(2, await inMemory(), 10)
    expect(stops.length).toBeGreaterThan(1)
    expect(text === expected.text).toBe(true)
  })

  it('leaves in the log what one thread would have left', async () => {
    const [one, three] = [await inMemory(), await inMemory()]
    await told(1, one)
    await told(3, three)
    expect((await three.readHead())?.hash).toBe((await one.readHead())?.hash)
  })
})
