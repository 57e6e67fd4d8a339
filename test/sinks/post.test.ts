// What is posted of events: one by one, and in batches.

import { describe, expect, it } from 'vitest'
import type { Parcels } from '../../engine/index.ts'
import { createWorld } from '../../model/index.ts'
import { renderingOf } from '../../sinks/http/post.ts'
import { parcelOfEvent, TYPES } from '../parcel.ts'

const ID = '0123456789ab'
const EVENTS = createWorld({ seed: 'posts', students: 200, warmup: '0d', tick: '1d' }).run('9d').slice(0, 40)
const PARCELS = EVENTS.map((event) => ({ ...parcelOfEvent(event), worldId: ID })) as unknown as Parcels
const rendering = (format: 'plain' | 'cloudevents', inBatches: boolean) =>
  renderingOf({ types: TYPES, format, worldUri: '/worlds/older', inBatches })

describe('a batch', () => {
  it('is a list of the bodies, each with its key before its type, and named by its first key and the number', () => {
    const { key, contentType, body } = rendering('plain', true)(PARCELS)
    expect([key, contentType]).toEqual([`${ID}/${EVENTS[0]?.event_id}+40`, 'application/json'])
    const expected = EVENTS.map(({ event_id, event_type, payload }) => ({
      ...{ idempotency_key: `${ID}/${event_id}`, event_type, payload },
    }))
    expect(body.toString()).toBe(JSON.stringify(expected))
  })

  it('of CloudEvents is in the batched content mode: a list of what is posted one by one', () => {
    const { key, contentType, body } = rendering('cloudevents', true)(PARCELS)
    expect([key, contentType]).toEqual([`${ID}/${EVENTS[0]?.event_id}+40`, 'application/cloudevents-batch+json'])
    const alone = PARCELS.map((parcel) => JSON.parse(rendering('cloudevents', false)([parcel]).body.toString()))
    expect(JSON.parse(body.toString())).toEqual(alone)
    expect(alone[0]).toMatchObject({ id: EVENTS[0]?.event_id, source: `/worlds/${ID}` })
  })

  it('of one event is a batch too', () => {
    const [first] = PARCELS
    const { key, body } = rendering('plain', true)([first])
    expect(key).toBe(`${ID}/${EVENTS[0]?.event_id}+1`)
    expect(JSON.parse(body.toString())).toHaveLength(1)
  })

  it('has the bare ids of what was committed before worlds had ids', () => {
    const older = PARCELS.map(({ worldId, ...parcel }) => parcel) as unknown as Parcels
    const plain = rendering('plain', true)(older)
    expect(plain.key).toBe(`${EVENTS[0]?.event_id}+40`)
    expect(JSON.parse(plain.body.toString())[3].idempotency_key).toBe(EVENTS[3]?.event_id)
    expect(JSON.parse(rendering('cloudevents', true)(older).body.toString())[3].source).toBe('/worlds/older')
  })
})
