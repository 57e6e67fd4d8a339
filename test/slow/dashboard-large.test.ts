// A world of 20,000 students on show: what it costs to go to any instant of its 30 days, and that what is kept in memory does
// not grow with what was lived. By the processor's time, which other work on the machine does not change.

import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, HOUR } from '../../engine/index.ts'
import { SETTINGS, type Shown, START, show } from '../dashboard/shown.ts'

const DAYS = 30
const STEPS = 90
let shown: Shown
beforeAll(async () => {
  shown = await show({ days: DAYS, settings: { ...SETTINGS, students: 20_000, tick: '15m' } })
})
afterAll(() => shown?.close())

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}

/** Milliseconds of the processor that each answer takes, its reader's part included. */
async function cost(pathAt: (at: number) => string): Promise<number[]> {
  const costs: number[] = []
  for (let step = 0; step < STEPS; step++) {
    const before = process.cpuUsage()
    await shown.get(pathAt(START + Math.floor((DAYS * DAY * (step + 0.5)) / STEPS)))
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / 1000)
  }
  return costs
}

it('a drag over the whole history answers each step within 50 ms', async () => {
  expect(median(await cost((at) => `/api/view?at=${at}`))).toBeLessThan(50)
  expect(median(await cost((at) => `/api/state?at=${at}`))).toBeLessThan(50)
})

it('… and with a person open beside it, too', async () => {
  const { events } = await shown.get('/api/feed?type=session_completed&limit=1')
  const [{ payload }] = events
  for (const id of [payload.student_id, payload.tutor_id])
    expect(median(await cost((at) => `/api/person/${id}?at=${at}`))).toBeLessThan(250)
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is reachable: the rest is collected first, buffers too, which are let go of after the objects that had them. */
async function bytesAlive(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect()
    await sleep(50)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

it('twelve hours more leave the memory about where it was', async () => {
  const present = (): number => shown.stage.clock?.present ?? 0
  const lived = async (hours: number): Promise<void> => {
    const to = Math.floor(present()) + hours * HOUR
    await shown.post('/api/control', { action: 'jump', at: to })
    await shown.until(() => present() >= to)
  }
  await lived(12)
  const before = await bytesAlive()
  await lived(12)
  // The log of a test is in memory, with its rows, changes and checkpoints; beside it what is shown.
  expect((await bytesAlive()) - before).toBeLessThan(24e6)
})
