// Measures what a second thread brings, and what keeping a world costs, on all cores (`npm run bench -- threads`):
//
//     threads   a run on two threads to a file, against two processes on one thread each, with half the students, at once: what the
//               machine allows; and its peak memory
//     kept      a run that keeps its world in SQLite, against one that keeps none, both to a file on two threads
//
// Start-up included. STUDENTS=N for another size. Exit 1 when a limit is missed.

import { join } from 'node:path'
import { simulate } from './process.ts'
import { grouped, heading } from './report.ts'
import { aSecond, compared, held, inRounds, measured, ROUNDS, together, told } from './rounds.ts'

const THREADS_RATIO_MIN = 0.95
const BYTES_MAX = 300e6
const KEPT_RATIO_MIN = 0.6
const STUDENTS = Number(process.env.STUDENTS ?? 100_000)
const WORLD = { students: STUDENTS, duration: '60d' }
const HALF = { students: STUDENTS / 2, duration: '60d' }
const KEPT = { students: STUDENTS, duration: '20d' }
const ONE = ['--workers', '1']
const TWO = ['--workers', '2']

await measured(async (folder) => [...(await threads(folder)), ...(await kept(folder))])

async function threads(folder: string): Promise<boolean[]> {
  const file = join(folder, 'events.ndjson')
  const { one, two, apart } = await inRounds(
    {
      apart: async () => together(await Promise.all([file, `${file}.2.ndjson`].map((to) => simulate(HALF, to, ONE)))),
      one: () => simulate(WORLD, file, ONE),
      two: () => simulate(WORLD, file, TWO),
    },
    { folder },
  )
  heading(`${grouped(STUDENTS)} students for ${WORLD.duration} to a file, median of ${ROUNDS} rounds`)
  told('one thread', one)
  told('two threads', two)
  told('two processes of half the students each, at once', apart)
  compared('two threads against one', [two, one], aSecond)
  return [
    compared('… against two processes', [two, apart], aSecond, THREADS_RATIO_MIN),
    held('peak memory', two, BYTES_MAX),
  ]
}

async function kept(folder: string): Promise<boolean[]> {
  const file = join(folder, 'events.ndjson')
  const rounds = await inRounds(
    {
      none: () => simulate(KEPT, file, TWO),
      kept: () => simulate(KEPT, file, [...TWO, '--store', `sqlite:${join(folder, 'worlds.db')}`]),
    },
    { folder },
  )
  heading(`${grouped(STUDENTS)} students for ${KEPT.duration} to a file on two threads, median of ${ROUNDS} rounds`)
  told('not kept', rounds.none)
  told('kept in SQLite', rounds.kept)
  return [compared('kept against not kept', [rounds.kept, rounds.none], aSecond, KEPT_RATIO_MIN)]
}
