// The endpoint that a scheduled world delivers to.

import type { Sink } from '../engine/index.ts'
import { openSink, type SinkOptions } from '../sinks/index.ts'
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

/** @throws EnvironmentError, TargetError */
export async function openEndpoint(url: string, options: SinkOptions): Promise<Sink> {
  // Whatever it is instead is not shown: it may be a secret.
  if (!/^https?:/i.test(url))
    throw new EnvironmentError({ option: 'INGEST_API_URL', rule: 'not an https URL, or http to loopback' })
  return openSink(url, { ...options, ...TIMEOUTS, publicOnly: true })
}
