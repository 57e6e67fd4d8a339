// Events as they are posted: key, type and body, out of rendered lines; an event a post, or a batch of them.

import {
  bodyIn,
  type EventType,
  ID_AT,
  keyOf,
  type Literal,
  literal,
  type Parcel,
  type Parcels,
  startOf,
} from '../../engine/index.ts'
import { cloudEventOf } from './cloudevent.ts'

/** One request's worth. */
export interface Post {
  /** `<world id>/<event_id>`, or the bare `event_id`; of a batch, the first event's and the number: `…started+37`. */
  key: string
  contentType: string
  /** What is sent, in memory of its own. */
  body: Buffer
}

/** Of a body of JSON. */
export const JSON_TYPE = 'application/json'

/** How the events of one try become a post; one event, but in batches. */
export type Rendering = (events: Parcels) => Post

export interface RenderingOptions {
  /** Of the events, by the index that lines name them by. */
  types: readonly EventType[]
  format: 'plain' | 'cloudevents'
  /** The CloudEvents `source` of events that carry no world's id. */
  worldUri: string
  /** Whether events go in batches; a batch of one is one too. */
  inBatches: boolean
}

export function renderingOf({ types, format, worldUri, inBatches }: RenderingOptions): Rendering {
  const isPlain = format === 'plain'
  const cloudEvent = (event: Parcel): Buffer => cloudEventOf(event, types, worldUri)
  if (inBatches) {
    const contentType = isPlain ? JSON_TYPE : 'application/cloudevents-batch+json'
    const list = isPlain ? plainList : (events: Parcels): Buffer => listOf(events.map(cloudEvent))
    return (events) => ({ key: batchKeyOf(events), contentType, body: list(events) })
  }
  const contentType = isPlain ? JSON_TYPE : 'application/cloudevents+json'
  const body = isPlain ? plainBody : cloudEvent
  return ([event]) => ({ key: keyOf(event), contentType, body: body(event) })
}

/** Names the request, as where a batch ends can change with each try. */
export function batchKeyOf(events: Parcels): string {
  return `${keyOf(events[0])}+${events.length}`
}

const OPENING_BRACE = 0x7b
const OPENING_BRACKET = 0x5b
const COMMA = 0x2c
const CLOSING_BRACKET = 0x5d
const KEY_OPENING = ',{"idempotency_key":"'

/** The latest one, as worlds hardly ever change. */
let opening: { worldId: string | undefined; text: Literal } = { worldId: undefined, text: literal(KEY_OPENING) }

/**
 * `{"event_type":…,"payload":…}`. Copied, as the line is its sender's again once the try is over, and a connection may be
 * still at it by then.
 */
function plainBody(event: Parcel): Buffer {
  const { bytes } = event
  const comma = bodyIn(event)
  const body = Buffer.allocUnsafe(bytes.length - 1 - comma)
  bytes.copy(body, 0, comma, bytes.length - 1)
  body[0] = OPENING_BRACE
  return body
}

/**
 * `[{"idempotency_key":…,"event_type":…,"payload":…},…]`: batches are for speed, so it is put together of pieces of the
 * lines' own text, in one piece of memory. Short pieces eight bytes at a time, as doubles, since ASCII makes no NaN: a call of
 * `copy` costs more than they do. What is stored past the end of one is overwritten by the next.
 */
function plainList(events: Parcels): Buffer {
  let length = 1
  for (const event of events) {
    const { lines, first, worldId } = event
    const line = (lines.ends[first] as number) - startOf(event)
    length += openingOf(worldId).length + (lines.idLengths[first] as number) + line - bodyIn(event)
  }
  const list = Buffer.allocUnsafe(length)
  const out = new DataView(list.buffer, list.byteOffset, length)
  let at = 0
  let textOf: Parcel['lines'] | undefined
  let text: Buffer = list
  let view: DataView = out
  for (const event of events) {
    const { lines, first, worldId } = event
    if (lines !== textOf) {
      const { buffer, byteOffset, byteLength } = lines.bytes
      textOf = lines
      text = Buffer.from(buffer, byteOffset, byteLength)
      view = new DataView(buffer, byteOffset, byteLength)
    }
    const { words, length } = openingOf(worldId)
    for (let word = 0; word < words.length; word++) out.setFloat64(at + 8 * word, words[word] as number, true)
    at += length
    const start = startOf(event)
    // With the quote behind it.
    const idLength = (lines.idLengths[first] as number) + 1
    for (let byte = 0; byte < idLength; byte += 8)
      out.setFloat64(at + byte, view.getFloat64(start + ID_AT + byte, true), true)
    at += idLength
    at += text.copy(list, at, start + bodyIn(event), (lines.ends[first] as number) - 1)
  }
  list[0] = OPENING_BRACKET
  list[at] = CLOSING_BRACKET
  return list
}

/** What is before an event's id in a list. */
function openingOf(worldId: string | undefined): Literal {
  if (opening.worldId !== worldId)
    opening = { worldId, text: literal(`${KEY_OPENING}${worldId === undefined ? '' : `${worldId}/`}`) }
  return opening.text
}

function listOf(bodies: readonly Buffer[]): Buffer {
  const parts = bodies.flatMap((body) => [Buffer.of(COMMA), body])
  const list = Buffer.concat([...parts, Buffer.of(CLOSING_BRACKET)])
  list[0] = OPENING_BRACKET
  return list
}
