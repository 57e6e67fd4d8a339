// Measures what a second thread brings, and what keeping a world costs, on all cores (`npm run bench -- threads`):
//
//     threads   a run on two threads to a file, against two processes on one thread each, with half the students, at once: what the
//               machine allows; and its peak memory
//     kept      a run that keeps its world in SQLite, against one that keeps none, both to a file on two threads
//
// In rounds of one after the other, start-up included. Ratios are of pairs in one round. STUDENTS=N for another size. Exit 1 when a
// limit is missed.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulate } from './process.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

const THREADS_RATIO_MIN = 0.95
const BYTES_MAX = 300e6
const KEPT_RATIO_MIN = 0.6
const ROUNDS = 3
const STUDENTS = Number(process.env.STUDENTS ?? 100_000)
const WORLD = { students: STUDENTS, duration: '60d' }
const HALF = { students: STUDENTS / 2, duration: '60d' }
const KEPT = { students: STUDENTS, duration: '20d' }
const TWO = ['--workers', '2']

/** What one round says of one way. */
interface Took {
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
  process.exitCode = [...(await threads()), ...(await kept())].every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function threads(): Promise<boolean[]> {
  const apart = async (): Promise<Took> => {
    const halves = await Promise.all(
      ['a', 'b'].map((name) => simulate(HALF, join(folder, `${name}.ndjson`), ['--workers', '1'])),
    )
    const events = sum(halves.map(({ usage }) => usage.events))
    return {
      eventsASecond: events / Math.max(...halves.map(({ wallSeconds }) => wallSeconds)),
      eventsACpuSecond: events / sum(halves.map(({ usage }) => usage.cpuSeconds)),
      bytes: sum(halves.map(({ usage }) => usage.maxResidentBytes)),
    }
  }
  const rounds = await inRounds({
    apart,
    one: () => alone(WORLD, ['--workers', '1']),
    two: () => alone(WORLD, TWO),
  })
  heading(`${grouped(STUDENTS)} students for ${WORLD.duration} to a file, median of ${ROUNDS} rounds`)
  told('one thread', rounds.one)
  told('two threads', rounds.two)
  told('two processes of half the students each, at once', rounds.apart)
  const bytes = Math.max(...rounds.two.map((took) => took.bytes))
  const fits = verdict('peak memory', `${(bytes / 1e6).toFixed(0)} MB`, `<= ${BYTES_MAX / 1e6} MB`, bytes <= BYTES_MAX)
  return [ratio('two threads against two processes', rounds.two, rounds.apart, THREADS_RATIO_MIN), fits]
}

async function kept(): Promise<boolean[]> {
  const rounds = await inRounds({
    none: () => alone(KEPT, TWO),
    kept: () => alone(KEPT, [...TWO, '--store', `sqlite:${join(folder, 'worlds.db')}`]),
  })
  heading(`${grouped(STUDENTS)} students for ${KEPT.duration} to a file on two threads, median of ${ROUNDS} rounds`)
  told('not kept', rounds.none)
  told('kept in SQLite', rounds.kept)
  return [ratio('kept against not kept', rounds.kept, rounds.none, KEPT_RATIO_MIN)]
}

async function alone(world: typeof WORLD, options: readonly string[]): Promise<Took> {
  const { wallSeconds, usage } = await simulate(world, join(folder, 'events.ndjson'), options)
  const { events, cpuSeconds, maxResidentBytes } = usage
  return { eventsASecond: events / wallSeconds, eventsACpuSecond: events / cpuSeconds, bytes: maxResidentBytes }
}

/** Each way once a round; the first round only warms the disk's and the compiler's caches. */
async function inRounds<Way extends string>(ways: Record<Way, () => Promise<Took>>): Promise<Record<Way, Took[]>> {
  const names = Object.keys(ways) as Way[]
  const rounds = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Way, Took[]>
  for (let round = 0; round <= ROUNDS; round++)
    for (const name of names) {
      const took = await ways[name]()
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      if (round > 0) rounds[name].push(took)
    }
  return rounds
}

function told(name: string, rounds: readonly Took[]): void {
  const middle = (figure: keyof Took) => median(rounds.map((took) => took[figure]))
  row(name, `${grouped(middle('eventsASecond'))} events/s, ${grouped(middle('eventsACpuSecond'))} a CPU second`)
}

function ratio(name: string, rounds: readonly Took[], against: readonly Took[], least: number): boolean {
  const ratios = rounds.map(({ eventsASecond }, round) => eventsASecond / (against[round] as Took).eventsASecond)
  const spread = ratios.map((one) => one.toFixed(2)).join(' ')
  return verdict(`${name} (${spread})`, median(ratios).toFixed(2), `>= ${least}`, median(ratios) >= least)
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, figure) => all + figure, 0)
}
