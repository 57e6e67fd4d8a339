// What an endpoint's answer means for the event that was posted.

import { type EventOutcome, type Outcome, printable, withoutCredentials } from '../../engine/index.ts'
import type { Secrets } from './secrets.ts'

/** How one post ended, or what became of one event of it. */
export interface Answer {
  /** 200 to 599; 0 where no whole answer came. */
  status: number
  /** The answer's text, the beginning of it. */
  body: string
  retryAfter?: string | undefined
  /** Where a redirect leads, as the endpoint says it. */
  location?: string | undefined
  /** Why no whole answer came. */
  error?: NodeJS.ErrnoException | undefined
  /** With an error: nothing of the request had left, so that the event cannot have arrived. */
  isUnsent?: boolean | undefined
}

/** What an answer is judged by. */
export interface AnswerRules {
  /** A field that the JSON of an acknowledgement has to have; without one any 2xx acknowledges. */
  ack?: string | undefined
  /** Milliseconds since 1970. */
  now: number
  /** What the endpoint may say, and nobody may read. */
  secrets: Secrets
  /** Of a batch: how many events it had. */
  events?: number | undefined
}

const RETRIED = new Set([408, 425, 429])
const PARKED = new Set([400, 413, 422])
const CONFLICT = 409
/** Codes of what no other try can change: undici's for a request that it cannot write, and ours for a forbidden address. */
const HOPELESS = new Set(['UND_ERR_INVALID_ARG', 'ADDRESS_FORBIDDEN'])
const PARKED_ANSWER_CHARACTERS = 2000
/** More is never shown, whatever is left out of it. */
const JUDGED_CHARACTERS = 8000
const RECEIPT_CHARACTERS = 200
const HOUR_MILLISECONDS = 3_600_000

/** What the answer to a post means; to a batch, with `results` in it, for each event by its own status. */
export function outcomeOf(answer: Answer, rules: AnswerRules): Outcome {
  const { status, body, error } = answer
  const { events, now } = rules
  const results = events !== undefined && error === undefined && isTaken(status) ? resultsIn(body) : undefined
  if (results === undefined) return outcomeOfAll(answer, rules)
  if (results.length !== events)
    return retry(answer, `${status} with ${results.length} results for ${events} events`, true, now)
  return { verdict: 'each', outcomes: results.map((result) => outcomeOfOne(result, answer, rules)) }
}

/** Which events were taken, as an answer says it in `results`; undefined where it does not. */
function resultsIn(body: string): object[] | undefined {
  if (!body.includes('"results"')) return undefined
  try {
    const { results } = JSON.parse(body)
    const isEach = Array.isArray(results) && results.some((result) => statusIn(result) !== undefined)
    return isEach ? results.map((result) => Object(result)) : undefined
  } catch {
    // Cut off, or no JSON: nobody can say which were taken.
    return []
  }
}

function statusIn(result: unknown): number | undefined {
  const status = Number((result as { status?: unknown } | null)?.status ?? Number.NaN)
  return Number.isInteger(status) ? status : undefined
}

/** An endpoint that judges events one by one is the right one: whatever it refuses is this event's own fault. */
function outcomeOfOne(result: object, { retryAfter }: Answer, rules: AnswerRules): EventOutcome {
  const status = statusIn(result)
  const body = JSON.stringify(result)
  if (status === undefined) return retry({ status: 0, body, retryAfter }, 'no status of the event', true, rules.now)
  const outcome = outcomeOfAll({ status, body, retryAfter }, rules)
  return outcome.verdict === 'halt' ? parked(status, shownOf(body, rules.secrets)) : outcome
}

/**
 * Whatever the contract does not name (405, 410, 415, …) ends delivery as redirects, 401, 403 and 404 do: it says that this
 * is not the endpoint we take it for, and stopping is the one reading that loses nothing.
 */
function outcomeOfAll(answer: Answer, { ack, now, secrets }: AnswerRules): EventOutcome {
  const { status, error } = answer
  if (error !== undefined)
    return HOPELESS.has(error.code ?? '')
      ? { verdict: 'halt', reason: shownOf(error.message, secrets) }
      : retry(answer, error.code ?? shownOf(error.message, secrets), answer.isUnsent !== true, now)
  if (isTaken(status)) {
    const found = receiptIn(answer.body, ack ?? 'sequenceNumber')
    const receipt = found && secrets.hideIn(found).slice(0, RECEIPT_CHARACTERS)
    if (ack !== undefined && receipt === undefined) return retry(answer, `${status} without ${ack}`, true, now)
    return receipt === undefined ? { verdict: 'acknowledged' } : { verdict: 'acknowledged', receipt }
  }
  const body = shownOf(answer.body, secrets)
  const location = answer.location && shownOf(answer.location, secrets)
  const said = describe({ ...answer, body, location })
  // What has failed within the endpoint, or behind a gateway, may have been taken all the same.
  if (status >= 500) return retry(answer, said, true, now)
  if (RETRIED.has(status)) return retry(answer, said, false, now)
  if (status === CONFLICT) return { verdict: 'conflict', status, answer: body.slice(0, PARKED_ANSWER_CHARACTERS) }
  if (PARKED.has(status)) return parked(status, body)
  return { verdict: 'halt', reason: said, status }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300
}

function parked(status: number, body: string): EventOutcome {
  return { verdict: 'park', status, answer: body.slice(0, PARKED_ANSWER_CHARACTERS) }
}

/** @param isInDoubt whether the event may have arrived all the same: it is to be posted again under the same key */
function retry({ retryAfter }: Answer, reason: string, isInDoubt: boolean, now: number): EventOutcome {
  const afterMilliseconds = retryAfterMilliseconds(retryAfter, now)
  return {
    ...{ verdict: 'retry', reason },
    ...(isInDoubt ? { isInDoubt } : {}),
    ...(afterMilliseconds > 0 ? { afterMilliseconds } : {}),
  }
}

/** A field's value as text; undefined where the text is no JSON, or the field is missing or empty. */
function receiptIn(body: string, field: string): string | undefined {
  if (body === '') return undefined
  try {
    const said: unknown = JSON.parse(body)
    if (typeof said !== 'object' || said === null || !Object.hasOwn(said, field)) return undefined
    const value = (said as Record<string, unknown>)[field]
    if (value === null || value === '' || value === false) return undefined
    return typeof value === 'string' ? value : JSON.stringify(value)
  } catch {
    return undefined
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

/** A text of others as it may be shown and kept: without the secrets, nor what looks like others. */
export function shownOf(text: string, secrets: Secrets): string {
  return withoutCredentials(secrets.hideIn(text).slice(0, JUDGED_CHARACTERS))
}

/**
 * One line: what went wrong, with where a redirect leads and the beginning of the answer, free of anything that could move
 * a terminal's cursor.
 */
function describe({ status, body, location }: Answer): string {
  const isRedirect = status >= 300 && status < 400 && location !== undefined
  const where = isRedirect ? ` to ${printable(placeOf(location))}` : ''
  const beginning = printable(body)
  return `${status}${where}${beginning === '' ? '' : `: ${beginning}`}`
}

/** Without a query, which may hold what is secret. */
function placeOf(location: string): string {
  return location.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//') || 'itself'
}
