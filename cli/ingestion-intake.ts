// One post as the ingestion API judges it: taken, repeated, or refused with the field at fault.

import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { bodySchema } from '../model/schemas.ts'
import { attributeOf, unwrap } from './ingestion-cloudevent.ts'
import { fingerprintOf, type IngestionLedger, type PostedEvent, type Receipt } from './ingestion-ledger.ts'
import { Refusal } from './ingestion-refusal.ts'

/** Status and JSON body of an answer. */
export interface Answer {
  status: number
  body: object
}

/** Called for each distinct event before it is acknowledged; the key is null where none came. */
export type OnEvent = (key: string | null, event: PostedEvent) => void

const KEY_HEADER = 'Idempotency-Key'
const KEY_LIMIT = 255
const CONTENT_TYPE = /^\s*application\/(json|cloudevents\+json)\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
/** An unknown key may be as long as the body allows; nobody wants it echoed whole. */
const ECHO_LIMIT = 200

/** A post whose event has not been looked at yet. */
interface Posted {
  key: string | undefined
  fingerprint: string
  /** @throws Refusal */
  event(): PostedEvent
}

/** Judges and counts a whole post; never throws on anything that a sender can send. */
export function takePost(
  headers: IncomingHttpHeaders,
  body: Buffer,
  ledger: IngestionLedger,
  onEvent?: OnEvent,
): Answer {
  try {
    const key = keyOf(headers)
    const posted = mediaTypeOf(headers) === 'json' ? plain(key, body) : cloudEvent(key, body)
    return { status: 202, body: acknowledge(posted, ledger, onEvent) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { status, field, countAs = 'rejected' } = error.fault
    ledger.countRefused(countAs)
    return { status, body: { error: error.message, field } }
  }
}

function acknowledge({ key, fingerprint, event }: Posted, ledger: IngestionLedger, onEvent?: OnEvent): Receipt {
  const entry = key === undefined ? undefined : ledger.find(key)
  if (entry && entry.fingerprint !== fingerprint) {
    const message = `${KEY_HEADER}: used before for another body`
    throw new Refusal(message, { status: 400, field: KEY_HEADER, countAs: 'conflicting' })
  }
  const taken = event()
  if (entry) return ledger.repeat(entry, taken)
  onEvent?.(key ?? null, taken)
  return ledger.enter(key, fingerprint, taken)
}

function plain(key: string | undefined, body: Buffer): Posted {
  return { key, fingerprint: fingerprintOf(body), event: () => eventOf(parse(body)) }
}

/** The same event is the same however it is wrapped: a sender may change its format and repeat itself across that. */
function cloudEvent(header: string | undefined, body: Buffer): Posted {
  const { key, body: unwrapped } = unwrap(parse(body), header)
  const fingerprint = fingerprintOf(Buffer.from(JSON.stringify(unwrapped)))
  return { key, fingerprint, event: () => eventOf(unwrapped, attributeOf) }
}

function mediaTypeOf(headers: IncomingHttpHeaders): 'json' | 'cloudevents+json' {
  const type = CONTENT_TYPE.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase()
  if (type === undefined) {
    const message = 'Content-Type: must be application/json or application/cloudevents+json, in UTF-8'
    throw new Refusal(message, { status: 415, field: 'Content-Type' })
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Refusal('Content-Encoding: no compressed bodies', { status: 415, field: 'Content-Encoding' })
  }
  return type as 'json' | 'cloudevents+json'
}

/** The header is optional: a sender without it cannot repeat itself safely, and that is the sender's affair. */
function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key !== '' && key.length <= KEY_LIMIT) return key
  throw new Refusal(`${KEY_HEADER}: must have 1 to ${KEY_LIMIT} characters`, { status: 400, field: KEY_HEADER })
}

/** @param nameOf what a field is called where it came from */
function eventOf(value: unknown, nameOf = (field: string) => field): PostedEvent {
  const result = bodySchema.safeParse(value)
  if (result.success) return value as PostedEvent
  const [issue] = result.error.issues
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
  const field = nameOf(path.join('.').slice(0, ECHO_LIMIT))
  const message = `${field || 'body'}: ${issue?.message}`
  throw new Refusal(message.slice(0, 2 * ECHO_LIMIT), { status: 400, ...(field ? { field } : {}) })
}

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Refusal('body: not UTF-8', { status: 400 })
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Refusal('body: not JSON', { status: 400, cause })
  }
}
