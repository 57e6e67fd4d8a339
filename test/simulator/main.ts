// Schedules from the command line:
//
//     node test/simulator/main.ts --schedules 1000000 --seed 7 --workers 2      many
//     node test/simulator/main.ts --seed 7 --schedule 123                       one again, with what its processes met
//
// Exits with 1 at the first bad schedule and says how to see it again.

import { parseArgs } from 'node:util'
import { REAL_ENGINE } from './engine.ts'
import { planOf } from './plan.ts'
import { runSchedule } from './schedule.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    schedule: { type: 'string' },
  },
})
const seed = Number(values.seed)
if (values.schedule !== undefined) {
  const verdict = await runSchedule(REAL_ENGINE, planOf(seed, Number(values.schedule)))
  console.log(JSON.stringify(verdict, null, 2))
  process.exit(verdict.wrong.length ? 1 : 0)
}
const began = Date.now()
let bad = 0
const count = Number(values.schedules)
const kinds = new Map<string, number[]>()
for (let n = 0; n < count; n++) {
  const verdict = await runSchedule(REAL_ENGINE, planOf(seed, n))
  if (verdict.wrong.length) {
    bad++
    const key = (verdict.wrong[0] ?? '').replace(/\d+/g, '#')
    kinds.set(key, [...(kinds.get(key) ?? []), n])
  }
  if (n % 100 === 99) await new Promise(setImmediate)
}
for (const [k, l] of kinds) console.log(l.length, k, l.slice(0, 6).join(' '))
const s = (Date.now() - began) / 1000
console.log(`${count} schedules, ${bad} bad, ${s} s, ${(count / s).toFixed(0)}/s`)
