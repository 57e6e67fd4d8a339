// A few hundred schedules of the fault simulator, and that it is fair: reproducible, and not blind. Many more are in
// slow/simulator.test.ts.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REAL_ENGINE } from './simulator/engine.ts'
import { MUTANTS } from './simulator/mutants.ts'
import { hunt } from './simulator/mutate.ts'
import { runStop } from './simulator/outage.ts'
import { planOf } from './simulator/plan.ts'
import { runSchedule } from './simulator/schedule.ts'
import { runMany } from './simulator/sweep.ts'

// Another seed each time would make a failure come and go; the slow suite takes one of the day.
const SEED = 1

test('whatever goes wrong, each event arrives in order, nothing is lost and the world is as it would have been', {
  timeout: 60_000,
}, async () => {
  expect(await runMany(REAL_ENGINE, SEED, 0, 300)).toEqual([])
})

test('a schedule is its seed and number: run again it is the same to the last millisecond', async () => {
  const names = [3, 14, 159, 265]
  const run = () => Promise.all(names.map((number) => runSchedule(REAL_ENGINE, planOf(SEED, number))))
  expect(await run()).toEqual(await run())
})

// One of a million schedules: the write that ends a delivery came late, when the next one had sent more and had died.
test('an end that comes late says nothing of the delivery after it', async () => {
  expect((await runSchedule(REAL_ENGINE, planOf(7, 41_870))).wrong).toEqual([])
})

test('a delivery that is told to stop while the endpoint is down ends with the answers to what is in flight', async () => {
  const { verdict, tookMilliseconds } = await runStop(REAL_ENGINE)
  expect(verdict.wrong).toEqual([])
  expect(tookMilliseconds).toBeLessThan(1000)
})

test('an engine that delivers before it commits is caught', { timeout: 30_000 }, async () => {
  const mutant = MUTANTS.find(({ name }) => name === 'delivered-before-committed')
  expect(mutant && (await hunt(mutant, SEED, 100)).schedules).toBeGreaterThan(0)
})

test('each rule that a mutant leaves out stands once in the engine', () => {
  const missing = MUTANTS.flatMap(({ name, edits }) =>
    edits.map(({ file, from }) => {
      const found = readFileSync(new URL(`../engine/${file}`, import.meta.url), 'utf8').split(from).length - 1
      return `${name}: ${found} times in ${file}`
    }),
  ).filter((line) => !line.includes(': 1 times'))
  expect(missing).toEqual([])
})

test('a mutant whose text is no longer in the engine says so', async () => {
  const mutant = { name: 'gone', edits: [{ file: 'log/runner.ts', from: 'no such text', to: '' }] }
  await expect(hunt(mutant, SEED, 1)).rejects.toThrow(
    'mutant gone: its text is 0 times in engine/log/runner.ts, expected once: no such text',
  )
})
