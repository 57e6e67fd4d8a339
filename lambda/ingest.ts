// The ingestion API's function: takes an event by HTTP, or a batch, and says that it has it once Kinesis has.
//
// The environment names the stream: EVENT_STREAM. A record is `{"event_id": …, "event_type": …, "payload": …, "world": …}` under
// the partition key of the event's student, tutor or market. A sender has one post in flight a stream and waits for its
// answer, so the records of one partition key lie in the order in which they were posted. Kinesis knows no idempotency:
// who drops records with a repeated world and event_id sees every event once.

import { KinesisClient, PutRecordCommand, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { partitionKeyOf, Refusal, recordOf, resultOf } from '../model/posted/index.ts'
import { type Accepted, judge } from './ingest-judgement.ts'

/** Of API Gateway's proxy event, what is read here. */
export interface ProxyEvent {
  headers: Record<string, string | undefined> | null
  body: string | null
  isBase64Encoded: boolean
}

export interface ProxyAnswer {
  statusCode: number
  headers: Record<string, string>
  body: string
}

/** What became of one event of a batch. */
interface Result {
  status: number
  [said: string]: unknown
}

const TAKEN = 202
const DIFFERS = 207
const BUSY = 'the event stream is busy'
const OUT_OF_REACH = 'the event stream cannot be reached'
/** A shard's limit is one of records a second. */
const RETRY_AFTER_SECONDS = 1
const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'KMSThrottlingException',
  'LimitExceededException',
  'ThrottlingException',
])
const CONNECTION_MILLISECONDS = 1000
/** Two tries of it fit the function's time, so a sender gets an answer and not a broken connection. */
const REQUEST_MILLISECONDS = 3000

const streamName = requiredStream(process.env.EVENT_STREAM)
const kinesis = new KinesisClient({
  // The second try is for a connection that broke while the function was frozen; the sender does the rest.
  maxAttempts: 2,
  // Not the client's own HTTP/2: its sessions do not outlive a freeze, and their loss is noticed late.
  requestHandler: new NodeHttpHandler({
    connectionTimeout: CONNECTION_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
    throwOnRequestTimeout: true,
  }),
})

/** Never throws: whatever is posted gets an answer that its sender knows how to take. */
export async function handler(event: ProxyEvent): Promise<ProxyAnswer> {
  try {
    const { headers, body, isBase64Encoded } = event
    const judged = judge(lowerCased(headers), Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'))
    if (!Array.isArray(judged)) return answer(TAKEN, await put(judged))
    const results = await putAll(judged)
    return answer(results.every(({ status }) => status === TAKEN) ? TAKEN : DIFFERS, { results })
  } catch (error) {
    if (!(error instanceof Refusal)) return putFailure(error as Error)
    const { status, ...said } = resultOf(error)
    return answer(status, said)
  }
}

async function put(accepted: Accepted): Promise<object> {
  const { SequenceNumber, ShardId } = await kinesis.send(
    new PutRecordCommand({ StreamName: streamName, ...entryOf(accepted) }),
  )
  return { sequenceNumber: SequenceNumber, shardId: ShardId }
}

function entryOf({ key, event }: Accepted): { PartitionKey: string; Data: Buffer } {
  return { PartitionKey: partitionKeyOf(event), Data: Buffer.from(JSON.stringify(recordOf(key, event))) }
}

/**
 * Puts a batch's events, and says of each what became of it. Of the records that Kinesis is given at once it may take any
 * and leave others, so it is given one of each partition key at a time, and nothing behind one that it left.
 */
async function putAll(judged: readonly (Accepted | Refusal)[]): Promise<Result[]> {
  const results: Result[] = []
  const lanes = new Map<string, { place: number; entry: ReturnType<typeof entryOf> }[]>()
  for (const [place, one] of judged.entries()) {
    if (one instanceof Refusal) {
      results[place] = resultOf(one)
      continue
    }
    const entry = entryOf(one)
    lanes.set(entry.PartitionKey, [...(lanes.get(entry.PartitionKey) ?? []), { place, entry }])
  }
  for (let going = [...lanes.values()]; going.length > 0; ) {
    const first = going.map(([{ entry }]) => entry)
    const { Records = [] } = await kinesis.send(new PutRecordsCommand({ StreamName: streamName, Records: first }))
    going = going.flatMap((lane, number) => {
      const result = resultOfRecord(Records[number])
      const [{ place }, ...behind] = lane
      results[place] = result
      if (result.status === TAKEN) return behind.length > 0 ? [behind] : []
      for (const { place } of behind) results[place] = result
      return []
    })
  }
  return results
}

function resultOfRecord({ SequenceNumber, ShardId, ErrorCode = '' }: PutRecordsResultEntry = {}): Result {
  if (SequenceNumber !== undefined) return { status: TAKEN, sequenceNumber: SequenceNumber, shardId: ShardId }
  return THROTTLED.has(ErrorCode) ? { status: 429, error: BUSY } : { status: 503, error: OUT_OF_REACH }
}

/** Nobody knows whether the event arrived: the sender is to try again, and hears nothing of our insides. */
function putFailure({ name, message }: Error): ProxyAnswer {
  if (THROTTLED.has(name)) {
    return answer(429, { error: BUSY }, { 'Retry-After': String(RETRY_AFTER_SECONDS) })
  }
  // One line of JSON, as the log of the function is.
  process.stdout.write(
    `${JSON.stringify({ level: 'ERROR', message: 'put failed', stream: streamName, name, cause: message })}\n`,
  )
  return answer(503, { error: OUT_OF_REACH })
}

function answer(statusCode: number, body: object, headers: Record<string, string> = {}): ProxyAnswer {
  return { statusCode, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

function lowerCased(headers: ProxyEvent['headers']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
}

function requiredStream(name: string | undefined): string {
  if (!name) throw new Error('EVENT_STREAM: needed, the name of the Kinesis stream that events go to')
  return name
}
