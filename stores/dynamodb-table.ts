// One DynamoDB table: strong reads, conditional puts that tell how they ended, batches, and the units that all of it costs.
//
// The SDK's own retries are off, because they hide how often a request was sent: a conditional put that is refused at its
// second try may have been refused because of its first, whose reply was lost.

import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type ConsumedCapacity,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { StoreError } from '../engine/index.ts'
import type { Consumed, DynamoDbClientOptions } from './dynamodb-options.ts'
import { BUSY_TRIES_MAX, backOff, told, triesMax } from './dynamodb-trouble.ts'
import { inParallel } from './parallel.ts'

export type Item = Record<string, AttributeValue>

/** A range of sort keys, both ends in it. */
export interface Range {
  pk: string
  from: string
  to: string
}

/** What became of a conditional put that was refused. */
export interface Refusal {
  /** What is there instead. */
  there: Item | undefined
  /** An earlier try may have got through, with its reply lost. */
  certain: boolean
}

const CONNECT_MILLISECONDS = 3000
const REQUEST_MILLISECONDS = 15_000
/** A batch may have 25 items and 16 MB; small ones are sent again faster. */
const BATCH_ITEMS_MAX = 25
const BATCH_BYTES_MAX = 2 << 20
/** Requests of one operation under way at once. */
export const PARALLEL = 8
const ACTIVE_POLL_MILLISECONDS = 200
const ACTIVE_POLLS_MAX = 300

export class Table {
  readonly #name: string
  readonly #client: DynamoDBClient
  readonly consumed: Consumed = { readUnits: 0, writeUnits: 0 }

  constructor(name: string, options: DynamoDbClientOptions = {}) {
    this.#name = name
    this.#client = new DynamoDBClient({
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECT_MILLISECONDS,
        requestTimeout: REQUEST_MILLISECONDS,
        throwOnRequestTimeout: true,
      },
      ...options,
    })
  }

  async get(pk: string, sk: string): Promise<Item | undefined> {
    const command = { ...this.#request(), Key: keyOf(pk, sk), ConsistentRead: true }
    return (await this.#read(() => this.#client.send(new GetItemCommand(command)))).Item
  }

  /** Pages of a range, ascending; the next one is fetched while the caller works on one. */
  async *pages({ pk, from, to }: Range, attributes?: string): AsyncGenerator<Item[]> {
    const request = {
      ...this.#request(),
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
      ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
    }
    const fetch = (start?: Item): Promise<QueryCommandOutput> => {
      const command = new QueryCommand(start ? { ...request, ExclusiveStartKey: start } : request)
      const page = this.#read(() => this.#client.send(command))
      // The caller may stop reading: an error of the page that was fetched ahead must not go unhandled.
      page.catch(() => {})
      return page
    }
    let next: Promise<QueryCommandOutput> | undefined = fetch()
    while (next) {
      const page: QueryCommandOutput = await next
      next = page.LastEvaluatedKey ? fetch(page.LastEvaluatedKey) : undefined
      yield page.Items ?? []
    }
  }

  async put(item: Item): Promise<void> {
    const command = { ...this.#request(), Item: item }
    await this.#write(() => this.#client.send(new PutItemCommand(command)))
  }

  /** Puts if the attribute has that value there (undefined: if nothing is there). Returns why not, or undefined. */
  async putIf(item: Item, attribute: string, value: AttributeValue | undefined): Promise<Refusal | undefined> {
    const command = {
      ...this.#request(),
      Item: item,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      ...(value === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#a = :value',
            ExpressionAttributeNames: { '#a': attribute },
            ExpressionAttributeValues: { ':value': value },
          }),
    }
    let tries = 0
    return this.#write(async () => {
      tries++
      try {
        return { ...(await this.#client.send(new PutItemCommand(command))), refusal: undefined }
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        // The SDK does not hand out what a refusal cost; for an item below 1 KB it is one unit.
        return { ConsumedCapacity: { CapacityUnits: 1 }, refusal: { there: error.Item, certain: tries === 1 } }
      }
    }).then(({ refusal }) => refusal)
  }

  async putAll(items: readonly Item[]): Promise<void> {
    await this.#writeAll(items.map((Item) => ({ PutRequest: { Item } })))
  }

  /** Deletes all of a range for which `keep` does not hold. Returns how many. */
  async clear(range: Range, keep: (sk: string) => boolean = () => false): Promise<number> {
    let count = 0
    for await (const page of this.pages(range, 'pk, sk')) {
      const keys = page.filter(({ sk }) => !keep(sk?.S ?? ''))
      await this.#writeAll(keys.map((Key) => ({ DeleteRequest: { Key } })))
      count += keys.length
    }
    return count
  }

  async delete(pk: string, sk: string): Promise<void> {
    await this.#writeAll([{ DeleteRequest: { Key: keyOf(pk, sk) } }])
  }

  /** Makes the table if it does not exist, and waits until it can be used. */
  async create(): Promise<void> {
    for (let polls = 0; polls < ACTIVE_POLLS_MAX; polls++) {
      const status = await this.#status()
      if (status === 'ACTIVE' || status === 'UPDATING') return
      if (status === undefined) await this.#createNow()
      else await sleep(ACTIVE_POLL_MILLISECONDS)
    }
    throw new StoreError(`dynamodb:${this.#name}: the table does not become active`, { code: 'STORE_UNAVAILABLE' })
  }

  close(): void {
    this.#client.destroy()
  }

  async #status(): Promise<string | undefined> {
    const describe = new DescribeTableCommand({ TableName: this.#name })
    return this.#try(async () => {
      try {
        return (await this.#client.send(describe)).Table?.TableStatus
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException') return
        throw error
      }
    })
  }

  async #createNow(): Promise<void> {
    const command = new CreateTableCommand({
      TableName: this.#name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    })
    await this.#try(async () => {
      try {
        await this.#client.send(command)
      } catch (error) {
        // Another process makes it at the same time.
        if ((error as Error).name !== 'ResourceInUseException') throw error
      }
    })
  }

  async #writeAll(requests: readonly WriteRequest[]): Promise<void> {
    await inParallel(batchesOf(requests), PARALLEL, (batch) => this.#writeBatch(batch))
  }

  /** Until all of it is written: a busy table takes a part of a batch and hands the rest back. */
  async #writeBatch(batch: readonly WriteRequest[]): Promise<void> {
    let left = [...batch]
    for (let barren = 0; left.length > 0; ) {
      const { UnprocessedItems } = await this.#write(() =>
        this.#client.send(
          new BatchWriteItemCommand({ RequestItems: { [this.#name]: left }, ReturnConsumedCapacity: 'TOTAL' }),
        ),
      )
      const back = UnprocessedItems?.[this.#name] ?? []
      barren = back.length < left.length ? 0 : barren + 1
      if (barren >= BUSY_TRIES_MAX)
        throw new StoreError(`dynamodb:${this.#name}: the table is busy: it took nothing ${barren} times`, {
          code: 'STORE_BUSY',
        })
      if (back.length > 0) await backOff(barren)
      left = back
    }
  }

  #request(): { TableName: string; ReturnConsumedCapacity: 'TOTAL' } {
    return { TableName: this.#name, ReturnConsumedCapacity: 'TOTAL' }
  }

  async #read<Output extends Capacity>(send: () => Promise<Output>): Promise<Output> {
    const output = await this.#try(send)
    this.consumed.readUnits += unitsOf(output)
    return output
  }

  async #write<Output extends Capacity>(send: () => Promise<Output>): Promise<Output> {
    const output = await this.#try(send)
    this.consumed.writeUnits += unitsOf(output)
    return output
  }

  /** Sends until it is answered, or until it is hopeless. @throws StoreError */
  async #try<Output>(send: () => Promise<Output>): Promise<Output> {
    for (let tries = 1; ; tries++)
      try {
        return await send()
      } catch (error) {
        if (tries >= triesMax(error)) throw told(`dynamodb:${this.#name}`, error, tries, await this.#hasRegion())
        await backOff(tries)
      }
  }

  /** The SDK's own error of a missing region has nothing to tell it by. */
  #hasRegion(): Promise<boolean> {
    return this.#client.config.region().then(
      () => true,
      () => false,
    )
  }
}

interface Capacity {
  ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined
}

function unitsOf({ ConsumedCapacity: capacity }: Capacity): number {
  return [capacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0)
}

function keyOf(pk: string, sk: string): Item {
  return { pk: { S: pk }, sk: { S: sk } }
}

function batchesOf(requests: readonly WriteRequest[]): WriteRequest[][] {
  const batches: WriteRequest[][] = []
  let bytes = 0
  for (const request of requests) {
    const size = request.PutRequest?.Item?.b?.B?.length ?? 0
    const batch = batches.at(-1)
    bytes += size
    if (batch && batch.length < BATCH_ITEMS_MAX && bytes <= BATCH_BYTES_MAX) batch.push(request)
    else {
      batches.push([request])
      bytes = size
    }
  }
  return batches
}
