// A backfill's parts, written to a stand-in for S3 and read by DuckDB: together they are the world's stream.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type BackfillPart, handler } from '../../lambda/backfill.ts'
import { createWorld, EVENT_TYPES, REGIONS } from '../../model/index.ts'

interface DuckDb {
  DuckDBConnection: {
    create(): Promise<{ runAndReadAll(sql: string): Promise<{ getRowObjects(): Record<string, unknown>[] }> }>
  }
}

const { DuckDBConnection } = createRequire(new URL('../aws/package.json', import.meta.url))(
  '@duckdb/node-api',
) as DuckDb
const START = '2026-01-05T00:00:00Z'
const bucket = mkdtempSync(join(tmpdir(), 'tutorsim-bucket-'))
const requests: { path: string; headers: IncomingHttpHeaders }[] = []
/** Answers to give before requests are taken. */
let refusals: number[] = []
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await buffer(request)
    const path = decodeURIComponent(request.url ?? '')
    requests.push({ path, headers: request.headers })
    const refusal = refusals.shift()
    if (refusal !== undefined) {
      response.writeHead(refusal).end('<Error><Code>Because</Code></Error>')
      return
    }
    mkdirSync(dirname(join(bucket, path)), { recursive: true })
    writeFileSync(join(bucket, path), body)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
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
  server.close()
  rmSync(bucket, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

const part = (change: Partial<BackfillPart> = {}): BackfillPart => ({
  region: 'west',
  start: START,
  from: START,
  to: '2026-01-06T00:00:00Z',
  ...change,
})

it('all regions and periods together are the stream of the world', async () => {
  const cuts = [START, '2026-01-07T12:00:00Z', '2026-01-09T00:00:00Z']
  let events = 0
  for (const region of REGIONS) {
    for (const [index, from] of cuts.slice(0, -1).entries()) {
      const report = await handler(part({ region, from, to: cuts[index + 1] as string }))
      events += report.events
    }
  }
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
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(new URL(url).host)
      return new Response()
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
    refusals = [503, 429, 500]
    await expect(handler(part())).resolves.toHaveProperty('events')
  })

  it('are given up in one line where S3 says no', async () => {
    refusals = [403]
    await expect(handler(part())).rejects.toThrow(
      /^s3:\/\/histories\/events\/event_type=\w+\/region=west\/from=2026-01-05T000000Z.parquet: cannot be written \(403 Because\)$/,
    )
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
