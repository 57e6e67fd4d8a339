// A stand-in for Kinesis that keeps real shards, behind a proxy that can do something else with a call.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { expect } from 'vitest'

/** Returns whether it has taken care of the call, which is not passed on then. */
export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean | Promise<boolean>

export interface Kinesis {
  /** What the proxy does with the calls to come. */
  fault: Fault
  passOn(incoming: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void>
  /** Makes a stream and returns its name. */
  createStream(shards: number): Promise<string>
  /** What a stream holds, shard by shard, in order. */
  records(stream: string): Promise<{ key: string; data: string }[][]>
  close(): void
}

/** On free loopback ports; the environment of this process points there from now on. */
export async function startKinesis(): Promise<Kinesis> {
  const kinesalite = createRequire(join(import.meta.dirname, '../aws/package.json'))('kinesalite')
  const server: Server = kinesalite({ createStreamMs: 1, deleteStreamMs: 1, shardLimit: 1000 }).listen(0, '127.0.0.1')
  const proxy = createServer(async (incoming, response) => {
    const body = await buffer(incoming)
    if (!(await kinesis.fault(incoming, response, body))) await kinesis.passOn(incoming, response, body)
  }).listen(0, '127.0.0.1')
  await Promise.all([server, proxy].map((each) => each.listening || once(each, 'listening')))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_KINESIS: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const client = new KinesisClient({ requestHandler: new NodeHttpHandler() })
  const kinesis: Kinesis = {
    fault: () => false,
    passOn: (incoming, response, body) => passOn((server.address() as AddressInfo).port, incoming, response, body),
    createStream: (shards) => createStream(client, shards),
    records: (stream) => recordsOf(client, stream),
    close: () => {
      client.destroy()
      for (const each of [proxy, server]) each.close()
      proxy.closeAllConnections()
    },
  }
  return kinesis
}

async function createStream(client: KinesisClient, shards: number): Promise<string> {
  const stream = `events-${Math.random().toString(36).slice(2)}`
  await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards }))
  const status = async () => {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: stream }))
    return StreamDescriptionSummary?.StreamStatus
  }
  await expect.poll(status, { timeout: 10_000 }).toBe('ACTIVE')
  return stream
}

async function passOn(port: number, incoming: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  const { method, url, headers } = incoming
  const onward = request({
    host: '127.0.0.1',
    port,
    method,
    path: url,
    headers: { ...headers, 'content-length': body.length },
  })
  onward.end(body)
  const [answer] = (await once(onward, 'response')) as [IncomingMessage]
  response.writeHead(answer.statusCode ?? 500, answer.headers).end(await buffer(answer))
}

async function recordsOf(client: KinesisClient, stream: string): Promise<{ key: string; data: string }[][]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
  return Promise.all(
    Shards.map(async ({ ShardId }) => {
      const found: { key: string; data: string }[] = []
      const start = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
      let { ShardIterator } = await client.send(new GetShardIteratorCommand(start))
      for (;;) {
        const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }))
        if (Records.length === 0) return found
        for (const { PartitionKey, Data } of Records)
          found.push({ key: String(PartitionKey), data: Buffer.from(Data as Uint8Array).toString() })
        ShardIterator = NextShardIterator
      }
    }),
  )
}
