// What it takes to go on with a large kept world, and to look at it (`npm run bench -- opening`): each command in a process of its
// own, start-up included, on a SQLite file. `STUDENTS=200000` for a smaller world, whose limits of time are as much lower.
// Exit 1 where a limit is missed.

import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './process.ts'
import { binArguments, grouped, heading, median, row, verdict } from './report.ts'
import { measured, ROUNDS } from './rounds.ts'

const STUDENTS = Number(process.env.STUDENTS ?? 1_000_000)
const MILLION = 1_000_000
const DURATION = '2d'
/** At a million students. */
const BYTES_A_STUDENT_MAX = 600
const SECONDS_MAX = { next: 2.5, worlds: 0.5, show: 2.5, fork: 1 }
const FORK_MEGABYTES_MAX = 1
/** An empty process, which a smaller world does not make shorter. */
const START_SECONDS = 0.25

interface Way {
  title: string
  limit: number
  /** Command and what follows it. @param round from 0 on */
  command(round: number): readonly string[]
}

const WAYS: readonly Way[] = [
  { title: '`worlds`', limit: SECONDS_MAX.worlds, command: () => ['worlds'] },
  { title: '`show` of a student', limit: SECONDS_MAX.show, command: () => ['show', 'stu_1042'] },
  // Not at a checkpoint.
  {
    title: '`fork` at an old tick',
    limit: SECONDS_MAX.fork,
    command: (round) => ['fork', 'default@100', '--as', `fork-${round}`],
  },
]

await measured(async (folder) => {
  const store = ['--store', `sqlite:${join(folder, 'worlds.db')}`]
  const size = ['--students', String(STUDENTS), '--for', DURATION]
  const born = await run([...binArguments(), 'run', ...size, ...store, '--to', '/dev/null'])
  heading(`A kept world of ${grouped(STUDENTS)} students, ${DURATION} after 35 of warm-up`)
  row('birth, warm-up and life', `${born.wallSeconds.toFixed(1)} s, ${born.cpuSeconds.toFixed(1)} s of CPU`)
  row('store', `${grouped(bytesOf(folder) / MILLION)} MB`)
  const bytes = born.maxResidentBytes / STUDENTS
  const isAll = STUDENTS >= MILLION
  const [held, heldMost] = ['peak memory a student', `<= ${BYTES_A_STUDENT_MAX} B`]
  const verdicts: boolean[] = []
  // Of a smaller world the process itself is the most of it.
  if (isAll) verdicts.push(verdict(held, `${bytes.toFixed(0)} B`, heldMost, bytes <= BYTES_A_STUDENT_MAX))
  else row(held, `${bytes.toFixed(0)} B`)
  const within = (seconds: number): number =>
    isAll ? seconds : Math.max(2 * START_SECONDS, (seconds * STUDENTS) / MILLION)
  for (const { title, limit, command } of WAYS) {
    const before = bytesOf(folder)
    const took = []
    for (let round = 0; round < ROUNDS; round++)
      took.push(await run(['--import', './bench/print-usage.ts', ...binArguments(), ...command(round), ...store]))
    const seconds = median(took.map(({ wallSeconds }) => wallSeconds))
    const cpu = median(took.map(({ cpuSeconds }) => cpuSeconds))
    const most = within(limit)
    verdicts.push(
      verdict(`${title}, CPU ${cpu.toFixed(2)} s`, `${seconds.toFixed(2)} s`, `<= ${most} s`, seconds <= most),
    )
    if (!command(0).includes('fork')) continue
    const more = (bytesOf(folder) - before) / MILLION / ROUNDS
    verdicts.push(
      verdict(
        'a fork in the store',
        `${more.toFixed(2)} MB`,
        `<= ${FORK_MEGABYTES_MAX} MB`,
        more <= FORK_MEGABYTES_MAX,
      ),
    )
  }
  const began: number[] = []
  for (let round = 0; round < ROUNDS; round++) began.push(await nextTick(store))
  const [seconds, most] = [median(began), within(SECONDS_MAX.next)]
  verdicts.push(verdict('from the start to the next tick', `${seconds.toFixed(2)} s`, `<= ${most} s`, seconds <= most))
  return verdicts
})

function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

/** Seconds until the first event of a tick more is there. */
function nextTick(store: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [...binArguments(), 'run', ...store, '--ticks', '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let seconds = Number.NaN
  child.stdout.once('data', () => {
    seconds = (performance.now() - began) / 1000
  })
  child.stdout.resume()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(seconds) : reject(new Error(`run ended with ${code}`))))
  })
}
