// Measures what it costs to write files of each kind, on all cores (`npm run bench -- files`):
//
//     parquet    events a second against NDJSON; peak memory; and events a second of CPU time against DuckDB, which writes rows
//                that it makes up to Parquet
//     zstd       events a second against NDJSON
//     write      beside them, what the file system takes of the same bytes: the limit of all of them
//
// Start-up included. STUDENTS=N for another size. Exit 1 when a limit is missed.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { peer, program, simulate } from './process.ts'
import { grouped, heading } from './report.ts'
import { aCpuSecond, aSecond, compared, held, inRounds, measured, ROUNDS, told } from './rounds.ts'

const PARQUET_RATIO_MIN = 0.5
const PARQUET_BYTES_MAX = 400e6
const DUCKDB_SHARE_MIN = 1 / 3
const ZST_RATIO_MIN = 0.8
const WORLD = { students: Number(process.env.STUDENTS ?? 100_000), duration: '60d' }

await measured(async (folder) => {
  const file = (name: string): string => join(folder, name)
  let events = 0
  let bytes = 0
  const { ndjson, write, parquet, zst, duckdb } = await inRounds(
    {
      async ndjson() {
        const took = await simulate(WORLD, file('events.ndjson'))
        events = took.count
        bytes = statSync(file('events.ndjson')).size
        return took
      },
      write: async () => ({
        ...(await program(['bench/limits.ts', 'write', String(bytes), file('bare')])),
        count: events,
      }),
      parquet: () => simulate(WORLD, file('events.parquet')),
      zst: () => simulate(WORLD, file('events.ndjson.zst')),
      duckdb: () => peer(['bench/peers/duckdb.ts', String(events), file('made.parquet')]),
    },
    { folder },
  )
  heading(
    `${grouped(WORLD.students)} students for ${WORLD.duration}, ${grouped(events)} events, median of ${ROUNDS} rounds`,
  )
  told('the bytes of NDJSON, written by a bare loop', write)
  told('events.ndjson', ndjson)
  told('events.parquet', parquet)
  told('events.ndjson.zst', zst)
  told('DuckDB, rows without state to Parquet', duckdb, 'rows')
  return [
    compared('events.parquet against NDJSON', [parquet, ndjson], aSecond, PARQUET_RATIO_MIN),
    compared('events.ndjson.zst against NDJSON', [zst, ndjson], aSecond, ZST_RATIO_MIN),
    held('events.parquet, peak memory', parquet, PARQUET_BYTES_MAX),
    compared('events.parquet against DuckDB, CPU', [parquet, duckdb], aCpuSecond, DUCKDB_SHARE_MIN),
  ]
})
