// Processes that are killed while they tell a new target what stands: the next goes on, nothing is lost, and what was told
// is what `show` says of everyone at that instant. The scheduled function tells the same.

import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Head } from '../../engine/index.ts'
import { Chaos, chaosModes } from '../../ingest/chaos.ts'
import { createIngestionApi } from '../../ingest/index.ts'
import { environmentFrom } from '../../lambda/environment.ts'
import type { ScheduledSettings } from '../../lambda/schedule.ts'
import { ScheduledWorld } from '../../lambda/scheduled-world.ts'
import { openDynamoDb } from '../../stores/index.ts'
import { dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { dice, FlakyEndpoint } from '../flaky-endpoint.ts'
import { Endpoint } from '../lambda/endpoint.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const STUDENTS = '300'
const KILLS = 12

let folder: string
let endpoint: FlakyEndpoint
const random = dice(SEED)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  endpoint = new FlakyEndpoint(random)
  await endpoint.open()
})
afterEach(() => {
  endpoint.close()
  rmSync(folder, { recursive: true, force: true })
})

const tutorsim = (...words: string[]) => promisify(execFile)(process.execPath, [CLI, ...words], { maxBuffer: 1 << 28 })

const isOpening = (id: string): boolean => id.includes('.opening.')

/** What a run that nothing disturbs delivers, by the event's id. */
async function undisturbed(words: readonly string[]): Promise<Map<string, string>> {
  const file = join(folder, 'expected.ndjson')
  await tutorsim('run', ...words, '--to', file)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return new Map(
    lines.map((line) => {
      const { event_id, event_type, payload } = JSON.parse(line)
      return [event_id, JSON.stringify({ event_type, payload })]
    }),
  )
}

it(`a run that is killed ${KILLS} times while it tells what stands loses nothing (seed ${SEED})`, async () => {
  const at = `sqlite:${join(folder, 'worlds.db')}`
  const world = ['--students', STUDENTS, '--opening', '--workers', '1']
  const words = ['run', '--store', at, ...world, '--to', endpoint.url, '--streams', '5', '--max-rate', '300']
  for (let kill = 0; kill < KILLS; kill++) {
    const told = endpoint.taken.size
    const child = spawn(process.execPath, [CLI, ...words, '--ticks', '1'], { stdio: 'ignore' })
    const over = new Promise((resolve) => child.on('close', resolve))
    await vi.waitFor(() => expect(endpoint.taken.size).toBeGreaterThan(told), { timeout: 60_000, interval: 5 })
    await new Promise((resolve) => setTimeout(resolve, 100 * random()))
    child.kill('SIGKILL')
    await over
  }
  expect([...endpoint.taken.keys()].every(isOpening), 'killed within the opening').toBe(true)
  const [before] = JSON.parse((await tutorsim('worlds', '--json', '--store', at)).stdout).worlds
  expect(before.backlog).toBeGreaterThan(100)
  await tutorsim(...words.slice(0, -2), '--ticks', '96')
  const [after] = JSON.parse((await tutorsim('worlds', '--json', '--store', at)).stdout).worlds
  expect(after.backlog).toBe(0)
  expect(endpoint.conflicts).toEqual([])
  const expected = await undisturbed(['--store', 'memory', ...world, '--ticks', String(after.tick)])
  expect([...endpoint.taken.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [id, body] of expected) expect(endpoint.taken.get(id), id).toBe(body)
})

it(`… and in batches nothing either, in order (seed ${SEED})`, async () => {
  const at = `sqlite:${join(folder, 'worlds.db')}`
  const file = join(folder, 'expected.ndjson')
  const api = createIngestionApi({ expect: file, chaos: new Chaos(chaosModes(['flaky']), String(SEED)) })
  const url = `${await api.listen(0, '127.0.0.1')}/ingest`
  const world = ['--students', STUDENTS, '--opening', '--workers', '1']
  const words = ['run', '--store', at, ...world, '--to', url, '--streams', '5', '--batch', '20', '--max-rate', '400']
  try {
    for (let kill = 0; kill < KILLS / 2; kill++) {
      const told = api.stats().distinct
      const child = spawn(process.execPath, [CLI, ...words, '--ticks', '1'], { stdio: 'ignore' })
      const over = new Promise((resolve) => child.on('close', resolve))
      await vi.waitFor(() => expect(api.stats().distinct).toBeGreaterThan(told), { timeout: 60_000, interval: 5 })
      child.kill('SIGKILL')
      await over
    }
    expect(api.stats().distinct, 'killed within the opening').toBeLessThan(400)
    await tutorsim(...words.slice(0, -2), '--ticks', '96')
    const [{ tick, backlog }] = JSON.parse((await tutorsim('worlds', '--json', '--store', at)).stdout).worlds
    expect(backlog).toBe(0)
    await tutorsim('run', '--store', 'memory', ...world, '--ticks', String(tick), '--to', file)
    const { distinct, conflicting, rejected, outOfOrder, comparison } = await api.ledger()
    expect({ conflicting, rejected, outOfOrder }).toEqual({ conflicting: 0, rejected: 0, outOfOrder: 0 })
    expect(comparison).toMatchObject({ expected: distinct, lost: 0, unexpected: 0 })
  } finally {
    await api.close()
  }
})

it('what is told on day 50 is what `show` says of everyone then, and `check` finds nothing wrong with it', async () => {
  const at = `sqlite:${join(folder, 'worlds.db')}`
  const to = join(folder, 'joining.ndjson')
  await tutorsim(
    'run',
    '--store',
    at,
    '--students',
    '60',
    '--tick',
    '1h',
    '--for',
    '50d',
    '--to',
    join(folder, 'old.ndjson'),
  )
  await tutorsim('run', '--store', at, '--for', '40d', '--opening', '--to', to)
  const { stdout } = await tutorsim('check', '--json', to)
  expect(JSON.parse(stdout)).toMatchObject({ violations: 0, since_birth: false })
  const told = readFileSync(to, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ event_id }) => isOpening(event_id))
  for (const { payload } of told.filter((_, place) => place % 6 === 0)) {
    const { timestamp, source, ...says } = payload
    const id = says.student_id ?? says.tutor_id
    if (id === undefined) continue
    const shown = JSON.parse((await tutorsim('show', id, '--store', at, '--at', timestamp, '--json')).stdout)
    expect(shown.state, id).toMatchObject(says)
  }
})

const database = dynamoDbLocal()

describe.skipIf(!database)('the scheduled function', () => {
  it('tells a new endpoint what stands, over several runs where one has no time for it', async () => {
    const local = await database?.start()
    for (const [name, value] of Object.entries(local?.environment ?? {})) vi.stubEnv(name, value)
    const target = await Endpoint.open()
    const store = await openDynamoDb('opening', { createTable: true })
    const variables = { WORLD_TABLE: 'opening', INGEST_API_URL: target.url, STUDENTS: '2000', TICK: '2h' }
    const first = Date.parse('2026-01-05T14:00:00Z')
    let world: ScheduledWorld | undefined
    try {
      target.answerMilliseconds = 200
      for (let minute = 0; minute < 30; minute++) {
        // A new process each time: what stood is looked up in the log.
        world = await ScheduledWorld.open(
          environmentFrom({ ...variables, OPENING: minute === 0 ? 'true' : 'false' }),
          '',
          {
            ...{ reserve: 500, giveUp: 5000, paced: 0 },
          },
        )
        await world.run(first + minute * 60_000, minute === 0 ? 12_000 : 5_000)
        await world.close()
        if (minute === 2) target.answerMilliseconds = 0
      }
      const head = (await store.world('default').readHead()) as Head
      const { seed, students, start } = head.settings as ScheduledSettings
      const size = [
        '--seed',
        seed,
        '--students',
        String(students),
        '--start',
        new Date(start).toISOString(),
        '--tick',
        '2h',
      ]
      const expected = await undisturbed(['--store', 'memory', ...size, '--ticks', String(head.tick), '--opening'])
      expect([...expected.keys()].filter(isOpening).length).toBeGreaterThan(2000)
      const taken = new Map([...target.taken].map(([key, body]) => [key.slice(key.indexOf('/') + 1), body]))
      expect([...taken.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [id, body] of expected) expect(taken.get(id), id).toBe(body)
    } finally {
      target.close()
      await store.close()
      vi.unstubAllEnvs()
      await local?.stop()
    }
  })
})
