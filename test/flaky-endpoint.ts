// An endpoint that fails one in ten posts on purpose, and chance that a seed tells.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Multiplicative congruential, so that a seed says what happens when. */
export function dice(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Id of the event that was posted: its key, without the world's. */
export function eventIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  return String(headers['idempotency-key']).replace(/^[0-9a-f]{12}\//, '')
}

/** Takes posts, and fails one in ten: refuses, hangs up before, or hangs up after it took one. */
export class FlakyEndpoint {
  /** Bodies by the event's id, in order of first arrival. */
  readonly taken = new Map<string, string>()
  readonly conflicts: string[] = []
  repeated = 0
  url = ''
  #posts = 0
  #awaited: { posts: number; come: () => void } | undefined
  readonly #random: () => number
  readonly #server: Server

  constructor(random: () => number) {
    this.#random = random
    this.#server = createServer((request, response) => void this.#answer(request, response).catch(() => undefined))
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ingest`
  }

  /** Settles when so many posts more have come, whatever becomes of them: what a test waits for instead of a time. */
  morePosts(count: number): Promise<void> {
    return new Promise((come) => {
      this.#awaited = { posts: this.#posts + count, come }
    })
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = eventIdOf(request)
    const body = await text(request)
    if (++this.#posts === this.#awaited?.posts) this.#awaited.come()
    const fate = this.#random()
    if (fate < 0.03) return void request.socket.destroy()
    if (fate < 0.06) return void response.writeHead(503).end()
    const before = this.taken.get(key)
    if (before === undefined) this.taken.set(key, body)
    else if (before === body) this.repeated++
    else this.conflicts.push(key)
    if (fate < 0.1) return void request.socket.destroy()
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"sequenceNumber":"1"}')
  }
}
