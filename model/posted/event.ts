// A posted event: its body and key, why it is refused, and how it is handed on.

import { parseStrictJson, StrictJsonError } from '../../engine/index.ts'
import type { Event } from '../events/index.ts'
import { bodySchema } from './schemas.ts'

/** An event as it is posted. */
export type PostedEvent = Pick<Event, 'event_type' | 'payload'>

interface Fault {
  status: number
  /** The header or the part of the body that is wrong. */
  field?: string
  countAs?: 'conflicting'
  cause?: unknown
}

/** Why a post is not taken; the message is for the sender. */
export class Refusal extends Error {
  readonly fault: Fault

  constructor(message: string, fault: Fault) {
    super(message, { cause: fault.cause })
    this.fault = fault
  }
}

export const KEY_HEADER = 'Idempotency-Key'
const KEY_LIMIT = 255
/** An unknown key may be as long as the body allows; nobody wants it echoed whole. */
const ECHO_LIMIT = 200
/** `<world id>/<event_id>`, as worlds send it. */
const WORLD_KEY = /^([0-9a-f]{12})\/(.+)$/s
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The sender's key. It is optional: a sender without it cannot repeat itself safely, and that is the sender's affair.
 * @throws Refusal
 */
export function keyIn(key: string | readonly string[] | undefined, field = KEY_HEADER): string | undefined {
  if (key === undefined) return undefined
  if (typeof key === 'string' && key !== '' && key.length <= KEY_LIMIT) return key
  throw new Refusal(`${field}: must have 1 to ${KEY_LIMIT} characters`, { status: 400, field })
}

/** An event as it is handed on: `world` is there where its key names one, and `event_id` is unique in it only. */
export function recordOf(key: string | null, { event_type, payload }: PostedEvent): object {
  const [, world, id] = WORLD_KEY.exec(key ?? '') ?? []
  return { event_id: id ?? key, event_type, payload, ...(world === undefined ? {} : { world }) }
}

/** @throws Refusal */
export function refuseEncoded(contentEncoding: string | undefined): void {
  if ((contentEncoding ?? 'identity') === 'identity') return
  throw new Refusal('Content-Encoding: no compressed bodies', { status: 415, field: 'Content-Encoding' })
}

/** @throws Refusal */
export function jsonIn(body: Uint8Array): unknown {
  let text: string
  try {
    text = UTF_8.decode(body)
  } catch (cause) {
    throw new Refusal('body: not UTF-8', { status: 400, cause })
  }
  try {
    return parseStrictJson(text)
  } catch (cause) {
    throw cause instanceof StrictJsonError ? looseJson(cause) : new Refusal('body: not JSON', { status: 400, cause })
  }
}

function looseJson(cause: StrictJsonError): Refusal {
  const field = cause.path.slice(0, ECHO_LIMIT)
  return new Refusal(`${field || 'body'}: ${cause.message}`, { status: 400, cause, ...(field ? { field } : {}) })
}

/**
 * @param nameOf what a field is called where it came from
 * @throws Refusal that names the field at fault
 */
export function postedEvent(value: unknown, nameOf = (field: string) => field): PostedEvent {
  const result = bodySchema.safeParse(value)
  if (result.success) return value as PostedEvent
  const [issue] = result.error.issues
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
  const field = nameOf(path.join('.').slice(0, ECHO_LIMIT))
  const message = `${field || 'body'}: ${issue?.message}`
  throw new Refusal(message.slice(0, 2 * ECHO_LIMIT), { status: 400, ...(field ? { field } : {}) })
}
