// Contract section 6, one try at a time, against a real socket that misbehaves.

import type { Socket } from 'node:net'
import seedrandom from 'seedrandom'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Outcome, Sink } from '../../engine/index.ts'
import { retryAfterMilliseconds } from '../../sinks/http/answer.ts'
import { type HttpOptions, openHttp } from '../../sinks/http/http.ts'
import { signerWith } from '../../sinks/http/sign.ts'
import { TYPES } from '../parcel.ts'
import { ACCEPTED, type Arrival, bodyOf, lineOf, type Reply, startEndpoint, startSocket } from './endpoint.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ACKNOWLEDGED = { verdict: 'acknowledged' }
/** What `ACCEPTED` says. */
const RECEIVED = { ...ACKNOWLEDGED, receipt: '1' }
const SHORT = { connectTimeoutMilliseconds: 300, headersTimeoutMilliseconds: 300, bodyTimeoutMilliseconds: 300 }

/** A sink that is closed with the test, however it ends. */
function open(url: string, options: Partial<HttpOptions> = {}): Sink {
  const sink = openHttp(url, { streams: 4, types: TYPES, ...options })
  onTestFinished(() => sink.close())
  return sink
}

/** What a sink makes of one answer. */
async function outcomeOf(reply: Reply, options: Partial<HttpOptions> = {}): Promise<Outcome> {
  const endpoint = await startEndpoint(() => reply)
  const isAnswer = typeof reply === 'object'
  return open(endpoint.url, { ...(isAnswer ? {} : SHORT), ...options }).send(lineOf('a'), 0)
}

describe('a post', () => {
  it('carries the body of the event, its id as Idempotency-Key, and says that it is JSON', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = open(`${endpoint.url}?token=x`, { userAgent: 'shop/1.0' })
    for (const [key, cause] of [
      ['a', null],
      ['b', 'a'],
    ] as const)
      await sink.send(lineOf(key, cause), 0)
    expect(endpoint.arrivals.map(({ body }) => body)).toEqual(['a', 'b'].map(bodyOf))
    expect(endpoint.keys()).toEqual(['a', 'b'])
    for (const { headers } of endpoint.arrivals) {
      expect(headers['content-type']).toBe('application/json')
      expect(headers['user-agent']).toBe('shop/1.0')
      for (const name of ['x-api-key', 'webhook-id', 'webhook-signature']) expect(headers).not.toHaveProperty(name)
    }
  })

  it('is made of a copy: a line may be overwritten while a connection is still at it', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const line = lineOf('a')
    const outcome = open(endpoint.url).send(line, 0)
    line.bytes.fill(0)
    expect(await outcome).toEqual(RECEIVED)
    expect(endpoint.arrivals[0]?.body).toBe(bodyOf('a'))
  })

  it('names its target without what may be secret, and tells queries apart', () => {
    const { target } = open('https://api.example.com/v1/ingest?key=s3cret')
    expect(target).toMatch(/^https:\/\/api\.example\.com\/v1\/ingest\?[0-9a-f]{12}$/)
    expect(open('https://api.example.com/v1/ingest?key=s3cret').target).toBe(target)
    expect(open('https://api.example.com/v1/ingest?key=other').target).not.toBe(target)
    expect(open('http://127.1:80/').target).toBe('http://127.0.0.1/')
  })

  it('carries an API key, which may change from one post to the next', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    let asked = 0
    const sinks = [open(endpoint.url, { apiKey: 'k' }), open(endpoint.url, { apiKey: () => `k${++asked}` })]
    for (const sink of sinks) for (const key of ['a', 'b']) await sink.send(lineOf(key), 0)
    expect(endpoint.arrivals.map(({ headers }) => headers['x-api-key'])).toEqual(['k', 'k', 'k1', 'k2'])
  })

  it.each([401, 403])(
    'whose API key is refused with %d is to be tried again where there is another by now',
    async (status) => {
      const endpoint = await startEndpoint(({ headers }) => (headers['x-api-key'] === 'new' ? ACCEPTED : { status }))
      const refused: string[] = []
      const apiKey = {
        value: 'old',
        async renew(key: string) {
          refused.push(key)
          return this.value !== key
        },
      }
      const sink = open(endpoint.url, { apiKey })
      expect(await sink.send(lineOf('a'), 0)).toMatchObject({ verdict: 'halt', status })
      apiKey.renew = async () => {
        apiKey.value = 'new'
        return true
      }
      expect(await sink.send(lineOf('a'), 0)).toEqual({ verdict: 'retry', reason: `${status}` })
      expect(await sink.send(lineOf('a'), 0)).toEqual(RECEIVED)
      expect(refused).toEqual(['old'])
      // What else halts has nothing to do with a key.
      const other = await startEndpoint(() => ({ status: 404 }))
      expect(await open(other.url, { apiKey }).send(lineOf('a'), 0)).toMatchObject({ verdict: 'halt', status: 404 })
    },
  )

  it('with an API key that no header can hold halts and does not repeat it', async () => {
    const outcome = await open('http://127.0.0.1:9/', { apiKey: 's3cret\n' }).send(lineOf('a'), 0)
    expect(outcome).toEqual({ verdict: 'halt', reason: 'invalid x-api-key header' })
  })

  it('carries the headers that are asked for, in place of its own where it has such', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const headers = [
      ['Authorization', 'Bearer s3cret'],
      ['Content-Type', 'application/vnd.api+json'],
      ['user-agent', 'mine'],
      ['x-tag', 'a'],
      ['x-tag', 'b'],
    ] as const
    await open(endpoint.url, { headers, userAgent: 'shop/1.0' }).send(lineOf('a'), 0)
    expect(endpoint.arrivals[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      'content-type': 'application/vnd.api+json',
      'user-agent': 'mine',
      'x-tag': 'a, b',
      'idempotency-key': 'a',
    })
  })

  it.each<[string, string | Uint8Array, Webhook]>([
    ['in base64 with its prefix', SECRET, new Webhook(SECRET)],
    ['in base64 without it', SECRET.slice(6), new Webhook(SECRET)],
    ['that is any other text', 'a key', new Webhook('a key', { format: 'raw' })],
    ['in bytes', Buffer.from([1, 2, 250]), new Webhook(Buffer.from([1, 2, 250]), { format: 'raw' })],
  ])('is signed by the Standard Webhooks scheme when it is sent, with a secret %s', async (_, signKey, webhook) => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = open(endpoint.url, { signer: signerWith(signKey) })
    await sink.send(lineOf('a'), 0)
    const [{ headers, body }] = endpoint.arrivals as [Arrival]
    const verify = (text: string, changed: object = {}) =>
      webhook.verify(text, { ...headers, ...changed } as Record<string, string>)
    expect(verify(body)).toEqual(JSON.parse(bodyOf('a')))
    expect(headers['webhook-id']).toBe('a')
    expect(headers['idempotency-key']).toBe('a')
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
    for (const [text, changed] of [
      [bodyOf('b'), {}],
      [body, { 'webhook-id': 'b' }],
      [body, { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 1) }],
      [body, { 'webhook-signature': 'v1,AAAA' }],
    ] as const)
      expect(() => verify(text, changed)).toThrow(WebhookVerificationError)
  })
})

describe('an answer', () => {
  const OK = { status: 200, headers: { 'content-type': 'application/json' } }

  it.each<[string, Reply]>([
    ['200 with an empty object', { ...OK, body: '{}' }],
    ['200 with nothing', { status: 200 }],
    ['201 with a page', { status: 201, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['202 with text', { status: 202, body: 'accepted' }],
    ['202 with half of an object', { status: 202, body: '{"sequenceNumber":' }],
    ['204', { status: 204 }],
    ['200 with null', { ...OK, body: 'null' }],
    ['200 with an empty sequenceNumber', { ...OK, body: '{"sequenceNumber":""}' }],
    ['299', { status: 299 }],
  ])('acknowledges: %s', async (_, reply) => {
    expect(await outcomeOf(reply)).toEqual(ACKNOWLEDGED)
  })

  it.each<[string, Reply, string]>([
    ['text', ACCEPTED, '1'],
    ['a number', { status: 200, body: '{"sequenceNumber":7}' }, '7'],
    ['zero', { status: 200, body: '{"sequenceNumber":0}' }, '0'],
    ['very long', { status: 200, body: `{"sequenceNumber":"${'9'.repeat(5000)}"}` }, '9'.repeat(200)],
  ])('that has a sequenceNumber has it noted: %s', async (_, reply, receipt) => {
    expect(await outcomeOf(reply)).toEqual({ verdict: 'acknowledged', receipt })
  })

  it.each<[string, Reply, string]>([
    ['a sequenceNumber', ACCEPTED, 'sequenceNumber'],
    ['true', { status: 200, body: '{"ok":true}' }, 'ok'],
    ['an object', { status: 200, body: '{"saved":{"id":1}}' }, 'saved'],
    ['a name that objects have anyway', { status: 200, body: '{"constructor":"x"}' }, 'constructor'],
  ])('acknowledges with the field that is demanded: %s', async (_, reply, ack) => {
    expect(await outcomeOf(reply, { ack })).toHaveProperty('verdict', 'acknowledged')
  })

  it.each<[string, Reply, string]>([
    ['no such field', { status: 200, body: '{"ok":true}' }, 'sequenceNumber'],
    ['no object', { status: 202, body: '["sequenceNumber"]' }, 'sequenceNumber'],
    ['no JSON', { status: 202, body: '<html>' }, 'sequenceNumber'],
    ['no body', { status: 204 }, 'sequenceNumber'],
    ['an empty field', { status: 202, body: '{"sequenceNumber":""}' }, 'sequenceNumber'],
    ['null', { status: 202, body: '{"sequenceNumber":null}' }, 'sequenceNumber'],
    ['false', { status: 202, body: '{"ok":false}' }, 'ok'],
    ['no field of its own', { status: 202, body: '{}' }, 'constructor'],
  ])('without the field that is demanded asks for another try: %s', async (_, reply, ack) => {
    const { status } = reply as { status: number }
    const reason = `${status} without ${ack}`
    expect(await outcomeOf(reply, { ack })).toEqual({ verdict: 'retry', reason, isInDoubt: true })
  })

  it.each<[string, Reply, string]>([
    ['500', { status: 500 }, '500'],
    ['503', { status: 503, body: 'later\n\x1b[2J' }, '503: later [2J'],
    ['599', { status: 599 }, '599'],
    ['a broken connection', 'reset', 'UND_ERR_SOCKET'],
    ['none in time', 'silence', 'UND_ERR_HEADERS_TIMEOUT'],
    ['half of one', 'half', 'UND_ERR_BODY_TIMEOUT'],
  ])('asks for another try, as nobody knows whether the event arrived: %s', async (_, reply, reason) => {
    const outcome = await outcomeOf(reply)
    // What breaks a connection has more than one name.
    if (outcome.verdict === 'retry') outcome.reason = outcome.reason.replace('ECONNRESET', 'UND_ERR_SOCKET')
    expect(outcome).toEqual({ verdict: 'retry', reason, isInDoubt: true })
  })

  it.each([408, 425, 429])('asks for another try of what has not arrived: %i', async (status) => {
    expect(await outcomeOf({ status })).toEqual({ verdict: 'retry', reason: `${status}` })
  })

  it('says how long to wait before that, in seconds or as a date', async () => {
    const retry = (seconds: string) => outcomeOf({ status: 429, headers: { 'retry-after': seconds } })
    expect(await retry('7')).toEqual({ verdict: 'retry', reason: '429', afterMilliseconds: 7000 })
    expect(await retry('0')).toEqual({ verdict: 'retry', reason: '429' })
    const dated = (await retry(new Date(Date.now() + 60_000).toUTCString())) as { afterMilliseconds: number }
    expect(dated.afterMilliseconds).toBeGreaterThan(55_000)
    expect(dated.afterMilliseconds).toBeLessThanOrEqual(60_000)
    const now = Date.parse('2026-01-05T00:00:00Z')
    expect(retryAfterMilliseconds('Mon, 05 Jan 2026 00:01:00 GMT', now)).toBe(60_000)
    expect(retryAfterMilliseconds('Sun, 04 Jan 2026 00:00:00 GMT', now)).toBe(0)
    expect(retryAfterMilliseconds('999999999999999', now)).toBe(3_600_000)
    for (const header of [undefined, '-3', 'soon', '']) expect(retryAfterMilliseconds(header, now)).toBe(0)
  })

  it.each([400, 413, 422])('parks the event, with the beginning of what it says: %i', async (status) => {
    const body = `{"error":"rating"}${'x'.repeat(5000)}`
    expect(await outcomeOf({ status, body })).toEqual({ verdict: 'park', status, answer: body.slice(0, 2000) })
  })

  it('says of a conflict what the endpoint says: whether it is one is for who knows of earlier tries', async () => {
    const answer = '{"error":"known"}'
    expect(await outcomeOf({ status: 409, body: answer })).toEqual({ verdict: 'conflict', status: 409, answer })
  })

  it.each([401, 403, 404, 405, 410, 415])('halts: %i', async (status) => {
    const reply = { status, headers: { location: '/elsewhere' }, body: '{"message":\n"\x1b[2Jnö"}' }
    expect(await outcomeOf(reply)).toEqual({ verdict: 'halt', reason: `${status}: {"message": " [2Jnö"}`, status })
  })

  it.each([
    [301, '/v2/ingest', '/v2/ingest'],
    [302, 'https://me:s3cret@login.example.com/in?token=s3cret#s3cret', 'https://login.example.com/in'],
    [303, '//example.com/\x9b2J', '//example.com/ 2J'],
    [307, '?key=s3cret', 'itself'],
    [308, 'http://example.com/', 'http://example.com/'],
  ])('that redirects is not followed, halts and says where it leads: %i', async (status, location, shown) => {
    const endpoint = await startEndpoint(() => ({ status, headers: { location }, body: 'moved' }))
    const outcome = await open(endpoint.url).send(lineOf('a'), 0)
    expect(outcome).toEqual({ verdict: 'halt', reason: `${status} to ${shown}: moved`, status })
    expect(endpoint.arrivals.length).toBe(1)
  })
})

describe('time runs out', { timeout: 30_000 }, () => {
  const retry = async (port: number, scheme = 'http'): Promise<string> => {
    const began = performance.now()
    const outcome = await open(`${scheme}://127.0.0.1:${port}/`, SHORT).send(lineOf('a'), 0)
    expect(outcome.verdict).toBe('retry')
    expect(performance.now() - began).toBeLessThan(8000)
    return (outcome as { reason: string }).reason
  }

  it('for a connection that is never made', async () => {
    // The handshake that follows a TLS client's first words.
    expect(await retry(await startSocket(() => undefined), 'https')).toBe('UND_ERR_CONNECT_TIMEOUT')
  })

  it('for headers that trickle', async () => {
    const port = await startSocket((socket) => trickle(socket, 'HTTP/1.1 202 Accepted\r\nx-slow: '))
    expect(await retry(port)).toBe('UND_ERR_HEADERS_TIMEOUT')
  })

  it('for headers that are always about to come', async () => {
    const port = await startSocket((socket) => trickle(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n'))
    expect(await retry(port)).toBe('ANSWER_TOO_SLOW')
  })

  it('for a body that trickles', async () => {
    const port = await startSocket((socket) => trickle(socket, 'HTTP/1.1 202 Accepted\r\ncontent-length: 9999\r\n\r\n'))
    expect(await retry(port)).toBe('ANSWER_TOO_SLOW')
  })

  it('for a body without end', async () => {
    const port = await startSocket((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 202 Accepted\r\n\r\n')
        const pour = () => void (socket.writable && socket.write(Buffer.alloc(65_536, ' ')) && setImmediate(pour))
        socket.on('drain', pour)
        pour()
      })
    })
    expect(await retry(port)).toBe('ANSWER_TOO_SLOW')
  })

  function trickle(socket: Socket, beginning: string, more = 'x'): void {
    socket.once('data', () => socket.write(beginning))
    const timer = setInterval(() => socket.write(more), 20)
    socket.on('close', () => clearInterval(timer))
  }
})

describe('connections', () => {
  it('that are refused are to be tried again', async () => {
    const outcome = await open('http://127.0.0.1:9/ingest').send(lineOf('a'), 0)
    expect(outcome).toEqual({ verdict: 'retry', reason: 'ECONNREFUSED' })
  })

  it('are used again, and never more than there are streams', async () => {
    const ports = new Set<number | undefined>()
    let inFlight = 0
    const port = await startSocket((socket) => {
      ports.add(socket.remotePort)
      socket.on('data', () => {
        expect(++inFlight).toBeLessThanOrEqual(8)
        setTimeout(() => {
          inFlight--
          socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 20\r\n\r\n{"sequenceNumber":1}')
        }, 2)
      })
    })
    const sink = open(`http://127.0.0.1:${port}/`, { streams: 8 })
    const stream = async (number: number) => {
      for (let event = 0; event < 20; event++)
        expect(await sink.send(lineOf(`${number}.${event}`), number)).toEqual(RECEIVED)
    }
    await Promise.all(Array.from({ length: 8 }, (_, number) => stream(number)))
    expect(ports.size).toBe(8)
  })

  it('of one stream do not wait for those of another', async () => {
    const endpoint = await startEndpoint(({ key }) => (key === 'stuck' ? 'silence' : ACCEPTED))
    const sink = open(endpoint.url, { streams: 2 })
    let isStuck = true
    void sink.send(lineOf('stuck'), 0).then(() => {
      isStuck = false
    })
    for (let event = 0; event < 50; event++) expect(await sink.send(lineOf(`${event}`), 1)).toEqual(RECEIVED)
    expect(isStuck).toBe(true)
  })

  it('end with the sink, and what was in flight with them', async () => {
    const endpoint = await startEndpoint(() => 'silence')
    const sink = open(endpoint.url)
    const outcome = sink.send(lineOf('a'), 0)
    await expect.poll(() => endpoint.arrivals.length).toBe(1)
    await sink.close()
    expect((await outcome).verdict).toBe('retry')
    expect((await sink.send(lineOf('b'), 0)).verdict).toBe('retry')
  })
})

describe('whatever the endpoint does', () => {
  const seed = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
  const receipt = 'HTTP/1.1 202 Accepted\r\ncontent-length: 20\r\n\r\n{"sequenceNumber":1}'
  const page = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>'
  /** What each fault does with a request, and the verdict that it calls for. */
  const FAULTS: Record<string, [act: (socket: Socket) => void, verdict: string]> = {
    none: [(socket) => socket.write(receipt), 'acknowledged'],
    latency: [(socket) => setTimeout(() => socket.write(receipt), 60), 'acknowledged'],
    'reset after it was taken': [(socket) => socket.resetAndDestroy(), 'retry'],
    'cut body': [(socket) => socket.end(receipt.slice(0, -5)), 'retry'],
    'slow body': [(socket) => socket.write(receipt.slice(0, -5)), 'retry'],
    '429': [(socket) => socket.write('HTTP/1.1 429 No\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n'), 'retry'],
    '503': [(socket) => socket.write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'), 'retry'],
    'wrong content type': [(socket) => socket.write(page), 'acknowledged'],
    'no sequenceNumber': [(socket) => socket.write('HTTP/1.1 202 OK\r\ncontent-length: 2\r\n\r\n{}'), 'acknowledged'],
    'no HTTP': [(socket) => socket.write('SSH-2.0-OpenSSH\r\n\r\n'), 'retry'],
  }

  it(`each post gets the verdict of its own fault, in any order of faults (SEED=${seed})`, async () => {
    const random = seedrandom(seed)
    const names = [...Object.keys(FAULTS), 'reset before it was taken']
    let arrived = 0
    const port = await startSocket((socket) => {
      let request = ''
      socket.on('data', (data) => {
        request += data
        const fault = /idempotency-key: ([^\r]*?)\.\d+\r/.exec(request)?.[1]
        if (fault === 'reset before it was taken') return void socket.resetAndDestroy()
        if (fault === undefined || !request.endsWith('}}')) return
        request = ''
        arrived++
        FAULTS[fault]?.[0](socket)
      })
    })
    const sink = open(`http://127.0.0.1:${port}/`, { streams: 10, bodyTimeoutMilliseconds: 1000 })
    let taken = 0
    const stream = async (number: number) => {
      for (let event = 0; event < 40; event++) {
        const fault = names[Math.floor(random() * names.length)] as string
        const outcome = await sink.send(lineOf(`${fault}.${number * 100 + event}`), number)
        expect([fault, outcome.verdict]).toEqual([fault, FAULTS[fault]?.[1] ?? 'retry'])
        if (fault === '429') expect(outcome).toHaveProperty('afterMilliseconds', 2000)
        if (fault !== 'reset before it was taken') taken++
      }
    }
    await Promise.all(Array.from({ length: 10 }, (_, number) => stream(number)))
    // undici sends nothing again of its own accord.
    expect(arrived).toBe(taken)
  }, 60_000)
})
