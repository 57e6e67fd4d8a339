// The reference ingestion API: what it takes, what it refuses and how, whatever is sent.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import seedrandom from 'seedrandom'
import { Pool, request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createIngestionApi, type IngestionOptions } from '../../cli/ingestion-api.ts'
import { IngestionLedger } from '../../cli/ingestion-ledger.ts'
import { openHttp } from '../../sinks/http.ts'

const STAMP = { timestamp: '2026-01-05T14:30:00.000Z', source: 'simulator' }
const SESSION = { session_id: 'sess_1767623400000_1234', student_id: 'stu_1234', tutor_id: 'tut_123' }
const COMPLETED = {
  ...STAMP,
  ...SESSION,
  subject: 'Computer Science',
  actual_duration_minutes: 58,
  student_rating: 5,
  tutor_rating: 4,
  completed_successfully: true,
}
const EVENTS = [
  {
    event_type: 'session_started',
    payload: {
      ...STAMP,
      ...SESSION,
      subject: 'French',
      session_type: 'group',
      scheduled_duration_minutes: 60,
    },
  },
  { event_type: 'session_completed', payload: COMPLETED },
  {
    event_type: 'ib_call_logged',
    payload: {
      ...STAMP,
      call_id: 'call_1767623400000_1234',
      student_id: 'stu_1234',
      reason: 'tutor_concern',
      duration_seconds: 60,
      resolved: false,
      priority: 'high',
    },
  },
  {
    event_type: 'tutor_availability_updated',
    payload: {
      ...STAMP,
      tutor_id: 'tut_123',
      available_hours_this_week: 0,
      subjects: ['French', 'Spanish'],
      timezone: 'EST',
      accepts_instant_book: true,
    },
  },
  {
    event_type: 'customer_health_update',
    payload: {
      ...STAMP,
      student_id: 'stu_1234',
      sessions_last_7_days: 0,
      sessions_last_30_days: 3,
      ib_calls_last_14_days: 1,
      avg_session_rating: 4.33,
      health_score: 71.05,
      churn_risk: 'low',
    },
  },
  {
    event_type: 'supply_demand_update',
    payload: {
      ...STAMP,
      subject: 'Physics',
      region: 'west',
      available_tutors: 3,
      active_students: 40,
      demand_score: 61.5,
      supply_score: 12,
      balance_status: 'high_demand',
    },
  },
]
const BODIES = EVENTS.map((event) => JSON.stringify(event))
const BODY = BODIES[1] as string
const NOTHING = {
  session_started: 0,
  session_completed: 0,
  ib_call_logged: 0,
  tutor_availability_updated: 0,
  customer_health_update: 0,
  supply_demand_update: 0,
}

interface Answered {
  status: number
  headers: Record<string, unknown>
  json: Record<string, unknown>
}

/** An API on a free port and a way to post to it, both gone with the test. */
async function start(options: IngestionOptions = {}) {
  const api = createIngestionApi(options)
  const url = await api.listen(0, '127.0.0.1')
  const pool = new Pool(url, { connections: 50 })
  onTestFinished(async () => {
    await pool.destroy()
    await api.close()
  })
  const send = async (path: string, method: string, headers = {}, body?: string | Buffer): Promise<Answered> => {
    const answer = await pool.request({ path, method: method as 'POST', headers, body: body ?? null })
    const answered = await answer.body.text()
    const json = answered === '' ? {} : JSON.parse(answered)
    return { status: answer.statusCode, headers: answer.headers, json }
  }
  const post = (body: string | Buffer, headers = {}) =>
    send('/ingest', 'POST', { 'content-type': 'application/json', ...headers }, body)
  return { api, url, send, post }
}

/** Sends bytes as they are and returns what comes back until the other side hangs up. */
async function raw(url: string, ...parts: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  return text(socket)
}

describe('an event', () => {
  it('of each type is taken with an ascending sequence number and a shard, and counted', async () => {
    const { post, send } = await start()
    let last = ''
    for (const [index, body] of BODIES.entries()) {
      const { status, json } = await post(body, { 'idempotency-key': `key ${index}` })
      expect(status).toBe(202)
      expect(json.sequenceNumber).toMatch(/^\d{56}$/)
      expect(String(json.sequenceNumber) > last).toBe(true)
      expect(json.shardId).toMatch(/^shardId-00000000000[0-3]$/)
      last = String(json.sequenceNumber)
    }
    const byType = Object.fromEntries(Object.keys(NOTHING).map((type) => [type, 1]))
    const { json } = await send('/stats', 'GET')
    expect(json).toEqual({ distinct: 6, repeated: 0, conflicting: 0, rejected: 0, byType })
    expect(Object.keys(json)).toEqual(['distinct', 'repeated', 'conflicting', 'rejected', 'byType'])
  })

  it('goes to the shard of its student, tutor or market, and all four are used', async () => {
    const { post } = await start()
    const shardOf = async (body: string) => (await post(body)).json.shardId
    expect(await shardOf(BODIES[0] as string)).toBe(await shardOf(BODIES[4] as string))
    const shards = new Set<unknown>()
    for (let student = 1000; student < 1050; student++) {
      shards.add(await shardOf(BODY.replace('stu_1234', `stu_${student}`)))
    }
    expect(shards.size).toBe(4)
  })

  it('repeated under its key gets the same receipt and is counted as repeated', async () => {
    const { api, post } = await start()
    const first = await post(BODY, { 'idempotency-key': 'k' })
    await post(BODY, { 'idempotency-key': 'other' })
    const second = await post(BODY, { 'Idempotency-Key': 'k' })
    expect(second.status).toBe(202)
    expect(second.json).toEqual({ ...first.json, duplicate: true })
    expect(api.stats()).toMatchObject({ distinct: 2, repeated: 1, conflicting: 0, rejected: 0 })
  })

  it('under a key that another body has used is refused and counted as conflicting', async () => {
    const { api, post } = await start()
    await post(BODY, { 'idempotency-key': 'k' })
    for (const body of [BODY.replace('58', '59'), 'nonsense']) {
      const { status, json } = await post(body, { 'idempotency-key': 'k' })
      expect(status).toBe(400)
      expect(json).toEqual({ error: 'Idempotency-Key: used before for another body', field: 'Idempotency-Key' })
    }
    expect(api.stats()).toMatchObject({ distinct: 1, repeated: 0, conflicting: 2, rejected: 0 })
  })

  it('without a key is taken each time', async () => {
    const { api, post } = await start()
    await post(BODY)
    await post(BODY)
    expect(api.stats()).toMatchObject({ distinct: 2, repeated: 0 })
  })

  it('that was refused leaves its key free', async () => {
    const { post } = await start()
    expect((await post('{', { 'idempotency-key': 'k' })).status).toBe(400)
    expect((await post(BODY, { 'idempotency-key': 'k' })).status).toBe(202)
  })

  it('is told from a repetition for as long as maxKeys promises', () => {
    const ledger = new IngestionLedger(100)
    const event = EVENTS[1] as Parameters<typeof ledger.enter>[2]
    for (let key = 0; key < 1000; key++) {
      ledger.enter(String(key), 'x', event)
      expect(ledger.find(String(Math.max(0, key - 49)))).toBeDefined()
      expect(ledger.find(String(key - 100))).toBeUndefined()
    }
  })
})

describe('a body is refused with 400 and the field at fault', () => {
  const payload = (change: object) =>
    JSON.stringify({ event_type: 'session_completed', payload: { ...COMPLETED, ...change } })
  const cases: [string, string | Buffer, string | undefined][] = [
    ['a rating above 5', payload({ student_rating: 6 }), 'payload.student_rating'],
    ['a rating as text', payload({ student_rating: '5' }), 'payload.student_rating'],
    ['a missing key', payload({ tutor_id: undefined }), 'payload.tutor_id'],
    ['an unknown key', payload({ mood: 'good' }), 'payload.mood'],
    ['__proto__ in the payload', BODY.replace('"source"', '"__proto__":{"a":1},"source"'), 'payload.__proto__'],
    ['__proto__ beside it', BODY.replace('{', '{"__proto__":{},'), '__proto__'],
    ['constructor', payload({ constructor: 1 }), 'payload.constructor'],
    ['a key of ours that is not on the wire', BODY.replace('{', '{"caused_by":null,'), 'caused_by'],
    ['an unknown type', BODY.replace('session_completed', 'session_dreamt'), 'event_type'],
    ['a type of every object', BODY.replace('session_completed', 'constructor'), 'event_type'],
    ['no type', '{}', 'event_type'],
    ['no payload', '{"event_type":"session_completed"}', 'payload'],
    ['the payload of another type', BODY.replace('session_completed', 'ib_call_logged'), 'payload.call_id'],
    ['an element of a list', (BODIES[3] as string).replace('"French"', '"Latin"'), 'payload.subjects.0'],
    ['a day that does not exist', payload({ timestamp: '2026-13-01T00:00:00.000Z' }), 'payload.timestamp'],
    ['lone surrogates', BODY.replace('Computer', '\\ud800'), 'payload.subject'],
    ['a list', `[${BODY}]`, undefined],
    ['null', 'null', undefined],
    ['nothing', '', undefined],
    ['half a body', BODY.slice(0, -1), undefined],
    ['invalid UTF-8', Buffer.from(BODY.replace('Computer', '\xff'), 'latin1'), undefined],
    ['UTF-16', Buffer.from(BODY, 'utf16le'), undefined],
    ['200,000 opening brackets', '['.repeat(200_000), undefined],
    [
      'a payload of 40,000 levels',
      `{"event_type":"session_completed","payload":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`,
      'payload.timestamp',
    ],
  ]
  it.each(cases)('for %s', async (_, body, field) => {
    const { api, post } = await start()
    const { status, json } = await post(body)
    expect(status).toBe(400)
    expect(json.field).toBe(field)
    expect(json.error).toMatch(new RegExp(`^${field ?? 'body'}: .+`))
    expect(api.stats()).toEqual({ distinct: 0, repeated: 0, conflicting: 0, rejected: 1, byType: NOTHING })
  })

  it('and a key of 100,000 characters is not echoed whole', async () => {
    const { post } = await start()
    const { json } = await post(`{"${'k'.repeat(100_000)}":1,${BODY.slice(1)}`)
    expect(JSON.stringify(json).length).toBeLessThan(1000)
  })

  it('for an Idempotency-Key that is empty or too long', async () => {
    const { post } = await start()
    for (const key of ['', 'k'.repeat(256)]) {
      const { status, json } = await post(BODY, { 'idempotency-key': key })
      expect([status, json.field]).toEqual([400, 'Idempotency-Key'])
    }
  })
})

describe('other answers', () => {
  it('415 to what is not JSON in UTF-8', async () => {
    const { post } = await start()
    for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;charset="UTF-8"']) {
      expect((await post(BODY, { 'content-type': type })).status).toBe(202)
    }
    for (const type of ['text/plain', 'application/jsonp', 'application/json; charset=latin1', 'application/xml', '']) {
      expect((await post(BODY, { 'content-type': type })).status).toBe(415)
    }
    expect((await post(BODY, { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  it('405 with Allow to other methods, 404 in JSON elsewhere', async () => {
    const { send } = await start()
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await send('/ingest', method)
      expect([status, headers.allow]).toEqual([405, 'POST'])
    }
    expect((await send('/stats', 'POST')).headers.allow).toBe('GET, HEAD')
    expect((await send('/', 'DELETE')).status).toBe(405)
    const { status, json } = await send('/favicon.ico', 'GET')
    expect([status, json.error]).toEqual([404, 'nothing is served here'])
  })

  it('what is here, at /, to GET and HEAD', async () => {
    const { send } = await start()
    expect((await send('/?x', 'GET')).json).toMatchObject({ endpoints: ['POST /ingest', 'GET /stats'] })
    const head = await send('/', 'HEAD')
    expect([head.status, head.json]).toEqual([200, {}])
  })

  it('413 above 256 KB and not at 256 KB, by the length announced or the bytes that come', async () => {
    const { api, post, url } = await start()
    const limit = 256 * 1024
    const padded = (length: number) => BODY.slice(0, -1).padEnd(length - 1) + BODY.slice(-1)
    expect((await post(padded(limit))).status).toBe(202)
    expect((await post(padded(limit + 1))).status).toBe(413)
    const head = 'POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const announce = (more: string) => raw(url, `${head}Content-Length: 1000000000\r\n${more}\r\n`)
    const [announced, asked] = await Promise.all([announce(''), announce('Expect: 100-continue\r\n')])
    expect(announced).toMatch(/^HTTP\/1.1 413 .*Connection: close.*"body: above 262144 bytes"}$/s)
    expect(asked).toMatch(/^HTTP\/1.1 413 /)
    expect(api.stats()).toMatchObject({ distinct: 1, rejected: 3 })
  })

  it('413 to chunks that never end, without reading on', async () => {
    const { url } = await start()
    let sent = 0
    async function* endless() {
      for (; sent < 1e9; sent += 65_536) yield Buffer.alloc(65_536, ' ')
    }
    const headers = { 'content-type': 'application/json' }
    const answer = await request(`${url}/ingest`, { method: 'POST', headers, body: Readable.from(endless()) })
    expect([answer.statusCode, answer.headers.connection]).toEqual([413, 'close'])
    expect(await answer.body.json()).toEqual({ error: 'body: above 262144 bytes' })
    expect(sent).toBeLessThan(50e6)
  })

  it('100 and then 202 to a sender that asks first', async () => {
    const { url } = await start()
    const answer = await raw(
      url,
      'POST /ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n' +
        `Expect: 100-continue\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 202 /)
  })
})

describe('whatever is sent', () => {
  const seed = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))

  it(`2,000 mangled bodies and headers are each answered with 202, 400, 413 or 415 (SEED=${seed})`, async () => {
    const random = seedrandom(seed)
    const { api, post } = await start()
    const mangled = Array.from({ length: 2000 }, () => ({ body: mangle(random), headers: junkHeaders(random) }))
    const statuses = await Promise.all(mangled.map(async ({ body, headers }) => (await post(body, headers)).status))
    expect([...new Set(statuses)].filter((status) => ![202, 400, 413, 415].includes(status))).toEqual([])
    const taken = statuses.filter((status) => status === 202).length
    const { distinct, repeated, conflicting, rejected } = api.stats()
    expect(distinct + repeated).toBe(taken)
    expect(distinct + repeated + conflicting + rejected).toBe(2000)
  }, 60_000)

  it(`it goes on after 200 broken connections (SEED=${seed})`, async () => {
    const random = seedrandom(seed)
    const { url, post } = await start()
    const whole = `POST /ingest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`
    const { hostname, port } = new URL(url)
    await Promise.all(Array.from({ length: 200 }, () => breakOff(hostname, Number(port), whole, random)))
    // What is no HTTP at all may find the connection closed on it.
    const answer = await raw(url, mangle(random), '\r\n\r\n').catch(({ code }) => (code === 'ECONNRESET' ? '' : code))
    expect(answer).toMatch(/^(HTTP\/1.1 4\d\d |$)/)
    expect((await post(BODY)).status).toBe(202)
  })
})

/** A body with some bytes changed, dropped, doubled or swapped for something unpleasant. */
function mangle(random: () => number): Buffer {
  let bytes = Buffer.from(BODIES[Math.floor(random() * BODIES.length)] as string)
  const pieces = ['"__proto__"', '\\ud800', '\u0000', '[[[[', '{"a":', '1e999', '-0', 'null', '\xff', '"', '\\']
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) {
    const at = Math.floor(random() * bytes.length)
    const piece = Buffer.from(pieces[Math.floor(random() * pieces.length)] as string, 'latin1')
    const end = random() < 0.5 ? at : at + Math.floor(random() * 20)
    bytes = Buffer.concat([bytes.subarray(0, at), piece.subarray(0, random() < 0.8 ? 99 : 0), bytes.subarray(end)])
  }
  return random() < 0.01 ? Buffer.alloc(300_000, bytes) : bytes
}

function junkHeaders(random: () => number): Record<string, string> {
  const headers: Record<string, string> = {}
  if (random() < 0.8) headers['idempotency-key'] = `k${Math.floor(random() * 500)}`
  if (random() < 0.1)
    headers['content-type'] = ['text/html', ';', 'application/json;charset', '\xe9'][Math.floor(random() * 4)] as string
  if (random() < 0.1) headers['x-junk'] = '\xff'.repeat(Math.floor(random() * 2000))
  return headers
}

/** Sends the beginning of a request and breaks off, politely or not. */
async function breakOff(hostname: string, port: number, whole: string, random: () => number): Promise<void> {
  const socket = connect(port, hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(whole.slice(0, Math.floor(random() * (whole.length + 1))))
  if (random() < 0.5) socket.resetAndDestroy()
  else socket.end()
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

describe('tutorsim ingest', () => {
  const PROGRAM = `
    import { ingest } from '${import.meta.dirname}/../../cli/ingest.ts'
    try {
      process.exitCode = await ingest(JSON.parse(process.env.OPTIONS))
    } catch (error) {
      process.stderr.write(error.message + '\\n')
      process.exitCode = 1
    }
  `
  const run = (options: object) => {
    const environment = { ...process.env, OPTIONS: JSON.stringify(options) }
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], { env: environment })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exit = once(child, 'exit').then(([code]) => code)
    return { child, exit, output: text(child.stderr) }
  }
  const urlIn = async (child: ReturnType<typeof run>['child']) => {
    const [chunk] = await once(child.stderr, 'data')
    return /http:\S+(?=\/ingest)/.exec(String(chunk))?.[0] ?? ''
  }

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it is, serves until %s, then prints its counts',
    async (signal) => {
      const { child, exit, output } = run({ port: 0, host: '127.0.0.1' })
      const url = await urlIn(child)
      await request(`${url}/ingest`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY })
      child.kill(signal)
      expect(await exit).toBe(0)
      const lines = (await output).split('\n')
      expect(lines[0]).toBe(`ingesting at ${url}/ingest, counts at ${url}/stats`)
      expect(lines.find((line) => line.startsWith('session_completed'))).toMatch(/ 1$/)
      expect(lines.at(-2)).toBe('1 distinct, 0 repeated, 0 conflicting, 0 rejected')
    },
  )

  it('appends each distinct event with its key to --out, in order of arrival', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const out = join(directory, 'taken.ndjson')
    const { child } = run({ port: 0, host: '127.0.0.1', out })
    const url = await urlIn(child)
    const sink = openHttp(`${url}/ingest`, { streams: 1 })
    const keys = BODIES.map((_, index) => `key-${index}`)
    const rendered = BODIES.map((body, index) => `{"event_id":"${keys[index]}","caused_by":null,${body.slice(1)}\n`)
    const ends = Uint32Array.from(rendered, (_, index) => rendered.slice(0, index + 1).join('').length)
    const lines = { bytes: Buffer.from(rendered.join('')), count: ends.length, ends, partitions: ends }
    await sink.deliver(lines)
    await sink.deliver(lines)
    await sink.close()
    const expected = BODIES.map((body, index) => `{"event_id":"${keys[index]}",${body.slice(1)}\n`).join('')
    expect(readFileSync(out, 'utf8')).toBe(expected)
  })

  it('fails in one line where the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { exit, output } = run({ port, host: '127.0.0.1' })
    expect(await exit).toBe(1)
    expect(await output).toBe(`--port ${port}: in use already on 127.0.0.1\n`)
  })

  it.each([
    [{ port: 70_000, host: '127.0.0.1' }, '--port 70000: not within 0 to 65535'],
    [{ port: 0, host: '192.0.2.1' }, '--host 192.0.2.1: no address of this machine (EADDRNOTAVAIL)'],
    [{ port: 0, host: '127.0.0.1', out: '/none/x' }, '--out /none/x: cannot be written (ENOENT)'],
  ])('fails in one line for %j', async (options, message) => {
    const { exit, output } = run(options)
    expect(await exit).toBe(1)
    expect(await output).toBe(`${message}\n`)
  })
})
