// Delivery to a Kinesis stream: `{"event_id": …, "event_type": …, "payload": …}` a record, as the deployed ingestion API
// puts it, under the event's partition key. Who drops repeated ids sees every event once.
//
// Each lane has one record under way, and what the lanes send in the same turn goes together: one PutRecords of up to
// 500. It takes records and refuses records in one answer, in no order that it promises; as no two of them are of the
// same lane, order within a partition key holds however that goes. The SDK's own environment says where Kinesis is.

import {
  KinesisClient,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
  type PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { bodyIn, causedByIn, type EventType, type Outcome, type Parcel, type Sink } from '../../engine/index.ts'
import { TargetError } from '../targeterror.ts'

export interface KinesisOptions {
  /** Of the events, by the index that lines name them by. */
  types: readonly EventType[]
  /** Lanes. */
  streams: number
}

/** Of one PutRecords call. */
const RECORDS_MAX = 500
const BYTES_MAX = 5_000_000
const CONNECTION_MILLISECONDS = 5000
const REQUEST_MILLISECONDS = 10_000
/** Refusals among the 4xx that pass. */
const THROTTLED = new Set([
  'KMSThrottlingException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TooManyRequestsException',
])
/** What is wrong on this side before a request is made. */
const UNCONFIGURED = /^(CredentialsProviderError|TokenProviderError)$/

/**
 * @param to `kinesis:` and the name of a stream
 * @throws TargetError of one line where there can be no such stream, or nothing says in which region
 */
export async function openKinesis(to: string, { streams, types }: KinesisOptions): Promise<Sink> {
  const name = to.slice('kinesis:'.length)
  if (!/^[\w.-]{1,128}$/.test(name)) {
    throw new TargetError({
      rule: "a stream's name has 1 to 128 letters, digits, dots, dashes and underscores",
      value: to,
    })
  }
  const client = new KinesisClient({
    // When to try again is for the courier to say.
    maxAttempts: 1,
    // Not the client's own HTTP/2, which stand-ins for Kinesis do not speak.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
      throwOnRequestTimeout: true,
    }),
  })
  try {
    await client.config.region()
  } catch (cause) {
    client.destroy()
    throw new TargetError({ rule: 'no region is set; AWS_REGION is missing', value: to }, { cause })
  }
  return new KinesisSink(to, name, streams, types, client)
}

/** A record on its way. */
interface Sending {
  record: PutRecordsRequestEntry
  bytes: number
  done: (outcome: Outcome) => void
}

class KinesisSink implements Sink {
  readonly target: string
  readonly streams: number
  readonly eventByEvent = true
  readonly #name: string
  readonly #types: readonly EventType[]
  readonly #client: KinesisClient
  /** What was sent in this turn. */
  #gathered: Sending[] = []

  constructor(target: string, name: string, streams: number, types: readonly EventType[], client: KinesisClient) {
    this.target = target
    this.streams = streams
    this.#name = name
    this.#types = types
    this.#client = client
  }

  send(parcel: Parcel): Promise<Outcome> {
    return new Promise((done) => {
      const record = recordOf(parcel, this.#types)
      const bytes = (record.Data as Uint8Array).length + (record.PartitionKey as string).length
      if (this.#gathered.push({ record, bytes, done }) === 1) setImmediate(() => this.#flush())
    })
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }

  #flush(): void {
    let [batch, bytes]: [Sending[], number] = [[], 0]
    for (const sending of this.#gathered) {
      if (batch.length === RECORDS_MAX || bytes + sending.bytes > BYTES_MAX) {
        void this.#put(batch)
        batch = []
        bytes = 0
      }
      batch.push(sending)
      bytes += sending.bytes
    }
    this.#gathered = []
    void this.#put(batch)
  }

  async #put(batch: readonly Sending[]): Promise<void> {
    let outcome: (index: number) => Outcome
    try {
      const records = batch.map(({ record }) => record)
      const command = new PutRecordsCommand({ StreamName: this.#name, Records: records })
      const { Records = [] } = await this.#client.send(command)
      outcome = (index) => outcomeOf(Records[index])
    } catch (error) {
      const failed = failure(error as Error)
      outcome = () => failed
    }
    for (const [index, { done }] of batch.entries()) done(outcome(index))
  }
}

function recordOf(parcel: Parcel, types: readonly EventType[]): PutRecordsRequestEntry {
  const { lines, first, bytes } = parcel
  const { key } = types[lines.types[first] as number] as EventType
  return {
    // The line without its cause.
    Data: Buffer.concat([bytes.subarray(0, causedByIn(parcel)), bytes.subarray(bodyIn(parcel), bytes.length - 1)]),
    PartitionKey: key(lines.agents[first] as number),
  }
}

/** A record alone is only ever refused for what passes: its shard is busy, or had a failure. */
function outcomeOf(result: PutRecordsResultEntry | undefined): Outcome {
  if (result?.SequenceNumber !== undefined && result.ErrorCode === undefined) return { verdict: 'acknowledged' }
  return { verdict: 'retry', reason: result?.ErrorCode ?? 'no word of the record' }
}

/** All records failed together. 4xx is about the stream or the right to it, and the same for the next try. */
function failure(error: Error & { code?: string; $metadata?: { httpStatusCode?: number } }): Outcome {
  const { name, message, code, $metadata } = error
  const status = $metadata?.httpStatusCode
  const isDenied = status !== undefined && status >= 400 && status < 500 && status !== 429
  if (UNCONFIGURED.test(name) || (isDenied && !THROTTLED.has(name))) {
    return { verdict: 'halt', reason: `${name}: ${message.split('\n', 1)[0]}`, ...(status ? { status } : {}) }
  }
  return { verdict: 'retry', reason: code ?? name }
}
