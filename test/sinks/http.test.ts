// Contract section 6, kept against a real socket that misbehaves.

import { createServer, type Socket } from 'node:net'
import seedrandom from 'seedrandom'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { backoffMilliseconds, retryAfterMilliseconds } from '../../sinks/answer.ts'
import { type HttpOptions, type HttpSink, openHttp } from '../../sinks/http.ts'
import { TargetError } from '../../sinks/url.ts'
import { ACCEPTED, type Arrival, bodyOf, keysOf, linesOf, type Reply, startEndpoint } from './endpoint.ts'

const QUICK = { backoffFloorMilliseconds: 5, backoffCeilingMilliseconds: 20 }

/** A sink that is closed with the test, however it ends. */
function open(url: string, options: Partial<HttpOptions> = {}): HttpSink {
  const sink = openHttp(url, { streams: 4, ...QUICK, ...options })
  onTestFinished(() => void sink.close().catch(() => undefined))
  return sink
}

async function deliverAll(sink: HttpSink, keys: string[]): Promise<void> {
  await sink.deliver(linesOf(keys))
  await sink.close()
}

/** The message of a promise's error. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return (error as Error).message
  }
  return 'no failure'
}

/** Answers each key with the given replies in turn, and with an acknowledgement from then on. */
function inTurn(...replies: Reply[]): (arrival: Arrival) => Reply {
  const given = new Map<string, number>()
  return ({ key }) => {
    const turn = given.get(key) ?? 0
    given.set(key, turn + 1)
    return replies[turn] ?? ACCEPTED
  }
}

describe('a post', () => {
  it('carries the body of the event, its id as Idempotency-Key, and says that it is JSON', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const keys = keysOf(2, 2)
    await deliverAll(open(`${endpoint.url}?token=x`, { streams: 1 }), keys)
    expect(endpoint.keys()).toEqual(keys)
    for (const { key, body, headers } of endpoint.arrivals) {
      expect(body).toBe(bodyOf(key))
      expect(headers['content-type']).toBe('application/json')
      expect(headers['user-agent']).toBe('tutorsim')
    }
  })

  it('is cut from the lines before deliver settles, so that their memory can be used again', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = open(endpoint.url)
    const lines = linesOf(keysOf(4, 50))
    await sink.deliver(lines)
    lines.bytes.fill(0)
    lines.ends.fill(0)
    lines.partitions.fill(0)
    await sink.close()
    expect(endpoint.arrivals.every(({ key, body }) => body === bodyOf(key))).toBe(true)
    expect(new Set(endpoint.keys()).size).toBe(200)
  })

  it('is never made of a line that is not a rendered event', async () => {
    const sink = open('http://127.0.0.1:9/ingest')
    const bytes = new TextEncoder().encode('{"event_id":"a","event_type":"x"}\n')
    const lines = { bytes, count: 1, ends: Uint32Array.of(bytes.length), partitions: Uint32Array.of(0) }
    expect(await failureOf(sink.deliver(lines))).toMatch(/^not a rendered event: {"event_id":"a"/)
    await sink.close()
  })
})

describe('lanes', () => {
  it('deliver in order with one request in flight each, all of them at once', async () => {
    const inFlight = new Map<string, number>()
    let lanesAtOnce = 0
    const endpoint = await startEndpoint(async ({ lane }) => {
      inFlight.set(lane, (inFlight.get(lane) ?? 0) + 1)
      expect(inFlight.get(lane)).toBe(1)
      lanesAtOnce = Math.max(lanesAtOnce, inFlight.size)
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
      inFlight.delete(lane)
      return ACCEPTED
    })
    const keys = keysOf(8, 40)
    await deliverAll(open(endpoint.url, { streams: 8 }), keys)
    expect(lanesAtOnce).toBe(8)
    for (let lane = 0; lane < 8; lane++) {
      const own = (key: string) => key.startsWith(`${lane}.`)
      expect(endpoint.keys().filter(own)).toEqual(keys.filter(own))
    }
  })

  it('do not wait for one that is behind, which catches up', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<Reply>()
    const endpoint = await startEndpoint(({ lane }) => (lane === '0' ? released : ACCEPTED))
    const sink = open(endpoint.url)
    for (let batch = 0; batch < 5; batch++) await sink.deliver(linesOf(keysOf(4, 10)))
    await expect.poll(() => sink.progress().delivered, { timeout: 10_000 }).toBe(150)
    expect(sink.progress().queued).toBe(50)
    release(ACCEPTED)
    await sink.close()
    expect(sink.progress()).toEqual({ delivered: 200, retried: 0, parked: 0, queued: 0 })
  })

  it('hold the caller back while too many events wait, and only then', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<Reply>()
    const endpoint = await startEndpoint(() => released)
    const sink = open(endpoint.url, { queueLimit: 10 })
    await sink.deliver(linesOf(keysOf(1, 9)))
    let settled = false
    const second = sink.deliver(linesOf(keysOf(1, 9))).then(() => {
      settled = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(settled).toBe(false)
    release(ACCEPTED)
    await second
    expect(sink.progress().queued).toBeLessThan(10)
    await sink.close()
  })

  it('tell their figures while they work and at the end', async () => {
    const endpoint = await startEndpoint(inTurn({ status: 503 }))
    const seen: unknown[] = []
    const sink = open(endpoint.url, { onProgress: (progress) => seen.push(progress) })
    await deliverAll(sink, keysOf(4, 5))
    expect(seen.at(-1)).toEqual({ delivered: 20, retried: 20, parked: 0, queued: 0 })
  })
})

describe('an event is posted again under its key', () => {
  const replies: [string, Reply][] = [
    ['408', { status: 408 }],
    ['425', { status: 425 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503, body: 'later' }],
    ['a broken connection', 'reset'],
    ['no answer in time', 'silence'],
    ['half an answer', 'half'],
    ['200 without a sequenceNumber', { status: 200, body: '{"ok":true}' }],
    ['202 without JSON', { status: 202, body: '<html>' }],
    ['204', { status: 204 }],
    ['202 with an empty sequenceNumber', { status: 202, body: '{"sequenceNumber":""}' }],
    ['202 with null', { status: 202, body: 'null' }],
  ]
  it.each(replies)('after %s', async (_, reply) => {
    const endpoint = await startEndpoint(inTurn(reply))
    const sink = open(endpoint.url, { streams: 1, headersTimeoutMilliseconds: 200, bodyTimeoutMilliseconds: 200 })
    await deliverAll(sink, ['0.a', '0.b'])
    expect(endpoint.keys()).toEqual(['0.a', '0.a', '0.b', '0.b'])
    expect(sink.progress()).toEqual({ delivered: 2, retried: 2, parked: 0, queued: 0 })
  })

  it('after an answer that trickles without end', async () => {
    const trickle = (socket: Socket) => {
      socket.on('error', () => undefined).write('HTTP/1.1 202 Accepted\r\ncontent-length: 1000\r\n\r\n')
      const timer = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(timer))
    }
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.once('data', () => trickle(socket))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
    const { port } = server.address() as { port: number }
    const sink = open(`http://127.0.0.1:${port}/`, { bodyTimeoutMilliseconds: 100, giveUpSeconds: 1 })
    expect(await failureOf(deliverAll(sink, ['0.a']))).toMatch(/could be delivered for 1 s \(ANSWER_TOO_SLOW\)/)
  })

  it('and not before the Retry-After that came with the answer', async () => {
    const endpoint = await startEndpoint(inTurn({ status: 429, headers: { 'retry-after': '1' } }))
    await deliverAll(open(endpoint.url), ['0.a'])
    const [first, second] = endpoint.arrivals as [Arrival, Arrival]
    // Timers count in whole milliseconds.
    expect(second.atMilliseconds - first.atMilliseconds).toBeGreaterThan(995)
  })

  it('and the wait begins small again with the next event', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.99)
    onTestFinished(() => void vi.restoreAllMocks())
    const failing: Reply = { status: 503 }
    const hard = inTurn(failing, failing, failing, failing, failing, failing)
    const easy = inTurn(failing)
    const endpoint = await startEndpoint((arrival) => (arrival.key === '0.hard' ? hard(arrival) : easy(arrival)))
    await deliverAll(open(endpoint.url, { backoffCeilingMilliseconds: 10_000 }), ['0.hard', '0.easy'])
    const [last, retried] = endpoint.arrivals.slice(-2) as [Arrival, Arrival]
    // The seventh failure in a row would wait 640 ms.
    expect(retried.atMilliseconds - last.atMilliseconds).toBeLessThan(400)
  })

  it('after a random wait that doubles its limit from 100 ms up to 10 s', () => {
    const bounds = { floorMilliseconds: 100, ceilingMilliseconds: 10_000 }
    expect(backoffMilliseconds(1, bounds, 0)).toBe(100)
    expect(backoffMilliseconds(1, bounds, 0.999_999)).toBeCloseTo(200, 0)
    expect(backoffMilliseconds(3, bounds, 0.5)).toBe(450)
    expect(backoffMilliseconds(7, bounds, 1)).toBe(10_000)
    expect(backoffMilliseconds(5000, bounds, 0)).toBe(100)
    expect(backoffMilliseconds(5000, bounds, 1)).toBe(10_000)
  })

  it('after a Retry-After in seconds or as a date, at most an hour, and whatever else it says', () => {
    const now = Date.parse('2026-01-05T00:00:00Z')
    expect(retryAfterMilliseconds(undefined, now)).toBe(0)
    expect(retryAfterMilliseconds('7', now)).toBe(7000)
    expect(retryAfterMilliseconds('Mon, 05 Jan 2026 00:01:00 GMT', now)).toBe(60_000)
    expect(retryAfterMilliseconds('Sun, 04 Jan 2026 00:00:00 GMT', now)).toBe(0)
    expect(retryAfterMilliseconds('999999999999999', now)).toBe(3_600_000)
    expect(retryAfterMilliseconds('-3', now)).toBe(0)
    expect(retryAfterMilliseconds('soon', now)).toBe(0)
  })
})

describe('delivery halts', () => {
  it.each([401, 403, 404, 301, 307, 405, 409, 410])(
    'on %i, with one line that names URL and status',
    async (status) => {
      const reply = { status, headers: { location: '/elsewhere' }, body: '{"message":\n"\x1b[2Jno"}' }
      const endpoint = await startEndpoint(({ key }) => (key === '0.1' ? reply : ACCEPTED))
      const sink = open(`${endpoint.url}?token=secret`, { streams: 1 })
      const message = await failureOf(deliverAll(sink, ['0.0', '0.1', '0.2']))
      const beginning = '{"message": " [2Jno"}'
      expect(message).toBe(`--to ${endpoint.url}: delivery halted (${status}: ${beginning}); 2 events undelivered`)
      expect(endpoint.keys()).toEqual(['0.0', '0.1'])
      expect(await failureOf(sink.deliver(linesOf(['0.3'])))).toBe(message)
      expect(await failureOf(sink.close())).toBe(message)
    },
  )

  it('for all lanes: what is in flight elsewhere is neither counted nor tried again', async () => {
    const endpoint = await startEndpoint(({ lane }) => (lane === '0' ? 'silence' : { status: 403 }))
    const sink = open(endpoint.url)
    expect(await failureOf(deliverAll(sink, ['0.a', '1.b']))).toMatch(/halted \(403\); 2 events undelivered$/)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sink.progress()).toEqual({ delivered: 0, retried: 0, parked: 0, queued: 2 })
  })

  it('for a caller that is held back, too', async () => {
    const endpoint = await startEndpoint(() => ({ status: 403 }))
    const sink = open(endpoint.url, { queueLimit: 1 })
    expect(await failureOf(sink.deliver(linesOf(keysOf(4, 5))))).toMatch(/halted \(403\); 20 events undelivered$/)
  })
})

describe('an event that is refused', () => {
  it.each([400, 413, 422])('with %i is parked with the answer, and its lane goes on', async (status) => {
    const answer = '{"error":"näh","field":"payload.of"}'
    const endpoint = await startEndpoint(({ key }) => (key.endsWith('.1') ? { status, body: answer } : ACCEPTED))
    const sink = open(endpoint.url, { streams: 2 })
    await deliverAll(sink, keysOf(2, 3))
    expect([...sink.parked].sort((a, b) => (a.eventId < b.eventId ? -1 : 1))).toEqual([
      { eventId: '0.1', status, answer },
      { eventId: '1.1', status, answer },
    ])
    expect(sink.progress()).toEqual({ delivered: 4, retried: 0, parked: 2, queued: 0 })
    expect(endpoint.keys().filter((key) => key.startsWith('0.'))).toEqual(['0.0', '0.1', '0.2'])
  })

  it('is always counted, and the first 1,000 are kept', async () => {
    const endpoint = await startEndpoint(() => ({ status: 400, body: '' }))
    const sink = open(endpoint.url)
    await deliverAll(sink, keysOf(1, 1040))
    expect(sink.parked.length).toBe(1000)
    expect(sink.progress()).toEqual({ delivered: 0, retried: 0, parked: 1040, queued: 0 })
  })
})

describe('delivery is given up', () => {
  it('when nothing listens for the given time, with one line that says why', async () => {
    const sink = open('http://127.0.0.1:9/ingest', { giveUpSeconds: 1 })
    expect(await failureOf(deliverAll(sink, ['0.a', '1.b', '1.c']))).toBe(
      '--to http://127.0.0.1:9/ingest: nothing could be delivered for 1 s (ECONNREFUSED); 3 events undelivered',
    )
  })

  it('when the endpoint only ever fails', async () => {
    const endpoint = await startEndpoint(() => ({ status: 503, body: 'try again' }))
    const sink = open(endpoint.url, { giveUpSeconds: 1 })
    expect(await failureOf(deliverAll(sink, ['0.a']))).toMatch(/for 1 s \(503: try again\); 1 events undelivered$/)
  })

  it('not while any lane gets through', async () => {
    const failing = Date.now() + 1500
    const endpoint = await startEndpoint(async ({ lane }) => {
      if (lane === '0') return Date.now() < failing ? { status: 503 } : ACCEPTED
      await new Promise((resolve) => setTimeout(resolve, 100))
      return ACCEPTED
    })
    const sink = open(endpoint.url, { giveUpSeconds: 1 })
    await deliverAll(sink, ['0.a', ...Array.from({ length: 20 }, (_, index) => `1.${index}`)])
    expect(sink.progress()).toMatchObject({ delivered: 21, queued: 0 })
  })

  it('not for the time that the caller kept the thread busy', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = open(endpoint.url, { giveUpSeconds: 1 })
    await sink.deliver(linesOf(['0.a']))
    for (const end = performance.now() + 1500; performance.now() < end; );
    await sink.close()
    expect(sink.progress().delivered).toBe(1)
  })
})

describe('whatever the endpoint does', () => {
  const seed = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))

  it(`nothing is lost or out of order, and a key comes again only where its outcome was unknown (SEED=${seed})`, async () => {
    const random = seedrandom(seed)
    const excuses = new Map<string, number>()
    const taken: string[] = []
    const uncertain: Reply[] = ['reset', 'silence', 'half', { status: 502 }, { status: 200, body: '{}' }]
    const refusing: Reply[] = [{ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }]
    const endpoint = await startEndpoint(async ({ key }) => {
      await new Promise((resolve) => setTimeout(resolve, random() * 3))
      const chance = random()
      const pick = (replies: Reply[]) => replies[Math.floor(random() * replies.length)] as Reply
      if (chance < 0.1) return excuse(key, pick(refusing))
      taken.push(key)
      if (chance < 0.2) return excuse(key, pick(uncertain))
      return chance < 0.3 ? { ...(ACCEPTED as object), status: 201, headers: { connection: 'close' } } : ACCEPTED
    })
    const excuse = (key: string, reply: Reply) => {
      excuses.set(key, (excuses.get(key) ?? 0) + 1)
      return reply
    }
    const keys = keysOf(10, 30)
    const sink = open(endpoint.url, { streams: 10, headersTimeoutMilliseconds: 500, bodyTimeoutMilliseconds: 500 })
    for (let from = 0; from < keys.length; from += 70) await sink.deliver(linesOf(keys.slice(from, from + 70)))
    await sink.close()

    expect(sink.progress()).toMatchObject({ delivered: 300, parked: 0, queued: 0 })
    const times = new Map<string, number>()
    for (const key of endpoint.keys()) times.set(key, (times.get(key) ?? 0) + 1)
    for (const key of keys) expect(times.get(key), key).toBe(1 + (excuses.get(key) ?? 0))
    for (let lane = 0; lane < 10; lane++) {
      const own = (key: string) => key.startsWith(`${lane}.`)
      expect([...new Set(taken.filter(own))]).toEqual(keys.filter(own))
    }
  }, 60_000)
})

describe('an ingestion URL', () => {
  it.each(['https://api.example.com/v1/ingest', 'http://localhost:1/x', 'http://127.1.2.3/', 'http://[::1]:8/'])(
    'may be %s',
    async (url) => {
      await open(url).close()
    },
  )

  it.each([
    [
      'http://example.com/in?key=s3cret',
      'http://example.com/in: plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https',
    ],
    [
      'http://localhost.example.com/',
      'http://localhost.example.com/: plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https',
    ],
    [
      'http://127.0.0.1.example.com/',
      'http://127.0.0.1.example.com/: plain http goes to loopback only (127.0.0.0/8, ::1, localhost); use https',
    ],
    ['https://me:s3cret@example.com/in', 'https://example.com/in: a URL may not hold a user name or password'],
    ['http://s3cret@127.0.0.1/in', 'http://127.0.0.1/in: a URL may not hold a user name or password'],
    ['https://me:s3cret@exa mple/', 'https://exa mple/: not a URL'],
    ['ftp://example.com/', 'ftp://example.com/: only https: and http: URLs are posted to'],
  ])('may not be %s', (url, message) => {
    expect(() => openHttp(url, { streams: 1 })).toThrow(new TargetError(`--to ${message}`))
  })
})
