// A proxy before DynamoDB Local that does to requests what the network and a busy table do: DynamoDB Local itself never
// throttles and never loses a reply.

import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** Chances of each fault, in [0, 1]; together at most 1. */
export interface Faults {
  /** Answered with "throughput exceeded", nothing done. */
  throttle: number
  /** Answered with "internal error", nothing done. */
  fail: number
  /** The connection breaks before anything is done. */
  reset: number
  /** It is done, but the connection breaks before the answer. */
  lose: number
  /** The connection breaks, and only a while later it is done. */
  late: number
  /** Done after a while. */
  delay: number
  /** Of a batch of writes only the first half is done, and the rest handed back. */
  partial: number
}

export interface FaultyProxy {
  endpoint: string
  /** How often each fault happened. */
  happened: Record<keyof Faults, number>
  stop(): Promise<void>
}

const NONE: Faults = { throttle: 0, fail: 0, reset: 0, lose: 0, late: 0, delay: 0, partial: 0 }
/** After this time nothing that is late is still to come. */
export const LATE_MILLISECONDS_MAX = 300
const WAIT_MILLISECONDS_MAX = 150
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' }

/** @param seed of the faults' order; requests that race for it still meet them differently each time */
export async function startFaultyProxy(target: string, seed: string, faults: Partial<Faults>): Promise<FaultyProxy> {
  let draws = 0
  const random = (): number => hash('sha256', `${seed} ${draws++}`, 'buffer').readUInt32LE(0) / 2 ** 32
  const happened = { ...NONE }
  const wait = (): Promise<void> => sleep(random() * WAIT_MILLISECONDS_MAX)

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming)
    const fault = draw(random(), { ...NONE, ...faults })
    if (fault === 'partial' && !halved(incoming, body)) return answer(outgoing, await forward(target, incoming, body))
    if (fault) happened[fault]++
    switch (fault) {
      case 'throttle':
        return refuse(outgoing, 400, 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException')
      case 'fail':
        return refuse(outgoing, 500, 'com.amazonaws.dynamodb.v20120810#InternalServerError')
      case 'reset':
        outgoing.destroy()
        return
      case 'lose':
        await forward(target, incoming, body)
        outgoing.destroy()
        return
      case 'late':
        outgoing.destroy()
        await wait()
        await forward(target, incoming, body)
        return
      case 'partial':
        return answerHalf(outgoing, target, incoming, body)
      case 'delay':
        await wait()
    }
    answer(outgoing, await forward(target, incoming, body))
  }

  const server = createServer((incoming, outgoing) => {
    // Whoever sent it may be gone, or the target: either way the connection breaks, which is what a proxy is for.
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    happened,
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

function draw(number: number, faults: Faults): keyof Faults | undefined {
  let sum = 0
  for (const [fault, chance] of Object.entries(faults)) {
    sum += chance
    if (number < sum) return fault as keyof Faults
  }
  return undefined
}

function refuse(outgoing: ServerResponse, status: number, type: string): void {
  outgoing.writeHead(status, JSON_TYPE).end(JSON.stringify({ __type: type, message: 'injected' }))
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers).end(body)
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Connections are not kept: one that the target closes just then would be a fault that nobody ordered. */
async function forward(target: string, { method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const sent = { ...headers, 'content-length': String(body.length) }
  const outgoing = request(target, { method: method ?? 'POST', headers: sent, agent: false })
  outgoing.end(body)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: incoming.statusCode ?? 500, headers: incoming.headers, body: await bodyOf(incoming) }
}

type Batch = { RequestItems: Record<string, unknown[]> }

/** What is done of a batch of writes, and what is handed back; undefined for anything that has no halves. */
function halved({ headers }: IncomingMessage, body: Buffer): [done: Batch, back: Batch['RequestItems']] | undefined {
  if (!String(headers['x-amz-target']).endsWith('.BatchWriteItem')) return undefined
  const batch: Batch = JSON.parse(body.toString())
  const [[table, items] = ['', []]] = Object.entries(batch.RequestItems)
  if (items.length < 2) return undefined
  const half = Math.ceil(items.length / 2)
  return [{ ...batch, RequestItems: { [table]: items.slice(0, half) } }, { [table]: items.slice(half) }]
}

async function answerHalf(
  outgoing: ServerResponse,
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<void> {
  const [done, back] = halved(incoming, body) as [Batch, Batch['RequestItems']]
  const { status, body: answered } = await forward(target, incoming, Buffer.from(JSON.stringify(done)))
  const changed = { ...JSON.parse(answered.toString()), UnprocessedItems: back }
  // Without the headers of the answer: they hold its checksum.
  outgoing.writeHead(status, JSON_TYPE).end(JSON.stringify(changed))
}
