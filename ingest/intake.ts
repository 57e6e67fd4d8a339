// One post as the ingestion API judges it: each of its events taken, repeated, or refused with the field at fault.

import {
  KEY_HEADER,
  type Posted,
  type PostedEvent,
  type PostHeaders,
  postedIn,
  Refusal,
  resultOf,
} from '../model/posted/index.ts'
import { fingerprintOf, type IngestionLedger, type Receipt } from './ledger.ts'

/** Status and JSON body of an answer. */
export interface Answer {
  status: number
  body: object
}

/** Called for each distinct event before it is acknowledged; the key is null where none came. */
export type OnEvent = (key: string | null, event: PostedEvent) => void

const TAKEN = 202
const DIFFERS = 207

/** Judges and counts a whole post; never throws on anything that a sender can send. */
export function takePost(headers: PostHeaders, body: Buffer, ledger: IngestionLedger, onEvent?: OnEvent): Answer {
  return judged(ledger, () => {
    const posted = postedIn(headers, body)
    if (!Array.isArray(posted)) return { status: TAKEN, body: acknowledge(posted, ledger, onEvent) }
    const answers = posted.map((read) =>
      judged(ledger, () => ({ status: TAKEN, body: acknowledge(read(), ledger, onEvent) })),
    )
    const results = answers.map(({ status, body }) => ({ status, ...body }))
    return { status: answers.every(({ status }) => status === TAKEN) ? TAKEN : DIFFERS, body: { results } }
  })
}

function judged(ledger: IngestionLedger, judge: () => Answer): Answer {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    ledger.countRefused(error.fault.countAs ?? 'rejected')
    const { status, ...body } = resultOf(error)
    return { status, body }
  }
}

function acknowledge({ key, text, event }: Posted, ledger: IngestionLedger, onEvent?: OnEvent): Receipt {
  const entry = key === undefined ? undefined : ledger.find(key)
  const fingerprint = fingerprintOf(text)
  if (entry && entry.fingerprint !== fingerprint) {
    const message = `${KEY_HEADER}: used before for another body`
    throw new Refusal(message, { status: 400, field: KEY_HEADER, countAs: 'conflicting' })
  }
  const taken = event()
  if (entry) return ledger.repeat(entry, taken)
  onEvent?.(key ?? null, taken)
  return ledger.enter(key, fingerprint, taken)
}
