// What an endpoint's answer means for the event that was posted.

/** How one try at posting an event ended. */
export interface Outcome {
  /** 200 to 599; 0 where no whole answer came. */
  status: number
  /** The answer's text, the first 64 KB of it. */
  body: string
  retryAfter: string | undefined
  /** Why no whole answer came: an error code such as ECONNREFUSED. */
  error: string | undefined
}

/** Acknowledged; to be tried again; set aside for a person; or delivery ends here. */
export type Verdict = 'acknowledged' | 'retry' | 'park' | 'halt'

const RETRIED = new Set([408, 425, 429])
const PARKED = new Set([400, 413, 422])
/** undici's word for a request that it cannot write, whatever the endpoint. */
const MALFORMED = 'UND_ERR_INVALID_ARG'

/**
 * Whatever the contract does not name (redirects, 401, 403, 404, 405, 409, 410, …) ends delivery: it says that this is
 * not the endpoint we take it for, and stopping is the one reading that loses nothing.
 */
export function judge({ status, body, error }: Outcome): Verdict {
  if (error !== undefined) return error === MALFORMED ? 'halt' : 'retry'
  if (status >= 200 && status < 300) return hasSequenceNumber(body) ? 'acknowledged' : 'retry'
  if (status >= 500 || RETRIED.has(status)) return 'retry'
  return PARKED.has(status) ? 'park' : 'halt'
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

const HOUR_MILLISECONDS = 3_600_000

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

/** Bounds of a wait before another try, in milliseconds. */
export interface Backoff {
  floorMilliseconds: number
  ceilingMilliseconds: number
}

/**
 * A random wait between the floor and a limit that doubles with each failure, up to the ceiling: lanes that failed
 * together do not come back together.
 *
 * @param failures how many tries failed in a row, from 1
 * @param random in [0, 1)
 */
export function backoffMilliseconds(failures: number, bounds: Backoff, random: number): number {
  const limit = Math.min(bounds.ceilingMilliseconds, bounds.floorMilliseconds * 2 ** Math.min(failures, 30))
  return bounds.floorMilliseconds + random * Math.max(0, limit - bounds.floorMilliseconds)
}
