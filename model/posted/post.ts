// A post as the events that it carries: one, or a batch; each plain, or a CloudEvent.

import { attributeOf, unwrap } from './cloudevent.ts'
import { jsonIn, keyIn, type PostedEvent, postedEvent, Refusal, refuseEncoded } from './event.ts'

/** By their names in lower case. */
export type PostHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** An event of a post, not looked at yet. */
export interface Posted {
  /** The sender's key for it; undefined where none came. */
  key: string | undefined
  /** What its event is made of: the same for the same event, however it came. */
  text: string | Uint8Array
  /** @throws Refusal */
  event(): PostedEvent
}

const CONTENT_TYPE =
  /^\s*application\/(json|cloudevents\+json|cloudevents-batch\+json)\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const BATCH_MAX = 500
const OPENING_BRACKET = 0x5b
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])
const KEY_FIELD = 'idempotency_key'

/**
 * @returns of a batch a list, in which each event can be read, or refused, by itself
 * @throws Refusal of the post as a whole
 */
export function postedIn(headers: PostHeaders, body: Uint8Array): Posted | (() => Posted)[] {
  const key = keyIn(headers['idempotency-key'])
  const type = mediaTypeOf(headers)
  if (type === 'cloudevents-batch+json') return batchIn(body, (value) => wrapped(value, undefined))
  if (type === 'cloudevents+json') return wrapped(jsonIn(body), key)
  if (body[body.findIndex((byte) => !BLANKS.has(byte))] === OPENING_BRACKET) return batchIn(body, plain)
  return { key, text: body, event: () => postedEvent(jsonIn(body)) }
}

/** What is said of one event of a batch that is not taken. */
export function resultOf({ message, fault: { status, field } }: Refusal): {
  status: number
  error: string
  field?: string
} {
  return { status, error: message, ...(field === undefined ? {} : { field }) }
}

function mediaTypeOf(headers: PostHeaders): string {
  const type = CONTENT_TYPE.exec(String(headers['content-type'] ?? ''))?.[1]?.toLowerCase()
  if (type === undefined) {
    const message =
      'Content-Type: must be application/json, application/cloudevents+json or application/cloudevents-batch+json, in UTF-8'
    throw new Refusal(message, { status: 415, field: 'Content-Type' })
  }
  refuseEncoded(headers['content-encoding'] as string | undefined)
  return type
}

function batchIn(body: Uint8Array, read: (value: unknown) => Posted): (() => Posted)[] {
  const values = jsonIn(body)
  if (!Array.isArray(values) || values.length === 0)
    throw new Refusal('body: not a list of events, one at least', { status: 400 })
  if (values.length > BATCH_MAX) throw new Refusal(`body: above ${BATCH_MAX} events`, { status: 413 })
  return values.map((value) => () => read(value))
}

/** Of a batch: the body that is posted alone, and its key. */
function plain(value: unknown): Posted {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('body: not an event', { status: 400 })
  const { [KEY_FIELD]: key, ...body } = value as { [KEY_FIELD]?: unknown }
  if (key !== undefined && typeof key !== 'string')
    throw new Refusal(`${KEY_FIELD}: must be text`, { status: 400, field: KEY_FIELD })
  return { key: keyIn(key, KEY_FIELD), text: JSON.stringify(body), event: () => postedEvent(body) }
}

function wrapped(value: unknown, header: string | undefined): Posted {
  const { key, body } = unwrap(value, header)
  return { key, text: JSON.stringify(body), event: () => postedEvent(body, attributeOf) }
}
