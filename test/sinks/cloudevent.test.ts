// CloudEvents 1.0, structured mode: every event of a world, as the specification and its extensions want it.

import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorld, type Event } from '../../model/index.ts'
import { cloudEventPost } from '../../sinks/http/cloudevent.ts'
import { openHttp } from '../../sinks/http/http.ts'
import { partitionKeyOf } from '../../sinks/wire.ts'
import { ACCEPTED, startEndpoint } from './endpoint.ts'

const WORLD = createWorld({ seed: 'cloud', students: 1500, warmup: '0d', tick: '1d' })
const EVENTS: Event[] = []
for (let day = 0; day < 45; day++) EVENTS.push(...WORLD.step())

const lineOf = (event: Event) => new TextEncoder().encode(`${JSON.stringify(event)}\n`)
const sent = (event: Event) => JSON.parse(cloudEventPost(lineOf(event), '/worlds/cloud').body.toString())

describe('a CloudEvent', { timeout: 30_000 }, () => {
  it('has the attributes of the specification and no others, and the payload to the byte', () => {
    const types = new Set<string>()
    for (const event of EVENTS.filter((_, index) => index % 10 === 0)) {
      const { key, body } = cloudEventPost(lineOf(event), '/worlds/cloud')
      const { event_id, event_type, caused_by, payload } = event
      const subject =
        'student_id' in payload
          ? payload.student_id
          : 'tutor_id' in payload
            ? payload.tutor_id
            : `${payload.subject}|${payload.region}`
      expect(key).toBe(event_id)
      expect(JSON.parse(body.toString())).toEqual({
        specversion: '1.0',
        id: event_id,
        source: '/worlds/cloud',
        type: event_type,
        time: payload.timestamp,
        subject,
        partitionkey: subject,
        sequence: expect.stringMatching(/^\d{15}\.\d\.\d{10}\.\d$/),
        ...(caused_by === null ? {} : { causedby: caused_by }),
        datacontenttype: 'application/json',
        data: payload,
      })
      expect(body.toString().endsWith(`"data":${JSON.stringify(payload)}}`)).toBe(true)
      types.add(event_type)
    }
    expect(types.size).toBe(6)
  })

  it('has a name of lower-case letters and digits for each attribute, 20 at the most', () => {
    const causedEvent = EVENTS.find(({ caused_by }) => caused_by !== null) as Event
    for (const name of Object.keys(sent(causedEvent))) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
  })

  it('has a sequence that sorts as the stream goes, and never the same one twice', () => {
    let before = ''
    let atOnce = 0
    let instantBefore = ''
    for (const event of EVENTS) {
      const { sequence } = sent(event)
      if (sequence <= before) expect.fail(`${before}, then ${sequence} of ${event.event_id}`)
      if (event.payload.timestamp === instantBefore) atOnce++
      instantBefore = event.payload.timestamp
      before = sequence
    }
    // Or there was no order to get wrong.
    expect(atOnce).toBeGreaterThan(5000)
  })

  it('of another kind of world goes too, without a subject', () => {
    const event = {
      event_id: 'a',
      caused_by: null,
      event_type: 'infected',
      payload: { timestamp: '2026-01-05T00:00:00.000Z' },
    }
    expect(sent(event as unknown as Event)).toMatchObject({
      id: 'a',
      type: 'infected',
      sequence: '001767571200000.9.0000000000.0',
    })
    expect(sent(event as unknown as Event)).not.toHaveProperty('subject')
    expect(partitionKeyOf(event.payload)).toBe('')
  })

  it('is posted as what it is, under the key of its event', async () => {
    const endpoint = await startEndpoint(() => ACCEPTED)
    const sink = openHttp(endpoint.url, { streams: 1, format: 'cloudevents', worldUri: '/worlds/cloud' })
    onTestFinished(() => sink.close())
    const event = EVENTS[0] as Event
    expect(await sink.send(lineOf(event), 0)).toEqual({ verdict: 'acknowledged' })
    const [arrival] = endpoint.arrivals
    expect(arrival?.key).toBe(event.event_id)
    expect(arrival?.headers['content-type']).toBe('application/cloudevents+json')
    expect(JSON.parse(arrival?.body as string)).toEqual(sent(event))
  })
})
