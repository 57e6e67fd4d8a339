// All that a Kinesis stream holds: every shard from its oldest record on, until the command's own beginning is reached.

import { setTimeout as sleep } from 'node:timers/promises'
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type ListShardsOutput,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { OperationalError } from '../../engine/index.ts'
import { UsageError } from '../terminal/usage.ts'
import type { OnRecord } from './distribution.ts'

/** A shard may be read five times a second by all readers together. */
const PAUSE_MILLISECONDS = 250
const ATTEMPTS_MAX = 12

/**
 * @param target `kinesis:` and the name of a stream; the SDK's own environment says where Kinesis is
 * @throws UsageError, or OperationalError where it cannot be read
 */
export async function readKinesis(target: string, onRecord: OnRecord): Promise<void> {
  const name = target.slice('kinesis:'.length)
  if (!/^[\w.-]{1,128}$/.test(name)) {
    throw new UsageError(`${target}: a stream's name has 1 to 128 letters, digits, dots, dashes and underscores`)
  }
  // Over HTTP/1.1: stand-ins for Kinesis do not speak the client's own HTTP/2.
  const client = new KinesisClient({ maxAttempts: ATTEMPTS_MAX, requestHandler: new NodeHttpHandler() })
  try {
    const shards = await shardsOf(client, name)
    const began = Date.now()
    await Promise.all(shards.map((shard) => readShard(client, name, shard, began, onRecord)))
  } catch (cause) {
    const { name: kind, message, code } = cause as Error & { code?: string }
    const line = `cannot read ${target}: ${kind}: ${(message || code || '').split('\n', 1)[0]}`
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
  const start = { StreamName: stream, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' } as const
  let iterator = (await client.send(new GetShardIteratorCommand(start))).ShardIterator
  // A shard that was split or merged ends; one in use may grow faster than it is read, and is left at `until`.
  while (iterator !== undefined) {
    const {
      Records = [],
      NextShardIterator,
      MillisBehindLatest,
    } = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
    for (const { Data, ApproximateArrivalTimestamp: arrived } of Records) {
      if (arrived !== undefined && arrived.getTime() > until) return
      onRecord(Buffer.from(Data as Uint8Array).toString())
    }
    if (Records.length === 0 && MillisBehindLatest === 0) return
    iterator = NextShardIterator
    await sleep(PAUSE_MILLISECONDS)
  }
}
