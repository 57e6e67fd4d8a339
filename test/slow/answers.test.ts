// How a run ends, and what its last lines say, by what the endpoint answered: on a kept world and in memory.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const TICKS = 60

type Reply = { status: number; body?: string; headers?: Record<string, string> } | 'reset'

let folder: string
let server: Server
let url: string
/** Distinct events that the endpoint has taken, as their keys say, and how often it saw each. */
let seen: Map<string, number>
let reply: (key: string) => Reply
let headers: IncomingMessage['headers'][]
/** Which API keys it takes, and what it answers to others. */
let keyed: (apiKey: string) => boolean
let refusedStatus: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  seen = new Map()
  headers = []
  keyed = () => true
  refusedStatus = 401
  reply = () => ({ status: 200 })
  server = createServer((request, response) => void answer(request, response).catch(() => undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await text(request)
  const key = String(request.headers['idempotency-key'])
  headers.push(request.headers)
  const apiKey = String(request.headers['x-api-key'])
  if (!keyed(apiKey)) return void response.writeHead(refusedStatus).end(`who is ${apiKey}?`)
  seen.set(key, (seen.get(key) ?? 0) + 1)
  const said = reply(key)
  if (said === 'reset') response.socket?.resetAndDestroy()
  else response.writeHead(said.status, said.headers).end(said.body)
}

interface Ended {
  code: number
  /** What it said behind where it began. */
  lines: string[]
  stdout: string
}

async function tutorsim(...words: string[]): Promise<Ended> {
  const ended = await promisify(execFile)(process.execPath, [CLI, ...words], { cwd: folder }).then(
    (done) => ({ ...done, code: 0 }),
    (error: { code: number; stderr: string; stdout: string }) => error,
  )
  const said = ended.stderr.trimEnd().split('\n')
  const lines = said.slice(said[0]?.includes('; it goes on ') ? 1 : 0)
  return { code: ended.code, lines, stdout: ended.stdout }
}

const KEPT = 'sqlite:worlds.db'
const run = (store: string, ...words: string[]): Promise<Ended> =>
  tutorsim('run', '--students', '300', '--store', store, '--ticks', String(TICKS), '--to', url, ...words)
const refusal = (key: string): Reply => ({ status: 400, body: `{"error":"unknown key ${key}"}` })
const isChosen = (key: string): boolean => key.includes('.market.')

describe.each([KEPT, 'memory'])('on --store %s', (store) => {
  const isKept = store === KEPT

  it.each<[string, Reply]>([
    ['200 with an empty object', { status: 200, body: '{}' }],
    ['200 with nothing', { status: 200 }],
    ['204', { status: 204 }],
    ['202 with text', { status: 202, body: 'accepted' }],
  ])('all taken with %s: exit 0, each posted once', async (_, taken) => {
    reply = () => taken
    const { code, lines } = await run(store)
    expect([code, lines.length]).toEqual([0, 1])
    expect([...new Set(seen.values())]).toEqual([1])
  })

  it('all refused: exit 1, with the first answer and the count', async () => {
    reply = refusal
    const { code, lines, stdout } = await run(store, '--json')
    const [key = ''] = seen.keys()
    const first = key.slice(key.indexOf('/') + 1)
    expect(code).toBe(1)
    expect(lines).toContainEqual(
      `--to ${url}: ${seen.size} refused with 400: {"error":"unknown key ${key}"} (first: ${first})`,
    )
    expect(lines).toContain(`--to ${url}: all events were refused`)
    expect(lines.at(-1)).toMatch(
      isKept
        ? /^\d+ events were refused and set aside: tutorsim worlds --parked --store sqlite:worlds\.db \(world default\)$/
        : /^\d+ events were refused; with --store memory they are gone$/,
    )
    expect(JSON.parse(stdout)).toMatchObject({
      parked: seen.size,
      targets: [{ target: url, delivered: 0, refusals: [{ status: 400, count: seen.size, event_id: first }] }],
    })
  })

  it('some refused: exit 0 on a kept world and 1 in memory, where they are gone', async () => {
    reply = (key) => (isChosen(key) ? refusal(key) : { status: 200 })
    const { code, lines } = await run(store)
    const refused = [...seen.keys()].filter(isChosen)
    expect(refused.length).toBeGreaterThan(0)
    expect(code).toBe(isKept ? 0 : 1)
    expect(lines.at(-2)).toContain(`${refused.length} refused with 400: {"error":"unknown key ${refused[0]}"}`)
    expect(lines.at(-1)).toContain(`${refused.length} events were refused`)
  })

  it('undelivered: exit 1, with what the endpoint said, and what it had refused before', async () => {
    reply = (key) => (isChosen(key) ? refusal(key) : { status: 503, body: 'closed for today' })
    const { code, lines } = await run(store, '--give-up', '1s')
    expect(code).toBe(1)
    expect(lines.at(-1)).toMatch(/^tutorsim: --to \S+: [^\n]*\(503: closed for today\); \d+ events undelivered/)
    expect(lines.at(-1)?.endsWith('with --store memory what was not delivered is gone')).toBe(!isKept)
    expect(lines.slice(0, -1).every((line) => line.includes('refused'))).toBe(true)
  })

  it('redirected: exit 1, with where it leads and without what may be secret', async () => {
    reply = () => ({ status: 308, headers: { location: 'https://example.com/v2?key=s3cret' } })
    const { code, lines } = await run(store)
    expect(code).toBe(1)
    expect(lines.at(-1)).toContain('delivery halted (308 to https://example.com/v2)')
  })

  it('without the field that is demanded: exit 1, with its name', async () => {
    reply = () => ({ status: 200, body: '{}' })
    const { code, lines } = await run(store, '--ack', 'sequenceNumber', '--give-up', '1s')
    expect([code, lines.length]).toEqual([1, 1])
    expect(lines[0]).toContain('(200 without sequenceNumber)')
  })

  it('409 to what may have arrived before is taken, and to anything else refused', async () => {
    const [broken, known] = [new Set<string>(), new Set<string>()]
    reply = (key) => {
      if (isChosen(key)) {
        known.add(key)
        return { status: 409, body: 'known' }
      }
      if (broken.has(key)) return { status: 409 }
      if (broken.size === 20) return { status: 200 }
      broken.add(key)
      return 'reset'
    }
    const { stdout, code } = await run(store, '--json')
    expect(code).toBe(isKept ? 0 : 1)
    const { events, parked } = JSON.parse(stdout)
    expect([parked, events]).toEqual([known.size, seen.size])
  })
})

it('nothing to do is done: exit 0, though an earlier run was refused everything', async () => {
  reply = refusal
  const words = ['run', '--students', '1', '--warmup', '0d', '--tick', '1s', '--ticks', '1', '--to', url]
  expect((await tutorsim(...words, '--store', KEPT)).code).toBe(1)
  const { code, lines } = await tutorsim(...words, '--store', KEPT)
  expect([code, lines]).toEqual([0, [`0 events of world default over 1 second, to ${url}`]])
})

it('a killed run goes on at an endpoint that answers 409 to what it has, and parks nothing', async () => {
  const taken = new Set<string>()
  reply = (key) => {
    if (taken.has(key)) return { status: 409 }
    taken.add(key)
    return { status: 200 }
  }
  const words = ['run', '--students', '2000', '--store', KEPT, '--ticks', '400', '--to', url]
  const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, stdio: 'ignore' })
  const ended = once(child, 'close')
  while (taken.size < 200) await sleep(5)
  child.kill('SIGKILL')
  await ended
  const { code, stdout } = await tutorsim(...words.slice(0, -2), '--to', url, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ parked: 0, targets: [{ queued: 0 }] })
})

it('what was refused and sent once more, and may have arrived then, is delivered when the endpoint has it', async () => {
  reply = (key) => (isChosen(key) ? refusal(key) : { status: 200 })
  await run(KEPT)
  const requeue = () => tutorsim('worlds', '--requeue', '--store', KEPT, '--to', url)
  reply = () => ({ status: 409 })
  expect((await requeue()).code).toBe(1)
  reply = () => 'reset'
  expect((await requeue()).code).toBe(1)
  reply = () => ({ status: 409 })
  expect((await requeue()).code).toBe(0)
})

it.each([401, 403])('a key that is rotated while a run goes on is read again after %d', async (status) => {
  const file = join(folder, 'api.key')
  writeFileSync(file, 'key-one\n')
  let taken = 'key-one'
  let isRotated = false
  keyed = (key) => key === taken
  refusedStatus = status
  const words = ['run', '--students', '300', '--store', KEPT, '--ticks', '200', '--to', url, '--api-key-file', file]
  const child = spawn(process.execPath, [CLI, ...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text) => (stderr += text))
  const ended = once(child, 'close')
  reply = () => {
    if (seen.size > 50 && !isRotated) {
      isRotated = true
      taken = 'key-two'
      // The file follows a moment later.
      setTimeout(() => writeFileSync(file, 'key-two\n'), 700)
    }
    return { status: 200 }
  }
  expect(await ended).toEqual([0, null])
  expect(stderr).not.toMatch(/key-one|key-two|halted/)
  // One that stays refused ends the run.
  taken = 'key-three'
  const { code, lines } = await tutorsim(...words)
  expect([code, lines.at(-1)]).toEqual([
    1,
    expect.stringMatching(new RegExp(`delivery halted \\(${status}: who is \\[secret\\]\\?\\)`)),
  ])
})

/** As it stands in a header. */
const variable = (name: string): string => `$\{${name}}`

it('a header holds a secret of the environment, which is neither shown nor kept', async () => {
  const secret = 't0ken/of+mine'
  reply = () => ({ status: 400, body: `no: ${headers.at(-1)?.authorization} ${encodeURIComponent(secret)}` })
  process.env.MY_TOKEN = secret
  try {
    const { lines, code } = await run(
      KEPT,
      '--header',
      `Authorization: Bearer ${variable('MY_TOKEN')}`,
      '--header',
      'x-plain: 1',
    )
    expect(code).toBe(1)
    expect(headers[0]).toMatchObject({ authorization: `Bearer ${secret}`, 'x-plain': '1' })
    const kept = await tutorsim('worlds', '--parked', '--json', '--store', KEPT)
    for (const text of [lines.join(), kept.stdout, readFileSync(join(folder, 'worlds.db'), 'latin1')])
      expect(text).not.toMatch(/t0ken/)
    expect(JSON.parse(kept.stdout).parked[0].answer).toContain('no: ')
    const unset = await run(KEPT, '--header', `Authorization: Bearer ${variable('NO_SUCH_TOKEN')}`)
    expect([unset.code, unset.lines]).toEqual([
      2,
      [`tutorsim: --header: ${variable('NO_SUCH_TOKEN')} in Authorization is no variable that is set`],
    ])
  } finally {
    delete process.env.MY_TOKEN
  }
})
