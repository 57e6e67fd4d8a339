// Batches over a real socket: what goes out, and what an answer to one means for each of its events.

import { describe, expect, it, onTestFinished } from 'vitest'
import type { Outcome, Parcel } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { openSink } from '../../sinks/index.ts'
import { parcelOfEvent, TYPES } from '../parcel.ts'
import { type Reply, startEndpoint } from './endpoint.ts'

const EVENTS = createWorld({ seed: 'posts', students: 200, warmup: '0d', tick: '1d' }).run('9d').slice(0, 3)
const [FIRST, ...MORE] = EVENTS.map((event) => ({ ...parcelOfEvent(event), worldId: '0123456789ab' })) as [
  Parcel,
  ...Parcel[],
]

interface Told {
  status?: number
  body?: unknown
  headers?: Record<string, string>
}

/** What becomes of three events in one post. */
async function outcomeOf({ status = 207, body = {}, headers = {} }: Told, options: object = {}): Promise<Outcome> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const endpoint = await startEndpoint((): Reply => ({ status, body: text, headers }))
  const sink = await openSink(endpoint.url, { streams: 1, types: TYPES, batch: 3, ...options })
  onTestFinished(() => sink.close())
  return sink.send(FIRST, 0, MORE)
}

const results = (...statuses: (number | string | undefined)[]) => ({ results: statuses.map((status) => ({ status })) })

describe('an answer to a batch', () => {
  it.each([200, 201, 202, 204])('of %i acknowledges all of it', async (status) => {
    expect(await outcomeOf({ status, body: status === 204 ? '' : '{}' })).toEqual({ verdict: 'acknowledged' })
  })

  it.each([207, 200])('of %i with results judges each event by its own', async (status) => {
    const told = { status, body: results(202, 422, 503), headers: { 'retry-after': '7' } }
    expect(await outcomeOf(told)).toEqual({
      verdict: 'each',
      outcomes: [
        { verdict: 'acknowledged' },
        { verdict: 'park', status: 422, answer: '{"status":422}' },
        expect.objectContaining({ verdict: 'retry', isInDoubt: true, afterMilliseconds: 7000 }),
      ],
    })
  })

  it('parks an event that has an answer of its own that would end a delivery', async () => {
    const told = await outcomeOf({ body: results(404, 403, 409) })
    expect(told).toMatchObject({ outcomes: [{ verdict: 'park' }, { verdict: 'park' }, { verdict: 'conflict' }] })
  })

  it('that does not say which events it means is no word of any', async () => {
    for (const body of [results(202, 202), results(202, 202, 202, 202), '{"results":[{"status":202},'])
      expect(await outcomeOf({ body })).toMatchObject({ verdict: 'retry', isInDoubt: true })
    expect(await outcomeOf({ body: results(202, undefined, '202') })).toMatchObject({
      outcomes: [{ verdict: 'acknowledged' }, { verdict: 'retry', isInDoubt: true }, { verdict: 'acknowledged' }],
    })
  })

  it('whose results are of another kind acknowledges all', async () => {
    for (const body of [{ results: 'stored' }, { results: ['a', 'b'] }, { results: [] }])
      expect(await outcomeOf({ status: 200, body })).toEqual({ verdict: 'acknowledged' })
  })

  it.each([400, 413, 422])('of %i refuses it as a whole', async (status) => {
    expect(await outcomeOf({ status, body: 'no' })).toEqual({ verdict: 'park', status, answer: 'no' })
  })

  it('has to have the demanded field once, or in each result', async () => {
    const ack = { ack: 'sequenceNumber' }
    expect(await outcomeOf({ body: {} }, ack)).toMatchObject({ verdict: 'retry', isInDoubt: true })
    expect(await outcomeOf({ body: { sequenceNumber: '9' } }, ack)).toEqual({ verdict: 'acknowledged', receipt: '9' })
    const told = {
      results: [{ status: 202, sequenceNumber: '7' }, { status: 202 }, { status: 202, sequenceNumber: '8' }],
    }
    expect(await outcomeOf({ body: told }, ack)).toMatchObject({
      outcomes: [{ receipt: '7' }, { verdict: 'retry' }, { receipt: '8' }],
    })
  })
})

describe('a batch that goes through a map', () => {
  it('has what it is mapped to as an array; events that are nothing count, faults are parked, answers fit the others', async () => {
    const [, second] = EVENTS
    const map = `event_id = '${second?.event_id}' ? null : { "id": event_id }`
    expect(await outcomeOf({ body: results(202, 400) }, { map })).toMatchObject({
      outcomes: [
        { verdict: 'acknowledged' },
        { verdict: 'acknowledged', omitted: 1 },
        { verdict: 'park', status: 400 },
      ],
    })
    const endpoint = await startEndpoint((): Reply => ({ status: 200, body: '{}' }))
    const sink = await openSink(endpoint.url, { streams: 1, types: TYPES, batch: 3, map })
    onTestFinished(() => sink.close())
    expect(await sink.send(FIRST, 0, MORE)).toMatchObject({ verdict: 'each' })
    const ids = EVENTS.filter((event) => event !== second).map(({ event_id: id }) => ({ id }))
    expect(JSON.parse(endpoint.arrivals[0]?.body ?? '')).toEqual(ids)
  })
})
