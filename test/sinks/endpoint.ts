// An ingestion endpoint that answers as a test tells it to, and the lines to send there.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Parcel } from '../../engine/index.ts'
import { parcelOf } from '../parcel.ts'

/** One post as it arrived. */
export interface Arrival {
  key: string
  body: string
  headers: IncomingMessage['headers']
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
    const arrival = { key: String(request.headers['idempotency-key']), body, headers: request.headers }
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

/** A bare server that does with each connection what a test says. Returns its port. */
export async function startSocket(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** An event as it is handed to a sink. */
export function lineOf(key: string, cause: string | null = null): Parcel {
  const causedBy = cause === null ? 'null' : `"${cause}"`
  return parcelOf(Buffer.from(`{"event_id":"${key}","caused_by":${causedBy},${bodyOf(key).slice(1)}\n`))
}

export function bodyOf(key: string): string {
  return `{"event_type":"test","payload":{"of":"${key}"}}`
}
