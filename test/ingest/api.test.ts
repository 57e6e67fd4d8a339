// The reference ingestion API: what it takes, what it refuses and how, whatever is sent.

import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import seedrandom from 'seedrandom'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { IngestionLedger } from '../../ingest/ledger.ts'
import { BODIES, BODY, COMPLETED, EVENTS, junkHeaders, mangle, NOTHING, raw, start } from './ingestion.ts'

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
    ['a month that does not exist', payload({ timestamp: '2026-13-01T00:00:00.000Z' }), 'payload.timestamp'],
    ['a day that does not exist', payload({ timestamp: '2026-02-29T00:00:00.000Z' }), 'payload.timestamp'],
    ['lone surrogates', BODY.replace('Computer', '\\ud800'), 'payload.subject'],
    ['an empty list', '[]', undefined],
    ['null', 'null', undefined],
    ['nothing', '', undefined],
    ['half a body', BODY.slice(0, -1), undefined],
    ['invalid UTF-8', Buffer.from(BODY.replace('Computer', '\xff'), 'latin1'), undefined],
    ['UTF-16', Buffer.from(BODY, 'utf16le'), undefined],
    ['200,000 opening brackets', '['.repeat(200_000), undefined],
    [
      'a payload of 40,000 levels',
      `{"event_type":"session_completed","payload":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`,
      undefined,
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
    expect((await send('/?x', 'GET')).json).toMatchObject({ endpoints: ['POST /ingest', 'GET /stats', 'GET /ledger'] })
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
