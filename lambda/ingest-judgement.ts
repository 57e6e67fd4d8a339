// One post as the deployed ingestion API judges it: by the rules of the reference API, with its very answers.

import { isUtf8 } from 'node:buffer'
import type { Event } from '../model/index.ts'
import { bodySchema } from '../model/schemas.ts'

/** An event as it is posted. */
export type PostedEvent = Pick<Event, 'event_type' | 'payload'>

export interface Accepted {
  /** The sender's Idempotency-Key: the `event_id`; null where none came. */
  key: string | null
  event: PostedEvent
}

/** Why a post is not taken. */
export class Refusal extends Error {
  readonly status: number
  /** The field or header at fault. */
  readonly field: string | undefined

  constructor(message: string, { status, field, cause }: { status: number; field?: string; cause?: unknown }) {
    super(message, { cause })
    this.status = status
    this.field = field
  }
}

const BODY_LIMIT = 256 * 1024
const KEY_HEADER = 'Idempotency-Key'
const KEY_LIMIT = 255
const CONTENT_TYPE = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
/** An unknown key may be as long as the body allows; nobody wants it echoed whole. */
const ECHO_LIMIT = 200

/**
 * @param headers by their names in lower case
 * @throws Refusal
 */
export function judge(headers: Readonly<Record<string, string | undefined>>, body: Buffer): Accepted {
  if (body.length > BODY_LIMIT) throw new Refusal(`body: above ${BODY_LIMIT} bytes`, { status: 413 })
  requireJson(headers)
  const key = keyOf(headers)
  return { key, event: eventOf(body) }
}

/** What keeps the events of one student, tutor or market in order. */
export function partitionKeyOf({ payload }: PostedEvent): string {
  if ('student_id' in payload) return payload.student_id
  return 'tutor_id' in payload ? payload.tutor_id : `${payload.subject}|${payload.region}`
}

function requireJson(headers: Readonly<Record<string, string | undefined>>): void {
  if (!CONTENT_TYPE.test(headers['content-type'] ?? '')) {
    throw new Refusal('Content-Type: must be application/json, in UTF-8', { status: 415, field: 'Content-Type' })
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Refusal('Content-Encoding: no compressed bodies', { status: 415, field: 'Content-Encoding' })
  }
}

function keyOf(headers: Readonly<Record<string, string | undefined>>): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (key !== '' && key.length <= KEY_LIMIT) return key
  throw new Refusal(`${KEY_HEADER}: must have 1 to ${KEY_LIMIT} characters`, { status: 400, field: KEY_HEADER })
}

function eventOf(body: Buffer): PostedEvent {
  const value = parse(body)
  const result = bodySchema.safeParse(value)
  if (result.success) return value as PostedEvent
  const [issue] = result.error.issues
  const path = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
  const field = path.join('.').slice(0, ECHO_LIMIT)
  const message = `${field || 'body'}: ${issue?.message}`.slice(0, 2 * ECHO_LIMIT)
  throw new Refusal(message, { status: 400, ...(field ? { field } : {}) })
}

function parse(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Refusal('body: not UTF-8', { status: 400 })
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw new Refusal('body: not JSON', { status: 400, cause })
  }
}
