// The DynamoDB store on Amazon's own DynamoDB Local: the suite of all stores, what it costs, and damage.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  type AttributeValue,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreError } from '../../engine/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../../stores/index.ts'
import { type DynamoDbLocal, dynamoDbLocal } from '../aws/dynamodb-local.ts'
import { describeStore } from '../stores/contract.ts'
import { harm, harmed } from '../stores/damage.ts'
import { expectAllRight, expectRightOrStoreError, fill } from '../stores/filled.ts'
import { cursorOf, headOf, same } from '../stores/given.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const dynamoDb = dynamoDbLocal()
let local: DynamoDbLocal

describe.skipIf(!dynamoDb)('DynamoDB', () => {
  beforeAll(async () => {
    local = await (dynamoDb as NonNullable<typeof dynamoDb>).start()
  })
  afterAll(() => local?.stop())

  describeStore('the suite of all stores', () => open('contract'))

  test('a table that does not exist is made when asked for, by several at once', async () => {
    const missing = await openDynamoDb('missing', { client: local.client })
    await expect(missing.world('w').readHead()).rejects.toThrow(
      new StoreError('dynamodb:missing: there is no such table in this region and account', {
        code: 'STORE_UNAVAILABLE',
      }),
    )
    const stores = await Promise.all([1, 2, 3].map(() => open('missing')))
    expect(await missing.world('w').readHead()).toBeUndefined()
    for (const store of [missing, ...stores]) await store.close()
  })

  test('a table that does not exist is not made by who reads or changes', async () => {
    const tables = async () => (await new DynamoDBClient(local.client).send(new ListTablesCommand({}))).TableNames
    const before = await tables()
    for (const words of [
      ['worlds'],
      ['worlds', '--verify'],
      ['worlds', '--delete', 'default', '--yes'],
      ['show', 'stu_1000'],
      ['set', 'default', 'students=5'],
      ['fork', 'default', '--as', 'other'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [CLI, ...words, '--store', 'dynamodb:typo'], {
        ...{ encoding: 'utf8', env: { ...process.env, ...local.environment } },
      })
      expect([status, stderr]).toEqual([
        1,
        'tutorsim: dynamodb:typo: there is no such table in this region and account\n',
      ])
    }
    expect(await tables()).toEqual(before)
  })

  test('what a tick costs', async () => {
    const store = await open('cost')
    const log = store.world('x'.repeat(64))
    const target = `https://ingest.example.com/${'path/'.repeat(20)}`
    const cost = async (work: () => Promise<unknown>): Promise<[read: number, write: number]> => {
      const { readUnits, writeUnits } = store.consumed
      await work()
      return [store.consumed.readUnits - readUnits, store.consumed.writeUnits - writeUnits]
    }
    const ahead = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [n, [1_000_000 + n, 400 + n] as const]))
    const cursor = cursorOf(1, { tick: 999_000, ahead, mark: '1099511627776:f00d' })
    // 500 events of 12 bytes and 500 changed rows of 96, a third of which differs.
    const rows = randomBytes(18_000)
    expect(await cost(() => log.commit(null, headOf(1, 'a'.repeat(36)), []))).toEqual([0, 2])
    expect(await cost(() => log.commit('a'.repeat(36), headOf(2, 'b'.repeat(36)), []))).toEqual([0, 1])
    expect(await cost(() => log.commit('nobody', headOf(2, 'c'), []))).toEqual([0, 1])
    expect(await cost(() => log.swapCursor(target, cursor))).toEqual([0, 1])
    expect(await cost(() => log.readHead())).toEqual([1, 0])
    expect(await cost(() => log.readCursor(target))).toEqual([1, 0])
    const [, tick] = await cost(() => log.commit('b'.repeat(36), headOf(3, 'd'), [{ tick: 2, bytes: rows }]))
    expect(tick).toBeLessThan(21)
    await log.collect(100)
    expect(await cost(() => log.collect(100))).toEqual([0, 0])
    await store.close()
  })

  test('a cold recovery of 37 MB of state and as much log takes less than five seconds', async () => {
    const store = await open('recovery')
    const shards = [0, 1, 2, 3, 4].map(() => halfRandom(7_400_000))
    const record = halfRandom(80_000)
    await Promise.all(shards.map((bytes, shard) => store.world('w').writeState(0, 'c', shard, bytes)))
    for (let tick = 0; tick < 450; tick += 15) {
      const records = Array.from({ length: 15 }, (_, n) => ({ tick: tick + n, bytes: record }))
      await store.world('w').commit('nobody', headOf(0, `t${tick}`), records)
    }
    await store.close()

    const began = performance.now()
    const cold = await open('recovery')
    const log = cold.world('w')
    const states = await Promise.all(shards.map((_, shard) => log.readState(0, 'c', shard)))
    let count = 0
    for await (const { bytes } of log.records(0, 450)) if (same(bytes(), record)) count++
    const seconds = (performance.now() - began) / 1000
    expect(count).toBe(450)
    for (const [shard, bytes] of states.entries()) expect(same(bytes, shards[shard])).toBe(true)
    expect(seconds).toBeLessThan(5)
    await cold.close()
  })

  test('400 corruptions of items: right data or a StoreError, and no other record is lost', async () => {
    const store = await open('damage')
    const raw = new DynamoDBClient(local.client)
    for (const world of ['w', 'v']) await fill(store.world(world), world)
    const items = (await raw.send(new ScanCommand({ TableName: 'damage' }))).Items ?? []
    const index = fc.nat(items.length - 1)
    const attribute = fc.constantFrom('b', 'j', 'c', 'a', 'v', 'n')
    const change = fc.oneof(
      { weight: 3, arbitrary: fc.record({ attribute, harm }) },
      fc.record({ attribute, from: index }),
      fc.record({ attribute, value: fc.constantFrom<AttributeValue | null>(null, { NULL: true }, { S: '' }) }),
      fc.record({ from: index }),
    )
    await fc.assert(
      fc.asyncProperty(index, change, async (which, what) => {
        const item = items[which] as Item
        await raw.send(new PutItemCommand({ TableName: 'damage', Item: changed(item, what, items) }))
        await expectRightOrStoreError(store.world('w'), 'w')
        await raw.send(new PutItemCommand({ TableName: 'damage', Item: item }))
      }),
      { numRuns: 400 },
    )
    await expectAllRight(store.world('w'), 'w')
    raw.destroy()
    await store.close()
  })
})

type Item = Record<string, AttributeValue>

function open(table: string): Promise<DynamoDbStore> {
  return openDynamoDb(table, { createTable: true, client: local.client })
}

/** The item under its own keys, with one attribute or all of them not as they should be. */
function changed(item: Item, what: Change, items: readonly Item[]): Item {
  const { pk, sk } = item as Item & { pk: AttributeValue; sk: AttributeValue }
  if (!what.attribute) return { ...items[what.from as number], pk, sk }
  const { attribute } = what
  const value = item[attribute]
  if (what.from !== undefined) return without(item, attribute, items[what.from]?.[attribute])
  if (!what.harm) return without(item, attribute, what.value ?? undefined)
  if (value?.B) return { ...item, [attribute]: { B: harmed(value.B, what.harm) } }
  if (value?.S) return { ...item, [attribute]: { S: harmed(Buffer.from(value.S), what.harm).toString() } }
  return { ...item, [attribute]: { N: String(Math.floor(what.harm.at * 2 ** 32)) } }
}

interface Change {
  attribute?: string
  harm?: Parameters<typeof harmed>[1]
  from?: number
  value?: AttributeValue | null
}

function without(item: Item, attribute: string, value: AttributeValue | undefined): Item {
  const { [attribute]: _, ...rest } = item
  return value ? { ...rest, [attribute]: value } : rest
}

/** Compresses to about half. */
function halfRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at += 96) randomBytes(Math.min(48, length - at)).copy(bytes, at)
  return bytes
}
