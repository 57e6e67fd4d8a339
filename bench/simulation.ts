// Measures whole processes, each on one core, beside what bounds them and what else could be used (`npm run bench -- simulation`):
//
//     throughput   events a second into a file and to nowhere, against bench/plain.ts writing as many events; beside it the limits of
//                  the machine (bench/limits.ts) and peers: faker, DuckDB, an agent library
//     scale        CPU time of an event with 1,000,000 students against 10,000
//     memory       peak resident bytes a student with 1,000,000 students
//
// Start-up included. STUDENTS=N for another size of the first. Exit 1 when a limit is missed.

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { oneCore, peer, program, simulate, type World } from './process.ts'
import { grouped, heading, median, row, verdict } from './report.ts'
import { aCpuSecond, aSecond, compared, inRounds, measured, ROUNDS, told } from './rounds.ts'

const FILE_RATIO_MIN = 2.5
const NOWHERE_RATIO_MIN = 1.8
const SCALE_RATIO_MIN = 1 / 1.5
const BYTES_A_STUDENT_MAX = 440
const NOWHERE = '/dev/null'

// Two months: start-up and compilation count, but do not decide.
const THROUGHPUT = { students: Number(process.env.STUDENTS ?? 100_000), duration: '60d' }
// From a world's birth the health windows need 30 days to fill: both sizes run at least that long, so that their events
// are of the same kinds, and the small one longer, so that start-up and compilation do not count. Nothing is kept.
const SMALL = { students: 10_000, duration: '120d' }
const LARGE = { students: 1_000_000, duration: '30d' }
/** Of what is as slow as this, a part is enough. */
const SLOW_SHARE = 1 / 8

const pin = oneCore()

await measured(async (folder) => {
  console.log(pin.length > 0 ? 'Each process is on one core.' : 'No taskset here: processes are on any core.')
  return [...(await throughput(folder)), ...(await scaleAndMemory())]
})

async function throughput(folder: string): Promise<boolean[]> {
  const file = join(folder, 'events.ndjson')
  let [events, bytes] = [0, 0]
  const limit = async (what: string, amount: () => number, ...more: string[]) => ({
    ...(await program(['bench/limits.ts', what, String(amount()), ...more], pin)),
    count: events,
  })
  const plain = async (to: string) => ({
    ...(await program(['bench/plain.ts', '--events', String(events), '--to', to], pin)),
    count: events,
  })
  const rounds = await inRounds(
    {
      async file() {
        const took = await simulateAlone(THROUGHPUT, file)
        ;[events, bytes] = [took.count, statSync(file).size]
        return took
      },
      plainFile: () => plain(file),
      nowhere: () => simulateAlone(THROUGHPUT, NOWHERE),
      plainNowhere: () => plain(NOWHERE),
      write: () => limit('write', () => bytes, file),
      copy: () => limit('copy', () => bytes),
      agenda: () => limit('agenda', () => events),
      faker: () => program(['bench/faker.ts', String(Math.round(events * SLOW_SHARE)), file], pin),
      duckdb: () => peer(['bench/peers/duckdb.ts', String(events), file], pin),
      flocc: () => peer(['bench/peers/flocc.ts', String(events)], pin),
    },
    { folder },
  )
  heading(`Throughput: ${describe(THROUGHPUT)}, ${grouped(events)} events, median of ${ROUNDS} rounds`)
  told('to a file', rounds.file)
  told('to nowhere', rounds.nowhere)
  told('plain generator, to a file', rounds.plainFile)
  told('plain generator, to nowhere', rounds.plainNowhere)
  told('limit: the same bytes to a file, by a bare loop', rounds.write)
  told('limit: the same bytes, copied', rounds.copy)
  told('limit: as many agents come due and do nothing', rounds.agenda, 'visits')
  told('faker, to a file', rounds.faker)
  told('DuckDB, rows without state to a file', rounds.duckdb, 'rows')
  told('flocc, agents that count', rounds.flocc, 'visits')
  compared('to a file against the bare loop', [rounds.file, rounds.write], aSecond)
  compared('to a file against faker', [rounds.file, rounds.faker], aSecond)
  compared('to a file against DuckDB, CPU', [rounds.file, rounds.duckdb], aCpuSecond)
  compared('agents that come due against flocc', [rounds.agenda, rounds.flocc], aSecond)
  return [
    compared('to a file against the plain generator', [rounds.file, rounds.plainFile], aSecond, FILE_RATIO_MIN),
    compared('to nowhere against it', [rounds.nowhere, rounds.plainNowhere], aSecond, NOWHERE_RATIO_MIN),
  ]
}

async function scaleAndMemory(): Promise<boolean[]> {
  const { small, large } = await inRounds(
    {
      small: () => simulateAlone(SMALL, NOWHERE),
      large: () => simulateAlone(LARGE, NOWHERE),
    },
    {},
  )
  heading(`Scale: CPU time of an event, median of ${ROUNDS} rounds`)
  row(describe(SMALL), `${(1e6 / median(small.map(aCpuSecond))).toFixed(3)} µs`)
  row(describe(LARGE), `${(1e6 / median(large.map(aCpuSecond))).toFixed(3)} µs`)
  const scales = compared('events a CPU second of the large one', [large, small], aCpuSecond, SCALE_RATIO_MIN)

  heading(`Memory: peak resident size, ${describe(LARGE)}, the largest of ${ROUNDS} rounds`)
  const bytes = Math.max(...large.map(({ maxResidentBytes }) => maxResidentBytes))
  const each = bytes / LARGE.students
  row('process', `${(bytes / 1e6).toFixed(0)} MB`)
  return [
    scales,
    verdict('a student', `${each.toFixed(0)} B`, `<= ${BYTES_A_STUDENT_MAX}`, each <= BYTES_A_STUDENT_MAX),
  ]
}

/** In one thread. */
function simulateAlone(world: World, to: string): ReturnType<typeof simulate> {
  return simulate(world, to, ['--workers', '1'], pin)
}

function describe(world: World): string {
  return `${grouped(world.students)} students for ${world.duration}`
}
