// Batches posted to the ingestion API: each event is judged by itself, and graded as if it had come alone.

import { describe, expect, it, onTestFinished } from 'vitest'
import { Courier } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { realMachine } from '../../sinks/index.ts'
import { parcelOf, TYPES } from '../parcel.ts'
import { EVENTS, start } from './ingestion.ts'

const ID = '0123456789ab'
const SOME = EVENTS.slice(0, 3)
const CLOUD = { 'content-type': 'application/cloudevents-batch+json' }
interface Result {
  status: number
  sequenceNumber?: string
  duplicate?: true
  field?: string
}
const resultsOf = (json: Record<string, unknown>) => json.results as Result[]
const keyed = (events: readonly object[]) =>
  events.map((event, place) => ({ idempotency_key: `${ID}/e${place}`, ...event }))
const wrapped = (events: readonly (typeof EVENTS)[number][]) =>
  events.map(({ event_type, payload }, place) => ({
    ...{ specversion: '1.0', id: `e${place}`, source: `/worlds/${ID}`, type: event_type, data: payload },
  }))

describe('a batch', () => {
  it('is taken whole, with a receipt for each; the same one later is repeated, and as CloudEvents too', async () => {
    const { api, post } = await start()
    const { status, json } = await post(JSON.stringify(keyed(SOME)), { 'idempotency-key': `${ID}/e0+3` })
    expect(status).toBe(202)
    expect(resultsOf(json).map(({ status }) => status)).toEqual([202, 202, 202])
    const numbers = resultsOf(json).map(({ sequenceNumber }) => sequenceNumber)
    expect(numbers).toEqual(numbers.toSorted())
    const again = await post(JSON.stringify(keyed(SOME)))
    expect(again.json.results).toMatchObject(numbers.map((sequenceNumber) => ({ sequenceNumber, duplicate: true })))
    const cloud = await post(JSON.stringify(wrapped(SOME)), CLOUD)
    expect([cloud.status, resultsOf(cloud.json)[2]?.duplicate]).toEqual([202, true])
    // An event alone is the same event.
    const { event_type, payload } = SOME[1] as (typeof EVENTS)[number]
    const alone = await post(JSON.stringify({ event_type, payload }), { 'idempotency-key': `${ID}/e1` })
    expect(alone.json.duplicate).toBe(true)
    expect(api.stats()).toMatchObject({ distinct: 3, repeated: 7, conflicting: 0, rejected: 0 })
  })

  it('of which some events are refused takes the others, and says of each what is wrong', async () => {
    const { api, post } = await start()
    await post(JSON.stringify(keyed([SOME[1] as object])))
    const bad = [...keyed(SOME), { event_type: 'nothing', payload: {} }, 7, { ...SOME[2], idempotency_key: 5 }]
    const { status, json } = await post(JSON.stringify(bad))
    expect(status).toBe(207)
    expect(resultsOf(json).map(({ status, field }) => [status, field])).toEqual([
      ...[
        [400, 'Idempotency-Key'],
        [202, undefined],
        [202, undefined],
      ],
      ...[
        [400, 'event_type'],
        [400, undefined],
        [400, 'idempotency_key'],
      ],
    ])
    expect(api.stats()).toMatchObject({ distinct: 3, conflicting: 1, rejected: 3 })
  })

  it.each<[string, string, number, Record<string, string>]>([
    ['is empty', '[]', 400, {}],
    ['is no list', '{}', 400, CLOUD],
    ['is cut off', '[{}', 400, {}],
    ['has 501 events', JSON.stringify(new Array(501).fill(SOME[0])), 413, {}],
  ])('that %s is refused whole', async (_, body, status, headers) => {
    const { api, post } = await start()
    expect((await post(body, headers)).status).toBe(status)
    expect(api.stats()).toMatchObject({ distinct: 0, rejected: 1 })
  })
})

describe.each(['plain', 'cloudevents'] as const)('a world delivered in batches, as %s', (format) => {
  it('arrives whole and in order; what is refused is parked, whatever batch it came in', async () => {
    const { url, send } = await start()
    const world = createWorld({ seed: 'batches', students: 2000, warmup: '0d', tick: '1d' })
    world.run(1)
    const lines = [...world.advance().batches()]
    const count = lines.reduce((sum, one) => sum + one.count, 0)
    const sink = openHttp(`${url}/ingest`, { streams: 5, types: TYPES, format, batch: 100 })
    const timer = realMachine()
    onTestFinished(async () => {
      timer.close()
      await sink.close()
    })
    const identity = { id: ID, since: 0 }
    const courier = new Courier({ sink, timer, identity, random: () => 0, render: () => [] })
    await courier.open(0)
    await courier.take(0, lines)
    const poison = '{"event_id":"stu_1.x","caused_by":null,"event_type":"session_started","payload":{}}\n'
    await courier.take(1, [parcelOf(Buffer.from(poison.repeat(3))).lines])
    await courier.settle()
    expect(courier.progress).toMatchObject({ delivered: count, parked: 3, retried: 0 })
    const { json } = await send('/ledger', 'GET')
    expect(json).toMatchObject({ distinct: count, repeated: 0, conflicting: 0, rejected: 3, outOfOrder: 0 })
  })
})
