// What no request may do to the reference ingestion API, nor to the deployed one: end it, or have it take what two readers
// would read in two ways.

import { Readable } from 'node:stream'
import { request } from 'undici'
import { describe, expect, it } from 'vitest'
import { OperationalError } from '../../engine/index.ts'
import { judge } from '../../lambda/ingest-judgement.ts'
import type { Refusal } from '../../model/posted/index.ts'
import { BODY, COMPLETED, EVENTS, raw, start } from './ingestion.ts'

const JSON_TYPE = 'application/json'
const CLOUD_TYPE = 'application/cloudevents+json'
const [, EVENT] = EVENTS
const { event_type: TYPE } = EVENT as (typeof EVENTS)[number]
const cloud = (data: string, more = '') =>
  `{"specversion":"1.0","id":"k","source":"/x","type":"${TYPE}",${more}"data":${data}}`
const DATA = JSON.stringify(COMPLETED)

/** The deployed API's answer to a plain body. */
function deployed(body: string): Partial<{ status: number; field: string | undefined }> {
  try {
    judge({ 'content-type': JSON_TYPE }, Buffer.from(body))
    return { status: 202 }
  } catch (error) {
    const { status, field } = (error as Refusal).fault
    return { status, field }
  }
}

describe('a body that is nested', () => {
  const nestings = [
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both', '[{"a":', '}]'],
    ['lists with space between', '[ \n', ' ]'],
  ] as const
  it.each(nestings)('in %s, 33 to 40,000 levels deep, anywhere, gets 400 and ends nothing', async (_, open, close) => {
    const { post, url } = await start()
    for (const depth of [33, 100, 1000, 5000, 10_000, 40_000]) {
      const deep = open.repeat(depth) + 0 + close.repeat(depth)
      const bodies: [string, string][] = [
        [JSON_TYPE, deep],
        [JSON_TYPE, `{"event_type":"${TYPE}","payload":${deep}}`],
        [JSON_TYPE, BODY.replace('"Computer Science"', deep)],
        [JSON_TYPE, BODY.replace('{', `{"more":${deep},`)],
        [CLOUD_TYPE, deep],
        [CLOUD_TYPE, cloud(deep)],
        [CLOUD_TYPE, cloud(DATA.replace('"Computer Science"', deep))],
        [CLOUD_TYPE, cloud(DATA, `"more":${deep},`)],
        [CLOUD_TYPE, cloud(DATA).replace('"k"', deep)],
      ]
      for (const [type, body] of bodies) {
        // Above 256 KB a body is refused unread.
        if (body.length > 250_000) continue
        const { status, json } = await post(body, { 'content-type': type })
        expect([status, json.error]).toEqual([400, 'body: nested deeper than 32 levels'])
        if (type === JSON_TYPE) expect(deployed(body).status).toBe(400)
      }
    }
    const chunks = Readable.from(Array.from({ length: 5000 }, () => Buffer.from('[')))
    const chunked = await request(`${url}/ingest`, {
      method: 'POST',
      headers: { 'content-type': CLOUD_TYPE },
      body: chunks,
    })
    expect(chunked.statusCode).toBe(400)
    await chunked.body.dump()
    expect((await post(BODY)).status).toBe(202)
  })
})

describe('a body with a key twice', () => {
  const last = (key: string) => `payload.${key}`
  const twice: [string, string, string][] = [
    ['event_type', BODY.replace('{', `{"event_type":"${TYPE}",`), 'event_type'],
    ['payload', BODY.replace(/}$/, `,"payload":${DATA}}`), 'payload'],
    [
      'a field with two values',
      BODY.replace('"student_rating":5', '"student_rating":1,"student_rating":5'),
      last('student_rating'),
    ],
    [
      'a field with one value',
      BODY.replace('"student_rating":5', '"student_rating":5,"student_rating":5'),
      last('student_rating'),
    ],
    [
      'a field in escapes',
      BODY.replace('"student_rating":5', '"student_rating":5,"student\\u005frating":1'),
      last('student_rating'),
    ],
    ['__proto__', BODY.replace('{', '{"__proto__":1,"__proto__":2,'), '__proto__'],
  ]
  it.each(twice)('is refused with 400 and its place: %s', async (_, body, field) => {
    const { api, post } = await start()
    const { status, json } = await post(body)
    expect([status, json]).toEqual([400, { error: `${field}: there twice`, field }])
    expect(deployed(body)).toEqual({ status: 400, field })
    expect(api.stats()).toMatchObject({ distinct: 0, rejected: 1 })
  })

  it.each([
    ['id', cloud(DATA, '"id":"k",'), 'id'],
    ['an extension', cloud(DATA, '"more":1,"more":1,'), 'more'],
    [
      'a field of data',
      cloud(DATA.replace('"tutor_rating":4', '"tutor_rating":4,"tutor_rating":3')),
      'data.tutor_rating',
    ],
  ])('is refused as a CloudEvent too: %s', async (_, body, field) => {
    const { post } = await start()
    const { status, json } = await post(body, { 'content-type': CLOUD_TYPE })
    expect([status, json]).toEqual([400, { error: `${field}: there twice`, field }])
  })
})

describe('an instant', () => {
  it.each([
    '2026-02-30T00:00:00.000Z',
    '2026-02-29T12:00:00.000Z',
    '2100-02-29T12:00:00.000Z',
    '2026-04-31T00:00:00.000Z',
    '2026-01-05T24:00:00.000Z',
    '2026-01-05T23:59:60.000Z',
    '0000-01-01T00:00:00.000Z',
    '2026-01-05T00:00:00.000Z\\n',
    '2026-01-05T00:00:00.000+00:00',
  ])('that no calendar and no clock has is refused, plain, as a CloudEvent and deployed: %s', async (text) => {
    const { post } = await start()
    const body = BODY.replace(COMPLETED.timestamp, text)
    const plain = await post(body)
    const error = 'no such instant (2026-01-05T00:00:00.000Z is one)'
    expect([plain.status, plain.json]).toEqual([
      400,
      { error: `payload.timestamp: ${error}`, field: 'payload.timestamp' },
    ])
    expect(deployed(body)).toEqual({ status: 400, field: 'payload.timestamp' })
    const data = DATA.replace(COMPLETED.timestamp, text)
    for (const more of ['', `"time":"${text}",`]) {
      const wrapped = await post(cloud(data, more), { 'content-type': CLOUD_TYPE })
      expect([wrapped.status, wrapped.json]).toEqual([
        400,
        { error: `data.timestamp: ${error}`, field: 'data.timestamp' },
      ])
    }
  })
})

describe('a number', () => {
  it.each([
    '1e999',
    '-1e999',
    '1e308',
    '9007199254740993',
    '5.0000001',
    `5${'0'.repeat(50_000)}`,
    '"5"',
    '05',
    '+5',
    'NaN',
  ])('that is no rating is refused with 400', async (number) => {
    const { post } = await start()
    expect((await post(BODY.replace('"student_rating":5', `"student_rating":${number}`))).status).toBe(400)
    const data = DATA.replace('"student_rating":5', `"student_rating":${number}`)
    expect((await post(cloud(data), { 'content-type': CLOUD_TYPE })).status).toBe(400)
  })
})

describe('whatever fails in the API itself', () => {
  it.each([
    ['a fault of its own', new RangeError('Maximum call stack size exceeded'), 500],
    ['something outside that may pass', new OperationalError('the disk is full', { code: 'FULL' }), 503],
  ])('%s, is answered, counts nothing, and the next post is taken', async (_, failure, expected) => {
    let isFailing = true
    const { api, post, url } = await start({
      onEvent: () => {
        if (isFailing) throw failure
      },
    })
    for (const [type, body] of [
      [JSON_TYPE, BODY],
      [CLOUD_TYPE, cloud(DATA)],
    ] as const) {
      const { status, json } = await post(body, { 'content-type': type, 'idempotency-key': 'k' })
      expect([status, json]).toEqual([expected, { error: failure.message }])
    }
    const chunked = `POST /ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`
    expect(await raw(url, chunked)).toMatch(new RegExp(`^HTTP/1.1 ${expected} `))
    expect(api.stats().distinct).toBe(0)
    isFailing = false
    expect((await post(BODY, { 'idempotency-key': 'k' })).status).toBe(202)
  })

  it('ends nothing in the midst of its chaos', async () => {
    const { Chaos, chaosModes } = await import('../../ingest/chaos.ts')
    const { post } = await start({
      chaos: new Chaos(chaosModes(['slow', 'out-of-order']), 'x'),
      onEvent: () => {
        throw new TypeError('not so')
      },
    })
    expect((await post(BODY)).status).toBe(500)
  })
})

it.each(['/constructor', '/__proto__', '/toString', '/ingest/', '//', '/%00'])(
  'nothing is served at %s',
  async (path) => {
    const { send } = await start()
    expect((await send(path, 'GET')).status).toBe(404)
  },
)
