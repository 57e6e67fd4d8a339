// An event as a CloudEvent: version 1.0, structured mode, with the extensions `partitionkey` and `sequence` as the
// specification's own documents define them, and `causedby`, the `id` of the event that led to this one.

import { type Payload, partitionKeyOf, sequenceOf } from '../wire.ts'
import { cut, type Post, plainBody } from './post.ts'

const PAYLOAD_OPENING = '","payload":'
const TYPE_START = '{"event_type":"'.length

/**
 * @param bytes one rendered line
 * @param source URI of the world
 * @throws Error of one line where it is anything else
 */
export function cloudEventPost(bytes: Uint8Array, source: string): Post {
  const { line, eventId, causedBy, comma } = cut(bytes)
  const body = plainBody(line, comma).toString()
  const typeEnd = body.indexOf(PAYLOAD_OPENING)
  const eventType = body.slice(TYPE_START, typeEnd)
  // The very bytes of the payload: what was rendered is not rendered again.
  const data = body.slice(typeEnd + PAYLOAD_OPENING.length, -1)
  const payload: Payload = JSON.parse(data)
  const subject = partitionKeyOf(payload)
  const head = JSON.stringify({
    specversion: '1.0',
    id: eventId,
    source,
    type: eventType,
    time: payload.timestamp,
    ...(subject === '' ? {} : { subject, partitionkey: subject }),
    sequence: sequenceOf(eventType, causedBy, payload),
    ...(causedBy === null ? {} : { causedby: causedBy }),
    datacontenttype: 'application/json',
  })
  return { key: eventId, body: Buffer.from(`${head.slice(0, -1)},"data":${data}}`) }
}
