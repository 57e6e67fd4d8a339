// Measures what a backfill by periods costs beside one life (`npm run bench -- backfill`): the function's own handler writes a year
// of a region as one part; and as twelve, month by month after its silent pass, in as many processes at once as there are cores,
// each of which takes one invocation after the other, as Lambda's environments do. CPU of all processes, their start-up included;
// the bucket is a stand-in on loopback. STUDENTS=N for another size of the world, ROUNDS=N for more or fewer. Exit 1 when the limit is
// missed.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BackfillPart, BackfillPass } from '../lambda/backfill.ts'
import { type Buckets, openBuckets } from '../test/aws/bucket.ts'
import type { Took } from './process.ts'
import { grouped, heading } from './report.ts'
import { aCpuSecond, compared, inRounds, measured, told } from './rounds.ts'

/** CPU of all parts at most one and a half times that of one. */
const SHARE_MIN = 1 / 1.5
/** Of fewer, what a process costs before it is warm decides. */
const STUDENTS = process.env.STUDENTS ?? '100000'
const CORES = availableParallelism()
const PROGRAM = fileURLToPath(new URL('./backfill-part.ts', import.meta.url))
const REGION = 'midwest'
const MONTHS = Array.from({ length: 13 }, (_, month) => new Date(Date.UTC(2026, month)).toISOString())
const PARTS = MONTHS.slice(1).map((_, month) => partOf(month, month + 1))

type Asked = BackfillPart | BackfillPass

/** A process that takes one invocation after the other. */
class Invoked {
  /** What it has cost so far. */
  took!: Took
  readonly #process
  readonly #ended

  constructor({ url }: Buckets) {
    this.#process = fork(PROGRAM, [url, STUDENTS])
    this.#ended = once(this.#process, 'exit')
  }

  async ask(asked: Asked): Promise<void> {
    const answered = once(this.#process, 'message')
    this.#process.send(asked)
    const [answer] = await Promise.race([answered, this.#ended])
    if (typeof answer !== 'object') throw new Error(`${JSON.stringify(asked)} ended with ${answer}`)
    this.took = answer
  }

  end(): void {
    this.#process.disconnect()
  }
}

await measured(async () => {
  const s3 = await openBuckets()
  try {
    const ways = {
      year: () => taken(s3, [[partOf(0, 12)]]),
      months: () => taken(s3, [[{ region: REGION, parts: PARTS }], PARTS]),
    }
    const { year, months } = await inRounds(ways, {})
    heading(`${REGION} of ${grouped(Number(STUDENTS))} students, a year to Parquet`)
    told('as one part', year)
    told('as 12 parts and the pass before', months)
    return [compared('events a CPU second against those of one part', [months, year], aCpuSecond, SHARE_MIN)]
  } finally {
    s3.close()
  }
})

function partOf(from: number, to: number): BackfillPart {
  const [start = ''] = MONTHS
  return { region: REGION, start, from: MONTHS[from] as string, to: MONTHS[to] as string }
}

/** @param stages what is asked for at once, by whichever process is free; one stage after the other */
async function taken(s3: Buckets, stages: readonly (readonly Asked[])[]): Promise<Took> {
  const began = performance.now()
  const pool: Invoked[] = []
  try {
    for (const stage of stages) {
      const left = [...stage]
      const work = async (_: unknown, place: number): Promise<void> => {
        for (let next = left.shift(); next; next = left.shift()) {
          pool[place] ??= new Invoked(s3)
          await pool[place].ask(next)
        }
      }
      await Promise.all(Array.from({ length: Math.min(CORES, stage.length) }, work))
    }
    const sum = (figure: keyof Took): number => pool.reduce((all, { took }) => all + took[figure], 0)
    return {
      count: sum('count'),
      wallSeconds: (performance.now() - began) / 1000,
      cpuSeconds: sum('cpuSeconds'),
      maxResidentBytes: Math.max(...pool.map(({ took }) => took.maxResidentBytes)),
    }
  } finally {
    for (const invoked of pool) invoked.end()
    rmSync(join(s3.folder, 'histories'), { recursive: true, force: true })
  }
}
