// The endpoint that a scheduled world delivers to.

import type { Sink } from '../engine/index.ts'
import { openSink, type SinkOptions, TargetError } from '../sinks/index.ts'
import { EnvironmentError } from './environment.ts'

/**
 * Of one try. Together they are less than what a run keeps in reserve, so that whatever is in flight when sending stops
 * has its answer before the function's time is up.
 */
const TIMEOUTS = {
  connectTimeoutMilliseconds: 3000,
  headersTimeoutMilliseconds: 5000,
  bodyTimeoutMilliseconds: 2000,
}

/** @throws EnvironmentError */
export async function openEndpoint(url: string, options: SinkOptions): Promise<Sink> {
  // Whatever it is instead is not shown: it may be a secret.
  if (!/^https?:/i.test(url)) throw new EnvironmentError('INGEST_API_URL: not an https URL, or http to loopback')
  try {
    return await openSink(url, { ...options, ...TIMEOUTS, publicOnly: true })
  } catch (error) {
    throw error instanceof TargetError ? new EnvironmentError(ofLambda(error.message), { cause: error }) : error
  }
}

/** The sinks name the option of the command line. */
export function ofLambda(message: string): string {
  return message.replace(/^--to /, 'INGEST_API_URL ')
}
