// One post as the deployed ingestion API judges it: by the rules of the reference API, with its very answers.

import { jsonIn, keyIn, type PostedEvent, postedEvent, Refusal, refuseEncoded } from '../model/posted/index.ts'

export interface Accepted {
  /** The sender's Idempotency-Key: `<world id>/<event_id>`; null where none came. */
  key: string | null
  event: PostedEvent
}

const BODY_LIMIT = 256 * 1024
const CONTENT_TYPE = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i

/**
 * @param headers by their names in lower case
 * @throws Refusal
 */
export function judge(headers: Readonly<Record<string, string | undefined>>, body: Buffer): Accepted {
  if (body.length > BODY_LIMIT) throw new Refusal(`body: above ${BODY_LIMIT} bytes`, { status: 413 })
  if (!CONTENT_TYPE.test(headers['content-type'] ?? ''))
    throw new Refusal('Content-Type: must be application/json, in UTF-8', { status: 415, field: 'Content-Type' })
  refuseEncoded(headers['content-encoding'])
  return { key: keyIn(headers['idempotency-key']) ?? null, event: postedEvent(jsonIn(body)) }
}
