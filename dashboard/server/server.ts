// The dashboard's server: the page's files, the interface, the stream of what goes on, and beside them the ingestion API that
// was given to it, all on one port.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type * as z from 'zod'
import { OperationalError, OptionError } from '../../engine/index.ts'
import { Answers, Refused, type Show } from './answers.ts'
import { streamed, tokenGiven } from './asked.ts'
import { type PageFile, pageFiles } from './files.ts'
import { Guard } from './guard.ts'
import { Live } from './live.ts'
import { openApi, type Route, routeOf } from './routes.ts'

const BODY_BYTES_MAX = 64 << 10
const URL_LENGTH_MAX = 8000
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}
const KEEP_ALIVE_MILLISECONDS = 75_000
/** Of an answer that takes longer to read than this, the connection is cut. */
const CLOSE_MILLISECONDS = 1000

export interface ServerOptions {
  host: string
  token?: string | undefined
  /** Answers posts of events: paths, and who takes them. */
  ingest?: { paths: readonly string[]; handle(request: IncomingMessage, response: ServerResponse): void } | undefined
  /** Where the page's files are; where they are built to. */
  pageFolders?: readonly string[]
}

export class DashboardServer {
  readonly #server: Server
  readonly #options: ServerOptions
  readonly #answers: Answers
  readonly #live: Live
  readonly #files: Map<string, PageFile>
  #guard: Guard | undefined
  #origin = ''

  /** @param show what is shown; it may begin later */
  constructor(show: Show, options: ServerOptions) {
    this.#options = options
    this.#answers = new Answers(show, () => this.#origin)
    const answers = this.#answers
    this.#live = new Live(show.stage, {
      world: () => answers.world(),
      clock: () => answers.clock(),
      twins: () => answers.twins(),
      view: (zone) => answers.view({ zone }),
    })
    this.#files = pageFiles(options.pageFolders)
    this.#server = createServer((request, response) => {
      // A connection may break at any moment; that is the other side's to notice.
      request.on('error', () => undefined)
      response.on('error', () => undefined)
      // Nothing that comes by a request may end the server, a fault of our own included.
      this.#route(request, response).catch((error) => fail(response, error))
    })
    // A page that was looked at in quiet asks on the connection that it has, and not on one that is just being closed.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS
    this.#server.on('clientError', (_, socket) => socket.destroy())
  }

  /** Whether there is a page to serve. */
  get hasPage(): boolean {
    return this.#files.has('/')
  }

  get answers(): Answers {
    return this.#answers
  }

  get files(): ReadonlyMap<string, PageFile> {
    return this.#files
  }

  /** @param port 0 for any free one @returns the address of the page @throws Node's error with its code, such as EADDRINUSE */
  async listen(port: number): Promise<string> {
    const { host, token } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject)
        this.#server.on('error', () => undefined)
        resolve()
      })
    })
    const { address, family, port: taken } = this.#server.address() as AddressInfo
    this.#guard = new Guard({ host, port: taken, token })
    this.#origin = `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`
    return this.#origin
  }

  async close(): Promise<void> {
    this.#live.close()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MILLISECONDS)
      this.#server.close(() => {
        clearTimeout(timer)
        resolve()
      })
      this.#server.closeIdleConnections()
    })
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET' } = request
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    if (url.length > URL_LENGTH_MAX) throw new Refused('the address is too long', { status: 414, code: 'BAD_REQUEST' })
    // What follows has no host and no dots to climb by: only the path counts, and it is looked up, never walked.
    const { pathname: path, searchParams } = new URL(url.replace(/^\/+/, '/'), 'http://page')
    const isInterface = path.startsWith('/api/')
    const { ingest } = this.#options
    const isIngest = ingest?.paths.includes(path) ?? false
    const isOpen = !isInterface || path === '/api/token'
    const refusal = (this.#guard as Guard).refusal(request, isOpen && !isIngest)
    if (refusal) throw new Refused(refusal.line, { status: refusal.status, code: refusal.code })
    if (isIngest) return ingest?.handle(request, response)
    if (!isInterface) return this.#file(request, response, path)
    if (path === '/api/live') return await this.#stream(request, response, searchParams)
    if (path === '/api/token' && method === 'POST') return await this.#token(request, response)
    if (path === '/api/openapi.json') return send(response, 200, openApi())
    const { routes, name } = routeOf(path)
    if (routes.length === 0)
      throw new Refused('nothing is served here; /api/openapi.json tells what is', { status: 404, code: 'NOT_FOUND' })
    const route = routes.find((one) => one.method === (method === 'HEAD' ? 'GET' : method))
    if (!route) {
      response.setHeader('Allow', routes.map((one) => one.method).join(', '))
      throw new Refused(`only ${routes.map((one) => one.method).join(', ')} is served here`, {
        status: 405,
        code: 'METHOD',
      })
    }
    await this.#answer(route, name, searchParams, request, response)
  }

  async #answer(
    route: Route,
    name: string,
    params: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const query = checked(route.query, Object.fromEntries(params))
    const body = route.body && checked(route.body, await jsonOf(request))
    const answer = await route.answer(this.#answers, { query, body, name, url: request.url ?? '' })
    if (answer === undefined) response.writeHead(route.status).end()
    else if (typeof answer === 'string')
      response.writeHead(route.status, { 'Content-Type': 'text/csv; charset=utf-8' }).end(answer)
    else send(response, route.status, answer as object)
  }

  async #stream(request: IncomingMessage, response: ServerResponse, params: URLSearchParams): Promise<void> {
    const { zone, view = true, events = true } = checked(streamed, Object.fromEntries(params))
    if (this.#live.isFull) {
      response.setHeader('Retry-After', 5)
      // Whoever has to wait does so without a connection.
      response.setHeader('Connection', 'close')
      throw new Refused('too many pages look on already', { status: 503, code: 'BUSY' })
    }
    const lastId = request.headers['last-event-id']
    await this.#live.open(
      response,
      { zone, hasView: view, hasEvents: events },
      typeof lastId === 'string' ? lastId : undefined,
    )
  }

  /** Exchanges the token for a cookie, which no script can read. */
  async #token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = checked(tokenGiven, await jsonOf(request))
    const guard = this.#guard as Guard
    if (!guard.isToken(token)) throw new Refused('this is not the token', { status: 401, code: 'TOKEN' })
    response.writeHead(204, { 'Set-Cookie': guard.cookie(token) }).end()
  }

  #file({ method }: IncomingMessage, response: ServerResponse, path: string): void {
    if (method !== 'GET' && method !== 'HEAD')
      throw new Refused('only GET, HEAD is served here', { status: 405, code: 'METHOD' })
    // A link names a view in its path: the page reads it.
    const file = this.#files.get(path) ?? (/\.\w+$/.test(path) ? undefined : this.#files.get('/'))
    if (!file)
      throw new Refused(this.hasPage ? 'nothing is served here' : 'the page is not built: npm run page', {
        status: 404,
        code: 'NOT_FOUND',
      })
    response
      .writeHead(200, {
        'Content-Type': file.type,
        'Content-Length': file.bytes.length,
        'Cache-Control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-store',
      })
      .end(method === 'HEAD' ? undefined : file.bytes)
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  const path = issue?.path.join('.')
  throw new Refused(`${path ? `${path}: ` : ''}${issue?.message ?? 'not understood'}`.slice(0, 300), {
    status: 400,
    code: 'BAD_REQUEST',
  })
}

/** A form that a page of another origin could send without asking has another type. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new Refused('Content-Type: only application/json', { status: 415, code: 'BAD_REQUEST' })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX)
      throw new Refused(`body: above ${BODY_BYTES_MAX} bytes`, { status: 413, code: 'BAD_REQUEST' })
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (cause) {
    throw new Refused('body: not JSON', { status: 400, code: 'BAD_REQUEST', cause })
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      'Cache-Control': 'no-store',
    })
    .end(text)
}

/** What cannot be had is told in one line; a fault of our own is one too, and ends nothing. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else if (error instanceof Refused) send(response, error.status, { error: { code: error.code, line: error.message } })
  else if (error instanceof URIError || (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL')
    send(response, 400, { error: { code: 'BAD_REQUEST', line: 'the address cannot be read' } })
  else if (error instanceof OptionError || error instanceof OperationalError)
    send(response, STATUS[error.code] ?? 400, { error: { code: error.code, line: error.message } })
  else send(response, 500, { error: { code: 'FAULT', line: (error as Error).message } })
}

/** Of errors of the world outside; what breaks a rule is the request's fault. */
const STATUS: Record<string, number> = {
  WORLD_MISSING: 410,
  WORLD_DELETED: 410,
  WORLD_EXISTS: 409,
  TOO_MANY: 409,
  TICK_MISSING: 404,
  STORE_DAMAGED: 503,
  STORE_BUSY: 503,
  STORE_UNAVAILABLE: 503,
  STORE_UNCERTAIN: 503,
}
