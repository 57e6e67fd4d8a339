// Measures how fast `check` reads beside a bare loop of JSON.parse over the same file (`npm run bench -- check`), in CPU time with
// start-up: whole processes, each on one core, in pairs. Both kinds of stream are judged: from a world's birth on, and from the
// midst of its life. Exit 1 when a limit is missed.

import { join } from 'node:path'
import { oneCore, program, simulate } from './process.ts'
import { binArguments, grouped, heading, row } from './report.ts'
import { aCpuSecond, compared, inRounds, measured, told } from './rounds.ts'

const RATIO_MIN = 0.65
const PAIRS = 7
const STUDENTS = 20_000
/** Start-up and compilation count, but do not decide. */
const DURATION = '120d'

const pin = oneCore()

await measured(async (folder) => [
  await measure(folder, 'from birth on', '0d'),
  await measure(folder, 'from mid-life', '35d'),
])

async function measure(folder: string, name: string, warmup: string): Promise<boolean> {
  const file = join(folder, 'events.ndjson')
  await simulate({ students: STUDENTS, duration: DURATION }, file, ['--warmup', warmup])
  const { count } = await program(['bench/bare-parse.ts', file])
  const { check, parse } = await inRounds(
    {
      check: async () => ({ ...(await program([...binArguments(), 'check', file], pin)), count }),
      parse: () => program(['bench/bare-parse.ts', file], pin),
    },
    { rounds: PAIRS },
  )
  heading(`check ${name}: ${grouped(STUDENTS)} students for ${DURATION}, ${grouped(count)} lines, ${PAIRS} pairs`)
  told('check', check, 'lines')
  told('JSON.parse', parse, 'lines')
  row('check, resident', `${Math.round(Math.max(...check.map((one) => one.maxResidentBytes)) / 1e6)} MB`)
  return compared('check against JSON.parse, CPU', [check, parse], aCpuSecond, RATIO_MIN)
}
