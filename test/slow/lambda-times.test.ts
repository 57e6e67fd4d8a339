// What a run makes of its time: endpoints that are down or slow, little time left, births that take several runs, and
// deliveries spread over the minute.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { environmentFrom } from '../../lambda/environment.ts'
import type { RunReport } from '../../lambda/report.ts'
import type { ScheduledSettings } from '../../lambda/schedule.ts'
import { ScheduledWorld, type Times } from '../../lambda/scheduled-world.ts'
import { type DynamoDbStore, openDynamoDb } from '../../stores/index.ts'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { eventIdOf } from '../flaky-endpoint.ts'
import { Endpoint, type Treatment } from '../lambda/endpoint.ts'
import { byPartition, type Delivered, undisturbed } from '../lambda/undisturbed.ts'

const FIRST = Date.parse('2026-01-05T14:00:00Z')
const MINUTE = 60_000
const STREAMS = 50
const SHORT: Times = { reserve: 1000, giveUp: 800, paced: 1500 }

const database = dynamoDbLocal()
let local: DynamoDbLocal | undefined
let endpoint: Endpoint
let store: DynamoDbStore
let world: ScheduledWorld | undefined
let tables = 0

beforeAll(async () => {
  local = await database?.start()
  for (const [name, value] of Object.entries(local?.environment ?? {})) vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await local?.stop()
})
beforeEach(async () => {
  endpoint = await Endpoint.open()
  store = await openDynamoDb(`times-${++tables}`, { createTable: true })
})
afterEach(async () => {
  await world?.close()
  endpoint.close()
  await store.close()
})

async function open(environment: Record<string, string>, times?: Times): Promise<void> {
  await world?.close()
  const standard = { WORLD_TABLE: `times-${tables}`, INGEST_API_URL: endpoint.url }
  world = await ScheduledWorld.open(environmentFrom({ ...standard, ...environment }), '', times)
}

async function run(minute: number, millisecondsLeft = 60_000): Promise<RunReport> {
  if (!world) throw new Error('no world is open')
  return world.run(FIRST + minute * MINUTE, millisecondsLeft)
}

async function expected(ticks: number): Promise<Delivered[]> {
  const head = await store.world('default').readHead()
  expect(head?.tick).toBe(ticks)
  return undisturbed(head?.settings as ScheduledSettings, ticks)
}

async function expectWhole(ticks: number): Promise<void> {
  const arrived = [...endpoint.taken].map(([key, body]) => ({ key, body }))
  expect(endpoint.conflicting).toEqual([])
  expect(byPartition(arrived)).toEqual(byPartition(await expected(ticks)))
}

describe.skipIf(!database)('a run', () => {
  it('posts over a dirty wire what the command line does, and sets aside what was kept back', async () => {
    const posted: string[] = []
    endpoint.treatment = (request) => {
      posted.push(eventIdOf(request))
      return
    }
    const ticks = 44
    for (let minute = 0; minute < ticks; minute++) {
      // Minutes that no run comes for, and functions that begin anew in the midst of it.
      if (minute % 7 === 3) continue
      if (minute % 10 === 0) await open({ STUDENTS: '60', STREAM_COUNT: '1', TICK: '6h', SCENARIO: 'dirty-pipeline' })
      expect(await run(minute)).not.toHaveProperty('problem')
    }
    const settings = (await store.world('default').readHead())?.settings as ScheduledSettings
    const clean = undisturbed(settings, ticks)
    const dirty = undisturbed(settings, ticks, ['--scenario', 'dirty-pipeline'])
    expect(posted).toEqual(dirty.map(({ key }) => key))
    expect(posted.length).toBeGreaterThan(new Set(posted).size)
    const arrived = new Set(posted)
    const keptBack = clean.map(({ key }) => key).filter((key) => !arrived.has(key))
    const damaged = dirty.filter(({ body }) => body.endsWith(' ')).map(({ key }) => key)
    expect([keptBack.length, damaged.length]).not.toContain(0)
    const parked = await store.world('default').parked()
    expect(parked.map(({ eventId }) => eventId).sort()).toEqual([...keptBack, ...damaged].sort())
  })

  it.each<[string, Treatment]>([
    ['answers 503', { status: 503 }],
    ['hangs up', 'hang up'],
    ['answers 429', { status: 429 }],
  ])('ends early where the endpoint %s, and one later delivers it all', async (_, treatment) => {
    await open({ STUDENTS: '2000', TICK: '2h' }, SHORT)
    endpoint.treatment = () => treatment
    for (let minute = 0; minute < 3; minute++) {
      const before = endpoint.requests
      const report = await run(minute)
      expect(report).toMatchObject({ tick: minute + 1, tickLag: 0, eventsSent: 0 })
      expect(report.oldestUndeliveredSeconds).toBe((minute + 1) * 60)
      expect(report.problem).toMatch(
        /^INGEST_API_URL http\S+: nothing could be delivered for 0.8 s .*; \d+ events undelivered$/,
      )
      expect(report.durationMilliseconds).toBeLessThan(5000)
      expect(endpoint.requests - before).toBeLessThan(4 * STREAMS)
    }
    endpoint.treatment = () => undefined
    expect(await run(3)).toMatchObject({ tick: 4, oldestUndeliveredSeconds: 0, retried: 0 })
    await expectWhole(4)
  })

  it('with 15 s left stops sending to an endpoint that says nothing, with time to spare', async () => {
    await open({ STUDENTS: '2000', TICK: '2h' })
    endpoint.treatment = () => 'say nothing'
    const ends = Date.now() + 15_000
    expect(await run(0, 15_000)).toMatchObject({ tick: 1, eventsSent: 0, oldestUndeliveredSeconds: 60 })
    expect(ends - Date.now()).toBeGreaterThan(2000)
    endpoint.treatment = () => undefined
    expect(await run(1)).toMatchObject({ oldestUndeliveredSeconds: 0 })
    await expectWhole(2)
  })

  it('delivers what the time allows, and the next go on', async () => {
    await open({ STUDENTS: '6000', TICK: '2h' })
    await run(0)
    endpoint.answerMilliseconds = 200
    const ends = Date.now() + 15_000
    const first = await run(6, 15_000)
    expect(ends - Date.now()).toBeGreaterThan(11_000)
    expect(first.problem).toBeUndefined()
    expect(first.eventsSent).toBeGreaterThan(STREAMS)
    expect(first.oldestUndeliveredSeconds).toBeGreaterThan(0)
    await open({ STUDENTS: '6000', TICK: '2h' })
    endpoint.answerMilliseconds = 0
    expect(await run(7)).toMatchObject({ tick: 8, oldestUndeliveredSeconds: 0 })
    expect(endpoint.repeated).toBe(0)
    await expectWhole(8)
  })

  it('catches up while there is time, however many ticks that takes', async () => {
    await open({ STUDENTS: '300', TICK: '1m' })
    await run(0)
    const daily = await run(1440)
    expect(daily).toMatchObject({ tick: 1441, tickLag: 0, oldestUndeliveredSeconds: 0 })
    expect(daily.eventsGenerated).toBe(daily.eventsSent)
    expect(await run(3 * 1440)).toMatchObject({ tickLag: 0, oldestUndeliveredSeconds: 0 })
    await expectWhole(3 * 1440 + 1)
  })

  it('tells what it has generated, whether or not anybody takes it', async () => {
    await open({ STUDENTS: '2000', TICK: '2h' }, SHORT)
    endpoint.treatment = () => ({ status: 503 })
    const { eventsGenerated } = await run(0)
    expect(eventsGenerated).toBeGreaterThan(0)
    endpoint.treatment = () => undefined
    expect(await run(0)).toMatchObject({ eventsGenerated: 0, eventsSent: eventsGenerated })
  })

  it('tells how many ticks the world is ahead of the clock, which a replay of earlier ones is not', async () => {
    await open({ STUDENTS: '300', TICK: '1m' })
    const now = (minutes: number) => run((Date.now() - FIRST) / MINUTE + minutes)
    expect(await now(-40)).toMatchObject({ tick: 1, tickLag: 0, aheadTicks: 0 })
    expect(await now(0)).toMatchObject({ tick: 41, tickLag: 0, aheadTicks: 0 })
    expect(await now(-20)).toMatchObject({ tick: 41, tickLag: 0, aheadTicks: 0 })
    expect((await now(30)).aheadTicks).toBeGreaterThanOrEqual(29)
    const next = await now(1)
    expect(next).toMatchObject({ tick: 71, tickLag: 0, eventsGenerated: 0 })
    expect(next.aheadTicks).toBeGreaterThanOrEqual(28)
    expect(next.aheadTicks).toBeLessThanOrEqual(30)
  })

  it('goes on with a birth that took too long for one', async () => {
    const environment = { STUDENTS: '25000', TICK: '1m' }
    let warmingUp = 0
    for (let minute = 0; ; minute++) {
      if (minute % 2 === 0) await open(environment)
      const report = await run(minute, 12_200)
      expect(report.tickLag).toBe(minute + 1 - Math.max(0, report.tick))
      if (!report.warmingUp) break
      warmingUp++
    }
    expect(warmingUp).toBeGreaterThan(2)
    const { tick } = await run(60)
    expect(tick).toBe(61)
    await expectWhole(61)
  })

  it('tells how many events are parked, whenever that was', async () => {
    await open({ STUDENTS: '2000', TICK: '2h' })
    let refused = 0
    endpoint.treatment = () => (++refused % 10 === 0 ? { status: 422, body: 'no' } : undefined)
    const { parked, eventsSent } = await run(0)
    expect(parked).toBe(Math.floor((parked + eventsSent) / 10))
    endpoint.treatment = () => undefined
    expect(await run(1)).toMatchObject({ parked, oldestUndeliveredSeconds: 0 })
    const log = store.world('default')
    for (const { target, eventId } of await log.parked()) await log.unpark(target, eventId)
    expect(await run(2)).toMatchObject({ parked: 0 })
    expect(endpoint.taken.size + parked).toBe((await expected(3)).length)
  })

  it('spreads its deliveries over its minute by their timestamps', async () => {
    await open({ STUDENTS: '6000', TICK: '2h', PACE_WITHIN_RUN: 'true' }, SHORT)
    const began = performance.now()
    const arrivals = new Map<string, number>()
    endpoint.treatment = ({ headers }) => {
      arrivals.set(eventIdOf({ headers }), performance.now() - began)
      return
    }
    await run(0)
    const latest = Math.max(...arrivals.values())
    const start = FIRST - 120 * MINUTE
    for (const [key, body] of endpoint.taken) {
      const share = (Date.parse(JSON.parse(body).payload.timestamp) - start) / (120 * MINUTE)
      const arrived = arrivals.get(key) as number
      expect(arrived - (latest - SHORT.paced) - share * SHORT.paced).toBeLessThan(400)
      expect(arrived - (latest - SHORT.paced) - share * SHORT.paced).toBeGreaterThan(-400)
    }
    const before = performance.now()
    const { eventsSent } = await run(3)
    expect(performance.now() - before).toBeLessThan(2 * SHORT.paced)
    expect(eventsSent).toBeGreaterThan(0)
    await expectWhole(4)
  })
})
