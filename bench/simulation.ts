// Measures whole processes, each pinned to one core, and compares three figures with their limits (`npm run bench -- simulation`):
//
//     throughput   events a second into a file, start-up included, against bench/plain.ts writing as many events
//     scale        CPU time of an event with 1,000,000 students against 10,000
//     memory       peak resident bytes a student with 1,000,000 students
//
// Ratios hold from machine to machine, figures do not. Exit 1 when a limit is missed.

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { binArguments, grouped, heading, median, row, verdict } from './report.ts'

const THROUGHPUT_RATIO_MIN = 2.5
const SCALE_RATIO_MAX = 1.8
const BYTES_PER_STUDENT_MAX = 400
const ROUNDS = 3

// Two months: start-up and compilation count, but do not decide.
const THROUGHPUT = { students: 100_000, duration: '60d' }
// From a world's birth the health windows need 30 days to fill: both sizes run at least that long, so that their events
// are of the same kinds, and the small one longer, so that start-up and compilation do not count. Nothing is kept.
const SMALL = { students: 10_000, duration: '120d' }
const LARGE = { students: 1_000_000, duration: '30d' }

/** What a process says of itself as the last line of its standard error, with TUTORSIM_USAGE=1. */
interface Usage {
  cpuSeconds: number
  maxResidentBytes: number
  events: number
}

interface World {
  students: number
  duration: string
}

const pin = spawnSync('taskset', ['-c', '0', 'true']).status === 0 ? ['taskset', '-c', '0'] : []
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-bench-'))
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(130)
})

try {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
  console.log(pin.length > 0 ? 'Each process is pinned to one core.' : 'No taskset here: processes are not pinned.')
  const verdicts = [await throughput(), ...(await scaleAndMemory())]
  process.exitCode = verdicts.every(Boolean) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function throughput(): Promise<boolean> {
  const file = join(folder, 'events.ndjson')
  const simulator: number[] = []
  const plain: number[] = []
  let events = 0
  for (let round = 0; round <= ROUNDS; round++) {
    const simulated = await simulate(THROUGHPUT, file)
    events = simulated.usage.events
    const written = await run(['bench/plain.ts', '--events', String(events), '--to', file])
    rmSync(file)
    // The first round only warms the disk's and the compiler's caches.
    if (round === 0) continue
    simulator.push(events / simulated.wallSeconds)
    plain.push(events / written.wallSeconds)
  }
  heading(`Throughput: ${describe(THROUGHPUT)}, ${grouped(events)} events to a file, median of ${ROUNDS} rounds`)
  row('tutorsim', `${grouped(median(simulator))} events/s`)
  row('plain generator', `${grouped(median(plain))} events/s`)
  const ratio = median(simulator) / median(plain)
  return verdict('ratio', ratio.toFixed(2), `>= ${THROUGHPUT_RATIO_MIN}`, ratio >= THROUGHPUT_RATIO_MIN)
}

async function scaleAndMemory(): Promise<boolean[]> {
  const small: Usage[] = []
  const large: Usage[] = []
  for (let round = 0; round < ROUNDS; round++) {
    small.push((await simulate(SMALL, '-')).usage)
    large.push((await simulate(LARGE, '-')).usage)
  }
  const smallMicros = median(small.map(cpuMicrosPerEvent))
  const largeMicros = median(large.map(cpuMicrosPerEvent))
  heading(`Scale: user and system CPU time of an event, start-up included, median of ${ROUNDS} rounds`)
  row(`${describe(SMALL)}, ${grouped(small[0]?.events ?? 0)} events`, `${smallMicros.toFixed(3)} µs`)
  row(`${describe(LARGE)}, ${grouped(large[0]?.events ?? 0)} events`, `${largeMicros.toFixed(3)} µs`)
  const ratio = largeMicros / smallMicros
  const scales = verdict('ratio', ratio.toFixed(2), `<= ${SCALE_RATIO_MAX}`, ratio <= SCALE_RATIO_MAX)

  heading(`Memory: peak resident size, ${describe(LARGE)}, the largest of ${ROUNDS} rounds`)
  const bytes = Math.max(...large.map(({ maxResidentBytes }) => maxResidentBytes))
  row('process', `${(bytes / 1e6).toFixed(0)} MB`)
  const each = bytes / LARGE.students
  const fits = verdict(
    'a student',
    `${each.toFixed(0)} B`,
    `<= ${BYTES_PER_STUDENT_MAX}`,
    each <= BYTES_PER_STUDENT_MAX,
  )
  return [scales, fits]
}

async function simulate(world: World, to: string): Promise<{ wallSeconds: number; usage: Usage }> {
  const { wallSeconds, errorText } = await run([
    ...binArguments(),
    'run',
    ...['--store', 'memory'],
    ...['--students', String(world.students)],
    ...['--for', world.duration],
    ...['--warmup', '0d'],
    ...['--workers', '1'],
    ...['--to', to],
  ])
  const usage = JSON.parse(errorText.trimEnd().split('\n').at(-1) ?? '') as Usage
  if (!(usage.events > 0 && usage.cpuSeconds > 0 && usage.maxResidentBytes > 0)) {
    throw new Error(`not a usage line: ${JSON.stringify(usage)}`)
  }
  return { wallSeconds, usage }
}

/** Runs one Node process from start to exit; standard output is thrown away. */
function run(args: string[]): Promise<{ wallSeconds: number; errorText: string }> {
  const [command = '', ...rest] = [...pin, process.execPath, ...args]
  const began = performance.now()
  const child = spawn(command, rest, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TUTORSIM_USAGE: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errorText = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText += text
  })
  return new Promise((resolve, reject) => {
    let wallSeconds = 0
    child.on('error', reject)
    child.on('exit', () => {
      wallSeconds = (performance.now() - began) / 1000
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ wallSeconds, errorText })
      else reject(new Error(`node ${args.join(' ')} ended with ${code ?? signal}: ${errorText.slice(-2000)}`))
    })
  })
}

function cpuMicrosPerEvent(usage: Usage): number {
  return (usage.cpuSeconds * 1e6) / usage.events
}

function describe(world: World): string {
  return `${grouped(world.students)} students for ${world.duration}`
}
