// The simulator from the command line:
//
//     node test/simulator/main.ts --schedules 1000000 --seed 7 --workers 2     many schedules
//     node test/simulator/main.ts --seed 7 --schedule 123                      one again, with what its processes met
//     node test/simulator/main.ts --exhaustive                                 every single fault of a run of 20 ticks
//     node test/simulator/main.ts --outage                                     the endpoint down for a day
//     node test/simulator/main.ts --mutants                                    what it catches, and how soon
//
// Exits with 1 where something was bad, and says how to see it again.

import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { REAL_ENGINE } from './engine.ts'
import { CASTS, everyFault } from './exhaustive.ts'
import { MUTANTS } from './mutants.ts'
import { hunt } from './mutate.ts'
import { runOutage } from './outage.ts'
import { planOf } from './plan.ts'
import { runSchedule } from './schedule.ts'
import { type Bad, runMany } from './sweep.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10000' },
    first: { type: 'string', default: '0' },
    step: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    schedule: { type: 'string' },
    exhaustive: { type: 'boolean', default: false },
    outage: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const began = performance.now()

if (!isMainThread) parentPort?.postMessage(await sweep())
else if (values.schedule !== undefined) await again(Number(values.schedule))
else if (values.exhaustive) await exhaustive()
else if (values.outage) await outage()
else if (values.mutants) await mutants()
else await many()

function sweep(): Promise<Bad[]> {
  const { schedules, first, step } = values
  return runMany(REAL_ENGINE, seed, Number(first), Number(schedules), Number(step))
}

async function many(): Promise<void> {
  const workers = Number(values.workers)
  const bad = (workers === 1 ? [await sweep()] : await Promise.all(Array.from({ length: workers }, besides))).flat()
  for (const { again, wrong } of bad) console.log(`${again}\n    ${wrong.slice(0, 3).join('\n    ')}`)
  report(`${values.schedules} schedules of seed ${seed}`, Number(values.schedules), bad.length)
}

/** The schedules of one thread of several: every so-many-th. */
function besides(_: unknown, number: number): Promise<Bad[]> {
  const argv = [
    '--seed',
    values.seed,
    '--schedules',
    values.schedules,
    '--first',
    String(number),
    '--step',
    values.workers,
  ]
  const { promise, resolve, reject } = Promise.withResolvers<Bad[]>()
  new Worker(new URL(import.meta.url), { argv }).once('message', resolve).once('error', reject)
  return promise
}

async function again(number: number): Promise<void> {
  const verdict = await runSchedule(REAL_ENGINE, planOf(seed, number))
  console.log(JSON.stringify(verdict, null, 2))
  process.exitCode = verdict.wrong.length > 0 ? 1 : 0
}

async function exhaustive(): Promise<void> {
  for (const cast of CASTS) {
    let count = 0
    let bad = 0
    for await (const { name, wrong } of everyFault(REAL_ENGINE, cast)) {
      count++
      if (wrong.length === 0) continue
      bad++
      console.log(`${name}\n    ${wrong.slice(0, 3).join('\n    ')}`)
    }
    report(`every single fault, ${cast}`, count, bad)
  }
}

async function outage(): Promise<void> {
  for (const limited of [false, true]) {
    const { verdict, report: figures } = await runOutage(REAL_ENGINE, limited)
    for (const wrong of verdict.wrong) console.log(wrong)
    console.log(limited ? 'with a limit of the rate:' : 'without a limit of the rate:', figures)
    process.exitCode ||= verdict.wrong.length > 0 ? 1 : 0
  }
}

async function mutants(): Promise<void> {
  let missed = 0
  for (const mutant of MUTANTS) {
    const { name, schedules, wrong } = await hunt(mutant, seed, Number(values.schedules))
    if (schedules === undefined) missed++
    console.log(`${schedules === undefined ? 'missed' : String(schedules).padStart(6)}  ${name}: ${wrong}`)
  }
  report('mutants', MUTANTS.length, missed)
}

function report(what: string, count: number, bad: number): void {
  const seconds = (performance.now() - began) / 1000
  console.log(`${what}: ${count} run, ${bad} bad, ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} a second`)
  process.exitCode ||= bad > 0 ? 1 : 0
}
