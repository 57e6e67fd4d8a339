// A life in periods: a silent pass leaves the state at the beginning of each, and whoever goes on from there tells what the one
// life would have told.

import { describe, expect, it } from 'vitest'
import { CodecError, DAY, Host, type Left, type Sink } from '../engine/index.ts'
import { builtIn, type Input, model, type RegionShard, type Settings, settingsFrom } from '../model/index.ts'
import { realMachine } from '../sinks/index.ts'

const settings = settingsFrom({
  ...{ seed: 'periods', students: 300, tick: '1h', warmup: '3d' },
  'calls.per_100_sessions': 12,
})
/** Large enough for two threads. */
const LARGE = settingsFrom({ seed: 'periods', students: 5300, tick: '1h', warmup: '0d' })
const TICKS_DAILY = DAY / settings.tickMilliseconds
const [BEGIN, THEN, END] = [0, 5, 12].map((day) => day * TICKS_DAILY) as [number, number, number]
/** Taken at birth, by the one life and the pass; the periods know of them by their states. */
const INPUTS: Input[] = [
  ...(builtIn('platform-outage', 'severe')?.interventions ?? []).map((intervene) => ({ intervene })),
  { settings: { 'sessions.failed_percent': 20 } } as Input,
  { students: 400 },
]

interface Span {
  of?: Settings
  workers?: number
  left?: Left
  inputs?: readonly Input[]
  /** Lives unheard up to a tick, and leaves it there. */
  skipTo?: number
  /** Lives on up to a tick. */
  until?: number
}

async function live({ of = settings, left, inputs = [], skipTo, until, workers = 1 }: Span) {
  let text = ''
  const sink: Sink = {
    ...{ target: 'memory', streams: 1, eventByEvent: false },
    async send({ bytes }) {
      text += Buffer.from(bytes).toString()
      return { verdict: 'acknowledged' }
    },
    async close() {},
  }
  const machine = realMachine()
  const options = { model, settings: of, sinks: [sink], machine, workers, ...(left ? { left } : {}) }
  const host = await Host.open<Settings, Input, RegionShard>(options)
  try {
    await host.begin()
    for (const input of inputs) await host.take(input)
    if (skipTo !== undefined) await host.skip(skipTo)
    if (until !== undefined) await host.live({ until })
    return { text, left: await host.leave() }
  } finally {
    machine.close()
    await host.close()
  }
}

describe('a life in periods', () => {
  it('is the one life, with its settings, scenario and inputs in force', async () => {
    const whole = await live({ inputs: INPUTS, until: END })
    const begun = await live({ inputs: INPUTS, skipTo: BEGIN })
    const then = await live({ left: begun.left, skipTo: THEN })
    const first = await live({ left: begun.left, until: THEN })
    const second = await live({ left: then.left, until: END })
    expect(first.text.length).toBeGreaterThan(0)
    expect(first.text + second.text === whole.text).toBe(true)
    // What is left is the state, whether anybody has heard how it came to be or not.
    expect(first.left).toEqual(then.left)
    expect(second.left).toEqual(whole.left)
    // Inputs make a difference here.
    expect((await live({ until: END })).text === whole.text).toBe(false)
  })

  it('may be left by several threads, and gone on with by several', { timeout: 60_000 }, async () => {
    const one = await live({ of: LARGE, until: 12 })
    const left = await live({ of: LARGE, skipTo: 12, workers: 2 })
    expect(left.left).toEqual(one.left)
    const onOne = await live({ of: LARGE, left: left.left, until: 24 })
    const onTwo = await live({ of: LARGE, left: left.left, until: 24, workers: 2 })
    expect(onOne.text.length).toBeGreaterThan(0)
    expect(onTwo.text === onOne.text).toBe(true)
  })

  it('does not go on from a state that is damaged, of another instant, or cut off', async () => {
    const { left } = await live({ skipTo: THEN })
    const [state, ...others] = left.states as [Uint8Array, ...Uint8Array[]]
    const damaged = state.slice()
    damaged[1000] = (damaged[1000] as number) ^ 1
    for (const wrong of [
      { ...left, states: [damaged, ...others] },
      { ...left, states: [state.subarray(0, -1), ...others] },
      { ...left, states: others },
      { ...left, tick: left.tick + 1 },
    ])
      await expect(live({ left: wrong, until: END })).rejects.toThrow(CodecError)
  })
})
