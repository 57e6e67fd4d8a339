// Many schedules, one after the other.

import type { Engine } from './engine.ts'
import { planOf } from './plan.ts'
import { runSchedule } from './schedule.ts'

/** A bad schedule. */
export interface Bad {
  /** The command that runs it again. */
  again: string
  wrong: string[]
}

/** So many bad ones are enough. */
const BAD_MAX = 20
/** Schedules between two looks at what else the process has to do. */
const AT_ONCE = 50

/** Schedules `first`, `first + step`, … below `end`. */
export async function runMany(engine: Engine, seed: number, first: number, end: number, step = 1): Promise<Bad[]> {
  const bad: Bad[] = []
  for (let number = first, count = 1; number < end && bad.length < BAD_MAX; number += step, count++) {
    const { wrong } = await runSchedule(engine, planOf(seed, number))
    if (wrong.length > 0) bad.push({ again: `node test/simulator/main.ts --seed ${seed} --schedule ${number}`, wrong })
    if (count % AT_ONCE === 0) await new Promise(setImmediate)
  }
  return bad
}
