// Errors of DynamoDB: which are worth another try, and when; the others as one line.

import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError, type StoreErrorCode } from '../engine/index.ts'

/** Most tries, by error. A busy table needs patience; a wrong address should be reported soon. */
const TRIES_MAX = { busy: 12, lost: 8, unreachable: 4, final: 1 }
export const BUSY_TRIES_MAX: number = TRIES_MAX.busy
const BACKOFF_FLOOR_MILLISECONDS = 50
const BACKOFF_CEILING_MILLISECONDS = 5000

const BUSY = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
])
const LOST = new Set(['ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE'])
const UNREACHABLE = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'])
const FORBIDDEN = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'UnrecognizedClientException',
])

interface Trouble extends Error {
  code?: string
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean }
}

export function triesMax(error: unknown): number {
  return TRIES_MAX[kindOf(error as Trouble)]
}

/** Waits before another try: twice as long on the mean each time, and never in step with others. */
export async function backOff(tries: number): Promise<void> {
  const ceiling = Math.min(BACKOFF_CEILING_MILLISECONDS, BACKOFF_FLOOR_MILLISECONDS * 2 ** tries)
  await sleep(Math.random() * ceiling)
}

/** @param store as users name it @param hasRegion whether anything says in which region it is */
export function told(store: string, cause: unknown, tries: number, hasRegion: boolean): StoreError {
  const [code, reason] = hasRegion
    ? reasonOf(cause as Trouble)
    : (['STORE_UNAVAILABLE', 'no AWS region: set AWS_REGION'] as const)
  return new StoreError(`${store}: ${reason}${tries > 1 ? `, tried ${tries} times` : ''}`, { code, cause })
}

function kindOf(error: Trouble): keyof typeof TRIES_MAX {
  const status = error.$metadata?.httpStatusCode ?? 0
  if (BUSY.has(error.name) || status === 429) return 'busy'
  if (status >= 500 || error.$metadata?.clockSkewCorrected) return 'lost'
  if (UNREACHABLE.has(error.code ?? '')) return 'unreachable'
  // A reply that was cut off is no JSON.
  if (LOST.has(error.code ?? '') || error.name === 'TimeoutError' || error instanceof SyntaxError) return 'lost'
  return 'final'
}

function reasonOf(error: Trouble): [StoreErrorCode, string] {
  const { name, message } = error
  const kind = kindOf(error)
  if (kind === 'busy') return ['STORE_BUSY', `the table is busy: ${name}`]
  if (kind !== 'final') return ['STORE_UNAVAILABLE', `no answer from DynamoDB: ${message || error.code || name}`]
  if (name === 'ResourceNotFoundException')
    return ['STORE_UNAVAILABLE', 'there is no such table in this region and account']
  if (FORBIDDEN.has(name)) return ['STORE_FORBIDDEN', `no permission: ${name}: ${message}`]
  if (name === 'CredentialsProviderError') return ['STORE_FORBIDDEN', 'no AWS credentials']
  return ['STORE_UNAVAILABLE', `${name}: ${message}`]
}
