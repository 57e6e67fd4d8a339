// CloudEvents 1.0, structured mode: every event of a world, as the specification and its extensions want it.

import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorld, type Event } from '../../model/index.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { renderingOf } from '../../sinks/http/post.ts'
import { parcelOfEvent, TYPES } from '../parcel.ts'
import { ACCEPTED, startEndpoint } from './endpoint.ts'

const WORLD_ID = '0123456789ab'
const WORLD = createWorld({ seed: 'cloud', students: 1500, warmup: '0d', tick: '1d' })
const render = renderingOf({ types: TYPES, format: 'cloudevents', worldUri: '/worlds/cloud', inBatches: false })
/** Every event, and what is posted of it. */
const POSTS: { event: Event; key: string; body: string; sent: Record<string, string> }[] = []
for (let day = 0; day < 45; day++)
  for (const lines of WORLD.advance().batches())
    for (let line = 0; line < lines.count; line++) {
      const start = line === 0 ? 0 : (lines.ends[line - 1] as number)
      const bytes = Buffer.from(lines.bytes.subarray(start, lines.ends[line]))
      const { key, body } = render([{ worldId: WORLD_ID, lines, first: line, count: 1, bytes }])
      POSTS.push({ event: JSON.parse(bytes.toString()), key, body: body.toString(), sent: JSON.parse(body.toString()) })
    }

describe('a CloudEvent', { timeout: 30_000 }, () => {
  it('has the attributes of the specification and no others, and the payload to the byte', () => {
    const types = new Set<string>()
    for (const { event, key, body, sent } of POSTS.filter((_, index) => index % 10 === 0)) {
      const { event_id, event_type, caused_by, payload } = event
      const subject =
        'student_id' in payload
          ? payload.student_id
          : 'tutor_id' in payload
            ? payload.tutor_id
            : `${payload.subject}|${payload.region}`
      expect(key).toBe(`${WORLD_ID}/${event_id}`)
      expect(sent).toEqual({
        specversion: '1.0',
        id: event_id,
        source: `/worlds/${WORLD_ID}`,
        type: event_type,
        time: payload.timestamp,
        subject,
        partitionkey: subject,
        sequence: expect.stringMatching(/^\d{15}\.\d{13}\.\d{5}$/),
        ...(caused_by === null ? {} : { causedby: caused_by }),
        datacontenttype: 'application/json',
        data: payload,
      })
      expect(body.endsWith(`"data":${JSON.stringify(payload)}}`)).toBe(true)
      types.add(event_type)
    }
    expect(types.size).toBe(6)
  })

  it('has a name of lower-case letters and digits for each attribute, 20 at the most', () => {
    const caused = POSTS.find(({ event }) => event.caused_by !== null)
    for (const name of Object.keys(caused?.sent ?? {})) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
  })

  it('has a sequence that sorts as the stream goes, and never the same one twice', () => {
    let before = ''
    let atOnce = 0
    let instantBefore = ''
    for (const { event, sent } of POSTS) {
      const { sequence = '' } = sent
      if (sequence <= before) expect.fail(`${before}, then ${sequence} of ${event.event_id}`)
      if (event.payload.timestamp === instantBefore) atOnce++
      instantBefore = event.payload.timestamp
      before = sequence
    }
    // Or there was no order to get wrong.
    expect(atOnce).toBeGreaterThan(5000)
  })

  it('of what was committed before worlds had ids is posted as it was then, under the bare id of its event', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = openHttp(endpoint.url, { streams: 1, types: TYPES, format: 'cloudevents', worldUri: '/worlds/cloud' })
    onTestFinished(() => sink.close())
    const { event } = POSTS[0] as (typeof POSTS)[number]
    expect(await sink.send(parcelOfEvent(event), 0)).toMatchObject({ verdict: 'acknowledged' })
    const [arrival] = endpoint.arrivals
    expect(arrival?.key).toBe(event.event_id)
    expect(arrival?.headers['content-type']).toBe('application/cloudevents+json')
    expect(JSON.parse(arrival?.body as string)).toMatchObject({
      ...{ id: event.event_id, source: '/worlds/cloud', data: event.payload },
    })
  })
})
