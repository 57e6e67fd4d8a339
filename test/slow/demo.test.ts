// `tutorsim demo` as somebody runs it: one line with the address, a world that lives there and delivers its events beside it,
// and an end at Ctrl-C.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DAY, parseInstant } from '../../engine/index.ts'
import type { Json } from '../dashboard/shown.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
let folder: string
const running: Demo[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
})
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

interface Demo {
  child: ChildProcess
  said: { stderr: string; stdout: string }
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>
}

function demo(words: string): Demo {
  const child = spawn(process.execPath, [CLI, ...words.split(' ')], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stderr: '', stdout: '' }
  child.stderr.on('data', (text) => {
    said.stderr += text
  })
  child.stdout.on('data', (text) => {
    said.stdout += text
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const started = { child, said, ended }
  running.push(started)
  return started
}

async function addressOf({ said, ended }: Demo): Promise<string> {
  let isOver = false
  ended.then(
    () => {
      isOver = true
    },
    () => undefined,
  )
  for (;;) {
    const [, url] = /^tutorsim demo: (http:\S+)/.exec(said.stderr) ?? []
    if (url) return url
    if (isOver) throw new Error(said.stderr)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function read(url: string): Promise<Json> {
  return (await fetch(url)).json()
}

/** Asks until something holds of what is answered. */
async function until(url: string, holds: (answer: Json) => boolean): Promise<Json> {
  for (;;) {
    const answer = await read(url)
    if (holds(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

it('shows a world whose 30 days end now, goes on into its future, delivers there, and ends at Ctrl-C', async () => {
  const begun = Date.now()
  const one = demo('demo --port 0 --students 30')
  const url = await addressOf(one)
  // While the history is lived already.
  expect(await read(`${url}/api/world`)).toMatchObject({ name: 'demo', simulated: true })
  const world = await until(`${url}/api/world`, ({ phase }) => phase === 'living')
  expect(world.clock).toMatchObject({ playing: true, speed: 300 })
  expect(world.start).toBe((Math.floor(begun / DAY) - 30) * DAY)
  const since = world.clock.at
  expect(since).toBeGreaterThanOrEqual(begun)
  await until(`${url}/api/world`, ({ clock }) => clock.at > since + 600_000)
  // First what stands, then what happens.
  const stats = await until(
    `${url}/stats`,
    ({ distinct, byType }) => distinct > 0 && byType.customer_health_update > 20,
  )
  expect(stats).toMatchObject({ rejected: 0, conflicting: 0 })
  one.child.kill('SIGINT')
  expect(await one.ended).toBe(0)
  expect(one.said).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(/^tutorsim demo: http:\/\/127.0.0.1:\d+( \(4173 is taken\))?\n/),
  })
})

it('with --live the present is the real one', async () => {
  const url = await addressOf(demo('demo --port 0 --students 30 --live'))
  const { clock, wall_at_birth } = await until(`${url}/api/world`, ({ phase }) => phase === 'living')
  expect(clock).toMatchObject({ playing: true, speed: 1 })
  expect(clock.at).toBeGreaterThanOrEqual(wall_at_birth)
  expect(clock.at).toBeLessThanOrEqual(Date.now())
})

it('reached from elsewhere it wants its token, and its world delivers all the same', async () => {
  const one = demo('demo --port 0 --students 30 --host 0.0.0.0 --token secret')
  const { port } = new URL(await addressOf(one))
  const url = `http://127.0.0.1:${port}`
  expect((await fetch(`${url}/api/world`)).status).toBe(401)
  expect((await fetch(`${url}/ingest`, { method: 'POST', body: '{}' })).status).toBe(401)
  const headers = { authorization: 'Bearer secret' }
  for (let arrived = 0; arrived === 0; await new Promise((resolve) => setTimeout(resolve, 50)))
    arrived = ((await (await fetch(`${url}/stats`, { headers })).json()) as Json).distinct
  expect(one.said.stderr).not.toContain('secret')
})

it('a port that is taken: one line where it was asked for', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const one = demo(`demo --port ${port}`)
  expect(await one.ended).toBe(1)
  expect(one.said.stderr).toBe(`tutorsim: --port ${port}: in use already on 127.0.0.1\n`)
  taken.close()
})

it('the next free port where none was asked for, and says so', async () => {
  const first = demo('demo --students 30')
  const one = new URL(await addressOf(first))
  const other = demo('demo --students 30')
  const two = new URL(await addressOf(other))
  expect(Number(two.port)).toBeGreaterThan(Number(one.port))
  expect(other.said.stderr).toMatch(/ \(4173 is taken\)\n/)
})

it('a world that is kept is looked at, and stays as it is; with --control it is driven', async () => {
  const run = demo('run --students 60 --warmup 7d --for 3d --to events.ndjson')
  expect(await run.ended).toBe(0)
  const looked = demo('demo --port 0 --world default')
  const url = await addressOf(looked)
  const world = await until(`${url}/api/world`, ({ phase }) => phase === 'read_only')
  expect(world).toMatchObject({ may_control: false, line: expect.stringContaining('--control') })
  expect(world.end).toBe(parseInstant('2026-01-08T00:00:00Z'))
  const post = (path: string, body: object) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  expect((await post('/api/control', { action: 'play' })).status).toBe(403)
  // A what-if changes nothing of it.
  expect((await post('/api/what-if', { at: world.end - DAY, input: { students: 90 } })).status).toBe(202)
  await until(`${url}/api/what-if`, ({ twins }) => twins[0].phase === 'level')
  looked.child.kill('SIGINT')
  expect(await looked.ended).toBe(0)
  const driven = demo('demo --port 0 --world default --control')
  const there = await addressOf(driven)
  expect(await until(`${there}/api/world`, ({ phase }) => phase === 'living')).toMatchObject({
    clock: { playing: false, speed: 300, at: world.end },
  })
  const jumped = await fetch(`${there}/api/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'jump', at: world.end + DAY }),
  })
  expect(jumped.status).toBe(200)
  await until(`${there}/api/world`, ({ clock }) => clock.at === world.end + DAY)
})

it('says in one line what is wrong with what it was told', async () => {
  for (const [words, line] of [
    ['demo --world nobody', /there is no store/],
    ['demo --control', /--control: only with --world/],
    ['demo --world a --live', /--live: not with --world/],
    ['demo --host 0.0.0.0', /--host 0.0.0.0: .*--token/],
    ['demo --port 99999', /--port 99999: not within/],
    ['demo --students 0', /--students 0: /],
  ] as const) {
    const one = demo(words)
    expect([words, await one.ended]).toEqual([words, words === 'demo --world nobody' ? 1 : 2])
    expect(one.said.stderr).toMatch(new RegExp(`^tutorsim: [^\n]*${line.source}[^\n]*\n$`))
  }
  expect(existsSync(join(folder, '.tutorsim'))).toBe(false)
})
