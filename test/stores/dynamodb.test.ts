// The DynamoDB store against answers from a script: what became of a swap whose reply was lost, and what is said of each
// trouble. The store as a whole is tested on DynamoDB Local, in test/slow/.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Head, StoreError, type StoreErrorCode, type TickLog } from '../../engine/index.ts'
import { type DynamoDbOptions, type DynamoDbStore, openDynamoDb, openStore } from '../../stores/index.ts'
import { sealCursor, sealHead } from '../../stores/seal.ts'
import { cursorOf, headOf } from './given.ts'

/** What the server says to one request; `break` ends the connection without a word, `hang` keeps it so. */
type Reply = { status: number; body: object } | 'break' | 'hang'

const OK: Reply = { status: 200, body: { ConsumedCapacity: { TableName: 't', CapacityUnits: 1 } } }
const CREDENTIALS = { accessKeyId: 'a', secretAccessKey: 'b' }

let server: Server
let endpoint: string
let script: Reply[]
let asked: string[]
let store: DynamoDbStore
let log: TickLog

beforeEach(async () => {
  script = []
  asked = []
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked.push(String(request.headers['x-amz-target']).replace('DynamoDB_20120810.', ''))
      const reply = script.shift() ?? 'break'
      if (reply === 'break') response.destroy()
      else if (reply !== 'hang')
        response
          .writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' })
          .end(JSON.stringify(reply.body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  store = await open({ endpoint, region: 'eu-central-1', credentials: CREDENTIALS })
  log = store.world('w')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await store.close()
  server.close()
  server.closeAllConnections()
})

describe('a swap of HEAD that is refused', () => {
  const swap = (): Promise<boolean> => log.commit('old', headOf(2, 'ours'), [])

  test('at its first try is lost', async () => {
    script = [refusedBy(headOf(2, 'theirs'), 'old')]
    expect(await swap()).toBe(false)
    expect(asked).toEqual(['PutItem'])
    expect(store.consumed).toEqual({ readUnits: 0, writeUnits: 1 })
  })

  test('because it is there already is won', async () => {
    script = ['break', refusedBy(headOf(2, 'ours'), 'old')]
    expect(await swap()).toBe(true)
    expect(asked).toEqual(['PutItem', 'PutItem'])
  })

  test('because another followed it is won', async () => {
    script = [error(500, 'InternalServerError'), refusedBy(headOf(3, 'theirs'), 'ours')]
    expect(await swap()).toBe(true)
  })

  test('because another followed the same one is lost', async () => {
    script = ['break', refusedBy(headOf(2, 'theirs'), 'old')]
    expect(await swap()).toBe(false)
  })

  test('because many have come since is not known', async () => {
    script = ['break', refusedBy(headOf(5, 'theirs'), 'another')]
    await expect(swap()).rejects.toThrow(
      new StoreError('world w: a reply was lost, and whether HEAD was swapped is not known', {
        code: 'STORE_UNCERTAIN',
      }),
    )
  })

  test('by a damaged HEAD is a StoreError that says so', async () => {
    const reply = refusedBy(headOf(2, 'theirs'), 'old')
    Object.assign((reply as { body: { Item: object } }).body.Item, { c: { N: '7' } })
    script = ['break', reply]
    await expect(swap()).rejects.toThrow(new StoreError('world w: HEAD theirs is damaged: its checksum differs'))
  })

  test('because the world is gone is lost', async () => {
    script = ['break', error(400, 'ConditionalCheckFailedException')]
    expect(await swap()).toBe(false)
  })
})

describe('a swap of a cursor that is refused', () => {
  const ours = cursorOf(3, { mark: '1:f00d' })
  const swap = (): Promise<boolean> => log.swapCursor('-', ours)

  test.each<[string, Reply[], boolean]>([
    ['at its first try is lost', [refusedByCursor(ours)], false],
    ['because it is there already is won', ['break', refusedByCursor(ours)], true],
    ['by another of its version is lost', ['break', refusedByCursor(cursorOf(3, { mark: '2:f00d' }))], false],
    ['by an older one is lost', ['break', refusedByCursor(cursorOf(1))], false],
    ['because it is gone is lost', ['break', error(400, 'ConditionalCheckFailedException')], false],
  ])('%s', async (_, replies, won) => {
    script = replies
    expect(await swap()).toBe(won)
  })

  test('because many have come since is not known', async () => {
    script = ['break', refusedByCursor(cursorOf(4))]
    await expect(swap()).rejects.toThrow('a reply was lost, and whether cursor - was swapped is not known')
  })
})

describe('records', () => {
  test('are written before HEAD, and handed back ones again', async () => {
    const back = { PutRequest: { Item: { pk: { S: 'w' }, sk: { S: 'r' } } } }
    const written = { ConsumedCapacity: [{ TableName: 't', CapacityUnits: 3 }] }
    script = [
      OK,
      { status: 200, body: { ...written, UnprocessedItems: { t12: [back] } } },
      { status: 200, body: { ...written, UnprocessedItems: {} } },
      OK,
    ]
    expect(await log.commit(null, headOf(1, 'a'), [{ tick: 0, bytes: Buffer.from('x') }])).toBe(true)
    expect(asked).toEqual(['PutItem', 'BatchWriteItem', 'BatchWriteItem', 'PutItem'])
    expect(store.consumed.writeUnits).toBe(8)
  })
})

describe('trouble is one line', () => {
  test.each<[string, Reply[], StoreErrorCode, string]>([
    [
      'no table',
      [error(400, 'ResourceNotFoundException')],
      'STORE_UNAVAILABLE',
      'dynamodb:t12: there is no such table in this region and account',
    ],
    [
      'no permission',
      [error(400, 'AccessDeniedException', 'User x is not\n authorized')],
      'STORE_FORBIDDEN',
      'dynamodb:t12: no permission: AccessDeniedException: User x is not; authorized',
    ],
    [
      'wrong credentials',
      [error(400, 'UnrecognizedClientException', 'The token is invalid.')],
      'STORE_FORBIDDEN',
      'dynamodb:t12: no permission: UnrecognizedClientException: The token is invalid.',
    ],
    [
      'anything else',
      [error(400, 'ValidationException', 'No.')],
      'STORE_UNAVAILABLE',
      'dynamodb:t12: ValidationException: No.',
    ],
  ])('%s', async (_, replies, code, line) => {
    script = replies
    await expect(log.readHead()).rejects.toThrow(new StoreError(line, { code }))
    expect(asked).toHaveLength(1)
  })

  test('nobody listens', async () => {
    const nobody = await open({ endpoint: 'http://127.0.0.1:1', region: 'eu-central-1', credentials: CREDENTIALS })
    await expect(nobody.world('w').readHead()).rejects.toThrow(
      new StoreError('dynamodb:t12: no answer from DynamoDB: connect ECONNREFUSED 127.0.0.1:1, tried 4 times', {
        code: 'STORE_UNAVAILABLE',
      }),
    )
  })

  test('no region, no credentials', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID'])
      vi.stubEnv(name, undefined)
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null')
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    await expect((await openStore('dynamodb:t12')).worlds()).rejects.toThrow(
      new StoreError('dynamodb:t12: no AWS region: set AWS_REGION', { code: 'STORE_UNAVAILABLE' }),
    )
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    await expect((await openStore('dynamodb:t12')).worlds()).rejects.toThrow(
      new StoreError('dynamodb:t12: no AWS credentials', { code: 'STORE_FORBIDDEN' }),
    )
  })

  test('no answer at all is heard of, and asked again', async () => {
    const requestHandler = { requestTimeout: 50, throwOnRequestTimeout: true }
    const client = { endpoint, region: 'eu-central-1', credentials: CREDENTIALS, requestHandler }
    const hasty = (await open(client)).world('w')
    script = ['hang', OK]
    expect(await hasty.readHead()).toBeUndefined()
    expect(asked).toEqual(['GetItem', 'GetItem'])
  })

  test('the environment says where DynamoDB is', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', endpoint)
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b')
    script = [error(400, 'ThrottlingException'), OK]
    expect(await (await openStore('dynamodb:t12')).world('w').readHead()).toBeUndefined()
    expect(asked).toEqual(['GetItem', 'GetItem'])
  })
})

function open(client: NonNullable<DynamoDbOptions['client']>): Promise<DynamoDbStore> {
  return openDynamoDb('t12', { client })
}

function error(status: number, type: string, message = 'injected', rest: object = {}): Reply {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...rest } }
}

function refusedBy(head: Head, before: string): Reply {
  const { text, crc } = sealHead('w', head, before)
  return refusal({ a: { S: head.attempt }, j: { S: text }, c: { N: String(crc) } })
}

function refusedByCursor(cursor: ReturnType<typeof cursorOf>): Reply {
  const { text, crc } = sealCursor('w', '-', cursor)
  return refusal({ v: { N: String(cursor.version) }, n: { S: '-' }, j: { S: text }, c: { N: String(crc) } })
}

function refusal(Item: object): Reply {
  return error(400, 'ConditionalCheckFailedException', 'The conditional request failed', { Item })
}
