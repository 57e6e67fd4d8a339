// The reference ingestion API with a memory: what arrived, as it arrived, byte for byte. It can be told to misbehave.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { takePost } from '../../ingest/intake.ts'
import { IngestionLedger } from '../../ingest/ledger.ts'
import { eventIdOf } from '../flaky-endpoint.ts'

/** What it does with a post instead of judging it; undefined: judge it. */
export type Treatment = { status: number; body?: string; headers?: Record<string, string> } | 'hang up' | 'say nothing'

export class Endpoint {
  /** Bodies by the event's id, in order of first arrival. */
  readonly taken = new Map<string, string>()
  requests = 0
  repeated = 0
  /** Keys that came with another body than before. */
  readonly conflicting: string[] = []
  url = ''
  /** How long it takes over each answer. */
  answerMilliseconds = 0
  treatment: (request: IncomingMessage) => Treatment | undefined = () => undefined
  readonly #ledger = new IngestionLedger()
  readonly #server: Server
  #hanging: ServerResponse[] = []

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
      void this.#answer(request, response).catch(() => undefined)
    })
  }

  static async open(): Promise<Endpoint> {
    const endpoint = new Endpoint()
    await new Promise<void>((resolve) => endpoint.#server.listen(0, '127.0.0.1', resolve))
    endpoint.url = `http://127.0.0.1:${(endpoint.#server.address() as AddressInfo).port}/ingest`
    return endpoint
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    this.requests++
    if (this.answerMilliseconds > 0) await sleep(this.answerMilliseconds)
    const treatment = this.treatment(request)
    if (treatment === 'hang up') return void request.socket.destroy()
    if (treatment === 'say nothing') return void this.#hanging.push(response)
    if (treatment) return void response.writeHead(treatment.status, treatment.headers).end(treatment.body)
    const answer = takePost(request.headers, body, this.#ledger)
    if (answer.status === 202) this.#take(eventIdOf(request), body.toString())
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body))
  }

  #take(key: string, body: string): void {
    const before = this.taken.get(key)
    if (before === undefined) this.taken.set(key, body)
    else if (before === body) this.repeated++
    else this.conflicting.push(key)
  }
}
