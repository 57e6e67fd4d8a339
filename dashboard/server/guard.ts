// Who may ask: pages of this server alone, and where it can be reached from elsewhere only whoever has the token. A page of
// another origin can send requests here, by a name of its own that leads to loopback too: Host and Origin tell.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface GuardOptions {
  /** The address that is listened on. */
  host: string
  port: number
  /** Wanted from everybody where there is one. */
  token?: string | undefined
}

/** Why a request is not answered. */
export interface Refusal {
  status: 401 | 403
  code: 'TOKEN' | 'FORBIDDEN'
  line: string
}

const COOKIE = 'tutorsim_token'
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|localhost|::1)$/.test(host)
}

export class Guard {
  readonly #token: Buffer | undefined
  readonly #hosts: ReadonlySet<string> | undefined

  constructor({ host, port, token }: GuardOptions) {
    this.#token = token === undefined ? undefined : digest(token)
    const names = [...LOOPBACK, host.includes(':') ? `[${host}]` : host]
    // Reached from elsewhere it may have any name, and the token is what counts.
    if (isLoopback(host)) this.#hosts = new Set(names.map((name) => `${name}:${port}`))
  }

  /** Undefined where it may be answered. @param isOpen asks for nothing but the page itself */
  refusal(request: IncomingMessage, isOpen: boolean): Refusal | undefined {
    const { headers, method = 'GET' } = request
    const host = headers.host?.toLowerCase() ?? ''
    if (this.#hosts && !this.#hosts.has(host)) return forbidden(`Host ${host || '(none)'} is not this server`)
    if (method !== 'GET' && method !== 'HEAD') {
      const { origin } = headers
      if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
        return forbidden(`Origin ${origin} is not this server`)
      if (headers['sec-fetch-site'] === 'cross-site') return forbidden('requests of other sites are not taken')
    }
    if (isOpen || this.hasToken(request)) return undefined
    return { status: 401, code: 'TOKEN', line: 'this dashboard wants its token' }
  }

  hasToken({ headers }: IncomingMessage): boolean {
    const [, bearer] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
    const [, cookie] = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]+)`).exec(headers.cookie ?? '') ?? []
    return this.isToken(bearer ?? (cookie && decoded(cookie)))
  }

  isToken(given: string | undefined): boolean {
    if (!this.#token) return true
    return given !== undefined && timingSafeEqual(digest(given), this.#token)
  }

  /** What a page keeps the token in, where no script can read it. */
  cookie(token: string): string {
    return `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`
  }
}

function forbidden(line: string): Refusal {
  return { status: 403, code: 'FORBIDDEN', line: line.slice(0, 200) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
