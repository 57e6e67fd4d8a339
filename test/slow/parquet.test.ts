// Parquet as the engines see it that people read it by: DuckDB and polars find every event once, with its types, whatever a
// run has been through.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import seedrandom from 'seedrandom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENT_TYPES, type Event } from '../../model/index.ts'

interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>
  closeSync(): void
}

/** What is used of a frame of polars. */
interface Frame {
  readonly columns: string[]
  readonly schema: Record<string, object>
  readonly height: number
  getColumn(name: string): { toArray(): unknown[]; nullCount(): number }
}

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
const ROOT = join(import.meta.dirname, '../..')
const packages = createRequire(join(import.meta.dirname, '../aws/package.json'))
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
const [TARGET, LINES] = [join(folder, 'events.parquet'), join(folder, 'events.ndjson')]
const filesOf = (type: string) => `${TARGET}/${type}/*.parquet`

let connection: Connection
let polars: { scanParquet(path: string): { collectSync(): Frame } }
let events: Event[] = []

async function tutorsim(...options: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  expect(code, said).toBe(0)
}

beforeAll(async () => {
  const { DuckDBInstance } = packages('@duckdb/node-api')
  connection = await (await DuckDBInstance.create()).connect()
  // Or what it prints would be this machine's time.
  await connection.runAndReadAll("SET TimeZone = 'UTC'")
  polars = packages('nodejs-polars')
  const store = ['--store', `sqlite:${join(folder, 'worlds.db')}`]
  const world = ['--seed', 'parquet', '--students', '1200', '--warmup', '0d', '--tick', '1h']
  // Two runs, so that there are two files of each type.
  for (const run of [world, []]) await tutorsim('run', ...store, ...run, '--for', '7d', '--to', TARGET, '--to', LINES)
  events = readFileSync(LINES, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}, 120_000)
afterAll(() => {
  connection?.closeSync()
  rmSync(folder, { recursive: true })
})

const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()
const eventsOf = (type: string) => events.filter(({ event_type }) => event_type === type)

describe('DuckDB', () => {
  it.each(EVENT_TYPES)('finds every %s in order, key for key', async (type) => {
    const expected = eventsOf(type)
    expect(expected.length).toBeGreaterThan(100)
    expect(readdirSync(join(TARGET, type))).toEqual(['000.parquet', '001.parquet'])
    const sql = `select * replace (strftime(timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') as timestamp) from '${filesOf(type)}'`
    expect(await rows(sql)).toEqual(
      expected.map(({ event_id, caused_by, payload }) => [event_id, caused_by, ...Object.values(payload)]),
    )
    const columns = await rows(`describe select * from '${filesOf(type)}'`)
    expect(columns.map(([name]) => name)).toEqual(['event_id', 'caused_by', ...Object.keys(expected[0]?.payload ?? {})])
  })

  it('knows the types that their fields call for', async () => {
    const types: Record<string, string> = {}
    for (const type of EVENT_TYPES)
      for (const [name, kind] of await rows(`describe select * from '${filesOf(type)}'`))
        types[name as string] = kind as string
    const named = (kind: string) =>
      Object.keys(types)
        .filter((name) => types[name] === kind)
        .sort()
    expect(named('TIMESTAMP WITH TIME ZONE')).toEqual(['timestamp'])
    expect(named('VARCHAR[]')).toEqual(['subjects'])
    expect(named('DOUBLE')).toEqual(['avg_session_rating', 'demand_score', 'health_score', 'supply_score'])
    expect(named('BOOLEAN')).toEqual(['accepts_instant_book', 'completed_successfully', 'resolved'])
    expect(named('INTEGER').length).toBe(11)
    expect(named('VARCHAR').length + 20).toBe(Object.keys(types).length)
  })

  it.each(['UTC', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata'])('tells the same instants in %s', async (zone) => {
    const [from, to] = ['2026-01-08T03:00:00.000Z', '2026-01-11T20:00:00.000Z']
    await rows(`SET TimeZone = '${zone}'`)
    for (const type of EVENT_TYPES) {
      const expected = eventsOf(type)
      const within = expected.filter(({ payload: { timestamp } }) => timestamp >= from && timestamp < to)
      // As an instant with its offset, and as the wall clock of the reader tells the same instant.
      const counts = await rows(`select count(*), count(*) filter (epoch_ms(timestamp) >= ${Date.parse(from)})
        from '${filesOf(type)}' where timestamp >= TIMESTAMPTZ '${from}' and timestamp < TIMESTAMPTZ '${to}'`)
      expect(counts).toEqual([[String(within.length), String(within.length)]])
      const instants = await rows(`select epoch_ms(timestamp) from '${filesOf(type)}'`)
      expect(instants.map(([at]) => Number(at))).toEqual(
        expected.map(({ payload: { timestamp } }) => Date.parse(timestamp)),
      )
    }
    await rows("SET TimeZone = 'UTC'")
  })
})

describe('polars', () => {
  it.each(EVENT_TYPES)('finds every %s in order, key for key', (type) => {
    const expected = eventsOf(type)
    const frame = polars.scanParquet(filesOf(type)).collectSync()
    const names = ['event_id', 'caused_by', ...Object.keys(expected[0]?.payload ?? {})]
    expect([frame.columns, frame.height]).toEqual([names, expected.length])
    for (const name of names) {
      const values = expected.map(({ event_id, caused_by, payload }): unknown =>
        name === 'timestamp'
          ? Date.parse(payload.timestamp)
          : ({ event_id, caused_by, ...payload } as Record<string, unknown>)[name],
      )
      const found = frame
        .getColumn(name)
        .toArray()
        .map((value) => (name === 'timestamp' ? Number(value) : value))
      expect(found, name).toEqual(values)
    }
  })
})

it(`a run that is killed again and again is gone on from what it acknowledged (SEED=${SEED})`, async () => {
  const target = join(folder, 'killed.parquet')
  const days = 20
  const program = `
    import { LocalSimulation, TickEvents } from '${ROOT}/engine/index.ts'
    import { model, settingsFrom } from '${ROOT}/model/index.ts'
    import { openParquet } from '${ROOT}/sinks/file/parquet.ts'
    const settings = settingsFrom({ seed: 'killed', students: 300, warmup: '0d', tick: '1h' })
    const [done, mark] = process.argv.slice(1)
    const sink = openParquet('${target}', { events: model.events, segmentRows: 500, groupRows: 100 })
    await sink.resume(mark)
    const simulation = new LocalSimulation(model)
    await simulation.bear(settings)
    const stream = new TickEvents(model.events, simulation.shards)
    for (let tick = 1; tick <= ${24 * days}; tick++) {
      stream.view(await simulation.advance(settings.start + tick * 3_600_000))
      if (tick <= Number(done)) continue
      for (const lines of stream.rowBatches()) {
        const outcome = await sink.send({ lines, first: 0, count: lines.count, bytes: Buffer.from(lines.bytes) }, 0)
        process.stdout.write(tick + ' ' + outcome.mark + '\\n')
      }
    }
    await sink.close()
    process.stdout.write('closed ' + simulation.shards + '\\n')
  `
  const random = seedrandom(SEED)
  let kills = 0
  let state = ['0']
  for (let isClosed = false; !isClosed; ) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
      if (kills < 12 && random() < 0.3) child.kill('SIGKILL')
    })
    const [code, signal] = await once(child, 'close')
    expect(signal ?? code).toBe(signal === null ? 0 : 'SIGKILL')
    kills += signal === null ? 0 : 1
    isClosed = said.includes('closed')
    const marks = said.split('\n').filter((line) => /^\d+ events=\d+:[0-9a-f]{16}$/.test(line))
    // The cursor may be a moment behind.
    state = marks.at(random() < 0.5 ? -1 : -marks.length)?.split(' ') ?? state
  }
  expect(kills).toBeGreaterThan(3)
  const whole = join(folder, 'whole.ndjson')
  const world = ['--seed', 'killed', '--students', '300', '--warmup', '0d', '--tick', '1h']
  await tutorsim('run', '--store', 'memory', ...world, '--for', `${days}d`, '--to', whole)
  const expected = readFileSync(whole, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event_id)
  const found = await Promise.all(EVENT_TYPES.map((type) => rows(`select event_id from '${target}/${type}/*.parquet'`)))
  expect(found.flat(2).sort()).toEqual(expected.sort())
  const names = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(names.map(({ name }) => name).filter((name) => !/^\d{3}\.parquet$/.test(name))).toEqual([])
}, 120_000)
