// A backfill's parts, written to a stand-in for S3 and read by DuckDB: together they are the world's stream.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BackfillPart, handler } from '../../lambda/backfill.ts'
import { createWorld, EVENT_TYPES, REGIONS } from '../../model/index.ts'
import { openBuckets } from '../aws/bucket.ts'

interface DuckDb {
  DuckDBConnection: {
    create(): Promise<{ runAndReadAll(sql: string): Promise<{ getRowObjects(): Record<string, unknown>[] }> }>
  }
}

const { DuckDBConnection } = createRequire(new URL('../aws/package.json', import.meta.url))(
  '@duckdb/node-api',
) as DuckDb
const START = '2026-01-05T00:00:00Z'
const s3 = await openBuckets()
const { folder: bucket, requests, url } = s3

beforeAll(() => {
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_S3: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    BACKFILL_BUCKET: 'histories',
    BACKFILL_PREFIX: 'events/',
    SEED: 'backfill',
    STUDENTS: '300',
    TICK: '15m',
  })) {
    vi.stubEnv(name, value)
  }
})

afterAll(() => {
  s3.close()
  vi.unstubAllEnvs()
})

const part = (change: Partial<BackfillPart> = {}): BackfillPart => ({
  region: 'west',
  start: START,
  from: START,
  to: '2026-01-06T00:00:00Z',
  ...change,
})

/** Puts that were asked for, of objects below a prefix. */
const putBelow = (prefix: string): string[] =>
  requests
    .filter(({ method, path }) => method === 'PUT' && path.startsWith(`/histories/${prefix}`))
    .map(({ path }) => path)

it('all regions and periods together are the stream of the world', async () => {
  const cuts = [START, '2026-01-07T12:00:00Z', '2026-01-09T00:00:00Z']
  const parts = REGIONS.flatMap((region) =>
    cuts.slice(0, -1).map((from, index) => part({ region, from, to: cuts[index + 1] as string })),
  )
  let events = 0
  for (const region of REGIONS) expect((await handler({ region, parts })).objects).toHaveLength(cuts.length - 1)
  for (const each of parts) events += (await handler(each)).events
  const expected = createWorld({ seed: 'backfill', students: 300, start: START }).run(4 * 96)
  expect(events).toBe(expected.length)
  const connection = await DuckDBConnection.create()
  for (const type of EVENT_TYPES) {
    const sql = `SELECT event_id FROM read_parquet('${bucket}/histories/events/event_type=${type}/*/*.parquet')`
    const ids = (await connection.runAndReadAll(sql)).getRowObjects().map(({ event_id }) => event_id)
    expect(ids.sort()).toEqual(expected.flatMap((e) => (e.event_type === type ? e.event_id : [])).sort())
  }
  // As one table with the columns that the path tells, in any time zone; region is no column of a file's.
  const tree = `${bucket}/histories/events/event_type=supply_demand_update/region=west/*.parquet`
  const schema = `SELECT name FROM parquet_schema('${tree}')`
  const names = (await connection.runAndReadAll(schema)).getRowObjects().map(({ name }) => name)
  expect(names).toContain('timestamp')
  expect(names).not.toContain('region')
  for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
    await connection.runAndReadAll(`SET TimeZone = '${zone}'`)
    const sql = `SELECT region::VARCHAR AS region, count(*)::INT AS count
      FROM read_parquet('${bucket}/histories/events/event_type=supply_demand_update/*/*.parquet', hive_partitioning = true)
      WHERE timestamp >= TIMESTAMPTZ '2026-01-06T01:00:00Z' GROUP BY ALL`
    const counts = (await connection.runAndReadAll(sql)).getRowObjects()
    for (const region of REGIONS) {
      const own = expected.filter(
        ({ event_type, payload }) =>
          event_type === 'supply_demand_update' &&
          payload.region === region &&
          payload.timestamp >= '2026-01-06T01:00:00.000Z',
      )
      expect(counts, zone).toContainEqual({ region, count: own.length })
    }
  }
})

describe('objects', () => {
  it('are named by type, region and period, and put with a signature', async () => {
    requests.length = 0
    const { objects } = await handler(part())
    expect(requests.shift()).toMatchObject({ method: 'GET' })
    expect(objects).toContain('events/event_type=session_started/region=west/from=2026-01-05T000000Z.parquet')
    expect(requests.map(({ path }) => path).sort()).toEqual(objects.map((key) => `/histories/${key}`).sort())
    for (const { headers } of requests) {
      expect(headers['x-amz-security-token']).toBe('token')
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
      )
    }
  })

  it.each([
    ['eu-west-1', 'histories.s3.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'histories.s3.cn-north-1.amazonaws.com.cn'],
    ['cn-northwest-1', 'histories.s3.cn-northwest-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'histories.s3.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'histories.s3.eusc-de-east-1.amazonaws.eu'],
  ])('go to the host that S3 has in %s', async (region, host) => {
    vi.stubEnv('AWS_REGION', region)
    vi.stubEnv('AWS_ENDPOINT_URL_S3', region.startsWith('cn') ? undefined : '')
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string, { method }: RequestInit) => {
      asked.push(new URL(url).host)
      return new Response(null, { status: method === 'PUT' ? 200 : 404 })
    })
    try {
      await handler(part({ to: '2026-01-05T02:00:00Z' }))
    } finally {
      vi.unstubAllGlobals()
      vi.stubEnv('AWS_REGION', 'eu-west-1')
      vi.stubEnv('AWS_ENDPOINT_URL_S3', url)
    }
    expect(new Set(asked)).toEqual(new Set([host]))
  })

  it('are tried again where S3 is busy', async () => {
    s3.refusals = [503, 429, 500]
    await expect(handler(part())).resolves.toHaveProperty('events')
  })

  it('are given up in one line where S3 says no', async () => {
    s3.refusals = [403]
    await expect(handler(part())).rejects.toThrow(
      /^s3:\/\/histories\/checkpoints\/\w+\/region=west\/at=2026-01-05T000000.000Z.zst: cannot be read \(403 Because\)$/,
    )
    s3.refusals = [404, 403]
    await expect(handler(part())).rejects.toThrow(
      /^s3:\/\/histories\/events\/event_type=\w+\/region=west\/from=2026-01-05T000000Z.parquet: cannot be written \(403 Because\)$/,
    )
  })
})

describe('a silent pass', () => {
  const cuts = ['2026-01-05T00:00:00Z', '2026-01-12T00:00:00Z', '2026-01-16T12:00:00Z', '2026-01-19T00:00:00Z']
  const parts = cuts.slice(0, -1).map((from, index) => part({ region: 'midwest', from, to: cuts[index + 1] as string }))
  const pass = { region: 'midwest', parts: [...parts, part()] }
  const contents = (keys: readonly string[]): Buffer[] =>
    keys.map((key) => readFileSync(join(bucket, 'histories', key)))
  /** Of a part's objects: all rows of each, in order. */
  const written = async (each: BackfillPart): Promise<Record<string, unknown>> => {
    const connection = await DuckDBConnection.create()
    const rows: Record<string, unknown> = {}
    for (const key of (await handler(each)).objects) {
      const sql = `SELECT count(*)::INT AS count, md5(string_agg(line::VARCHAR, '\n')) AS digest
        FROM read_parquet('${bucket}/histories/${key}', hive_partitioning = false) AS line`
      rows[key] = (await connection.runAndReadAll(sql)).getRowObjects()[0]
    }
    return rows
  }
  const forget = (keys: readonly string[]): void => {
    for (const key of keys) rmSync(join(bucket, 'histories', key))
  }
  let states: string[] = []
  const tables: Record<string, unknown>[] = []

  beforeAll(async () => {
    writeFileSync(join(bucket, 'settings.json'), JSON.stringify({ 'calls.per_100_sessions': 12 }))
    vi.stubEnv('LAMBDA_TASK_ROOT', bucket)
    vi.stubEnv('SETTINGS', 'settings.json')
    vi.stubEnv('SCENARIO', 'platform-outage')
    for (const each of parts) tables.push(await written(each))
    states = (await handler(pass)).objects
  })
  afterAll(() => {
    for (const name of ['LAMBDA_TASK_ROOT', 'SETTINGS', 'SCENARIO']) vi.stubEnv(name, '')
  })

  it('changes no object of any part, with settings and a scenario in force', async () => {
    expect(states).toHaveLength(parts.length)
    for (const [place, each] of parts.entries()) expect(await written(each)).toEqual(tables[place])
    vi.stubEnv('SCENARIO', '')
    const without = await written(parts[1] as BackfillPart)
    vi.stubEnv('SCENARIO', 'platform-outage')
    expect(without).not.toEqual(tables[1])
  })

  it('leaves out what is there, and goes on where it was stopped', async () => {
    requests.length = 0
    expect((await handler(pass)).objects).toEqual([])
    expect(putBelow('')).toEqual([])
    const before = contents(states)
    forget(states.slice(1))
    requests.length = 0
    expect((await handler(pass)).objects).toEqual(states.slice(1))
    expect(requests.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual([
      `/histories/${states[0]}`,
    ])
    expect(contents(states)).toEqual(before)
  })

  it('lets a part go on from what is whole only', async () => {
    const [first = ''] = states
    const path = join(bucket, 'histories', first)
    const whole = readFileSync(path)
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from('no state')]) {
      writeFileSync(path, bytes)
      await expect(handler(parts[0] as BackfillPart)).rejects.toThrow(/at=2026-01-05T000000\.000Z\.zst is damaged: /)
    }
    writeFileSync(path, whole)
  })
})

it.each([
  [{ region: 'north' }, 'region north: not one of northeast, southeast, midwest, west, southwest'],
  [{ start: 'today' }, 'start today: not a whole second in ISO 8601'],
  [
    { from: '2026-01-01T00:00:00Z' },
    'from 2026-01-01T00:00:00Z: not within 2026-01-05T00:00:00Z to 2026-01-06T00:00:00Z',
  ],
])('a part such as %o is refused in one line', async (change, message) => {
  await expect(handler(part(change))).rejects.toThrow(message)
})
