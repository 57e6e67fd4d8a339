// What the ingestion API says of a sender's work: order, repetition, loss; and events that come as CloudEvents.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { IngestionLedger } from '../../ingest/ledger.ts'
import { createWorld } from '../../model/index.ts'
import type { PostedEvent } from '../../model/posted/index.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { parcelOf, parcelOfEvent, TYPES } from '../parcel.ts'
import { BODIES, BODY, EVENTS, NOTHING, start } from './ingestion.ts'

const NO_TROUBLE = { repeated: 0, conflicting: 0, rejected: 0, outOfOrder: 0, outOfOrderKeys: [] }

function file(name: string, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('the ledger', () => {
  const at = (student: number, second: number) =>
    BODY.replace('stu_1234', `stu_${student}`).replace('14:30:00', `14:30:0${second}`)

  it('begins empty', async () => {
    const { send } = await start()
    const { status, json } = await send('/ledger', 'GET')
    expect(status).toBe(200)
    expect(json).toEqual({ distinct: 0, ...NO_TROUBLE, first: null, last: null, byType: NOTHING })
    expect((await send('/ledger', 'POST')).headers.allow).toBe('GET, HEAD')
  })

  it('counts what is older than something of the same student before it, and nothing else', async () => {
    const { post, send } = await start()
    const posts: [key: string, student: number, second: number][] = [
      ['a', 1000, 5],
      ['b', 2000, 3],
      ['c', 1000, 5],
      ['d', 1000, 4],
      ['e', 2000, 7],
      ['f', 1000, 5],
      ['g', 2000, 1],
    ]
    for (const [key, student, second] of posts) await post(at(student, second), { 'idempotency-key': key })
    await post(at(2000, 3), { 'idempotency-key': 'b' })
    await post(at(2000, 4), { 'idempotency-key': 'b' })
    await post('{')
    expect((await send('/ledger', 'GET')).json).toMatchObject({
      distinct: 7,
      repeated: 1,
      conflicting: 1,
      rejected: 1,
      outOfOrder: 2,
      outOfOrderKeys: ['d', 'g'],
      first: '2026-01-05T14:30:01.000Z',
      last: '2026-01-05T14:30:07.000Z',
    })
  })

  it('gives ten examples and no more, and remembers so many partition keys and no more', () => {
    const ledger = new IngestionLedger(10)
    const event = (student: number, second: number) => JSON.parse(at(student, second)) as PostedEvent
    ledger.enter('a', 'x', event(1000, 9))
    for (let key = 0; key < 20; key++) ledger.enter(`late ${key}`, 'x', event(1000, 1))
    expect(ledger.account()).toMatchObject({ outOfOrder: 20, outOfOrderKeys: { length: 10 } })
    for (let student = 2000; student < 2030; student++) ledger.enter(undefined, 'x', event(student, 9))
    ledger.enter('b', 'x', event(1000, 1))
    expect(ledger.account().outOfOrder).toBe(20)
  })

  it.each(['expected.ndjson', 'expected.ndjson.zst'])('says what of a file has not come: %s', async (name) => {
    const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`)
    const lines = keys.map((key) => `{"event_id":"${key}","caused_by":null,"event_type":"x","payload":{}}\n`).join('')
    const half = Math.floor(lines.length / 2)
    const frames = [lines.slice(0, half), lines.slice(half)].map((part) => zstdCompressSync(Buffer.from(part)))
    const path = file(name, name.endsWith('.zst') ? Buffer.concat(frames) : lines)
    const { post, send } = await start({ expect: path })
    const comparison = async () => (await send('/ledger', 'GET')).json.comparison
    expect(await comparison()).toEqual({ expected: 30, lost: 30, lostKeys: keys.slice(0, 10), unexpected: 0 })
    for (const key of keys.slice(0, 28)) await post(BODY, { 'idempotency-key': key })
    await post(BODY, { 'idempotency-key': 'another' })
    await post(BODY)
    expect(await comparison()).toEqual({ expected: 30, lost: 2, lostKeys: ['key 28', 'key 29'], unexpected: 2 })
  })

  it('says why there is nothing to compare with', async () => {
    const broken = file('broken.ndjson', '{"event_id":"a"}\n{"x":1}\n')
    for (const [path, error] of [
      ['/none/x.ndjson', 'cannot read /none/x.ndjson: no such file'],
      [broken, `cannot read ${broken}: line 2 does not begin with an event_id`],
    ] as const) {
      const { send } = await start({ expect: path })
      const { status, json } = await send('/ledger', 'GET')
      expect([status, json.comparison]).toEqual([200, { error }])
    }
  })
})

describe('two worlds posted to one API', () => {
  // The same seed in two sizes: many events of the two have the same id, and some of them another content.
  const worlds = [
    { worldId: 'aaaaaaaaaaaa', world: createWorld({ seed: 'shared', students: 40, warmup: '0d', tick: '1d' }) },
    { worldId: 'bbbbbbbbbbbb', world: createWorld({ seed: 'shared', students: 44, warmup: '0d', tick: '1d' }) },
  ]
  const streams = worlds.map(({ worldId, world }) => world.run('8d').map((event) => ({ worldId, event })))

  it.each(['plain', 'cloudevents'] as const)(
    'are told apart, as %s: nothing is refused, repeated or out of order',
    async (format) => {
      const { url, api, send } = await start()
      const sink = openHttp(`${url}/ingest`, { streams: 1, types: TYPES, format })
      onTestFinished(() => sink.close())
      const shared = new Set(streams[0]?.map(({ event }) => event.event_id))
      expect(streams[1]?.filter(({ event }) => shared.has(event.event_id)).length).toBeGreaterThan(20)
      const all = streams.flat()
      for (const { worldId, event } of all)
        expect(await sink.send({ ...parcelOfEvent(event), worldId }, 0)).toMatchObject({ verdict: 'acknowledged' })
      const expected = { ...NO_TROUBLE, distinct: all.length }
      expect((await send('/ledger', 'GET')).json).toMatchObject(expected)
      for (const { worldId, event } of all.slice(-20)) await sink.send({ ...parcelOfEvent(event), worldId }, 0)
      expect(api.stats()).toMatchObject({ distinct: all.length, repeated: 20, conflicting: 0, rejected: 0 })
    },
  )

  it('are each found in what is expected of them', async () => {
    const lines = streams.map((stream) => stream.map(({ event }) => `${JSON.stringify(event)}\n`).join(''))
    const { post, send } = await start({ expect: file('second.ndjson', lines[1] as string) })
    for (const {
      worldId,
      event: { event_id, event_type, payload },
    } of streams[1]?.slice(5) ?? [])
      await post(JSON.stringify({ event_type, payload }), { 'idempotency-key': `${worldId}/${event_id}` })
    const { length } = streams[1] ?? []
    expect((await send('/ledger', 'GET')).json.comparison).toMatchObject({ expected: length, lost: 5, unexpected: 0 })
  })
})

describe('a CloudEvent', () => {
  const TYPE = { 'content-type': 'application/cloudevents+json' }
  const EVENT = EVENTS[1] as (typeof EVENTS)[1]
  const wrapped = (change: object = {}) =>
    JSON.stringify({
      ...{ specversion: '1.0', id: 'a', source: '/worlds/x', type: EVENT.event_type },
      ...{ time: EVENT.payload.timestamp, datacontenttype: 'application/json', data: EVENT.payload },
      ...change,
    })

  it('is what the HTTP sink sends, and is taken', async () => {
    const { url, api } = await start()
    const sink = openHttp(`${url}/ingest`, { streams: 1, types: TYPES, format: 'cloudevents' })
    onTestFinished(() => sink.close())
    for (const [index, body] of BODIES.entries()) {
      const line = Buffer.from(
        `{"event_id":"key-${index}","caused_by":${index === 0 ? null : '"x"'},${body.slice(1)}\n`,
      )
      expect(await sink.send(parcelOf(line), 0)).toMatchObject({ verdict: 'acknowledged' })
    }
    expect(api.stats()).toMatchObject({ distinct: 6, rejected: 0, conflicting: 0 })
  })

  it('is the same event as a plain post of the same key, both ways, and another as another', async () => {
    const { api, post } = await start()
    const plain = (key: string) => post(JSON.stringify(EVENT), { 'idempotency-key': key })
    expect((await post(wrapped(), TYPE)).status).toBe(202)
    expect((await plain('x/a')).json.duplicate).toBe(true)
    expect((await plain('x/b')).json.duplicate).toBeUndefined()
    expect((await post(wrapped({ id: 'b' }), TYPE)).json.duplicate).toBe(true)
    expect((await post(wrapped({ id: 'b' }), { ...TYPE, 'idempotency-key': 'x/b' })).json.duplicate).toBe(true)
    expect((await post(wrapped({ source: '/elsewhere' }), TYPE)).json.duplicate).toBeUndefined()
    const other = { ...EVENT.payload, student_rating: 1 }
    expect((await post(wrapped({ data: other }), TYPE)).json.field).toBe('Idempotency-Key')
    expect(api.stats()).toMatchObject({ distinct: 3, repeated: 3, conflicting: 1, rejected: 0 })
  })

  it('may carry a key, an extension and UTF-8 by name', async () => {
    const { post } = await start()
    const headers = { 'content-type': 'Application/CloudEvents+JSON; charset=UTF-8', 'idempotency-key': 'a' }
    expect((await post(wrapped({ ourextension7: { x: 1 }, subject: 'stu_1', causedby: 'b' }), headers)).status).toBe(
      202,
    )
  })

  it.each<[string, string, string | undefined]>([
    ['a list', '[]', undefined],
    ['null', 'null', undefined],
    ['half of one', wrapped().slice(0, -1), undefined],
    ['another version', wrapped({ specversion: '0.3' }), 'specversion'],
    ['no version', wrapped({ specversion: undefined }), 'specversion'],
    ['no id', wrapped({ id: undefined }), 'id'],
    ['an empty id', wrapped({ id: '' }), 'id'],
    ['an id of 256 characters', wrapped({ id: 'x'.repeat(256) }), 'id'],
    ['a number as id', wrapped({ id: 5 }), 'id'],
    ['no source', wrapped({ source: undefined }), 'source'],
    ['no type', wrapped({ type: undefined }), 'type'],
    ['an unknown type', wrapped({ type: 'x' }), 'type'],
    ['a type of every object', wrapped({ type: 'constructor' }), 'type'],
    ['another time than in the data', wrapped({ time: '2026-01-05T14:30:00Z' }), 'time'],
    ['data of another content type', wrapped({ datacontenttype: 'text/plain' }), 'datacontenttype'],
    ['a number as subject', wrapped({ subject: 1 }), 'subject'],
    ['no data', wrapped({ data: undefined, time: undefined }), 'data'],
    ['data with a wrong rating', wrapped({ data: { ...EVENT.payload, student_rating: 9 } }), 'data.student_rating'],
    ['data with an unknown key', wrapped({ data: { ...EVENT.payload, mood: 1 } }), 'data.mood'],
    ['an attribute in capitals', wrapped({ Mood: 1 }), undefined],
    ['__proto__', wrapped().replace('{', '{"__proto__":{},'), undefined],
  ])('is refused with 400 and the attribute for %s', async (_, body, field) => {
    const { api, post } = await start()
    const { status, json } = await post(body, TYPE)
    expect([status, json.field]).toEqual([400, field])
    expect(json.error).toMatch(new RegExp(`^${field ?? 'body'}: .+`))
    expect(api.stats()).toMatchObject({ distinct: 0, rejected: 1 })
  })

  it('under a key that is not its id is refused', async () => {
    const { post } = await start()
    for (const key of ['b', 'y/a', 'xx/a'])
      expect((await post(wrapped(), { ...TYPE, 'idempotency-key': key })).json.field).toBe('id')
  })
})
