// Parquet: what is written is what was sent, whatever the values, and each event once, whatever a run has been through.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import seedrandom from 'seedrandom'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  catalogue,
  eventType,
  LocalSimulation,
  type Parcel,
  type Row,
  type Sink,
  Table,
  TickEvents,
} from '../../engine/index.ts'
import { EVENT_TYPES, type Event, eventsIn, model, settingsFrom } from '../../model/index.ts'
import { TableFile } from '../../sinks/file/parquet/table.ts'
import { openParquet } from '../../sinks/file/parquet.ts'
import { openSink } from '../../sinks/index.ts'
import { parcelOfRows, TYPES } from '../parcel.ts'

const SEED = process.env.SEED ?? String(Math.floor(Math.random() * 1e9))
const { events } = model

const bytesOf = (path: string): ArrayBuffer => new Uint8Array(readFileSync(path)).buffer

/** The rows of a file, as another reader has them. */
const rowsIn = (path: string): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({
    file: bytesOf(path),
    compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
  })

/** Days of a world, each as it is sent and as objects. */
const settings = settingsFrom({ seed: 'parquet', students: 150, warmup: '0d', tick: '1h' })
const simulation = new LocalSimulation(model)
await simulation.bear(settings)
const stream = new TickEvents(events, simulation.shards)
const TICKS: { parcel: Parcel; events: Event[] }[] = []
for (let tick = 1; TICKS.length < 120; tick++) {
  stream.view(await simulation.advance(settings.start + tick * settings.tickMilliseconds))
  const [rows] = stream.rowBatches()
  if (rows) TICKS.push({ parcel: parcelOfRows(rows), events: eventsIn(stream as never) })
}
const EVENTS = TICKS.flatMap((tick) => tick.events)
const idsIn = (some: readonly Event[]): string[] => some.map(({ event_id }) => event_id).sort()

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

const SMALL = { events, segmentRows: 300, groupRows: 50 }
const countIn = (mark: string): number => Number(/^events=(\d+):/.exec(mark)?.[1])

async function send(sink: Sink, parcel: Parcel | undefined): Promise<string> {
  const outcome = await sink.send(parcel as Parcel, 0)
  expect(outcome).toMatchObject({ verdict: 'acknowledged' })
  return (outcome as { mark: string }).mark
}

/** Names of all files, from the target's folder on. */
const namesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()

async function tableOf(path: string, type: string): Promise<Record<string, unknown>[]> {
  const files = readdirSync(join(path, type)).filter((name) => /^\d+\.parquet$/.test(name))
  return (await Promise.all(files.sort().map((name) => rowsIn(join(path, type, name))))).flat()
}

async function idsOf(path: string): Promise<string[]> {
  const tables = await Promise.all(EVENT_TYPES.map((type) => tableOf(path, type)))
  return tables
    .flat()
    .map(({ event_id }) => event_id as string)
    .sort()
}

const rowOf = ({ event_id, caused_by, payload }: Event): Record<string, unknown> => ({
  ...{ event_id, caused_by: caused_by ?? null },
  ...payload,
  timestamp: new Date(payload.timestamp),
})

describe('tables', () => {
  it.each([
    { segmentRows: 1_000_000, groupRows: 1_000_000 },
    { segmentRows: 1_000_000, groupRows: 100 },
    { segmentRows: 500, groupRows: 33 },
  ])('hold every event of their type, key for key, in order: $segmentRows, $groupRows', async (sizes) => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events, ...sizes })
    expect([sink.target, sink.streams, sink.eventByEvent, sink.takesRows]).toEqual([path, 1, false, true])
    await sink.resume?.(undefined)
    for (const { parcel } of TICKS) await send(sink, parcel)
    await sink.close()
    for (const type of EVENT_TYPES) {
      const expected = EVENTS.filter(({ event_type }) => event_type === type).map(rowOf)
      expect(expected.length, type).toBeGreaterThan(2)
      const found = await tableOf(path, type)
      expect(found).toEqual(expected)
      expect(Object.keys(found[0] ?? {})).toEqual(Object.keys(expected[0] ?? {}))
    }
    // Nothing but tables is left behind.
    expect(namesIn(path).filter((name) => !/^[a-z_]+\/\d{3}\.parquet$/.test(name))).toEqual([])
  })

  it('are there of all types after the first run, and then of those that came', async () => {
    const path = join(folder(), 'events.parquet')
    const one = TICKS.findIndex((tick) => new Set(tick.events.map(({ event_type }) => event_type)).size < 6)
    let mark: string | undefined
    for (const { parcel } of [TICKS[0], TICKS[one]] as { parcel: Parcel }[]) {
      const sink = openParquet(path, { events })
      await sink.resume?.(mark)
      mark = await send(sink, parcel)
      await sink.close()
    }
    const names = (segment: string, types: readonly string[]) => types.map((type) => `${type}/${segment}.parquet`)
    const came = EVENT_TYPES.filter((type) => TICKS[one]?.events.some(({ event_type }) => event_type === type))
    expect(namesIn(path)).toEqual([...names('000', EVENT_TYPES), ...names('001', came)].sort())
  })

  it('are only made of what a catalogue tells of', async () => {
    const path = join(folder(), 'events.parquet')
    await expect(openSink(path, { streams: 1, types: TYPES })).rejects.toThrow(
      "events: needed for Parquet, the model's catalogue of events",
    )
    const sink = await openSink(path, { streams: 9, types: TYPES, events })
    expect(sink.target).toBe(path)
  })

  it('let readers skip by instants and numbers', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events, groupRows: 40 })
    await sink.resume?.(undefined)
    for (const { parcel } of TICKS) await send(sink, parcel)
    await sink.close()
    const started = EVENTS.filter(({ event_type }) => event_type === 'session_started')
    const { row_groups } = parquetMetadata(bytesOf(join(path, 'session_started/000.parquet')))
    expect(row_groups.length).toBe(Math.ceil(started.length / 40))
    for (const [group, { columns, num_rows }] of row_groups.entries()) {
      const own = started.slice(40 * group, 40 * group + Number(num_rows))
      const { min_value, max_value, null_count } = columns[2]?.meta_data?.statistics ?? {}
      expect([min_value, max_value]).toEqual(
        [own.at(0), own.at(-1)].map((event) => new Date(event?.payload.timestamp ?? 0)),
      )
      expect(null_count).toBe(0n)
      expect(columns[1]?.meta_data?.statistics?.null_count).toBe(num_rows)
    }
  })
})

/** Rows of a model that has all kinds of fields, with values as far apart as they may be. */
const FIELDS = {
  ...({ instant: 'f64', agent: 'u32', kind: 'u8', type: 'u8' } as const),
  ...({ other: 'f64', wide: 'f64', cause: 'u32', choice: 'u8', few: 'u8', many: 'u8' } as const),
}
type AnyRow = Row<typeof FIELDS>
const VALUES = ['', 'a', 'ä ö', 'a,b', 'long '.repeat(40)]
const describeType = eventType<AnyRow>()
const anyType = {
  ...describeType({
    name: 'any',
    description: 'Anything.',
    agentCode: 0,
    key: String,
    numberIn: () => 0,
    fields: {
      timestamp: { kind: 'instant', read: (row) => row.instant },
      other: { kind: 'instant', read: (row) => row.other },
      constant: { kind: 'constant', value: 'simulator' },
      whose: { kind: 'id', pattern: '^', read: (row) => `agent ${row.agent % 5} ü` },
      only: { kind: 'id', pattern: '^', read: (row) => `${row.agent}` },
      choice: { kind: 'choice', values: VALUES, read: (row) => row.choice },
      several: {
        kind: 'choices',
        values: VALUES,
        min: 0,
        max: 3,
        read: (row) => VALUES.map((_, place) => place).slice(0, row.many),
      },
      narrow: { kind: 'whole', min: -10, max: 300, read: (row) => row.few - 10 },
      wide: { kind: 'whole', min: -(2 ** 31), max: 2 ** 31 - 1, read: (row) => row.wide },
      number: { kind: 'number', values: [0, 1, 2], read: (row) => row.few % 3 },
      score: { kind: 'decimal', min: 0, max: 100, decimals: 2, read: (row) => row.few * 7 },
      amount: { kind: 'decimal', min: -1e7, max: 1e7, decimals: 3, read: (row) => row.wide },
      flag: { kind: 'flag', read: (row) => row.few & 1 },
    },
  }),
  id: (row: AnyRow) => `${row.agent}.${row.instant}`,
  cause: (row: AnyRow) => (row.cause === 0 ? null : `because.${row.cause}`),
}

const instant = fc.oneof(fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }), fc.nat(4_102_444_800_000))
const anyRows = fc.array(
  fc.record({
    ...{ instant, other: instant, agent: fc.nat(2 ** 32 - 1), cause: fc.oneof(fc.constant(0), fc.nat(1000)) },
    wide: fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -100, max: 100 })),
    ...{ choice: fc.nat(VALUES.length - 1), few: fc.nat(255), many: fc.nat(3) },
  }),
  { minLength: 1, maxLength: 400 },
)

it('any values come back as they were, whatever their kind', async () => {
  const { fields, encoder } = catalogue(FIELDS, [anyType])
  const path = join(folder(), 'any.parquet')
  await fc.assert(
    fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 500 }), async (rows, groupRows) => {
      const table = new Table('events', FIELDS)
      const row = table.accessor()
      const written = new TableFile(path, {
        ...{ type: anyType as never, fields, ids: encoder() as never, groupRows, metadata: {} },
      })
      const expected = []
      for (const [place, values] of rows.entries()) {
        table.add()
        Object.assign(row.at(place), values)
        const { other, wide, few, choice, many, agent } = values
        expected.push({
          ...{ event_id: anyType.id(row), caused_by: anyType.cause(row), timestamp: new Date(values.instant) },
          ...{ other: new Date(other), constant: 'simulator', whose: `agent ${agent % 5} ü`, only: `${agent}` },
          ...{ choice: VALUES[choice], several: VALUES.slice(0, many), narrow: few - 10, wide, number: few % 3 },
          ...{ score: (few * 7) / 100, amount: wide / 1000, flag: (few & 1) === 1 },
        })
      }
      for (const place of rows.keys()) {
        written.add(table.u32, (place * table.rowBytes) / 4)
        if (written.isFull) await written.flush()
      }
      await written.finish()
      expect(await rowsIn(path)).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

describe('a run that ends', () => {
  it(`anyhow, again and again, leaves every event in its table once (SEED=${SEED})`, async () => {
    const path = join(folder(), 'events.parquet')
    const random = seedrandom(SEED)
    const marks: string[] = []
    for (let done = 0; done < TICKS.length; ) {
      const sink = openParquet(path, SMALL)
      await sink.resume?.(marks[done - 1])
      const until = Math.min(TICKS.length, done + Math.ceil(random() * 25))
      for (; done < until; done++) {
        marks[done] = await send(sink, TICKS[done]?.parcel)
        expect(countIn(marks[done] as string)).toBe(
          TICKS.slice(0, done + 1).reduce((sum, tick) => sum + tick.events.length, 0),
        )
      }
      if (done === TICKS.length || random() < 0.5) await sink.close()
      else {
        // As after a kill: nobody holds a lock, and the last rows may be there in part.
        for (const lock of [`${path}.lock`, join(path, '_journal.lock')]) rmSync(lock, { force: true })
        if (namesIn(path).includes('_journal') && random() < 0.5)
          writeFileSync(join(path, '_journal'), Buffer.alloc(Math.floor(random() * 64)), { flag: 'a' })
        mkdirSync(join(path, 'session_started'), { recursive: true })
        writeFileSync(join(path, 'session_started/_003.parquet.some-world.tmp'), 'PAR1')
      }
      // Whatever has a table's name is a whole one.
      for (const name of namesIn(path)) if (name.endsWith('.parquet')) parquetMetadata(bytesOf(join(path, name)))
      // The cursor may be behind, by any number of segments.
      while (done > 1 && done < TICKS.length && random() < 0.7) done--
    }
    expect(await idsOf(path)).toEqual(idsIn(EVENTS))
    // Each segment has some type's events; which types it has depends on where the runs ended.
    const segments = new Set(namesIn(path).map((name) => Number(/\/(\d{3})\.parquet$/.exec(name)?.[1])))
    expect(segments.size).toBeGreaterThan(3)
    expect([...segments].sort((a, b) => a - b)).toEqual([...segments.keys()].map((_, segment) => segment))
  })

  it('with something in its way has lost nothing when that is gone', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { ...SMALL, segmentRows: 1 })
    await sink.resume?.(undefined)
    await send(sink, TICKS[0]?.parcel)
    const inTheWay = join(path, 'session_started')
    writeFileSync(inTheWay, '')
    expect(await sink.send(TICKS[1]?.parcel as Parcel, 0)).toMatchObject({ verdict: 'halt' })
    rmSync(inTheWay)
    await send(sink, TICKS[1]?.parcel)
    await sink.close()
    expect(await idsOf(path)).toEqual(idsIn([TICKS[0], TICKS[1]].flatMap((tick) => tick?.events ?? [])))
  })
})

describe('files', () => {
  const WORLD_ID = '0123456789ab'
  /** What a run of a world leaves, and what it said when it began. */
  const run = async (path: string, worldId: string | undefined, mark?: string, ticks = TICKS.slice(0, 3)) => {
    const sink = openParquet(path, SMALL)
    try {
      const note = await sink.resume?.(mark, worldId)
      let last = ''
      for (const { parcel } of ticks) last = await send(sink, parcel)
      return { note, mark: last }
    } finally {
      await sink.close()
    }
  }
  const eventsOf = (from: number, to: number) => TICKS.slice(from, to).flatMap((tick) => tick.events)

  it('of an earlier run of the same world go when it begins anew, and no others', async () => {
    for (const worldId of [WORLD_ID, undefined]) {
      const path = join(folder(), 'events.parquet')
      await run(path, worldId, undefined, TICKS.slice(0, 100))
      const before = namesIn(path)
      expect(before.length).toBeGreaterThan(10)
      const foreign = [
        'notes.parquet',
        'session_started/notes.parquet',
        'session_started/_000.parquet.other.tmp',
        'notes/000.parquet',
      ]
      mkdirSync(join(path, 'notes'))
      for (const name of foreign) writeFileSync(join(path, name), 'x')
      writeFileSync(join(path, `session_started/_001.parquet.${worldId ?? 'some-world'}.tmp`), 'PAR1')
      const { note } = await run(path, worldId)
      expect(note).toBe(
        `${path}: replaces ${before.length + 1} files of events that an earlier run of this world wrote`,
      )
      expect(namesIn(path)).toEqual([...foreign, ...EVENT_TYPES.map((type) => `${type}/000.parquet`)].sort())
      for (const name of foreign) rmSync(join(path, name))
      expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 3)))
    }
  })

  it('of another world, or of nobody that wrote them, are left alone, and named in one line', async () => {
    const theirs = join(folder(), 'events.parquet')
    await run(theirs, 'ba9876543210')
    const opening = `${JSON.stringify({ journal_of: 'ba9876543210', segment: 0, after: 'events=0:00', fields: events.fields })}\n`
    const kinds: [name: string, content: Buffer | string][] = [
      ['session_completed/000.parquet', readFileSync(join(theirs, 'session_completed/000.parquet'))],
      ['session_completed/007.parquet', 'PAR1'],
      ['ib_call_logged/000.parquet', ''],
      ['ib_call_logged/002.parquet', `PAR1${WORLD_ID}PAR1`],
      ['_journal', opening],
      ['_journal', 'notes'],
      ['_journal', ''],
      ['_journal', 'null\n'],
    ]
    for (const [name, content] of kinds) {
      const path = join(folder(), 'events.parquet')
      mkdirSync(join(path, name, '..'), { recursive: true })
      writeFileSync(join(path, name), content)
      await expect(run(path, WORLD_ID)).rejects.toThrow(
        `to ${path}: ${path}/${name} is there already, and not by this world; name another file, or move that one away`,
      )
      expect(namesIn(path)).toEqual([name])
      expect(readFileSync(join(path, name))).toEqual(Buffer.from(content))
    }
  })

  it('that others put beside its own between two runs are left alone, and named in one line', async () => {
    const path = join(folder(), 'events.parquet')
    const { mark } = await run(path, WORLD_ID)
    for (const name of ['session_completed/007.parquet', '_journal']) {
      writeFileSync(join(path, name), 'PAR1')
      const before = namesIn(path).map((each) => readFileSync(join(path, each)))
      await expect(run(path, WORLD_ID, mark)).rejects.toThrow(`${path}/${name} is there already, and not by this world`)
      expect(namesIn(path).map((each) => readFileSync(join(path, each)))).toEqual(before)
      rmSync(join(path, name))
    }
    await run(path, WORLD_ID, mark, TICKS.slice(3, 6))
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 6)))
  })

  it('that others put in the way of a run are not written over: it ends with one line, and goes on from there', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, SMALL)
    await sink.resume?.(undefined, WORLD_ID)
    const mark = await send(sink, TICKS[0]?.parcel)
    const mine = join(path, 'session_started/000.parquet')
    mkdirSync(join(mine, '..'))
    writeFileSync(mine, 'PAR1 of mine')
    await expect(sink.close()).rejects.toThrow('session_started/000.parquet is there already, and not by this world')
    expect(readFileSync(mine, 'utf8')).toBe('PAR1 of mine')
    expect(namesIn(path)).toEqual(['_journal', 'session_started/000.parquet'])
    rmSync(mine)
    await run(path, WORLD_ID, mark, TICKS.slice(1, 2))
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 2)))
  })

  it('that another run is at work on are not touched', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events })
    await sink.resume?.(undefined)
    await send(sink, TICKS[0]?.parcel)
    const second = openParquet(path, { events })
    await expect(second.resume?.(undefined)).rejects.toThrow('another process writes to it')
    await second.close()
    await send(sink, TICKS[1]?.parcel)
    await sink.close()
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 2)))
    expect(readdirSync(join(path, '..'))).toEqual(['events.parquet'])
  })

  it('that are gone altogether begin with what follows, and say so', async () => {
    const path = join(folder(), 'events.parquet')
    const { mark } = await run(path, WORLD_ID)
    rmSync(path, { recursive: true })
    const { note } = await run(path, WORLD_ID, mark, TICKS.slice(3, 5))
    expect(note).toBe(
      `${path}: removed or emptied since ${eventsOf(0, 3).length} events were delivered to it; it begins with what follows them`,
    )
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(3, 5)))
  })

  it('that are not what they were are an error of one line and left as they are', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events })
    await sink.resume?.(undefined, WORLD_ID)
    await send(sink, TICKS[0]?.parcel)
    const mark = await send(sink, TICKS[1]?.parcel)
    for (const lock of [`${path}.lock`, join(path, '_journal.lock')]) rmSync(lock, { force: true })
    const journal = join(path, '_journal')
    const whole = readFileSync(journal)
    const [count, sent] = [eventsOf(0, 2).length, eventsOf(0, 2).length - 1]
    truncateSync(journal, whole.length - 1)
    const going = () => run(path, WORLD_ID, mark, [])
    await expect(going()).rejects.toThrow(
      `to ${path}: ${sent} events long, but ${count} were delivered to it: it was cut or replaced since`,
    )
    const changed = Buffer.from(whole)
    // The instant of the last row, whose id tells it.
    changed.writeDoubleLE(1_700_000_000_000, whole.length - 64)
    changed.writeDoubleLE(1_700_000_000_000, whole.length - 56)
    writeFileSync(journal, changed)
    await expect(going()).rejects.toThrow(`to ${path}: something else was written to it since`)
    writeFileSync(journal, whole.toString('latin1').replace('"causeInstant":"f64"', '"causeInstant":"u32"'), 'latin1')
    await expect(going()).rejects.toThrow(
      `its journal ${journal} is of another version: let that one end what it began`,
    )
    expect(namesIn(path)).toEqual(['_journal'])
    writeFileSync(journal, whole)
    await run(path, WORLD_ID, mark, [])
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 2)))
  })

  it('to which other events come again are an error of one line', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events })
    await sink.resume?.(undefined)
    const mark = await send(sink, TICKS[0]?.parcel)
    await send(sink, TICKS[1]?.parcel)
    await sink.close()
    const again = openParquet(path, { events })
    await again.resume?.(mark)
    const other = TICKS.find(({ parcel }, place) => place > 1 && parcel.count > (TICKS[1]?.parcel.count ?? 0))
    expect(await again.send(other?.parcel as Parcel, 0)).toEqual({
      verdict: 'halt',
      reason: `${path}: it holds other events than those that come again`,
    })
    await again.close()
    expect(await idsOf(path)).toEqual(idsIn(eventsOf(0, 2)))
  })

  it('of the layout of earlier versions are not added to', async () => {
    const path = join(folder(), 'events.parquet')
    const sink = openParquet(path, { events })
    await expect(sink.resume?.('4294967808:0123456789abcdef', WORLD_ID)).rejects.toThrow(
      `to ${path}: begun by an earlier version, as ${path.slice(0, -'.parquet'.length)}.<type>.parquet and not as a folder; name another target`,
    )
    await sink.close()
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('where none can be written are named before anything is sent', () => {
    expect(() => openParquet('/nowhere/events.parquet', { events })).toThrow(
      'to /nowhere/events.parquet: cannot be opened for writing: its directory does not exist',
    )
    const path = join(folder(), 'events.parquet')
    writeFileSync(path, 'PAR1')
    expect(() => openParquet(path, { events })).toThrow(
      `to ${path}: it is there already, and no folder, as Parquet is to be; name another one`,
    )
  })
})
