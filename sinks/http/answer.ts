// What an endpoint's answer means for the event that was posted.

import type { Outcome } from '../../engine/index.ts'

/** How one post ended. */
export interface Answer {
  /** 200 to 599; 0 where no whole answer came. */
  status: number
  /** The answer's text, the first 64 KB of it. */
  body: string
  retryAfter: string | undefined
  /** Why no whole answer came. */
  error: NodeJS.ErrnoException | undefined
}

const ACKNOWLEDGED: Outcome = { verdict: 'acknowledged' }
const RETRIED = new Set([408, 425, 429])
const PARKED = new Set([400, 413, 422])
/** Codes of what no other try can change: undici's for a request that it cannot write, and ours for a forbidden address. */
const HOPELESS = new Set(['UND_ERR_INVALID_ARG', 'ADDRESS_FORBIDDEN'])
const PARKED_ANSWER_CHARACTERS = 2000
const SHOWN_ANSWER_CHARACTERS = 200
const HOUR_MILLISECONDS = 3_600_000

/**
 * Whatever the contract does not name (redirects, 401, 403, 404, 405, 409, 410, …) ends delivery: it says that this is
 * not the endpoint we take it for, and stopping is the one reading that loses nothing.
 *
 * @param now milliseconds since 1970
 */
export function outcomeOf(answer: Answer, now: number): Outcome {
  const { status, body, error } = answer
  if (error !== undefined) return HOPELESS.has(error.code ?? '') ? halt(answer) : retry(answer, now)
  if (status >= 200 && status < 300) return hasSequenceNumber(body) ? ACKNOWLEDGED : retry(answer, now)
  if (status >= 500 || RETRIED.has(status)) return retry(answer, now)
  if (PARKED.has(status)) return { verdict: 'park', status, answer: body.slice(0, PARKED_ANSWER_CHARACTERS) }
  return halt(answer)
}

function halt(answer: Answer): Outcome {
  const { status } = answer
  return { verdict: 'halt', reason: describe(answer), ...(status === 0 ? {} : { status }) }
}

/** Where no answer came, nobody knows whether the event arrived: it is to be posted again under the same key. */
function retry(answer: Answer, now: number): Outcome {
  const reason = describe(answer)
  const afterMilliseconds = retryAfterMilliseconds(answer.retryAfter, now)
  return afterMilliseconds > 0 ? { verdict: 'retry', reason, afterMilliseconds } : { verdict: 'retry', reason }
}

/** 2xx alone is no receipt: a proxy or a captive portal answers 200 too. */
function hasSequenceNumber(body: string): boolean {
  try {
    const { sequenceNumber } = JSON.parse(body)
    return typeof sequenceNumber === 'number' || (typeof sequenceNumber === 'string' && sequenceNumber !== '')
  } catch {
    return false
  }
}

/**
 * Milliseconds that a Retry-After header asks for: at least 0, at most an hour, so that a far-off date cannot put a
 * stream to sleep for good; 0 where there is none or it cannot be read.
 *
 * @param header whole seconds, or an HTTP date
 * @param now milliseconds since 1970
 */
export function retryAfterMilliseconds(header: string | undefined, now: number): number {
  if (header === undefined) return 0
  const asked = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Math.min(Math.max(asked, 0) || 0, HOUR_MILLISECONDS)
}

/** One line: what went wrong, with the beginning of the answer, free of anything that could move a terminal's cursor. */
function describe({ status, body, error }: Answer): string {
  if (error !== undefined) return HOPELESS.has(error.code ?? '') ? error.message : (error.code ?? error.message)
  if (status < 300) return `${status} without a sequenceNumber`
  const beginning = body
    .slice(0, SHOWN_ANSWER_CHARACTERS)
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
  return beginning === '' ? `${status}` : `${status}: ${beginning}`
}
