// An ingestion endpoint that answers as a test tells it to, and the lines to send there.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Lines } from '../../engine/index.ts'

/** One post as it arrived. */
export interface Arrival {
  key: string
  /** What stands before the first '.' of the key: tests name their lanes there. */
  lane: string
  body: string
  headers: IncomingMessage['headers']
  atMilliseconds: number
}

/** An answer; or the connection is broken; or nothing ever comes; or headers come and the rest never does. */
export type Reply = { status: number; headers?: Record<string, string>; body?: string } | 'reset' | 'silence' | 'half'

export const ACCEPTED: Reply = { status: 202, body: '{"sequenceNumber":"1","shardId":"shardId-000000000000"}' }

export interface Endpoint {
  url: string
  arrivals: Arrival[]
  keys(): string[]
}

/** Serves on a free loopback port until the test is over, however it ends. */
export async function startEndpoint(reply: (arrival: Arrival) => Reply | Promise<Reply>): Promise<Endpoint> {
  const arrivals: Arrival[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const key = String(request.headers['idempotency-key'])
    const lane = key.split('.', 1)[0] as string
    const arrival = { key, lane, body, headers: request.headers, atMilliseconds: performance.now() }
    arrivals.push(arrival)
    give(await reply(arrival), response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/ingest`, arrivals, keys: () => arrivals.map((arrival) => arrival.key) }
}

function give(reply: Reply, response: ServerResponse): void {
  if (reply === 'reset') response.socket?.resetAndDestroy()
  else if (reply === 'half') response.writeHead(202, { 'content-length': 100 }).write('{')
  else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body)
}

/** Rendered lines for events named `<lane>.<anything>`, where the lane is a number. */
export function linesOf(keys: string[]): Lines {
  const ends = new Uint32Array(keys.length)
  const partitions = new Uint32Array(keys.length)
  let rendered = ''
  for (const [index, key] of keys.entries()) {
    const cause = index % 2 === 0 ? 'null' : `"cause of ${key}"`
    rendered += `{"event_id":"${key}","caused_by":${cause},${bodyOf(key).slice(1)}\n`
    ends[index] = rendered.length
    partitions[index] = Number.parseInt(key, 10)
  }
  return { bytes: new TextEncoder().encode(`${rendered}unused room`), count: keys.length, ends, partitions }
}

export function bodyOf(key: string): string {
  return `{"event_type":"test","payload":{"of":"${key}"}}`
}

/** `lanes` × `each` keys, lane by lane in turn: 0.0, 1.0, …, 0.1, 1.1, … */
export function keysOf(lanes: number, each: number): string[] {
  return Array.from({ length: lanes * each }, (_, index) => `${index % lanes}.${Math.floor(index / lanes)}`)
}
