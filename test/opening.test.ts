// What a target that is new to a world is told first: how everyone and every market stands at the instant at which its
// delivery begins. It belongs to the delivery, so the world's own stream is the same with it and without it.

import { describe, expect, it } from 'vitest'
import { DAY, fork, Host, type Lived, LocalSimulation, type Sink, type TickLog } from '../engine/index.ts'
import {
  createWorld,
  type Event,
  type Marketplace,
  model,
  partitionKeyOf,
  REGIONS,
  type Settings,
  SUBJECTS,
  settingsFrom,
} from '../model/index.ts'
import { realMachine } from '../sinks/index.ts'
import { openStore } from '../stores/index.ts'

const settings = settingsFrom({ seed: 'opening', students: 150, tick: '1h', warmup: '20d' })
const TICKS_A_DAY = DAY / settings.tickMilliseconds

/** Takes lines as a file does, or events one by one as an endpoint does. */
function recording(target: string, streams = 0): Sink & { events: Event[]; onSend?: (count: number) => void } {
  return {
    ...{ events: [], target, streams: streams || 1, eventByEvent: streams > 0 },
    async send({ bytes }) {
      const lines = Buffer.from(bytes).toString().trimEnd().split('\n')
      this.events.push(...lines.map((line): Event => JSON.parse(line)))
      this.onSend?.(this.events.length)
      return { verdict: 'acknowledged' }
    },
    async close() {},
  }
}

interface Trial {
  log?: TickLog
  sinks?: Sink[]
  /** Of a world that is not kept: the tick that it is first heard of. */
  from?: number
  until?: number
  opening?: boolean
  workers?: number
  signal?: AbortSignal
  born?: Settings
}

async function live({ log, from = 0, until = 0, signal, born = settings, ...options }: Trial): Promise<Lived> {
  const machine = realMachine()
  const host = await Host.open({ model, settings: born, machine, opening: true, ...options, ...(log ? { log } : {}) })
  try {
    while (!(await host.begin()));
    if (from > 0) await host.skip(from)
    return await host.live({ until, ...(signal ? { signal } : {}) })
  } finally {
    machine.close()
    await host.close()
  }
}

const inMemory = async (): Promise<TickLog> => (await openStore('memory')).world('w')

/** A world at a tick, lived through by itself. */
function worldAt(tick: number, born = settings): Marketplace {
  const { seed, students, start, tickMilliseconds, warmupMilliseconds } = born
  const world = createWorld({ seed, students, start, tick: tickMilliseconds, warmup: warmupMilliseconds })
  if (tick > 0) world.run(tick)
  return world
}

/** What is to be told of a world, from what it shows of everyone. */
function shownIn(world: Marketplace): { event_id: string; payload: object }[] {
  const stamp = { timestamp: new Date(world.now).toISOString(), source: 'simulator' }
  const told = (id: string, payload: object) => ({
    event_id: `${id}.opening.${world.now}`,
    payload: { ...stamp, ...payload },
  })
  const number = (id: string): number => Number(id.slice(4))
  const students = [...world.students()].filter(({ state, health_score }) => state !== 'gone' && health_score !== null)
  students.sort((a, b) => number(a.student_id) - number(b.student_id))
  const tutors = [...world.tutors()].filter(({ state }) => state === 'active' || state === 'leaving')
  tutors.sort((a, b) => number(a.tutor_id) - number(b.tutor_id))
  const markets = REGIONS.flatMap((region) => SUBJECTS.map((subject) => world.market(subject, region)))
  return [
    ...students.map((view) => {
      const { student_id, sessions_last_7_days, sessions_last_30_days, ib_calls_last_14_days } = view
      const { avg_session_rating, health_score, churn_risk } = view
      const counts = { sessions_last_7_days, sessions_last_30_days, ib_calls_last_14_days }
      return told(student_id, { student_id, ...counts, avg_session_rating, health_score, churn_risk })
    }),
    ...tutors.map(({ tutor_id, available_hours_this_week, subjects, timezone, accepts_instant_book }) =>
      told(tutor_id, { tutor_id, available_hours_this_week, subjects, timezone, accepts_instant_book }),
    ),
    ...markets.map(({ subject, region, available_tutors, active_students, ...scores }) =>
      told(`${region}.${subject.replace(' ', '-')}`, { subject, region, available_tutors, active_students, ...scores }),
    ),
  ]
}

const openingIn = (events: readonly Event[]): Event[] => events.filter(({ event_id }) => event_id.includes('.opening.'))
const streamIn = (events: readonly Event[]): Event[] => events.filter(({ event_id }) => !event_id.includes('.opening.'))
const bare = (events: readonly Event[]) => events.map(({ event_id, payload }) => ({ event_id, payload }))

describe('what stands', async () => {
  const born = shownIn(worldAt(0))
  const unasked = recording('unasked')
  await live({ sinks: [unasked], until: 3 * TICKS_A_DAY, opening: false })

  it('is told of a new world as it shows everyone, before anything that happens', async () => {
    const sink = recording('file')
    await live({ sinks: [sink], until: 3 * TICKS_A_DAY })
    expect(born.length).toBeGreaterThan(150)
    expect(bare(sink.events.slice(0, born.length))).toEqual(born)
    expect(sink.events.slice(0, born.length).every(({ caused_by }) => caused_by === null)).toBe(true)
    expect(sink.events.slice(born.length)).toEqual(unasked.events)
  })

  it('is told only where it is asked for', () => {
    expect(openingIn(unasked.events)).toEqual([])
  })

  it.each([
    ['kept', { workers: 1 }],
    ['on threads', { workers: 3 }],
  ])('is the same of a world %s', async (_, options) => {
    const sink = recording('file')
    const { progress } = await live({ log: await inMemory(), sinks: [sink], until: 3 * TICKS_A_DAY, ...options })
    expect(bare(openingIn(sink.events))).toEqual(born)
    expect(streamIn(sink.events)).toEqual(unasked.events)
    expect(progress[0]?.opening).toBe(born.length)
  })

  it('is told to a target that joins on day 50, as of then, and not to those that know the world', async () => {
    const log = await inMemory()
    const [old, joining] = [recording('old'), recording('joining', 7)]
    await live({ log, sinks: [old], until: 50 * TICKS_A_DAY })
    await live({ log, sinks: [old, joining], until: 51 * TICKS_A_DAY })
    expect(openingIn(old.events)).toHaveLength(born.length)
    const opening = openingIn(joining.events)
    const expected = shownIn(worldAt(50 * TICKS_A_DAY))
    const byId = (a: { event_id: string }, b: { event_id: string }) => (a.event_id < b.event_id ? -1 : 1)
    expect(bare(opening).sort(byId)).toEqual(expected.sort(byId))
    // In the order of its lane, everyone hears how they stand before what happens to them.
    const heard = new Set<string>()
    for (const event of joining.events) {
      if (openingIn([event]).length > 0) expect(heard.has(partitionKeyOf(event))).toBe(false)
      heard.add(partitionKeyOf(event))
    }
  })

  it('is told of a fork to its own targets', async () => {
    const store = await openStore('memory')
    await live({ log: store.world('w'), sinks: [recording('file')], until: 2 * TICKS_A_DAY })
    await fork(store.world('w'), 30, store.world('f'), new LocalSimulation(model), 'attempt', 0)
    const sink = recording('file')
    await live({ log: store.world('f'), sinks: [sink], until: 31 })
    expect(bare(openingIn(sink.events))).toEqual(shownIn(worldAt(30)))
  })

  it('is told of a world at its birth, whom nobody knows yet: how its markets stand', async () => {
    const unborn = settingsFrom({ seed: 'opening', students: 150, tick: '1h', warmup: '0d' })
    const sink = recording('file')
    await live({ sinks: [sink], until: 1, born: unborn })
    const opening = openingIn(sink.events)
    expect(opening).toHaveLength(SUBJECTS.length * REGIONS.length)
    expect(bare(opening)).toEqual(shownIn(worldAt(0, unborn)))
  })

  it('counts no session that leaves its window at that very instant', async () => {
    const ends = worldAt(0)
      .run(3 * TICKS_A_DAY)
      .filter((event) => event.event_type === 'session_completed' && event.payload.completed_successfully)
    const [{ payload }] = ends as [Extract<Event, { event_type: 'session_completed' }>]
    const leaving = Date.parse(payload.timestamp) + 7 * DAY
    const finest = { ...settings, tickMilliseconds: 1 }
    const tick = leaving - settings.start
    const sink = recording('file')
    await live({ sinks: [sink], from: tick, until: tick + 1, born: finest })
    const told = sink.events.find(({ event_id }) => event_id === `${payload.student_id}.opening.${leaving}`)
    const update = sink.events.find(({ event_id }) => event_id === `${payload.student_id}.health.${leaving}`)
    expect(update).toBeDefined()
    expect(told?.payload).toEqual(update?.payload)
    const world = worldAt(0)
    world.advance(leaving)
    expect(bare(openingIn(sink.events))).toEqual(shownIn(world))
  })
})

describe('a delivery that is stopped while it tells what stands', async () => {
  const whole = recording('whole', 4)
  await live({ log: await inMemory(), sinks: [whole], until: 2 * TICKS_A_DAY })
  const size = openingIn(whole.events).length
  const ids = (events: readonly Event[]): string[] => events.map(({ event_id }) => event_id)

  /** The log of a process that dies: from then on it notes no cursor. */
  function dying(log: TickLog, isDead: () => boolean): TickLog {
    return new Proxy(log, {
      get(target, name) {
        if (name === 'swapCursor' && isDead()) return async () => true
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  it.each([1, 2, 50, size - 1, size, size + 1])('goes on from there, after %s events', async (count) => {
    const log = await inMemory()
    const over = new AbortController()
    const first = recording('endpoint', 4)
    first.onSend = (sent) => sent >= count && over.abort()
    await live({ log, sinks: [first], until: 20, signal: over.signal })
    // Meanwhile the world may have gone on without that target, and the option been left out.
    await live({ log, until: 2 * TICKS_A_DAY })
    const second = recording('endpoint', 4)
    await live({ log, sinks: [second], until: 2 * TICKS_A_DAY, opening: false })
    const all = [...ids(first.events), ...ids(second.events)]
    expect(all.length).toBe(new Set(all).size)
    expect(all.sort()).toEqual(ids(whole.events).sort())
  })

  it.each([0, 1, 100, size])(
    'repeats what its last cursor did not say, and loses nothing: dead after %s events',
    async (count) => {
      const log = await inMemory()
      const over = new AbortController()
      const first = recording('endpoint', 4)
      let dead = count === 0
      first.onSend = (sent) => {
        dead ||= sent >= count
        if (sent >= count + 40) over.abort()
      }
      await live({ log: dying(log, () => dead), sinks: [first], until: 20, signal: over.signal })
      const second = recording('endpoint', 4)
      await live({ log, sinks: [second], until: 2 * TICKS_A_DAY })
      const told = new Map([...first.events, ...second.events].map((event) => [event.event_id, event]))
      expect([...told.keys()].sort()).toEqual(ids(whole.events).sort())
      for (const event of whole.events) expect(told.get(event.event_id)).toEqual(event)
    },
  )

  it('has nothing in doubt that was never tried: what a new endpoint says it has is set aside', async () => {
    const log = await inMemory()
    let first = ''
    const sink = recording('endpoint', 4)
    const { send } = sink
    sink.send = async (parcel, stream) => {
      first ||= JSON.parse(Buffer.from(parcel.bytes).toString()).event_id
      return sink.events.length === 0 && Buffer.from(parcel.bytes).includes(`"${first}"`)
        ? { verdict: 'conflict', status: 409, answer: 'I have it' }
        : send.call(sink, parcel, stream)
    }
    const { progress } = await live({ log, sinks: [sink], until: 2 })
    expect(progress[0]?.parked).toBe(1)
    expect((await log.parked()).map(({ eventId }) => eventId)).toEqual([first])
    expect(first).toContain('.opening.')
  })

  it('goes on from the place of who was faster to begin with the same target', async () => {
    const log = await inMemory()
    const over = new AbortController()
    const faster = recording('endpoint', 4)
    faster.onSend = (sent) => sent >= 60 && over.abort()
    await live({ log, sinks: [faster], until: 1, signal: over.signal })
    await live({ log, until: 20 })
    let reads = 0
    const late = new Proxy(log, {
      get(target, name) {
        // As it was before the other wrote it.
        if (name === 'readCursor' && reads++ === 0) return async () => undefined
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const later = recording('endpoint', 4)
    await live({ log: late, sinks: [later], until: 2 * TICKS_A_DAY })
    const told = new Set([...ids(faster.events), ...ids(later.events)])
    expect([...told].sort()).toEqual(ids(whole.events).sort())
  })

  it('begins anew where it has other lanes', async () => {
    const log = await inMemory()
    const over = new AbortController()
    const first = recording('endpoint', 4)
    first.onSend = (sent) => sent >= 60 && over.abort()
    await live({ log, sinks: [first], until: 20, signal: over.signal })
    const second = recording('endpoint', 3)
    await live({ log, sinks: [second], until: 2 * TICKS_A_DAY })
    expect(ids(second.events).sort()).toEqual(ids(whole.events).sort())
  })

  it('finds the way back to what stood, however long the target was down', async () => {
    const log = await inMemory()
    const halting: Sink = { ...recording('endpoint', 4), send: async () => ({ verdict: 'halt', reason: 'down' }) }
    await live({ log, sinks: [halting], until: 1 })
    expect((await log.readCursor('endpoint'))?.opening).toBe(true)
    for (const manifest of await log.manifests()) await log.publish({ ...manifest, savedAt: 1 })
    const { Runner } = await import('../engine/log/runner.ts')
    const machine = realMachine()
    const runner = new Runner({
      ...{ log, simulation: new LocalSimulation(model), timer: machine, newAttempt: machine.newAttempt },
      ...{ logFactor: 0, logBytesMin: 0, keepMilliseconds: 0 },
    })
    await runner.open()
    for (let tick = 0; tick < 48; tick++) await runner.advance(1)
    machine.close()
    const sink = recording('endpoint', 4)
    await live({ log, sinks: [sink], until: 2 * TICKS_A_DAY })
    expect(ids(sink.events).sort()).toEqual(ids(whole.events).sort())
  })
})

it('a model that knows of nothing that stands tells nothing', async () => {
  const { model: epidemic, SETTINGS } = await import('../examples/epidemic/model.ts')
  const [plain, opened] = [recording('plain'), recording('opened')]
  for (const [sink, opening] of [
    [plain, false],
    [opened, true],
  ] as const) {
    const machine = realMachine()
    const host = await Host.open({ model: epidemic, settings: SETTINGS, machine, sinks: [sink], opening })
    while (!(await host.begin()));
    await host.live({ until: 48 })
    await host.close()
    machine.close()
  }
  expect(opened.events).toEqual(plain.events)
})
