// Parquet as another reader sees it: DuckDB finds every event once, with its types, whatever a run has been through.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import seedrandom from 'seedrandom'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Sink } from '../../engine/index.ts'
import { createWorld, EVENT_TYPES, type Event } from '../../model/index.ts'
import { openParquet } from '../../sinks/file/parquet.ts'
import { openSink } from '../../sinks/index.ts'
import { parcelOf, TYPES } from '../parcel.ts'

interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>
  closeSync(): void
}

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
/** So small that a few sends fill a segment. */
const SEGMENT_BYTES = 8000
/** From the mark of a segment to that of the next one. */
const SEGMENT = 2 ** 32

let connection: Connection
beforeAll(async () => {
  const { DuckDBInstance } = createRequire(join(import.meta.dirname, '../aws/package.json'))('@duckdb/node-api')
  connection = await (await DuckDBInstance.create()).connect()
  // Or what it prints would be this machine's time.
  await connection.runAndReadAll("SET TimeZone = 'UTC'")
})
afterAll(() => connection.closeSync())

const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()

const WORLD = createWorld({ seed: 'parquet', students: 1200, warmup: '0d', tick: '1h' })
const TICKS: Event[][] = Array.from({ length: 24 * 14 }, () => WORLD.step()).filter(({ length }) => length > 0)
const EVENTS = TICKS.flat()
const linesOf = (events: readonly Event[]) => Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''))

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const positionOf = (mark: string | undefined): number => Number.parseInt(mark ?? '', 10)

async function send(sink: Sink, events: readonly Event[]): Promise<string> {
  const outcome = await sink.send(parcelOf(linesOf(events)), 0)
  expect(outcome.verdict).toBe('acknowledged')
  return (outcome as { mark: string }).mark
}

const idsOf = async (path: string) => {
  const ids: string[] = []
  for (const type of EVENT_TYPES) {
    const found = await rows(`select event_id from '${path}/events.${type}*.parquet'`)
    ids.push(...found.map(([id]) => id as string))
  }
  return ids.sort()
}
const ALL_IDS = EVENTS.map(({ event_id }) => event_id).sort()

describe('tables', () => {
  it('hold every event of their type, key for key, in order', async () => {
    const path = folder()
    const sink = await openSink(`${path}/events.parquet`, { streams: 9, types: TYPES })
    expect([sink.target, sink.streams, sink.eventByEvent]).toEqual([`${path}/events.parquet`, 1, false])
    await sink.resume?.(undefined)
    for (const tick of TICKS) await send(sink, tick)
    await sink.close()
    for (const type of EVENT_TYPES) {
      const events = EVENTS.filter(({ event_type }) => event_type === type)
      expect(events.length, type).toBeGreaterThan(100)
      const sql = `select * replace (strftime(timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') as timestamp) from '${path}/events.${type}.parquet'`
      const expected = events.map(({ event_id, caused_by, payload }) => [
        event_id,
        caused_by,
        ...Object.values(payload),
      ])
      expect(await rows(sql)).toEqual(expected)
      const columns = await rows(`describe select * from '${path}/events.${type}.parquet'`)
      expect(columns.map(([name]) => name)).toEqual(['event_id', 'caused_by', ...Object.keys(events[0]?.payload ?? {})])
    }
  })

  it('have the types that their fields call for', async () => {
    const path = folder()
    const sink = openParquet(`${path}/events.parquet`, { types: TYPES })
    await sink.resume?.(undefined)
    await sink.close()
    const types: Record<string, string> = {}
    for (const type of EVENT_TYPES) {
      const file = `${path}/events.${type}.parquet`
      expect(await rows(`select count(*) from '${file}'`)).toEqual([['0']])
      for (const [name, kind] of await rows(`describe select * from '${file}'`)) types[name as string] = kind as string
    }
    const named = (kind: string) =>
      Object.keys(types)
        .filter((name) => types[name] === kind)
        .sort() // prettier-ignore
    expect(named('TIMESTAMP WITH TIME ZONE')).toEqual(['timestamp'])
    expect(named('VARCHAR[]')).toEqual(['subjects'])
    expect(named('DOUBLE')).toEqual(['avg_session_rating', 'demand_score', 'health_score', 'supply_score'])
    expect(named('BOOLEAN')).toEqual(['accepts_instant_book', 'completed_successfully', 'resolved'])
    expect(named('INTEGER').length).toBe(11)
    expect(named('VARCHAR').length + 20).toBe(Object.keys(types).length)
  })
})

const ZONES = ['UTC', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata']

it('instants are the same to a reader in any time zone', async () => {
  const path = folder()
  const sink = openParquet(`${path}/events.parquet`, { types: TYPES })
  await sink.resume?.(undefined)
  for (const tick of TICKS) await send(sink, tick)
  await sink.close()
  const [from, to] = ['2026-01-08T03:00:00.000Z', '2026-01-11T20:00:00.000Z']
  for (const zone of ZONES) {
    await rows(`SET TimeZone = '${zone}'`)
    for (const type of EVENT_TYPES) {
      const within = EVENTS.filter(
        ({ event_type, payload: { timestamp } }) => event_type === type && timestamp >= from && timestamp < to,
      )
      const file = `'${path}/events.${type}.parquet'`
      // As an instant with its offset, and as the wall clock of the reader tells the same instant.
      const counts =
        await rows(`select count(*), count(*) filter (epoch_ms(timestamp) >= ${Date.parse(from)}) from ${file}
        where timestamp >= TIMESTAMPTZ '${from}' and timestamp < TIMESTAMPTZ '${to}'`)
      expect(counts, `${type} in ${zone}`).toEqual([[String(within.length), String(within.length)]])
      const instants = await rows(`select epoch_ms(timestamp) from ${file}`)
      const expected = EVENTS.filter(({ event_type }) => event_type === type)
      expect(instants.map(([at]) => Number(at))).toEqual(
        expected.map(({ payload: { timestamp } }) => Date.parse(timestamp)),
      )
    }
  }
  await rows("SET TimeZone = 'UTC'")
})

describe('a run that ends', () => {
  it(`anyhow, again and again, leaves every event in its table once (SEED=${SEED})`, async () => {
    const path = folder()
    const random = seedrandom(SEED)
    const marks: string[] = []
    for (let [done, cursor] = [0, -1]; done < TICKS.length; ) {
      const sink = openParquet(`${path}/events.parquet`, { types: TYPES, segmentBytes: SEGMENT_BYTES })
      await sink.resume?.(marks[done - 1])
      const until = Math.min(TICKS.length, done + Math.ceil(random() * 60))
      for (; done < until; done++) marks[done] = await send(sink, TICKS[done] as Event[])
      if (done === TICKS.length || random() < 0.5) await sink.close()
      else for (const name of readdirSync(path)) if (name.endsWith('.lock')) rmSync(join(path, name))
      // Whatever has a table's name is a whole one, with nothing that was never sent.
      const tables = readdirSync(path).filter((name) => name.endsWith('.parquet'))
      for (const table of tables) await rows(`select count(*) from '${path}/${table}'`)
      // The cursor may be behind, by whole segments, but never goes back itself.
      if (done === TICKS.length) break
      const oldest = positionOf(marks[done - 1]) - 2 * SEGMENT
      while (done - 1 > cursor && positionOf(marks[done - 2]) >= oldest && random() < 0.95) done--
      cursor = done - 1
    }
    expect(await idsOf(path)).toEqual(ALL_IDS)
    expect(readdirSync(path).some((name) => name.endsWith('.5.parquet'))).toBe(true)
    expect(readdirSync(path).filter((name) => name.endsWith('.zst')).length).toBeLessThanOrEqual(3)
  })

  it('by being killed is gone on from what it acknowledged', async () => {
    const path = folder()
    const world = `${import.meta.dirname}/../..`
    const program = `
      import { readFileSync } from 'node:fs'
      import { model } from '${world}/model/index.ts'
      import { openParquet } from '${world}/sinks/file/parquet.ts'
      const sink = openParquet('${path}/events.parquet', { types: model.events.types, segmentBytes: ${SEGMENT_BYTES} })
      const [done, mark] = process.argv.slice(1)
      await sink.resume(mark)
      const ticks = JSON.parse(readFileSync('${path}/ticks.json', 'utf8'))
      for (let tick = Number(done); tick < ticks.length; tick++) {
        const { mark } = await sink.send({ bytes: Buffer.from(ticks[tick]) }, 0)
        process.stdout.write((tick + 1) + ' ' + mark + '\\n')
      }
      await sink.close()
      process.stdout.write('closed\\n')
    `
    writeFileSync(`${path}/ticks.json`, JSON.stringify(TICKS.map((tick) => linesOf(tick).toString())))
    const random = seedrandom(SEED)
    let kills = 0
    let state = ['0']
    for (let isClosed = false; !isClosed; ) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...state], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      let said = ''
      child.stdout.on('data', (chunk) => {
        said += chunk
        if (kills < 20 && random() < 0.3) child.kill('SIGKILL')
      })
      await once(child, 'close')
      kills++
      isClosed = said.includes('closed')
      state =
        said
          .split('\n')
          .filter((line) => /^\d+ \d+:[0-9a-f]+$/.test(line))
          .at(-1)
          ?.split(' ') ?? state // prettier-ignore
    }
    expect(kills).toBeGreaterThan(3)
    expect(await idsOf(path)).toEqual(ALL_IDS)
    expect(readdirSync(path).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('files', () => {
  const WORLD_ID = '0123456789ab'
  /** What a run of a world leaves, and what it said when it began. */
  const run = async (path: string, worldId: string | undefined, mark?: string, ticks = TICKS.slice(0, 3)) => {
    const sink = openParquet(`${path}/events.parquet`, { types: TYPES, segmentBytes: SEGMENT_BYTES })
    try {
      const note = await sink.resume?.(mark, worldId)
      let last = ''
      for (const tick of ticks) last = await send(sink, tick)
      return { note, mark: last }
    } finally {
      await sink.close()
    }
  }
  const namesIn = (path: string) => readdirSync(path).sort()

  it('of an earlier run of the same world go when it begins anew, and no others', async () => {
    for (const worldId of [WORLD_ID, undefined]) {
      const path = folder()
      const foreign = [
        'events2.session_started.parquet',
        'events.notes.parquet',
        'events.parquet',
        'events.ndjson.zst',
        'events.session_started.parquet.tmp',
        'events.session_started.parquet.ba9876543210.tmp',
      ] // prettier-ignore
      for (const name of foreign) writeFileSync(join(path, name), 'x')
      await run(path, worldId, undefined, TICKS.slice(0, 200))
      const before = namesIn(path)
      expect(before.some((name) => name.endsWith('.2.parquet'))).toBe(true)
      const half = `events.session_started.parquet.${worldId ?? 'some-world'}.tmp`
      writeFileSync(join(path, half), 'PAR1')
      const { note } = await run(path, worldId)
      const own = before.length - foreign.length + 1
      expect(note).toBe(
        `${path}/events.parquet: replaces ${own} files of events that an earlier run of this world wrote`,
      )
      const tables = EVENT_TYPES.map((type) => `events.${type}.parquet`)
      expect(namesIn(path)).toEqual([...foreign, ...tables, 'events.parquet.0.ndjson.zst'].sort())
      const expected = TICKS.slice(0, 3).flat()
      expect(await idsOf(path)).toEqual(expected.map(({ event_id }) => event_id).sort())
      for (const name of foreign) expect(readFileSync(join(path, name), 'utf8')).toBe('x')
    }
  })

  it('of another world, or of nobody that wrote them, are left alone, and named in one line', async () => {
    const theirs = folder()
    await run(theirs, 'ba9876543210')
    const hello = `to '${theirs}/hello.parquet' (format parquet, kv_metadata {"tutorsim.world": 'ba9876543210'})`
    await rows(`copy (select 1 as a_column_of_its_own) ${hello}`)
    const kinds: [name: string, content: Buffer | string][] = [
      ['events.session_completed.parquet', readFileSync(`${theirs}/events.session_completed.parquet`)],
      ['events.session_completed.7.parquet', readFileSync(`${theirs}/hello.parquet`)],
      ['events.parquet.0.ndjson.zst', readFileSync(`${theirs}/events.parquet.0.ndjson.zst`)],
      ['events.parquet.3.ndjson.zst', zstdCompressSync('{"hello":1}\n')],
      ['events.parquet.4.ndjson.zst', zstdCompressSync('{"event_id":"a"')],
      ['events.ib_call_logged.parquet', 'PAR1'],
      ['events.ib_call_logged.parquet', ''],
      ['events.ib_call_logged.2.parquet', `PAR1${WORLD_ID}PAR1`],
      ['events.parquet.5.ndjson.zst', 'notes'],
    ]
    for (const [name, content] of kinds) {
      const path = folder()
      writeFileSync(join(path, name), content)
      const said = `to ${path}/events.parquet: ${path}/${name} is there already, and not by this world; name another file, or move that one away`
      await expect(run(path, WORLD_ID)).rejects.toThrow(said)
      expect(namesIn(path)).toEqual([name])
      expect(readFileSync(join(path, name))).toEqual(Buffer.from(content))
    }
  })

  it('that others put beside its own between two runs are left alone, and named in one line', async () => {
    for (const [name, content] of [
      ['events.session_completed.7.parquet', 'PAR1'],
      ['events.parquet.3.ndjson.zst', zstdCompressSync('hello')],
      ['events.session_started.parquet', 'PAR1'],
    ] as const) {
      const path = folder()
      const { mark } = await run(path, WORLD_ID)
      writeFileSync(join(path, name), content)
      const before = namesIn(path).map((each) => readFileSync(join(path, each)))
      await expect(run(path, WORLD_ID, mark)).rejects.toThrow(`${path}/${name} is there already, and not by this world`)
      expect(namesIn(path).map((each) => readFileSync(join(path, each)))).toEqual(before)
      rmSync(join(path, name))
      await run(path, WORLD_ID, mark, TICKS.slice(3, 6))
      const expected = TICKS.slice(0, 6).flat()
      expect(await idsOf(path)).toEqual(expected.map(({ event_id }) => event_id).sort())
    }
  })

  it('that others put in the way of a run are not written over: it ends with one line', async () => {
    const path = folder()
    const sink = openParquet(`${path}/events.parquet`, { types: TYPES, segmentBytes: SEGMENT_BYTES })
    await sink.resume?.(undefined, WORLD_ID)
    await send(sink, TICKS[0] as Event[])
    writeFileSync(`${path}/events.session_started.parquet`, 'PAR1 of mine')
    await expect(sink.close()).rejects.toThrow('events.session_started.parquet is there already, and not by this world')
    expect(readFileSync(`${path}/events.session_started.parquet`, 'utf8')).toBe('PAR1 of mine')
    expect(namesIn(path)).toEqual(['events.parquet.0.ndjson.zst', 'events.session_started.parquet'])
  })

  it('that another run is at work on are not touched', async () => {
    const path = folder()
    const sink = openParquet(`${path}/events.parquet`, { types: TYPES })
    await sink.resume?.(undefined)
    await send(sink, TICKS[0] as Event[])
    const second = openParquet(`${path}/events.parquet`, { types: TYPES })
    await expect(second.resume?.(undefined)).rejects.toThrow('another process writes to it')
    await second.close()
    await send(sink, TICKS[1] as Event[])
    await sink.close()
    expect(await idsOf(path)).toEqual(
      [...(TICKS[0] as Event[]), ...(TICKS[1] as Event[])].map((event) => event.event_id).sort(),
    )
    expect(readdirSync(path).filter((name) => name.endsWith('.lock'))).toEqual([])
  })

  it('that are needed and gone, or shorter than they were, are an error of one line and left as they are', async () => {
    const path = folder()
    const sink = openParquet(`${path}/events.parquet`, { types: TYPES })
    await sink.resume?.(undefined)
    const mark = await send(sink, TICKS[0] as Event[])
    const length = positionOf(mark)
    await sink.close()
    const journal = `${path}/events.parquet.0.ndjson.zst`
    truncateSync(journal, length - 1)
    const again = openParquet(`${path}/events.parquet`, { types: TYPES })
    await expect(again.resume?.(mark)).rejects.toThrow(
      `to ${journal}: ${length - 1} bytes long, but ${length} were delivered to it: it was cut or replaced since`,
    )
    await again.close()
    rmSync(journal)
    const late = openParquet(`${path}/events.parquet`, { types: TYPES })
    await expect(late.resume?.(mark)).rejects.toThrow(
      `to ${path}/events.parquet: its journal ${journal} is gone, without which nothing can be added`,
    )
    await late.close()
    expect(readdirSync(path).length).toBe(6)
  })

  it('where none can be written are named before anything is sent', () => {
    expect(() => openParquet('/nowhere/events.parquet', { types: TYPES })).toThrow(
      'to /nowhere/events.parquet: cannot be opened for writing: its directory does not exist',
    )
  })

  it('of another kind of world have no tables', async () => {
    const sink = openParquet(`${folder()}/events.parquet`, { types: TYPES, segmentBytes: 1 })
    await sink.resume?.(undefined)
    const line = Buffer.from('{"event_id":"a","caused_by":null,"event_type":"infected","payload":{}}\n')
    expect((await sink.send(parcelOf(line), 0)).verdict).toBe('acknowledged')
    expect(await sink.send(parcelOf(line), 0)).toEqual({
      verdict: 'halt',
      reason: expect.stringMatching(/: infected is no type of event that has a table$/),
    })
  })
})
