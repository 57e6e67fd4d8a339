// At a pace each event leaves when its instant comes, whatever the ticks, the sink and the machine's clock do.

import { describe, expect, it } from 'vitest'
import { DAY, HOUR, Host, LIVE, MINUTE, type Pace, type Sink, type TickLog } from '../../engine/index.ts'
import { model, SETTINGS } from '../../examples/epidemic/model.ts'
import { openStore } from '../../stores/index.ts'
import { SetMachine } from '../set-machine.ts'

/** The clock is looked at so often. */
const LOOK_MILLISECONDS = 100
const NOON = SETTINGS.start + 12 * HOUR
const QUARTER = 15 * MINUTE

interface Arrival {
  line: string
  instant: number
  wall: number
  elapsed: number
}

/** Takes what it is given, and notes when. */
class Recorder implements Sink {
  readonly target = 'recorder'
  readonly arrivals: Arrival[] = []
  readonly streams: number
  readonly eventByEvent: boolean
  readonly #machine: SetMachine

  constructor(machine: SetMachine, eventByEvent: boolean) {
    this.#machine = machine
    this.eventByEvent = eventByEvent
    this.streams = eventByEvent ? 5 : 1
  }

  async send({ bytes }: { bytes: Uint8Array }): Promise<{ verdict: 'acknowledged' }> {
    const [wall, elapsed] = [this.#machine.now(), this.#machine.elapsed()]
    for (const line of Buffer.from(bytes).toString().trimEnd().split('\n'))
      this.arrivals.push({ line, instant: Date.parse(JSON.parse(line).payload.timestamp), wall, elapsed })
    return { verdict: 'acknowledged' }
  }

  async close(): Promise<void> {}
}

interface Trial {
  pace?: Pace
  tickMilliseconds?: number
  log?: TickLog
  eventByEvent?: boolean
  /** What the clock says as the world begins. */
  wall?: number
  ticks: number
  /** What happens while it lives. */
  meanwhile(machine: SetMachine, over: AbortController): Promise<void>
}

async function live({ pace, tickMilliseconds = QUARTER, log, eventByEvent = true, wall = NOON, ...trial }: Trial) {
  const machine = new SetMachine(wall)
  const sink = new Recorder(machine, eventByEvent)
  const settings = { ...SETTINGS, towns: [9000, 6000, 3000], infectedAtStart: 3000, tickMilliseconds }
  const host = await Host.open({ model, settings, machine, sinks: [sink], ...(log ? { log } : {}) })
  while (!(await host.begin()));
  const over = new AbortController()
  const from = host.tick
  const lived = host.live({ until: from + trial.ticks, signal: over.signal, ...(pace ? { pace } : {}) })
  await trial.meanwhile(machine, over)
  const { to } = await lived
  await host.close()
  return { arrivals: sink.arrivals, lines: sink.arrivals.map(({ line }) => line), to }
}

const inMemory = async (): Promise<TickLog> => (await openStore('memory')).world('w')
const sorted = (lines: readonly string[]): string[] => [...lines].sort()

/** What a world tells before an instant that goes as fast as it can. */
async function whole(until: number): Promise<string[]> {
  const ticks = (until - SETTINGS.start) / QUARTER
  return (await live({ ticks, tickMilliseconds: QUARTER, meanwhile: (machine) => machine.pass(0) })).lines
}

/** Nothing comes before its instant, and everything in the same millisecond. */
function expectPunctual(arrivals: readonly Arrival[], late: (arrival: Arrival) => number): void {
  expect(arrivals.length).toBeGreaterThan(5)
  for (const arrival of arrivals) {
    expect(late(arrival)).toBeGreaterThanOrEqual(0)
    expect(late(arrival)).toBeLessThan(1)
  }
}

describe('at a pace', { timeout: 30_000 }, () => {
  const trials = [1, 60, 3000].flatMap((factor) =>
    [10_000, QUARTER].flatMap((tickMilliseconds) =>
      ['an endpoint', 'a file'].flatMap((to) =>
        ['kept', 'in memory'].map((store) => ({ factor, tickMilliseconds, to, store })),
      ),
    ),
  )

  it.each(trials)(
    '$factor x, in ticks of $tickMilliseconds ms, to $to, $store: each event leaves when its instant comes',
    async ({ factor, tickMilliseconds, to, store }) => {
      const span = factor === 1 ? QUARTER : 2 * HOUR
      const { arrivals, lines } = await live({
        ...{ pace: { factor }, tickMilliseconds, eventByEvent: to === 'an endpoint', ticks: span / tickMilliseconds },
        ...(store === 'kept' ? { log: await inMemory() } : {}),
        meanwhile: (machine) => machine.pass(span / factor + 1000),
      })
      expect(sorted(lines)).toEqual(sorted(await whole(SETTINGS.start + span)))
      expectPunctual(arrivals, ({ instant, elapsed }) => elapsed - (instant - SETTINGS.start) / factor)
    },
  )
})

describe('live', { timeout: 30_000 }, () => {
  it('goes at full speed up to the present, then each event leaves at its own timestamp', async () => {
    const { arrivals, lines } = await live({
      ...{ pace: LIVE, ticks: 50, tickMilliseconds: QUARTER, log: await inMemory() },
      meanwhile: (machine) => machine.pass(2 * QUARTER),
    })
    expect(sorted(lines)).toEqual(sorted(await whole(NOON + 2 * QUARTER)))
    const before = arrivals.filter(({ instant }) => instant < NOON)
    expect(before.length).toBeGreaterThan(10)
    for (const { wall } of before) expect(wall - NOON).toBeLessThan(1000)
    expectPunctual(arrivals.slice(before.length), ({ instant, wall }) => wall - instant)
  })

  it.each([
    ['stands still with its machine for three hours', 3 * HOUR],
    ['is set back by 20 minutes', -20 * MINUTE],
    ['is set forward by a minute', MINUTE],
  ])('with a clock that %s nothing is early, and nothing is lost', async (_, jump) => {
    const jumped = 10 * MINUTE
    const end = NOON + 2 * QUARTER + Math.max(0, Math.ceil(jump / QUARTER) * QUARTER)
    const { arrivals, lines } = await live({
      ...{ pace: LIVE, ticks: (end - SETTINGS.start) / QUARTER, tickMilliseconds: QUARTER },
      async meanwhile(machine) {
        await machine.pass(jumped)
        machine.setBy(jump)
        await machine.pass(end - NOON - jumped - jump)
      },
    })
    expect(sorted(lines)).toEqual(sorted(await whole(end)))
    for (const { instant, wall } of arrivals) expect(wall).toBeGreaterThanOrEqual(instant)
    const punctual = arrivals.filter(({ instant }) => instant >= NOON + jumped + Math.max(0, jump))
    expectPunctual(punctual, ({ instant, wall }) => wall - instant)
    // What the clock has jumped over goes at once.
    for (const { instant, elapsed } of arrivals)
      if (instant >= NOON + jumped && instant < NOON + jumped + jump)
        expect(elapsed - jumped).toBeLessThanOrEqual(LOOK_MILLISECONDS)
  })

  it('stopped in the midst of a tick and started again later, catches up first: no gap, no repeat, nothing early', async () => {
    const log = await inMemory()
    const [tickMilliseconds, stopped] = [6 * HOUR, NOON + 10 * MINUTE]
    const first = await live({
      ...{ pace: LIVE, ticks: 24, log, tickMilliseconds },
      async meanwhile(machine, over) {
        await machine.pass(stopped - NOON)
        over.abort()
        await machine.pass(1000)
      },
    })
    // The tick is committed ahead of its time, and told only as far as it has come.
    expect(first.to).toBe(3)
    for (const { instant } of first.arrivals) expect(instant).toBeLessThan(stopped + 1000)
    const wall = stopped + 5 * HOUR + QUARTER
    const second = await live({
      ...{ pace: LIVE, ticks: 1, log, tickMilliseconds, wall },
      async meanwhile(machine, over) {
        await machine.pass(QUARTER)
        over.abort()
        await machine.pass(1000)
      },
    })
    const isDue = (line: string): boolean => Date.parse(JSON.parse(line).payload.timestamp) <= wall + QUARTER
    expect(sorted([...first.lines, ...second.lines])).toEqual(sorted((await whole(NOON + 6 * HOUR)).filter(isDue)))
    expectPunctual(second.arrivals, ({ instant, wall: at }) => at - Math.max(instant, wall))
  })
})

it('a world that was stopped in the midst of a tick goes on at a pace with its next event, not its next tick', {
  timeout: 30_000,
}, async () => {
  const log = await inMemory()
  const [factor, tickMilliseconds] = [60, 6 * HOUR]
  const first = await live({
    ...{ pace: { factor }, ticks: 4, log, tickMilliseconds },
    async meanwhile(machine, over) {
      await machine.pass((8 * HOUR) / factor)
      over.abort()
      await machine.pass(1000)
    },
  })
  expect(first.to).toBe(2)
  const second = await live({
    ...{ pace: { factor }, ticks: 2, log, tickMilliseconds },
    meanwhile: (machine) => machine.pass((17 * HOUR) / factor),
  })
  expect(sorted([...first.lines, ...second.lines])).toEqual(sorted(await whole(SETTINGS.start + DAY)))
  const next = second.arrivals[0]?.instant as number
  expect(next).toBeLessThan(SETTINGS.start + 9 * HOUR)
  expectPunctual(second.arrivals, ({ instant, elapsed }) => elapsed - (instant - next) / factor)
})
