// What can be wrong around the simulator: each time one clear line, one metric, few requests, and nothing lost.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ScheduledSettings } from '../../lambda/schedule.ts'
import { settingsFrom } from '../../model/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../../stores/index.ts'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { Endpoint } from '../lambda/endpoint.ts'
import { DynamoDbFront, ParameterStore } from '../lambda/stand-ins.ts'
import { byPartition, undisturbed } from '../lambda/undisturbed.ts'

const FIRST = Date.parse('2026-01-05T14:00:00Z')
const MINUTE = 60_000
const KEY = 'key-A-4711'

type Handler = typeof import('../../lambda/simulator.ts').handler
/** A line of the log, parsed. */
type Line = Record<string, ReturnType<typeof JSON.parse>>

const database = dynamoDbLocal()
let local: DynamoDbLocal | undefined
let front: DynamoDbFront
let parameters: ParameterStore
let endpoint: Endpoint
let store: DynamoDbStore
let handler: Handler
let lines: Line[] = []
let tables = 0

beforeAll(async () => {
  local = await database?.start()
})
afterAll(() => local?.stop())
beforeEach(async () => {
  front = await new DynamoDbFront(local?.endpoint ?? '').open()
  parameters = await new ParameterStore().open()
  endpoint = await Endpoint.open()
  const table = `faults-${++tables}`
  store = await openDynamoDb(table, { createTable: true, client: local?.client ?? {} })
  lines = []
  const aws = { ...local?.environment, AWS_ENDPOINT_URL_DYNAMODB: front.url, AWS_ENDPOINT_URL_SSM: parameters.url }
  await coldStart({ ...aws, WORLD_TABLE: table, INGEST_API_URL: endpoint.url, STUDENTS: '900', TICK: '15m' })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const server of [front, parameters, endpoint]) server.close()
  await store.close()
})

/** A new process, as far as its modules know, with more of an environment. */
async function coldStart(environment: Record<string, string> = {}): Promise<void> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  vi.resetModules()
  handler = (await import('../../lambda/simulator.ts')).handler
}

/** One invocation. Returns the one line that it logs. */
async function run(minute: number, millisecondsLeft = 60_000): Promise<Line> {
  const said: string[] = []
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => said.push(String(line)) > 0)
  const ends = Date.now() + millisecondsLeft
  const context = { getRemainingTimeInMillis: () => ends - Date.now() }
  const answer = await handler({ time: new Date(FIRST + minute * MINUTE).toISOString() }, context)
  spy.mockRestore()
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/^[^\n]+\n$/)
  const line = JSON.parse(said[0] as string)
  expect(line).toMatchObject({ World: 'default', RunFailed: answer.ok ? 0 : 1, level: answer.ok ? 'INFO' : 'ERROR' })
  expect(line._aws.CloudWatchMetrics[0].Metrics).toContainEqual({ Name: 'RunFailed', Unit: 'Count' })
  lines.push(line)
  return line
}

async function expectWhole(ticks: number): Promise<void> {
  const head = await store.world('default').readHead()
  expect(head?.tick).toBe(ticks)
  const expected = undisturbed(head?.settings as ScheduledSettings, ticks)
  const arrived = [...endpoint.taken].map(([key, body]) => ({ key, body }))
  expect(endpoint.conflicting).toEqual([])
  expect(byPartition(arrived)).toEqual(byPartition(expected))
}

describe.skipIf(!database)('the simulator says in one line that', () => {
  it.each([
    [{ INGEST_API_URL: '' }, 'INGEST_API_URL: needed, the https URL that events are posted to'],
    [
      { INGEST_API_URL: 'http://example.com/i' },
      'INGEST_API_URL http://example.com/i: plain http goes to loopback only',
    ],
    [
      { INGEST_API_URL: 'https://me:pass-4711@example.com/' },
      'INGEST_API_URL https://example.com/: a URL may not hold a user',
    ],
    [{ INGEST_API_URL: 'events.ndjson' }, 'INGEST_API_URL: not an https URL, or http to loopback'],
    [{ WORLD_TABLE: '' }, 'WORLD_TABLE: needed, the name of a DynamoDB table'],
    [{ STUDENTS: 'many' }, 'STUDENTS many: not a number above 0'],
    [{ TICK: '7h' }, 'TICK 7h: must divide a day into ticks of 1s or more'],
    [{ TICK: 'soon' }, 'TICK soon: not a duration such as 1m or 2h'],
  ])('%o is no environment', async (environment, problem) => {
    await coldStart(environment)
    for (const minute of [0, 1]) expect((await run(minute)).problem).toContain(problem)
    expect(JSON.stringify(lines)).not.toContain('4711')
    expect(front.operations).toEqual([])
    expect(endpoint.requests).toBe(0)
  })

  it.each(['ParameterNotFound', 'AccessDeniedException'])('the parameter cannot be read: %s', async (refusal) => {
    await coldStart({ INGEST_API_KEY_PARAMETER: '/tutorsim/key' })
    parameters.value = KEY
    parameters.refusal = refusal
    for (const minute of [0, 1])
      expect((await run(minute)).problem).toBe(`INGEST_API_KEY_PARAMETER /tutorsim/key: cannot be read (${refusal})`)
    expect(parameters.reads).toBe(2)
    expect(front.operations).toEqual([])
    parameters.refusal = undefined
    await run(2)
    await run(3)
    expect(parameters.reads).toBe(3)
    await expectWhole(2)
  })

  it('nobody answers for the parameter', async () => {
    await coldStart({ INGEST_API_KEY_PARAMETER: '/tutorsim/key' })
    parameters.close()
    expect((await run(0)).problem).toBe('INGEST_API_KEY_PARAMETER /tutorsim/key: cannot be read (ECONNREFUSED)')
  })

  it.each([401, 403])(
    'the endpoint does not take the key (%d), and delivers with another one as soon as there is one',
    async (status) => {
      await coldStart({ INGEST_API_KEY_PARAMETER: '/tutorsim/key' })
      let taken = KEY
      parameters.value = `${KEY}\n`
      endpoint.treatment = ({ headers }) =>
        headers['x-api-key'] === taken ? undefined : { status, body: `who is ${headers['x-api-key']}?` }
      for (let minute = 0; minute < 4; minute++) expect((await run(minute)).problem).toBeUndefined()
      taken = 'key-B-0815'
      const before = endpoint.requests
      for (let minute = 4; minute < 8; minute++)
        expect((await run(minute)).problem).toMatch(
          /^INGEST_API_URL http\S+: delivery halted \(40[13]: who is \[secret\]\?\).*undelivered$/,
        )
      expect(endpoint.requests - before).toBeLessThan(4 * 50)
      parameters.value = taken
      expect((await run(8)).problem).toBeUndefined()
      expect(parameters.reads).toBeLessThan(6)
      await expectWhole(9)
      expect(JSON.stringify(lines)).not.toMatch(/4711|0815/)
    },
  )

  it('a key that was rotated long after it was read is read again within the run that it is refused in', async () => {
    await coldStart({ INGEST_API_KEY_PARAMETER: '/tutorsim/key' })
    let taken = KEY
    parameters.value = KEY
    endpoint.treatment = ({ headers }) => (headers['x-api-key'] === taken ? undefined : { status: 403 })
    expect((await run(0)).problem).toBeUndefined()
    parameters.value = taken = 'key-B-0815'
    const { now } = Date
    const later = vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000)
    expect((await run(1, 120_000)).problem).toBeUndefined()
    later.mockRestore()
    expect(parameters.reads).toBe(2)
    await expectWhole(2)
  })

  it('the table is missing', async () => {
    await coldStart({ WORLD_TABLE: 'no-such-table' })
    for (const minute of [0, 1])
      expect((await run(minute)).problem).toBe(
        'dynamodb:no-such-table: there is no such table in this region and account',
      )
    expect(front.operations).toHaveLength(2)
    expect(endpoint.requests).toBe(0)
  })

  it.each([
    ['anything', () => true],
    ['to write', (operation: string) => /Put|Write/.test(operation)],
    ['to commit', (operation: string) => operation === 'BatchWriteItem'],
  ])('there is no permission %s', async (_, forbids) => {
    await run(0)
    front.forbids = forbids
    const before = front.operations.length
    for (const minute of [1, 2])
      expect((await run(minute)).problem).toMatch(
        /^dynamodb:faults-\d+: no permission: AccessDeniedException: User: .*$/,
      )
    expect(front.operations.length - before).toBeLessThan(30)
    front.forbids = () => false
    expect((await run(3)).problem).toBeUndefined()
    await expectWhole(4)
  })

  it('the world is a newer model’s', async () => {
    await run(0)
    const log = store.world('default')
    const head = await log.readHead()
    if (!head) throw new Error('there is no HEAD')
    await log.commit(head.attempt, { ...head, attempt: 'newer', modelVersion: head.modelVersion + 1 }, [])
    const problem = /^written by model \d+, and this is model \d+: take a newer tutorsim$/
    for (const minute of [1, 2]) expect((await run(minute)).problem).toMatch(problem)
    expect(await log.readHead()).toMatchObject({ attempt: 'newer', tick: head.tick })
  })

  it('the world was born otherwise', async () => {
    await run(0)
    await coldStart({ SEED: 'another' })
    expect((await run(1)).problem).toBe('SEED another: world default was born with demo; take another WORLD')
    await coldStart({ SEED: 'demo', TICK: '1h' })
    expect((await run(2)).problem).toBe('TICK 1h: world default was born with 15m; take another WORLD')
    await coldStart({ TICK: '15m' })
    await run(3)
    await expectWhole(4)
  })

  it('the world is one of the command line', async () => {
    const log = store.world('default')
    const settings = settingsFrom({ students: 300 })
    await log.commit(
      null,
      { ...{ tick: 0, attempt: 'a', hash: '', modelVersion: 1, positions: 0 }, settings, inputs: [] },
      [],
    )
    expect((await run(0)).problem).toBe('WORLD default: is not run by a schedule; take another WORLD')
  })

  it('an event asks for what there is not, and the world that is warm stays so', async () => {
    await run(0)
    const before = front.operations.length
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    const context = { getRemainingTimeInMillis: () => 60_000 }
    const later = new Date(Date.now() + 2 * 60 * MINUTE).toISOString()
    for (const [event, problem] of [
      [{ time: 'noon' }, /^time noon: not an instant such as 2026-01-05T14:00:00Z$/],
      [{ time: later }, /^time \S+: at most 1h after the clock \(AHEAD_MAX\), which says \S+$/],
      [{ region: 'north' }, /^region north: not one of /],
      [null, /^event null: must be an object that may have time and region$/],
    ] as const)
      expect(await handler(event as object, context)).toEqual({ ok: false, problem: expect.stringMatching(problem) })
    expect(front.operations).toHaveLength(before)
    spy.mockRestore()
    expect(await run(1)).toMatchObject({ warm: true, tick: 2, tickLag: 0 })
    await expectWhole(2)
  })

  it('a time is of before a world can begin', async () => {
    expect((await run(-30 * 366 * 1440)).problem).toMatch(/^time 19\d\d-\S+: an instant in UTC from 2003 to 2099/)
  })

  it('a time is further after the clock than AHEAD_MAX, where that is another one', async () => {
    await coldStart({ AHEAD_MAX: '365d' })
    const ahead = Math.floor((Date.now() - FIRST) / MINUTE) + 100 * 1440
    expect(await run(ahead)).toMatchObject({ tick: 1, tickLag: 0, aheadTicks: 100 * 1440 })
    await coldStart({ AHEAD_MAX: '0m' })
    expect((await run(ahead)).problem).toMatch(/^time \S+: at most 0d after the clock/)
  })
})
