// What becomes of a kept world's events when an endpoint refuses one, or all, and when there are several targets.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eachLine } from '../../sinks/file/read.ts'
import { eventIdOf } from '../flaky-endpoint.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')

let folder: string
let store: string
let server: Server
let url: string
let arrived: { key: string; path: string; body: string; headers: Record<string, unknown> }[]
let turnedAway: typeof arrived
let statusOf: (key: string) => number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  store = `sqlite:${join(folder, 'worlds.db')}`
  arrived = []
  turnedAway = []
  statusOf = () => 202
  server = createServer(async (request, response) => {
    const body = await text(request)
    const key = eventIdOf(request)
    const status = statusOf(key)
    const post = { key, path: request.url ?? '', body, headers: request.headers }
    if (status === 202) arrived.push(post)
    else turnedAway.push(post)
    const answer = status === 202 ? '{"sequenceNumber":"1"}' : '{"error":"payload.tutor_id: unknown tutor"}'
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest`
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

async function tutorsim(...words: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  try {
    return {
      ...(await promisify(execFile)(process.execPath, [CLI, ...words, '--store', store], { cwd: folder })),
      code: 0,
    }
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number }
  }
}
const run = (...words: string[]) => tutorsim('run', '--students', '300', ...words)

async function undisturbed(ticks: number): Promise<string[]> {
  const file = join(folder, `whole-${ticks}.ndjson`)
  const words = ['run', '--store', 'memory', '--students', '300', '--ticks', String(ticks), '--to', file]
  await promisify(execFile)(process.execPath, [CLI, ...words])
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

describe('a poison event', () => {
  it('is set aside with the answer, its stream goes on, and it is sent once more by command', async () => {
    const lines = (await undisturbed(200)).map((line) => JSON.parse(line))
    const poison = lines.find(({ event_type }) => event_type === 'session_completed')
    statusOf = (key) => (key === poison.event_id ? 400 : 202)
    const { stderr, code } = await run('--ticks', '200', '--to', url)
    expect(code).toBe(0)
    expect(stderr).toContain('1 event was refused and set aside')
    const later = lines.filter(
      ({ event_id, payload }) => event_id !== poison.event_id && payload.student_id === poison.payload.student_id,
    )
    const keys = arrived.map(({ key }) => key)
    expect(keys).not.toContain(poison.event_id)
    expect(keys.filter((key) => later.some(({ event_id }) => event_id === key))).toEqual(
      later.map(({ event_id }) => event_id),
    )
    expect(keys).toHaveLength(lines.length - 1)

    const { stdout } = await tutorsim('worlds', '--parked', '--json')
    expect(JSON.parse(stdout).parked).toMatchObject([
      {
        world: 'default',
        target: url,
        eventId: poison.event_id,
        status: 400,
        answer: '{"error":"payload.tutor_id: unknown tutor"}',
      },
    ])
    expect((await tutorsim('worlds', '--requeue', '--to', url)).code).toBe(1)
    statusOf = () => 202
    const requeued = await tutorsim('worlds', '--requeue', '--to', url)
    expect(requeued.stderr).toContain('1 delivered, 0 still parked')
    expect(arrived.at(-1)?.body).toBe(JSON.stringify({ event_type: poison.event_type, payload: poison.payload }))
    expect(JSON.parse((await tutorsim('worlds', '--parked', '--json')).stdout).parked).toEqual([])
  })
})

describe('what was refused', () => {
  it('goes once more to the target that refused it, the way the run posts, and to no other', async () => {
    const target = `${url}?key=s3cret`
    const key = join(folder, 'sign.key')
    writeFileSync(key, 'a key\n')
    const way = ['--format', 'cloudevents', '--sign-key-file', key, '--api-key-file', key, '--to']
    let refused = ''
    statusOf = (id) => {
      refused ||= id
      return id === refused ? 422 : 202
    }
    await run('--ticks', '100', ...way, target)
    statusOf = () => 202
    arrived = []
    const elsewhere = await tutorsim('worlds', '--requeue', ...way, url)
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining(`others are parked for ${url}?`) })
    expect(arrived).toEqual([])
    const parked = await tutorsim('worlds', '--parked', '--json')
    expect(JSON.parse(parked.stdout).parked).toMatchObject([
      { eventId: refused, target: expect.not.stringContaining('s3cret') },
    ])

    const { code, stderr } = await tutorsim('worlds', '--requeue', ...way, target)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '1 delivered, 0 still parked\n' })
    const [event] = arrived
    expect(event).toMatchObject({ key: refused, path: '/ingest?key=s3cret', body: turnedAway[0]?.body })
    expect(event?.headers['content-type']).toContain('application/cloudevents+json')
    expect(event?.headers['x-api-key']).toBe('a key')
    const webhook = new Webhook('a key', { format: 'raw' })
    expect(webhook.verify(event?.body ?? '', event?.headers as Record<string, string>)).toMatchObject({ id: refused })
  })
})

describe('an endpoint that refuses us', () => {
  it.each([401, 403, 404])('with %d halts the delivery and loses nothing', async (status) => {
    statusOf = () => status
    const { code, stderr } = await run('--ticks', '100', '--to', url)
    expect(code).toBe(1)
    expect(stderr).toContain(`delivery halted (${status}`)
    statusOf = () => 202
    await run('--ticks', '1', '--to', url)
    const { stdout } = await tutorsim('worlds', '--json')
    const lines = await undisturbed(JSON.parse(stdout).worlds[0].tick)
    expect(arrived.map(({ key }) => key).toSorted()).toEqual(lines.map((line) => JSON.parse(line).event_id).toSorted())
  })
})

describe('a file', () => {
  it('of one world is not written by another, until it is let go of', async () => {
    await run('--ticks', '50', '--to', 'a.ndjson')
    const before = readFileSync(join(folder, 'a.ndjson'), 'utf8')
    const other = ['--world', 'other', '--seed', 'other', '--ticks', '50', '--to', './a.ndjson']
    const refused = await run(...other)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('a.ndjson: world default is delivered to it')
    expect(readFileSync(join(folder, 'a.ndjson'), 'utf8')).toBe(before)

    symlinkSync('a.ndjson', join(folder, 'link.ndjson'))
    expect((await run(...other.slice(0, -1), 'link.ndjson')).code).toBe(2)
    expect((await run('--ticks', '1', '--to', 'a.ndjson', '--to', 'link.ndjson')).stderr).toContain('each target once')
    expect(readFileSync(join(folder, 'a.ndjson'), 'utf8')).toBe(before)

    expect((await tutorsim('worlds', '--world', 'default', '--forget', 'link.ndjson')).code).toBe(0)
    const { code, stderr } = await run(...other)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`replaces ${before.length} bytes of events that another run wrote`)
  })

  it('that a run of no store has replaced is not gone on with', async () => {
    await run('--ticks', '50', '--to', 'a.ndjson')
    const words = [
      'run',
      '--store',
      'memory',
      '--seed',
      'other',
      '--students',
      '300',
      '--ticks',
      '90',
      '--to',
      'a.ndjson',
    ]
    await promisify(execFile)(process.execPath, [CLI, ...words], { cwd: folder })
    const theirs = readFileSync(join(folder, 'a.ndjson'), 'utf8')
    const { code, stderr } = await run('--ticks', '50', '--to', 'a.ndjson')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tutorsim: --to a\.ndjson: something else was written to it since; [^\n]+--forget\n$/)
    expect(readFileSync(join(folder, 'a.ndjson'), 'utf8')).toBe(theirs)
  })

  it('that holds something of the user is left alone', async () => {
    writeFileSync(join(folder, 'a.ndjson'), 'notes\n')
    const { code, stderr } = await run('--ticks', '50', '--to', 'a.ndjson')
    expect(code).toBe(1)
    expect(stderr).toContain('--to a.ndjson: it is there already and holds no events')
    expect(readFileSync(join(folder, 'a.ndjson'), 'utf8')).toBe('notes\n')
  })
})

describe('a run that is asked to stop', () => {
  const interrupted = async (after: () => boolean, ...words: string[]) => {
    const child = spawn(process.execPath, [CLI, 'run', '--students', '300', ...words], { cwd: folder, timeout: 60_000 })
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const ended = once(child, 'close')
    while (!after()) await sleep(20)
    child.kill('SIGINT')
    const asked = performance.now()
    const [code] = await ended
    return { code, stderr, seconds: (performance.now() - asked) / 1000 }
  }

  it('posts no more, and says what is gone where nothing is kept', async () => {
    const words = ['--store', 'memory', '--ticks', '300', '--max-rate', '20', '--to', url]
    const { code, stderr, seconds } = await interrupted(() => arrived.length > 5, ...words)
    expect([code, seconds < 5]).toEqual([0, true])
    const [, events, undelivered] =
      /^(\d+) events [\s\S]*\n(\d+) events? w(?:as|ere) not delivered; with --store memory/.exec(stderr) ?? []
    expect(arrived.length + Number(undelivered)).toBe(Number(events))
  })

  it('between two ticks at a pace ends without the next one', async () => {
    for (const kept of ['memory', store]) {
      const words = ['--store', kept, '--ticks', '300', '--pace', 'realtime', '--warmup', '0d', '--to', 'paced.ndjson']
      const { code, stderr } = await interrupted(() => existsSync(join(folder, 'paced.ndjson')), ...words)
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/\n\d+ events? of [^\n]+ over \d+ seconds?, to paced.ndjson\n/),
      ])
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        kept === 'memory'
          ? /^stopped at 2026-01-05T00:00:\S+; with --store memory the world is gone$/
          : /^stopped at 2026-01-05T00:00:\S+; goes on from there: tutorsim run .* --ticks (299|300)$/,
      )
      rmSync(join(folder, 'paced.ndjson'))
    }
  })
})

describe('standard output', () => {
  it.runIf(existsSync('/dev/full')).each([
    ['run', '--students', '300', '--ticks', '9', '--to', '/dev/null', '--json'],
    ['run', '--help'],
    ['worlds', '--json'],
  ])('that is full is said in one line: %s %s', async (...words) => {
    const program = `"$0" "$@" > /dev/full`
    const born = ['run', '--students', '300', '--ticks', '9', '--to', '/dev/null']
    await promisify(execFile)(process.execPath, [CLI, ...born], { cwd: folder })
    const ended = promisify(execFile)('bash', ['-c', program, process.execPath, CLI, ...words], { cwd: folder })
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^([^\n]+; it goes on [^\n]+\n[^\n]+ to \/dev\/null\n)?tutorsim: standard output: ENOSPC[^\n]+\n$/,
      ),
    })
  })

  it('that nobody reads any more ends a command quietly', async () => {
    await run('--ticks', '900', '--to', '/dev/null')
    const words = [CLI, 'show', 'stu_1042', '--last', '10000', '--store', store]
    const { stderr } = await promisify(execFile)('bash', ['-c', `"$0" "$@" | true`, process.execPath, ...words])
    expect(stderr).toBe('')
  })
})

describe('several targets', () => {
  it('that differ only in their query each get everything', async () => {
    await run('--ticks', '60', '--to', `${url}?to=one`, '--to', `${url}?to=two`)
    const ids = (await undisturbed(60)).map((line) => JSON.parse(line).event_id).toSorted()
    for (const query of ['one', 'two'])
      expect(
        arrived
          .filter(({ path }) => path.endsWith(query))
          .map(({ key }) => key)
          .toSorted(),
      ).toEqual(ids)
  })

  it('of which one fails: what the other has taken is written down all the same', async () => {
    statusOf = () => 401
    const failed = await run('--ticks', '200', '--to', url, '--to', 'a.ndjson')
    expect(failed.code).toBe(1)
    statusOf = () => 202
    await run('--ticks', '1', '--to', url, '--to', 'a.ndjson')
    const { stdout } = await tutorsim('worlds', '--json')
    const lines = await undisturbed(JSON.parse(stdout).worlds[0].tick)
    expect(readFileSync(join(folder, 'a.ndjson'), 'utf8').trimEnd().split('\n')).toEqual(lines)
    expect(new Set(arrived.map(({ key }) => key)).size).toBe(lines.length)
  })

  it('each get everything since they were first named, at their own pace', async () => {
    await run('--ticks', '50', '--to', 'a.ndjson')
    await run('--ticks', '150', '--to', 'a.ndjson', '--to', 'b.ndjson.zst', '--to', url)
    await run('--ticks', '50', '--to', 'a.ndjson', '--to', 'b.ndjson.zst', '--to', url)
    const lines = await undisturbed(250)
    const a = readFileSync(join(folder, 'a.ndjson'), 'utf8').trimEnd().split('\n')
    const b: string[] = []
    await eachLine(join(folder, 'b.ndjson.zst'), 10_000, (line) => b.push(line))
    expect(a).toEqual(lines)
    expect(b.length).toBeGreaterThan(lines.length / 2)
    expect(b).toEqual(lines.slice(-b.length))
    expect(new Set(arrived.map(({ key }) => key)).size).toBe(b.length)
  })

  it('are sent CloudEvents, and no faster than they should be', async () => {
    const words = ['--format', 'cloudevents', '--max-rate', '200', '--to', url]
    const began = performance.now()
    await run('--ticks', '60', ...words)
    const seconds = (performance.now() - began) / 1000
    expect(arrived.length / seconds).toBeLessThan(205)
    const [first] = arrived
    expect(first?.headers['content-type']).toContain('application/cloudevents+json')
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      specversion: '1.0',
      id: first?.key,
      source: expect.stringMatching(/^\/worlds\/[0-9a-f]{12}$/),
    })
  })
})
