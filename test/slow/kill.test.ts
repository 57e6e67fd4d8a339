// Real processes are killed at random while they deliver to an endpoint that fails at random; then several work on one
// world at once. What arrived, repeated keys dropped, is what one run that nothing disturbed delivers.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { dice, FlakyEndpoint } from '../flaky-endpoint.ts'
import { killed } from '../killed.ts'
import { sweep } from '../sweep.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const STUDENTS = '400'
const KILLS = sweep(200, 60)
/** So many have arrived in the end at the least: it is killed on until they have. */
const EVENTS = 1000
const POSTS_A_LIFE_MAX = 80
const START_MILLISECONDS = 400
const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))

let folder: string
let endpoint: FlakyEndpoint
let children: ChildProcess[] = []
const random = dice(SEED)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  endpoint = new FlakyEndpoint(random)
  await endpoint.open()
})

afterEach(async () => {
  await Promise.all(children.map(killed))
  children = []
  endpoint.close()
  rmSync(folder, { recursive: true, force: true })
})

const local = dynamoDbLocal()

describe.each(local ? ['sqlite', 'dynamodb'] : ['sqlite'])('a world on %s', (kind) => {
  let dynamodb: DynamoDbLocal | undefined
  beforeAll(async () => {
    if (kind === 'dynamodb') dynamodb = await local?.start()
  })
  afterAll(() => dynamodb?.stop())

  const store = (): string =>
    kind === 'sqlite' ? `sqlite:${join(folder, 'worlds.db')}` : `dynamodb:kill-${Date.now()}`
  const environment = (): NodeJS.ProcessEnv => ({ ...process.env, ...dynamodb?.environment })

  const start = (words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'ignore', 'pipe'], env: environment() })
    children.push(child)
    return child
  }
  const tutorsim = (...words: string[]) =>
    promisify(execFile)(process.execPath, [CLI, ...words], { env: environment() })
  const ended = (child: ChildProcess): Promise<string> =>
    new Promise((resolve) => {
      let said = ''
      child.stderr?.on('data', (chunk) => {
        said += chunk
      })
      child.on('close', (code) => resolve(code === 0 ? said : `${said} (ended with ${code})`))
    })

  /** What an undisturbed run delivers of the same world up to the same tick. */
  async function expectWhole(at: string): Promise<void> {
    const { stdout } = await tutorsim('worlds', '--json', '--store', at)
    const [world] = JSON.parse(stdout).worlds
    expect(world.backlog).toBe(0)
    const file = join(folder, 'expected.ndjson')
    await tutorsim('run', '--store', 'memory', '--students', STUDENTS, '--ticks', String(world.tick), '--to', file)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(endpoint.conflicts).toEqual([])
    const streams = new Map<string, string[]>()
    for (const line of lines) {
      const { event_id, event_type, payload } = JSON.parse(line)
      expect(endpoint.taken.get(event_id), event_id).toBe(JSON.stringify({ event_type, payload }))
      const key = keyOf(payload)
      streams.set(key, [...(streams.get(key) ?? []), event_id])
    }
    expect(endpoint.taken.size).toBe(lines.length)
    const arrived = new Map<string, string[]>()
    for (const [id, body] of endpoint.taken) {
      const key = keyOf(JSON.parse(body).payload)
      arrived.set(key, [...(arrived.get(key) ?? []), id])
    }
    for (const [key, ids] of streams) expect(arrived.get(key)).toEqual(ids)
  }

  it(`killed ${KILLS} times, loses nothing and repeats nothing otherwise (seed ${SEED})`, async () => {
    const at = store()
    const words = ['run', '--store', at, '--students', STUDENTS, '--to', endpoint.url, '--workers', '1']
    await tutorsim(...words, '--ticks', '1')
    for (let kill = 0; kill < KILLS || endpoint.taken.size < EVENTS; kill++) {
      const child = start([...words, '--pace', '20000x'])
      const over = ended(child)
      // Some before they have read HEAD, the others in the midst of their posts: however fast the machine is.
      if (random() < 0.25) await sleep(START_MILLISECONDS * random())
      else await endpoint.morePosts(Math.ceil(POSTS_A_LIFE_MAX * random()))
      child.kill('SIGKILL')
      await over
      children = []
    }
    await tutorsim(...words, '--ticks', '1')
    await expectWhole(at)
    console.log(`${kind}: ${endpoint.taken.size} events, ${endpoint.repeated} repeated, seed ${SEED}`)
  })

  it.each([2, 4])('with %d processes on it at once is the same world', async (processes) => {
    const at = store()
    const words = ['run', '--store', at, '--students', STUDENTS, '--to', endpoint.url, '--workers', '1']
    await tutorsim(...words, '--ticks', '1')
    const said = await Promise.all(
      Array.from({ length: processes }, () => ended(start([...words, '--ticks', '150', '--pace', '60000x']))),
    )
    for (const report of said) expect(report).not.toContain('ended with')
    expect(said.some((report) => /\d+ commits? conflicted/.test(report))).toBe(true)
    await expectWhole(at)
  })
})

function keyOf(payload: { student_id?: string; tutor_id?: string; subject?: string; region?: string }): string {
  return payload.student_id ?? payload.tutor_id ?? `${payload.subject} ${payload.region}`
}
