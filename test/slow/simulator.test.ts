// The fault simulator at length. A seed of its own for each run: what fails says how to run it again.

import { describe, expect, test } from 'vitest'
import { REAL_ENGINE } from '../simulator/engine.ts'
import { CASTS, everyFault } from '../simulator/exhaustive.ts'
import { MUTANTS } from '../simulator/mutants.ts'
import { hunt } from '../simulator/mutate.ts'
import { runOutage } from '../simulator/outage.ts'
import { runMany } from '../simulator/sweep.ts'
import { sweep } from '../sweep.ts'

const SCHEDULES = sweep(10_000, 4000)
/** Each run looks at some of them, and another at others. */
const MUTANTS_MET = sweep(MUTANTS.length, Math.ceil(MUTANTS.length / 3))
/** Far above what any mutant takes. */
const SCHEDULES_A_MUTANT = 10_000

const seed = Number(process.env.SIMULATOR_SEED ?? Math.floor(Date.now() / 1000) % 1_000_000)

test(`${SCHEDULES} schedules of seed ${seed} are good`, async () => {
  expect(await runMany(REAL_ENGINE, seed, 0, SCHEDULES)).toEqual([])
})

describe('in a run of 20 ticks any single call may go wrong in any way', () => {
  for (const cast of CASTS)
    test(`of a run ${cast}`, async () => {
      let count = 0
      for await (const { name, wrong } of everyFault(REAL_ENGINE, cast)) {
        expect(wrong, name).toEqual([])
        count++
      }
      expect(count).toBeGreaterThan(1000)
    })
})

describe('the endpoint is down for a day', () => {
  for (const limited of [true, false])
    test(`its backlog drains oldest first and carefully, ${limited ? 'within' : 'without a limit of'} the rate, and the world is where it would have been`, async () => {
      const { verdict, report } = await runOutage(REAL_ENGINE, limited)
      expect(verdict.wrong).toEqual([])
      expect(report.backlog).toBeGreaterThan(4000)
      console.log(JSON.stringify(report))
    })
})

describe('an engine with one rule left out is caught', () => {
  const met = MUTANTS.map((_, place) => MUTANTS[(seed + place) % MUTANTS.length] as (typeof MUTANTS)[number])
  for (const mutant of met.slice(0, MUTANTS_MET))
    test(mutant.name, async () => {
      const { schedules, wrong } = await hunt(mutant, 1, SCHEDULES_A_MUTANT)
      expect(schedules, 'no schedule showed it').toBeGreaterThan(0)
      console.log(`${mutant.name}: ${schedules} schedules until ${wrong}`)
    })
})
