// The reference ingestion API: the endpoint of contract section 6, as strict as a real one should be.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { OperationalError } from '../engine/index.ts'
import type { Chaos, Treatment } from './chaos.ts'
import { type Comparison, compare } from './comparison.ts'
import { type Answer, type OnEvent, takePost } from './intake.ts'
import { type Account, IngestionLedger, type IngestionStats } from './ledger.ts'

export interface IngestionOptions {
  /** Called for each distinct event in order of arrival. */
  onEvent?: OnEvent
  /** Waited for before an acknowledgement, for as long as what `onEvent` was called for may be lost; it throws where that stays so. */
  durable?: () => Promise<void>
  /** How many keys are remembered to tell repetitions; 5 million, which takes about 1.2 GB. */
  maxKeys?: number
  /** Trouble on purpose. */
  chaos?: Chaos
  /** An NDJSON file of what should arrive, which the ledger is compared with when asked for. */
  expect?: string
}

/** What `GET /ledger` says. */
export interface IngestionLedgerReport extends Account {
  /** Where there is something to compare with; or why it cannot be read. */
  comparison?: Comparison | { error: string }
}

export interface IngestionApi {
  /** Answers a request that came to a server of the caller's. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   * @returns the URL without a path
   * @throws Node's error with its code, such as EADDRINUSE
   */
  listen(port: number, host: string): Promise<string>
  /** Takes no more connections, answers what is under way for at most a second, and closes the rest. */
  close(): Promise<void>
  stats(): IngestionStats
  ledger(): Promise<IngestionLedgerReport>
}

const BODY_LIMIT = 256 * 1024
/** Longer than clients keep a connection that they do not use: closed by them, it is never closed in a request's face. */
const KEEP_ALIVE_MILLISECONDS = 120_000
const CLOSE_MILLISECONDS = 1000
/** How much longer a refused sender is heard: a socket closed over unread bytes would take the answer with it. */
const LINGER_MILLISECONDS = 2000
const LINGER_BYTES = 8 * BODY_LIMIT
const ENDPOINTS = ['POST /ingest', 'GET /stats', 'GET /ledger']
/** Where it answers. */
export const INGESTION_PATHS = ['/ingest', '/stats', '/ledger']

/** An ingestion API that is not listening yet. */
export function createIngestionApi(options: IngestionOptions = {}): IngestionApi {
  const ledger = new IngestionLedger(options.maxKeys)
  const { onEvent, durable, chaos, expect } = options
  const api: Inside = {
    chaos,
    take: async (headers, body) => {
      const answer = takePost(headers, body, ledger, onEvent)
      if (answer.status < 300) await durable?.()
      return answer
    },
    refused: () => ledger.countRefused('rejected'),
    stats: () => ledger.stats(),
    ledger: async () => ({ ...ledger.account(), ...(expect === undefined ? {} : await comparison(ledger, expect)) }),
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    // A connection may break at any moment; that is the sender's to notice.
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    // Nothing that comes by a request may end the server, a fault of our own included.
    route(request, response, api).catch((error) => fail(response, error))
  }
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS }, onRequest)
  server.on('error', () => undefined)
  // Without this listener Node would invite a body of any length before anybody looked at its length.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (declaredLength(request) <= BODY_LIMIT) response.writeContinue()
    onRequest(request, response)
  })
  return {
    handle: onRequest,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve(urlOf(server.address() as AddressInfo)))
      }),
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
      }),
    stats: api.stats,
    ledger: api.ledger,
  }
}

/** What the routes need. */
interface Inside {
  chaos: Chaos | undefined
  take(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer>
  /** Counts a post that was not even read. */
  refused(): void
  stats(): IngestionStats
  ledger(): Promise<IngestionLedgerReport>
}

async function comparison(ledger: IngestionLedger, file: string): Promise<Pick<IngestionLedgerReport, 'comparison'>> {
  try {
    return { comparison: await compare(ledger, file) }
  } catch (error) {
    return { comparison: { error: (error as Error).message } }
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function route(request: IncomingMessage, response: ServerResponse, api: Inside): Promise<void> {
  const { method, url = '' } = request
  const path = url.split('?', 1)[0] as string
  if (path === '/ingest') {
    if (method === 'POST') await receive(request, response, api)
    else refuseMethod(response, 'POST')
    return
  }
  const reading = READINGS.get(path)
  if (!reading) send(response, { status: 404, body: { error: 'nothing is served here', endpoints: ENDPOINTS } })
  else if (method !== 'GET' && method !== 'HEAD') refuseMethod(response, 'GET, HEAD')
  else send(response, { status: 200, body: await reading(api) })
}

/** What there is to read, by path. */
const READINGS = new Map<string, (api: Inside) => object | Promise<object>>([
  ['/', () => ({ name: 'tutorsim ingestion API', endpoints: ENDPOINTS })],
  ['/stats', (api) => api.stats()],
  ['/ledger', (api) => api.ledger()],
])

/** What is not as it has to be outside may pass; anything else is a fault of this API. */
function fail(response: ServerResponse, error: Error): void {
  if (response.headersSent) response.destroy()
  else send(response, { status: error instanceof OperationalError ? 503 : 500, body: { error: error.message } })
}

function refuseMethod(response: ServerResponse, allow: string): void {
  response.setHeader('Allow', allow)
  send(response, { status: 405, body: { error: `only ${allow} is served here` } })
}

async function receive(request: IncomingMessage, response: ServerResponse, api: Inside): Promise<void> {
  const body = await bodyOf(request)
  const take = () => api.take(request.headers, body as Buffer)
  if (body === undefined) {
    api.refused()
    refuseLength(request, response)
  } else if (api.chaos) await treat(api.chaos.treat(performance.now()), response, take)
  else send(response, await take())
}

/** Undefined where it is above the limit. One that breaks off never comes. */
function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (declaredLength(request) > BODY_LIMIT) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const collect = (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length <= BODY_LIMIT) return
      request.off('data', collect)
      resolve(undefined)
    }
    request.on('data', collect).on('end', () => resolve(Buffer.concat(chunks)))
  })
}

/** Gives a post the trouble that it is to have. */
async function treat(treatment: Treatment, response: ServerResponse, take: () => Promise<Answer>): Promise<void> {
  if (treatment.act === 'break') {
    response.socket?.resetAndDestroy()
    return
  }
  if (treatment.act === 'refuse') {
    const { status, retryAfterSeconds } = treatment
    if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', retryAfterSeconds)
    send(response, { status, body: { error: status === 429 ? 'too many events' : 'down for now' } })
    return
  }
  if (treatment.takeAfterMilliseconds > 0) await sleep(treatment.takeAfterMilliseconds)
  const answer = await take()
  if (treatment.answerAfterMilliseconds > 0) await sleep(treatment.answerAfterMilliseconds)
  if (treatment.answer === 'break') response.socket?.resetAndDestroy()
  else if (treatment.answer === 'no receipt' && answer.status < 300) send(response, { status: 200, body: { ok: true } })
  else send(response, answer)
}

function declaredLength(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0)
}

/** Answers at once, hears the sender out for a moment, and hangs up. */
function refuseLength(request: IncomingMessage, response: ServerResponse): void {
  const text = JSON.stringify({ error: `body: above ${BODY_LIMIT} bytes` })
  response.writeHead(413, { ...headersOf(text), Connection: 'close' })
  response.write(text)
  let heard = 0
  const hangUp = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(hangUp, LINGER_MILLISECONDS)
  request.on('end', hangUp).on('close', hangUp)
  request.on('data', (chunk: Buffer) => {
    heard += chunk.length
    if (heard > LINGER_BYTES) hangUp()
  })
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  response.writeHead(status, headersOf(text)).end(text)
}

function headersOf(text: string) {
  return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
}
