// A world by regions: the state machine that the stack synthesises, run by an interpreter of its language, with the real
// simulator for each region. Together the five deliver what the world in one piece does.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ScheduledSettings } from '../../lambda/schedule.ts'
import { REGIONS } from '../../model/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../../stores/index.ts'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { ENDPOINT, synthesise } from '../infra/synthesis.ts'
import { Endpoint } from '../lambda/endpoint.ts'
import { execute, executions, type Task } from '../lambda/interpreter.ts'
import { byPartition, type Delivered, undisturbed } from '../lambda/undisturbed.ts'

const FIRST = Date.parse('2026-01-05T14:00:00Z')
const MINUTE = 60_000
/** Where a function's own files lie. */
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-shards-'))
const database = dynamoDbLocal()
let local: DynamoDbLocal | undefined
let store: DynamoDbStore
let endpoint: Endpoint

beforeAll(async () => {
  endpoint = await Endpoint.open()
  local = await database?.start()
  store = await openDynamoDb('shards', { createTable: true, client: local?.client ?? {} })
})
afterAll(async () => {
  endpoint.close()
  await local?.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Trial {
  world: string
  /** Of the stack, and of the function beside it. */
  context: Record<string, string>
  variables?: Record<string, string>
  runs: number
  /** Minutes that no run comes for; the next makes up for them. */
  missing: readonly number[]
  /** Options of the run that it is held against. */
  options?: string[]
}

async function delivers({ world, context, variables, runs, missing, options }: Trial): Promise<Delivered[]> {
  const template = synthesise({ ...ENDPOINT, shards: '5', ...context })
  const { Environment } = [...template.resources('AWS::Lambda::Function').values()].find(
    (properties) => properties.Environment?.Variables?.WORLD_TABLE,
  ) as { Environment: { Variables: Record<string, string> } }
  const given = { WORLD: world, WORLD_TABLE: 'shards', INGEST_API_URL: endpoint.url, ...local?.environment }
  Object.assign(process.env, Environment.Variables, given, variables)
  const said: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => said.push(String(line)) > 0)
  // A function reads its environment when it starts.
  vi.resetModules()
  const { handler } = await import('../../lambda/simulator.ts')
  const ends = Date.now() + 10 * MINUTE
  const simulate: Task = (event) => handler(event, { getRemainingTimeInMillis: () => ends - Date.now() })
  const [{ DefinitionString }] = [...template.resources('AWS::StepFunctions::StateMachine').values()].filter(
    (properties) => properties.DefinitionString.includes('"Simulate"'),
  ) as [{ DefinitionString: string }]
  endpoint.taken.clear()
  for (let minute = 0; minute < runs; minute++) {
    if (missing.includes(minute)) continue
    const event = {
      version: '0',
      'detail-type': 'Scheduled Event',
      time: new Date(FIRST + minute * MINUTE).toISOString(),
    }
    const answers = await execute(DefinitionString, event, { Executions: executions(1), Simulate: simulate })
    expect(answers).toMatchObject(
      REGIONS.map((region) => ({ ok: true, world: `${world}.${region}`, tick: minute + 1 })),
    )
  }
  vi.restoreAllMocks()
  expect(said).toHaveLength((runs - missing.length) * REGIONS.length)

  const heads = await Promise.all(REGIONS.map((region) => store.world(`${world}.${region}`).readHead()))
  const [settings] = heads.map((head) => head?.settings as ScheduledSettings)
  for (const head of heads) expect(head?.settings).toEqual(settings)
  const expected = undisturbed(settings as ScheduledSettings, runs, options)
  const arrived = [...endpoint.taken].map(([key, body]) => ({ key, body }))
  expect(arrived.length).toBeGreaterThan(1000)
  expect(endpoint.conflicting).toEqual([])
  expect(inOrder(arrived)).toEqual(inOrder(expected))
  expect(byPartition(arrived)).toEqual(byPartition(expected))
  console.log(`${arrived.length} events of five regions, ${endpoint.repeated} repeated`)
  return arrived
}

describe.skipIf(!database)('five regions on Step Functions', { timeout: 900_000 }, () => {
  it('deliver together what the world in one piece does', async () => {
    await delivers({ world: 'default', context: { students: '12000', tick: '15m' }, runs: 24, missing: [3, 4, 11] })
    expect(await store.worlds()).toEqual(REGIONS.map((region) => `default.${region}`).sort())
  })

  it('live by settings of their own and through a scenario, each its part of it', async () => {
    const figures = { 'calls.per_100_sessions': 15, 'people.regions.west': 60, 'sessions.failed_percent': 20 }
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(figures))
    const arrived = await delivers({
      world: 'strike',
      context: { students: '400', tick: '6h' },
      variables: { SCENARIO: 'tutor-strike', SETTINGS: 'settings.json', LAMBDA_TASK_ROOT: folder },
      runs: 52,
      missing: [17, 41],
      options: ['--scenario', 'tutor-strike'],
    })
    expect((await store.world('strike.west').readHead())?.settings).toMatchObject({ figures })
    const idle = arrived.filter(({ body }) => body.includes('"available_hours_this_week":0'))
    expect(idle.length).toBeGreaterThan(10)
  })
})

/** By instant; what is of one instant, by key. */
function inOrder(events: readonly Delivered[]): Delivered[] {
  const place = ({ key, body }: Delivered) => `${JSON.parse(body).payload.timestamp} ${key}`
  return events.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
}
