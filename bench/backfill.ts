// Measures what a backfill by periods costs beside one life (`npm run bench -- backfill`): the function's own handler, a process
// for each part and as many at once as there are cores, writes a year of a region month by month, after its silent pass; and in one
// process it writes the year as one part. CPU of all processes, their start-up included; the bucket is a stand-in on loopback.
//
// STUDENTS=N for another size of the world. Exit 1 when the limit is missed.

import { rmSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BackfillPart, BackfillPass } from '../lambda/backfill.ts'
import { openBuckets } from '../test/aws/bucket.ts'
import { run } from './process.ts'
import { grouped, heading, median, row, verdict } from './report.ts'

const CPU_RATIO_MAX = 1.5
const ROUNDS = 3
const STUDENTS = Number(process.env.STUDENTS ?? 100_000)
const CORES = availableParallelism()
const PROGRAM = fileURLToPath(new URL('./backfill-part.ts', import.meta.url))
const REGION = 'midwest'
const MONTHS = Array.from({ length: 13 }, (_, month) => new Date(Date.UTC(2026, month)).toISOString())
const YEAR = partOf(0, 12)
const PARTS = MONTHS.slice(1).map((_, month) => partOf(month, month + 1))

interface Cost {
  cpuSeconds: number
  wallSeconds: number
  bytes: number
  events: number
}

const s3 = await openBuckets()
process.once('SIGINT', () => {
  s3.close()
  process.exit(130)
})

try {
  console.log(`Node ${process.version}, ${CORES} cores, ${cpus()[0]?.model ?? 'unknown processor'}`)
  process.exitCode = (await backfill()) ? 0 : 1
} finally {
  s3.close()
}

function partOf(from: number, to: number): BackfillPart {
  const [start = ''] = MONTHS
  return { region: REGION, start, from: MONTHS[from] as string, to: MONTHS[to] as string }
}

async function backfill(): Promise<boolean> {
  const rounds: { year: Cost; pass: Cost; parts: Cost }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const year = await cost([YEAR])
    const pass = await cost([{ region: REGION, parts: PARTS }])
    const parts = await cost(PARTS)
    if (parts.events !== year.events) throw new Error(`${parts.events} events in months, ${year.events} in one year`)
    rmSync(join(s3.folder, 'histories'), { recursive: true })
    // The first round only warms the disk's and the compiler's caches.
    if (round > 0) rounds.push({ year, pass, parts })
  }
  const [first] = rounds as [(typeof rounds)[number]]
  heading(
    `${REGION} of ${grouped(STUDENTS)} students, a year to Parquet, ${grouped(first.year.events)} events, median of ${ROUNDS} rounds`,
  )
  for (const [name, way] of [
    ['one process', 'year'],
    ['the silent pass', 'pass'],
    ['12 parts', 'parts'],
  ] as const) {
    const of = (figure: keyof Cost) => median(rounds.map((round) => round[way][figure]))
    row(name, `${of('cpuSeconds').toFixed(1)} s of CPU, ${of('wallSeconds').toFixed(1)} s`)
    row('  peak memory of a process', `${(of('bytes') / 1e6).toFixed(0)} MB`)
  }
  const ratios = rounds.map(({ year, pass, parts }) => (pass.cpuSeconds + parts.cpuSeconds) / year.cpuSeconds)
  const spread = ratios.map((ratio) => ratio.toFixed(2)).join(' ')
  return verdict(
    `CPU of pass and parts against that of one process (${spread})`,
    median(ratios).toFixed(2),
    `<= ${CPU_RATIO_MAX}`,
    median(ratios) <= CPU_RATIO_MAX,
  )
}

/** Of a process for each, as many at once as there are cores. */
async function cost(asked: readonly (BackfillPart | BackfillPass)[]): Promise<Cost> {
  const began = performance.now()
  const left = [...asked]
  const all = { cpuSeconds: 0, bytes: 0, events: 0 }
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const usage = await run([PROGRAM, JSON.stringify(next), s3.url, String(STUDENTS)])
      all.cpuSeconds += usage.cpuSeconds
      all.events += usage.events
      all.bytes = Math.max(all.bytes, usage.maxResidentBytes)
    }
  }
  await Promise.all(Array.from({ length: CORES }, worker))
  return { ...all, wallSeconds: (performance.now() - began) / 1000 }
}
