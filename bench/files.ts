// Measures what it costs to write files of each kind, in rounds of one process after the other on all cores
// (`npm run bench -- files`):
//
//     parquet    events a second against NDJSON, start-up included; peak memory; and events a second of CPU time against
//                DuckDB, which writes rows that it makes up to Parquet (needs `npm ci --prefix test/aws`)
//     zstd       events a second against NDJSON
//     write      beside them, what the file system takes of the same bytes: the limit of all of them
//
// Ratios hold from machine to machine, figures do not. Exit 1 when a limit is missed.

import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulate } from './process.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

const PARQUET_RATIO_MIN = 0.5
const PARQUET_BYTES_MAX = 400e6
const DUCKDB_SHARE_MIN = 1 / 3
const ZST_RATIO_MIN = 0.8
const ROUNDS = 3
const WORLD = { students: Number(process.env.STUDENTS ?? 100_000), duration: '60d' }
const PIECE_BYTES = 1 << 20

const KINDS = ['events.ndjson', 'events.parquet', 'events.ndjson.zst'] as const
type Kind = (typeof KINDS)[number]
interface Round {
  eventsASecond: number
  eventsACpuSecond: number
  bytes: number
}

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(130)
})

try {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
  process.exitCode = (await files()).every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function files(): Promise<boolean[]> {
  const rounds: Record<Kind, Round[]> = { 'events.ndjson': [], 'events.parquet': [], 'events.ndjson.zst': [] }
  const written: number[] = []
  const made: number[] = []
  let events = 0
  for (let round = 0; round <= ROUNDS; round++) {
    for (const kind of KINDS) {
      const file = join(folder, kind)
      const { wallSeconds, usage } = await simulate(WORLD, file)
      events = usage.events
      const eventsASecond = events / wallSeconds
      if (kind === 'events.ndjson' && round > 0) written.push(events / secondsToWrite(statSync(file).size))
      rmSync(file, { recursive: true })
      // The first round only warms the disk's and the compiler's caches.
      if (round === 0) continue
      rounds[kind].push({ eventsASecond, eventsACpuSecond: events / usage.cpuSeconds, bytes: usage.maxResidentBytes })
    }
    const rows = await duckdb(events)
    if (rows !== undefined && round > 0) made.push(rows)
  }
  return told(rounds, written, made, events)
}

function told(rounds: Record<Kind, Round[]>, written: number[], made: number[], events: number): boolean[] {
  const figure = (kind: Kind, name: keyof Round) => median(rounds[kind].map((round) => round[name]))
  heading(
    `${grouped(WORLD.students)} students for ${WORLD.duration}, ${grouped(events)} events, median of ${ROUNDS} rounds`,
  )
  row('the bytes of NDJSON, written by a bare loop', `${grouped(median(written))} events/s`)
  for (const kind of KINDS)
    row(
      kind,
      `${grouped(figure(kind, 'eventsASecond'))} events/s, ${grouped(figure(kind, 'eventsACpuSecond'))} a CPU second`,
    )
  const ratio = (kind: Kind) =>
    median(
      rounds[kind].map(
        ({ eventsASecond }, round) => eventsASecond / (rounds['events.ndjson'][round] as Round).eventsASecond,
      ),
    )
  const spread = (kind: Kind) =>
    rounds[kind]
      .map(({ eventsASecond }, round) =>
        (eventsASecond / (rounds['events.ndjson'][round] as Round).eventsASecond).toFixed(2),
      )
      .join(' ')
  const limits: boolean[] = []
  for (const [kind, least] of [
    ['events.parquet', PARQUET_RATIO_MIN],
    ['events.ndjson.zst', ZST_RATIO_MIN],
  ] as const)
    limits.push(
      verdict(`${kind} against NDJSON (${spread(kind)})`, ratio(kind).toFixed(2), `>= ${least}`, ratio(kind) >= least),
    )
  const bytes = Math.max(...rounds['events.parquet'].map((round) => round.bytes))
  limits.push(
    verdict(
      'peak memory of Parquet',
      `${(bytes / 1e6).toFixed(0)} MB`,
      `<= ${PARQUET_BYTES_MAX / 1e6} MB`,
      bytes <= PARQUET_BYTES_MAX,
    ),
  )
  if (made.length === 0) {
    row('DuckDB', 'npm ci --prefix test/aws')
    return limits
  }
  row('DuckDB, rows without state to Parquet', `${grouped(median(made))} a CPU second`)
  const share = figure('events.parquet', 'eventsACpuSecond') / median(made)
  limits.push(
    verdict(
      'events.parquet against that',
      share.toFixed(2),
      `>= ${DUCKDB_SHARE_MIN.toFixed(2)}`,
      share >= DUCKDB_SHARE_MIN,
    ),
  )
  return limits
}

/** Writes so many bytes as a file, a megabyte at a time, and nothing else. */
function secondsToWrite(bytes: number): number {
  const piece = Buffer.alloc(PIECE_BYTES, '{"event_id":"sess_1767571223152_2734.started",')
  const began = performance.now()
  const file = openSync(join(folder, 'bare'), 'w')
  for (let left = bytes; left > 0; left -= PIECE_BYTES) writeSync(file, piece, 0, Math.min(left, PIECE_BYTES))
  closeSync(file)
  rmSync(join(folder, 'bare'))
  return (performance.now() - began) / 1000
}

/** Rows a CPU second of DuckDB, which makes the rows of a session that begins up and writes them; nothing where it is missing. */
async function duckdb(rows: number): Promise<number | undefined> {
  const subjects =
    "['Mathematics', 'Physics', 'Chemistry', 'Biology', 'English', 'History', 'Computer Science', 'Spanish', 'French']"
  const any = (list: string, length: number): string => `(${list})[1 + floor(random() * ${length})::INT]`
  const sql = `COPY (
    SELECT 'sess_' || instant || '_' || student || '.started' AS event_id, NULL::VARCHAR AS caused_by,
      make_timestamptz(instant * 1000) AS timestamp, 'simulator' AS source, 'sess_' || instant || '_' || student AS session_id,
      'stu_' || student AS student_id, 'tut_' || tutor AS tutor_id, ${any(subjects, 9)} AS subject,
      ${any("['one_on_one', 'group', 'instant_book']", 3)} AS session_type, ${any('[30, 60, 90]', 3)} AS minutes
    FROM (SELECT 1767571200000 + range * 3000 AS instant, 1000 + floor(random() * 100000)::INT AS student,
      100 + floor(random() * 8000)::INT AS tutor FROM range(${rows})))
    TO '${join(folder, 'made.parquet')}' (FORMAT parquet, CODEC zstd)`
  try {
    const { DuckDBInstance } = createRequire(new URL('../test/aws/package.json', import.meta.url))('@duckdb/node-api')
    const connection = await (await DuckDBInstance.create()).connect()
    const before = process.cpuUsage()
    await connection.run(sql)
    const { user, system } = process.cpuUsage(before)
    connection.closeSync()
    rmSync(join(folder, 'made.parquet'))
    return rows / ((user + system) / 1e6)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
