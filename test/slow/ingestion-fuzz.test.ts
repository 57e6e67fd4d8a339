// Bodies that somebody has tampered with, a million of them in a whole sweep: the ingestion API takes or refuses each, and nothing adds up in it.

import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import seedrandom from 'seedrandom'
import { describe, expect, it } from 'vitest'
import { takePost } from '../../ingest/intake.ts'
import { IngestionLedger } from '../../ingest/ledger.ts'
import { BODIES, BODY, junkHeaders, mangle, start } from '../ingest/ingestion.ts'
import { sweep } from '../sweep.ts'

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
const COUNT = sweep(1_000_000, 200_000)
const ROUND = COUNT / 10
/** Of the ledger's memory: soon full, or it would grow by right. */
const KEYS = 5000
const STATUSES = [202, 400, 413, 415]

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

/** Sound, tampered with, wrapped as a CloudEvent and then tampered with, or of many different agents. */
function bodyOf(random: () => number): { type: string; body: Buffer } {
  const chance = random()
  if (chance < 0.7) return { type: 'application/json', body: mangle(random) }
  const plain = BODIES[Math.floor(random() * BODIES.length)] as string
  const agent = plain.replace(/(stu|tut)_\d+/g, `$1_${1000 + Math.floor(random() * 1e8)}`)
  if (chance < 0.85) return { type: 'application/json', body: Buffer.from(agent) }
  const { event_type: type, payload: data } = JSON.parse(agent)
  const wrapped = JSON.stringify({ specversion: '1.0', id: `k${random()}`, source: '/x', type, data })
  return { type: 'application/cloudevents+json', body: mangle(random, chance < 0.95 ? wrapped : `[${wrapped}]`) }
}

describe('the ingestion API', () => {
  it(`judges ${COUNT} bodies, and its memory stays flat (SEED=${SEED})`, () => {
    const random = seedrandom(SEED)
    const ledger = new IngestionLedger(KEYS)
    const counts = new Map<number, number>()
    const heaps: number[] = []
    for (let post = 0; post < COUNT; post++) {
      const { type, body } = bodyOf(random)
      const junk = random() < 0.5 ? junkHeaders(random) : { 'idempotency-key': `post ${post}` }
      const { status, body: said } = takePost({ 'content-type': type, ...junk }, body, ledger)
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (JSON.stringify(said).length > 2000) throw new Error(`a long answer to ${body}`)
      if ((post + 1) % ROUND === 0) {
        gc()
        heaps.push(process.memoryUsage().heapUsed)
      }
    }
    for (const status of counts.keys()) expect(STATUSES).toContain(status)
    for (const status of [202, 400, 415]) expect(counts.get(status), `${status}`).toBeGreaterThan(COUNT / 100)
    const { distinct, repeated, conflicting, rejected, outOfOrder } = ledger.account()
    expect(distinct + repeated).toBe(counts.get(202))
    expect(distinct + repeated + conflicting + rejected).toBe(COUNT)
    expect(outOfOrder).toBe(0)
    expect((heaps.at(-1) as number) - (heaps[1] as number)).toBeLessThan(10e6)
  })

  it(`answers 20,000 of them over sockets, beside 2,000 that are no HTTP, and none with 5xx (SEED=${SEED})`, async () => {
    const random = seedrandom(SEED)
    const { api, post, url } = await start({ maxKeys: KEYS })
    const { hostname, port } = new URL(url)
    const statuses = new Set<number>()
    const client = async () => {
      for (let count = 0; count < 400; count++) {
        const { type, body } = bodyOf(random)
        statuses.add((await post(body, { 'content-type': type, ...junkHeaders(random) })).status)
      }
    }
    const vandal = async () => {
      for (let count = 0; count < 100; count++) {
        const answer = await shout(hostname, Number(port), junk(random))
        for (const [, status] of answer.matchAll(/HTTP\/1\.1 (\d+)/g)) statuses.add(Number(status))
      }
    }
    await Promise.all([...Array.from({ length: 50 }, client), ...Array.from({ length: 20 }, vandal)])
    expect([...statuses].filter((status) => status >= 500)).toEqual([])
    expect((await post(BODY)).status).toBe(202)
    const { distinct, repeated, conflicting, rejected } = api.stats()
    expect(distinct + repeated + conflicting + rejected).toBeGreaterThan(20_000)
  })
})

/** Something like the bytes of a request. */
function junk(random: () => number): Buffer {
  const lines = [
    'POST /ingest HTTP/1.1',
    'POST /ingest HTTP/9.9',
    'GET /ledger HTTP/1.1',
    'PRI * HTTP/2.0',
    'Host: x',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    `Content-Length: ${Math.floor(random() * 500)}`,
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, gzip',
    'Expect: 100-continue',
    'Expect: the best',
    'Content-Type: application/json',
    'Connection: close',
    'Upgrade: websocket',
    `X-Long: ${'x'.repeat(random() < 0.05 ? 20_000 : 10)}`,
    '\0\x01\x02',
    '',
    '5\r\nabcde',
    '0\r\n',
    BODY,
  ]
  const text = Array.from({ length: Math.ceil(random() * 8) }, () => lines[Math.floor(random() * lines.length)]).join(
    '\r\n',
  )
  return Buffer.from(`${random() < 0.8 ? `${lines[0]}\r\n` : ''}${text}\r\n\r\n${random() < 0.5 ? BODY : ''}`, 'latin1')
}

/** Sends bytes, hears for a moment what comes back, and goes. */
function shout(hostname: string, port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, hostname)
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        heard += chunk
      })
    const timer = setTimeout(() => socket.destroy(), 50)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(heard)
    })
    socket.write(bytes)
  })
}
