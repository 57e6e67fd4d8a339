// Real processes are killed at random while they deliver to an endpoint that fails at random; then several work on one
// world at once. What arrived, repeated keys dropped, is what one run that nothing disturbed delivers.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const STUDENTS = '400'
const KILLS = 200
const SEED = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** Multiplicative congruential, so that a seed says when each process was killed. */
function dice(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Takes posts, and fails one in ten: refuses, hangs up before, or hangs up after it took one. */
class FlakyEndpoint {
  /** Bodies by key, in order of first arrival. */
  readonly taken = new Map<string, string>()
  readonly conflicts: string[] = []
  repeated = 0
  url = ''
  readonly #random: () => number
  readonly #server: Server

  constructor(random: () => number) {
    this.#random = random
    this.#server = createServer((request, response) => void this.#answer(request, response).catch(() => undefined))
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ingest`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key'])
    const body = await text(request)
    const fate = this.#random()
    if (fate < 0.03) return void request.socket.destroy()
    if (fate < 0.06) return void response.writeHead(503).end()
    const before = this.taken.get(key)
    if (before === undefined) this.taken.set(key, body)
    else if (before === body) this.repeated++
    else this.conflicts.push(key)
    if (fate < 0.1) return void request.socket.destroy()
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"sequenceNumber":"1"}')
  }
}

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
  for (const child of children) child.kill('SIGKILL')
  children = []
  endpoint.close()
  await sleep(50)
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
    const began = performance.now()
    await tutorsim(...words, '--ticks', '1')
    const life = performance.now() - began
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start([...words, '--pace', '20000x'])
      const over = ended(child)
      // From before it has read HEAD until it has been delivering for a while, however fast the machine is.
      await sleep((0.2 + 1.5 * random()) * life)
      child.kill('SIGKILL')
      await over
      children = []
    }
    await tutorsim(...words, '--ticks', '1')
    expect(endpoint.taken.size).toBeGreaterThan(1000)
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
