// All that a Kinesis stream holds: every shard from its oldest record on, until the command's own beginning is reached.

import { setTimeout as sleep } from 'node:timers/promises'
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  type GetRecordsOutput,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type ListShardsOutput,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { OperationalError } from '../../engine/index.ts'

/** A shard may be read five times a second by all readers together. */
const PAUSE_MILLISECONDS = 250
const ATTEMPTS_MAX = 12

/** Takes the text of a record. */
export type OnRecord = (text: string) => void

/**
 * @param name of the stream; the SDK's own environment says where Kinesis is
 * @throws OperationalError where it cannot be read
 */
export async function readKinesis(name: string, onRecord: OnRecord): Promise<void> {
  // Over HTTP/1.1: stand-ins for Kinesis do not speak the client's own HTTP/2.
  const client = new KinesisClient({ maxAttempts: ATTEMPTS_MAX, requestHandler: new NodeHttpHandler() })
  try {
    const shards = await shardsOf(client, name)
    const began = Date.now()
    await Promise.all(shards.map((shard) => readShard(client, name, shard, began, onRecord)))
  } catch (cause) {
    const { name: kind, message, code } = cause as Error & { code?: string }
    const line = `cannot read kinesis:${name}: ${kind}: ${(message || code || '').split('\n', 1)[0]}`
    throw new OperationalError(line, { code: 'STREAM_UNREADABLE', cause })
  } finally {
    client.destroy()
  }
}

async function shardsOf(client: KinesisClient, stream: string): Promise<string[]> {
  const shards: string[] = []
  // The pages after the first are asked for by token alone.
  for (let page: { StreamName: string } | { NextToken: string } | undefined = { StreamName: stream }; page; ) {
    const { Shards = [], NextToken } = (await client.send(new ListShardsCommand(page))) as ListShardsOutput
    shards.push(...Shards.map(({ ShardId }) => ShardId as string))
    page = NextToken === undefined ? undefined : { NextToken }
  }
  return shards
}

async function readShard(
  client: KinesisClient,
  stream: string,
  shard: string,
  until: number,
  onRecord: OnRecord,
): Promise<void> {
  let last: string | undefined
  let expired = 0
  let iterator = await iteratorBehind(client, stream, shard, last)
  // A shard that was split or merged ends; one in use may grow faster than it is read, and is left at `until`.
  while (iterator !== undefined) {
    let page: GetRecordsOutput
    try {
      page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    } catch (error) {
      // Iterators are good for five minutes: a busy stream, or a machine that slept, can take longer.
      if (!(error instanceof ExpiredIteratorException) || ++expired === ATTEMPTS_MAX) throw error
      iterator = await iteratorBehind(client, stream, shard, last)
      await sleep(PAUSE_MILLISECONDS)
      continue
    }
    expired = 0
    const { Records = [], NextShardIterator, MillisBehindLatest } = page
    for (const { Data, SequenceNumber, ApproximateArrivalTimestamp: arrived } of Records) {
      if (arrived !== undefined && arrived.getTime() > until) return
      onRecord(Buffer.from(Data as Uint8Array).toString())
      last = SequenceNumber
    }
    if (Records.length === 0 && MillisBehindLatest === 0) return
    iterator = NextShardIterator
    await sleep(PAUSE_MILLISECONDS)
  }
}

/** @param last sequence number that was read; none yet: from the oldest record on */
async function iteratorBehind(
  client: KinesisClient,
  StreamName: string,
  ShardId: string,
  last: string | undefined,
): Promise<string | undefined> {
  const from =
    last === undefined
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last } as const)
  const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ...from }))
  return ShardIterator
}
