// Measures whole processes, each pinned to one core, and compares three figures with their limits (`npm run bench -- simulation`):
//
//     throughput   events a second into a file, start-up included, against bench/plain.ts writing as many events
//     scale        CPU time of an event with 1,000,000 students against 10,000
//     memory       peak resident bytes a student with 1,000,000 students
//
// Ratios hold from machine to machine, figures do not. Exit 1 when a limit is missed.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, simulate, type Usage, type World } from './process.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

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
    const simulated = await simulateAlone(THROUGHPUT, file)
    events = simulated.usage.events
    const written = await run(['bench/plain.ts', '--events', String(events), '--to', file], pin)
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
    small.push((await simulateAlone(SMALL, '-')).usage)
    large.push((await simulateAlone(LARGE, '-')).usage)
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

/** In one thread. */
function simulateAlone(world: World, to: string): ReturnType<typeof simulate> {
  return simulate(world, to, ['--workers', '1'], pin)
}

function cpuMicrosPerEvent(usage: Usage): number {
  return (usage.cpuSeconds * 1e6) / usage.events
}

function describe(world: World): string {
  return `${grouped(world.students)} students for ${world.duration}`
}
