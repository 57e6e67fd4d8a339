// One post as the ingestion API judges it: taken, repeated, or refused with the field at fault.

import type { IncomingHttpHeaders } from 'node:http'
import {
  jsonIn,
  KEY_HEADER,
  keyIn,
  type PostedEvent,
  postedEvent,
  Refusal,
  refuseEncoded,
} from '../model/posted/index.ts'
import { attributeOf, unwrap } from './cloudevent.ts'
import { fingerprintOf, type IngestionLedger, type Receipt } from './ledger.ts'

/** Status and JSON body of an answer. */
export interface Answer {
  status: number
  body: object
}

/** Called for each distinct event before it is acknowledged; the key is null where none came. */
export type OnEvent = (key: string | null, event: PostedEvent) => void

const CONTENT_TYPE = /^\s*application\/(json|cloudevents\+json)\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
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
    const key = keyIn(headers['idempotency-key'])
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
  return { key, fingerprint: fingerprintOf(body), event: () => postedEvent(jsonIn(body)) }
}

/** The same event is the same however it is wrapped: a sender may change its format and repeat itself across that. */
function cloudEvent(header: string | undefined, body: Buffer): Posted {
  const { key, body: unwrapped } = unwrap(jsonIn(body), header)
  const fingerprint = fingerprintOf(Buffer.from(JSON.stringify(unwrapped)))
  return { key, fingerprint, event: () => postedEvent(unwrapped, attributeOf) }
}

function mediaTypeOf(headers: IncomingHttpHeaders): 'json' | 'cloudevents+json' {
  const type = CONTENT_TYPE.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase()
  if (type === undefined) {
    const message = 'Content-Type: must be application/json or application/cloudevents+json, in UTF-8'
    throw new Refusal(message, { status: 415, field: 'Content-Type' })
  }
  refuseEncoded(headers['content-encoding'])
  return type as 'json' | 'cloudevents+json'
}
