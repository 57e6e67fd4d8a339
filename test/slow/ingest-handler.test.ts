// The ingestion function on a Kinesis stand-in: what is posted lies on the stream in order, what is refused does not, and
// the answers are those of the reference API.

import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { takePost } from '../../ingest/intake.ts'
import { IngestionLedger } from '../../ingest/ledger.ts'
import type { ProxyAnswer, ProxyEvent } from '../../lambda/ingest.ts'
import { createWorld, type Event } from '../../model/index.ts'

const STREAM = 'iops-dashboard-events'
const SHARDS = 3
const HEADERS = { 'Content-Type': 'application/json' }

type Kinesalite = (options: { createStreamMs: number }) => Server
const kinesalite = createRequire(new URL('../aws/package.json', import.meta.url))('kinesalite') as Kinesalite

interface Record {
  Data: string
  PartitionKey: string
  SequenceNumber: string
}

let server: Server
let handler: (event: ProxyEvent) => Promise<ProxyAnswer>

async function listen(listener: Server): Promise<string> {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
}

/** The function as the runtime loads it: anew, with its environment. */
async function loadHandler(endpoint: string): Promise<typeof handler> {
  vi.stubEnv('EVENT_STREAM', STREAM)
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', endpoint)
  vi.stubEnv('AWS_REGION', 'us-east-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none')
  vi.resetModules()
  return (await import('../../lambda/ingest.ts')).handler
}

/** A call of the stand-in's API. */
async function kinesis(action: string, request: object): Promise<globalThis.Record<string, never>> {
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `Kinesis_20131202.${action}`,
      'X-Amz-Date': '20260105T000000Z',
      Authorization:
        'AWS4-HMAC-SHA256 Credential=none/20260105/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(request),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text === '' ? {} : JSON.parse(text)
}

/** All records of the stream, shard by shard, each in its order. */
async function recordsByShard(): Promise<Record[][]> {
  const { StreamDescription } = (await kinesis('DescribeStream', { StreamName: STREAM })) as never as {
    StreamDescription: { Shards: { ShardId: string }[] }
  }
  return Promise.all(
    StreamDescription.Shards.map(async ({ ShardId }) => {
      const request = { StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
      const { ShardIterator } = (await kinesis('GetShardIterator', request)) as never as { ShardIterator: string }
      const { Records } = (await kinesis('GetRecords', { ShardIterator })) as never as { Records: Record[] }
      return Records
    }),
  )
}

function post({ event_id, event_type, payload }: Event, headers: ProxyEvent['headers'] = HEADERS): ProxyEvent {
  return {
    headers: { ...headers, 'Idempotency-Key': event_id },
    body: JSON.stringify({ event_type, payload }),
    isBase64Encoded: false,
  }
}

function partitionKeyOf({ payload }: Event): string {
  if ('student_id' in payload) return payload.student_id
  return 'tutor_id' in payload ? payload.tutor_id : `${payload.subject}|${payload.region}`
}

const events = createWorld({ seed: 'ingest', students: 100 }).run(4 * 24 * 3)

beforeAll(async () => {
  server = kinesalite({ createStreamMs: 0 })
  handler = await loadHandler(await listen(server))
  await kinesis('CreateStream', { StreamName: STREAM, ShardCount: SHARDS })
  await vi.waitFor(async () => {
    const { StreamDescription } = (await kinesis('DescribeStream', { StreamName: STREAM })) as never as {
      StreamDescription: { StreamStatus: string }
    }
    expect(StreamDescription.StreamStatus).toBe('ACTIVE')
  }, 10_000)
})

afterAll(() => {
  server.close()
  vi.unstubAllEnvs()
})

describe('what the ingestion function takes', () => {
  const answers: { event: Event; sequenceNumber: string; shardId: string }[] = []

  it('is acknowledged once the stream has it', async () => {
    expect(new Set(events.map(({ event_type }) => event_type)).size).toBe(6)
    // One post in flight a partition key, as a sender's streams have it, and many keys at once.
    const lanes = Object.values(Object.groupBy(events, partitionKeyOf)) as Event[][]
    await Promise.all(
      lanes.map(async (lane) => {
        for (const event of lane) {
          const { statusCode, body } = await handler(post(event))
          expect(statusCode).toBe(202)
          answers.push({ event, ...JSON.parse(body) })
        }
      }),
    )
    expect(answers).toHaveLength(events.length)
    for (const { sequenceNumber, shardId } of answers) {
      expect(sequenceNumber).toMatch(/^\d{56}$/)
      expect(shardId).toMatch(/^shardId-\d{12}$/)
    }
  })

  it('lies on the stream under its key, in the order in which it was posted', async () => {
    const shards = await recordsByShard()
    expect(shards.filter((records) => records.length > 0)).toHaveLength(SHARDS)
    const records = shards.flat()
    expect(records).toHaveLength(events.length)
    const bySequence = new Map(answers.map(({ event, sequenceNumber }) => [sequenceNumber, event]))
    const byKey = new Map<string, string[]>()
    for (const { Data, PartitionKey, SequenceNumber } of records) {
      const { event_id, event_type, payload } = bySequence.get(SequenceNumber) as Event
      expect(Buffer.from(Data, 'base64').toString()).toBe(JSON.stringify({ event_id, event_type, payload }))
      byKey.set(PartitionKey, [...(byKey.get(PartitionKey) ?? []), event_id])
    }
    const expected = Object.entries(Object.groupBy(events, partitionKeyOf) as { [key: string]: Event[] })
    expect(byKey.size).toBe(expected.length)
    for (const [key, lane] of expected) expect(byKey.get(key)).toEqual(lane.map(({ event_id }) => event_id))
  })

  it('may be base64, and come without a key', async () => {
    const [event] = events as [Event]
    const { body } = post(event)
    const taken = await handler({
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(body ?? '').toString('base64'),
      isBase64Encoded: true,
    })
    expect(taken.statusCode).toBe(202)
    const last = (await recordsByShard()).flat().find(({ SequenceNumber }) => taken.body.includes(SequenceNumber))
    expect(JSON.parse(Buffer.from(last?.Data ?? '', 'base64').toString()).event_id).toBeNull()
  })
})

describe('a batch', () => {
  const ID = '0123456789ab'
  const some = events.slice(0, 120)
  const listed = (list: readonly Event[]) =>
    list.map(({ event_id, event_type, payload }) => ({
      ...{ idempotency_key: `${ID}/${event_id}`, event_type, payload },
    }))
  const posted = (list: readonly object[], type = 'application/json') => ({
    ...{ headers: { 'Content-Type': type }, body: JSON.stringify(list), isBase64Encoded: false },
  })

  it.each(['application/json', 'application/cloudevents-batch+json'])(
    'of %s lies on the stream in its order, each record with its world, and says of each where',
    async (type) => {
      const wrapped = some.map(({ event_id: id, event_type, payload }) => ({
        ...{ specversion: '1.0', id, source: `/worlds/${ID}`, type: event_type, data: payload },
      }))
      const { statusCode, body } = await handler(posted(type === 'application/json' ? listed(some) : wrapped, type))
      expect(statusCode).toBe(202)
      const { results } = JSON.parse(body) as { results: { status: number; sequenceNumber: string }[] }
      const place = new Map(results.map(({ sequenceNumber }, index) => [sequenceNumber, index]))
      const records = (await recordsByShard()).flat().filter(({ SequenceNumber }) => place.has(SequenceNumber))
      expect(records).toHaveLength(some.length)
      const byKey = new Map<string, string[]>()
      for (const { Data, PartitionKey, SequenceNumber } of records) {
        const { event_id, event_type, payload } = some[place.get(SequenceNumber) as number] as Event
        const expected = { event_id, event_type, payload, world: ID }
        expect(Buffer.from(Data, 'base64').toString()).toBe(JSON.stringify(expected))
        byKey.set(PartitionKey, [...(byKey.get(PartitionKey) ?? []), event_id])
      }
      for (const [key, lane] of Object.entries(Object.groupBy(some, partitionKeyOf)))
        expect(byKey.get(key)).toEqual(lane?.map(({ event_id }) => event_id))
    },
  )

  it('with an event that is wrong takes the others, as the reference API does', async () => {
    const list = [...listed(some.slice(0, 3)), { event_type: 'nothing', payload: {} }]
    const { statusCode, body } = await handler(posted(list))
    expect(statusCode).toBe(207)
    const reference = takePost(
      { 'content-type': 'application/json' },
      Buffer.from(JSON.stringify(list)),
      new IngestionLedger(10),
    )
    const { results } = reference.body as { results: object[] }
    expect([reference.status, JSON.parse(body).results[3]]).toEqual([207, JSON.parse(JSON.stringify(results[3]))])
    expect(JSON.parse(body).results.map(({ status }: { status: number }) => status)).toEqual([202, 202, 202, 400])
  })

  it('of which Kinesis leaves a record has nothing put behind it under the same key', async () => {
    const lanes = Object.values(Object.groupBy(some, partitionKeyOf)) as Event[][]
    const lane = lanes.find(({ length }) => length > 2) as Event[]
    const taken: string[] = []
    const kinesis = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const { Records } = JSON.parse(Buffer.concat(chunks).toString()) as { Records: Record[] }
      const answers = Records.map(({ Data }) => {
        const { event_id } = JSON.parse(Buffer.from(Data, 'base64').toString())
        if (event_id === lane[1]?.event_id)
          return { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'x' }
        taken.push(event_id)
        return { SequenceNumber: '1', ShardId: 's' }
      })
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify({ FailedRecordCount: 1, Records: answers }))
    })
    const { statusCode, body } = await (await loadHandler(await listen(kinesis)))(posted(listed(some)))
    kinesis.closeAllConnections()
    kinesis.close()
    expect(statusCode).toBe(207)
    const left = lane.slice(1).map(({ event_id }) => event_id)
    expect(taken.toSorted()).toEqual(
      some
        .map(({ event_id }) => event_id)
        .filter((id) => !left.includes(id))
        .toSorted(),
    )
    const statuses = JSON.parse(body).results.map(({ status }: { status: number }) => status)
    expect(statuses).toEqual(some.map(({ event_id }) => (left.includes(event_id) ? 429 : 202)))
  })
})

describe('what it refuses', () => {
  const [event] = events as [Event]
  const body = post(event).body as string
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(body), ...change })
  const inPayload = (change: object) => changed({ payload: { ...JSON.parse(body).payload, ...change } })
  const cases: [string, Partial<ProxyEvent>][] = [
    ['no body', { body: null }],
    ['no JSON', { body: '{' }],
    ['a list', { body: '[]' }],
    ['another type', { body: changed({ event_type: 'session_cancelled' }) }],
    ['a key too many', { body: changed({ event_id: 'x' }) }],
    ['a payload key too many', { body: inPayload({ note: 'x' }) }],
    ['a missing payload key', { body: inPayload({ timestamp: undefined }) }],
    ['a wrong source', { body: inPayload({ source: 'me' }) }],
    ['a body of 5,000 levels', { body: `${'['.repeat(5000)}${']'.repeat(5000)}` }],
    ['5,000 levels in a field', { body: body.replace('"simulator"', `${'['.repeat(5000)}${']'.repeat(5000)}`) }],
    ['a key twice', { body: body.replace('{', '{"event_type":"session_started",') }],
    ['a key twice in the payload', { body: body.replace('"source"', '"source":"me","\\u0073ource"') }],
    ['a day that there is not', { body: inPayload({ timestamp: '2026-02-30T00:00:00.000Z' }) }],
    ['the year 0', { body: inPayload({ timestamp: '0000-01-01T00:00:00.000Z' }) }],
    ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'), isBase64Encoded: true }],
    ['no content type', { headers: {} }],
    ['no headers', { headers: null }],
    ['another content type', { headers: { 'content-type': 'text/plain' } }],
    ['a compressed body', { headers: { ...HEADERS, 'Content-Encoding': 'gzip' } }],
    ['an empty key', { headers: { ...HEADERS, 'idempotency-key': '' } }],
    ['a key too long', { headers: { ...HEADERS, 'IDEMPOTENCY-KEY': 'k'.repeat(256) } }],
  ]

  it.each(cases)('%s: as the reference API does', async (_, change) => {
    const asked = { headers: HEADERS, body, isBase64Encoded: false, ...change }
    const headers = Object.fromEntries(Object.entries(asked.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]))
    const bytes = Buffer.from(asked.body ?? '', asked.isBase64Encoded ? 'base64' : 'utf8')
    const reference = takePost(headers, bytes, new IngestionLedger(10))
    const before = (await recordsByShard()).flat().length
    const { statusCode, body: answer } = await handler(asked)
    expect(statusCode).toBe(reference.status)
    expect(statusCode).toBeGreaterThanOrEqual(400)
    expect(answer).toBe(JSON.stringify(reference.body))
    expect((await recordsByShard()).flat()).toHaveLength(before)
  })

  it.each([undefined, null, {}, { body: {} }, { body: 7, headers: 'x' }])(
    'what is no request at all: %j',
    async (event) => {
      const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      const { statusCode } = await handler(event as never).finally(() => written.mockRestore())
      expect(statusCode).toBeGreaterThanOrEqual(400)
    },
  )

  it('a body that is too long', async () => {
    const { statusCode } = await handler({ headers: HEADERS, body: ' '.repeat(256 * 1024 + 1), isBase64Encoded: false })
    expect(statusCode).toBe(413)
  })
})

describe('when Kinesis will not', () => {
  const failing = async (listener: RequestListener) => {
    const broken = createServer(listener)
    const failingHandler = await loadHandler(await listen(broken))
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      const answer = await failingHandler(post(events[0] as Event))
      return { ...answer, log: written.mock.calls.map(([line]) => String(line)).join('') }
    } finally {
      written.mockRestore()
      broken.closeAllConnections()
      broken.close()
    }
  }
  const refusing = (status: number, type: string): RequestListener => {
    return (_, response) => {
      response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-ErrorType': type })
      response.end(JSON.stringify({ __type: type, message: 'arn:aws:kinesis:secret' }))
    }
  }

  it.each(['ProvisionedThroughputExceededException', 'KMSThrottlingException', 'LimitExceededException'])(
    'for %s it asks to come back in a second',
    async (type) => {
      const { statusCode, headers, body } = await failing(refusing(400, type))
      expect({ statusCode, headers, body }).toMatchObject({
        statusCode: 429,
        headers: { 'Retry-After': '1' },
        body: '{"error":"the event stream is busy"}',
      })
    },
  )

  it.each([
    [400, 'ResourceNotFoundException'],
    [400, 'AccessDeniedException'],
    [500, 'InternalFailureException'],
  ])('for %d %s it is unavailable, says so in one line of its log, and gives nothing away', async (status, type) => {
    const { statusCode, body, log } = await failing(refusing(status, type))
    expect(statusCode).toBe(503)
    expect(body).toBe('{"error":"the event stream cannot be reached"}')
    expect(log.match(/\n/g)).toHaveLength(1)
    expect(JSON.parse(log)).toMatchObject({ level: 'ERROR', stream: STREAM, name: type })
  })

  it('a broken connection is tried once more', async () => {
    let tries = 0
    const { statusCode } = await failing((request) => {
      tries += 1
      request.socket.destroy()
    })
    expect([statusCode, tries]).toEqual([503, 2])
  })

  it('silence ends in an answer before the function’s time is up', async () => {
    const { statusCode } = await failing(() => undefined)
    expect(statusCode).toBe(503)
  }, 10_000)
})

it('without a stream it does not start', async () => {
  vi.stubEnv('EVENT_STREAM', '')
  vi.resetModules()
  await expect(import('../../lambda/ingest.ts')).rejects.toThrow(
    'EVENT_STREAM: needed, the name of the Kinesis stream that events go to',
  )
})
