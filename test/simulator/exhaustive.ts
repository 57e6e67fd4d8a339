// Every single fault: a run of 20 ticks in which nothing goes wrong is run again for each of its calls and each thing that
// can go wrong with that call, once.

import { Dice } from './dice.ts'
import type { Engine } from './engine.ts'
import { type Call, type Fault, type Faults, POSSIBLE } from './network.ts'
import { BRISK, LATENCIES, type Plan, START, USUAL_SIZES, type WorkerPlan } from './plan.ts'
import { runSchedule, type Verdict } from './schedule.ts'

/** One process alone, alone with batches that are judged event by event, or two that overlap, with batches judged whole. */
export const CASTS = ['alone', 'in batches', 'overlapping'] as const
export type Cast = (typeof CASTS)[number]

/** Bad or good, one for each call and fault. */
export async function* everyFault(engine: Engine, cast: Cast): AsyncGenerator<Verdict> {
  const calls: Call[] = []
  yield await runSchedule(engine, planWith(cast, 'nothing goes wrong', recorder(calls)))
  for (const [number, call] of calls.entries())
    for (const fault of POSSIBLE[call])
      yield await runSchedule(engine, planWith(cast, `call ${number} (${call}): ${fault}`, single(number, fault)))
}

function recorder(calls: Call[]): Faults {
  return { next: (call) => void calls.push(call) }
}

function single(number: number, fault: Fault): Faults {
  let count = 0
  return { next: () => (count++ === number ? fault : undefined) }
}

function planWith(cast: Cast, name: string, faults: Faults): Plan {
  const isAlone = cast !== 'overlapping'
  const batch = cast === 'alone' ? 1 : 4
  const worker: WorkerPlan = {
    ...{
      kind: 'run',
      startsAfter: 0,
      modelVersion: 1,
      streams: 3,
      batch,
      stepTicks: 2,
      stepsAhead: true,
      paceMilliseconds: 10,
      warm: true,
    },
    ...{ concurrent: true, invocations: 4, inputChance: 0.2, courier: { ...BRISK, cursorMilliseconds: 100 } },
  }
  return {
    name: `${cast}, ${name}`,
    dice: new Dice(20),
    ticks: 20,
    settings: { seed: 20, warmUpTicks: 0 },
    workers: isAlone ? [worker] : [worker, { ...worker, kind: 'scheduled', startsAfter: 150, stepTicks: 1 }],
    faults,
    clean: isAlone && name === 'nothing goes wrong',
    endsAfter: 8000,
    latencies: LATENCIES,
    outages: isAlone ? [] : [[START + 300, START + 400]],
    poisonOneIn: 12,
    ...{ knowsRepeats: isAlone, judgesEach: isAlone, putsOffOneIn: isAlone ? 5 : 0, batchMax: 100 },
    tickMilliseconds: 80,
    ...{ keepMilliseconds: 100, logFactor: 1, logBytesMin: 0, warmUpSaveMilliseconds: 10_000 },
    sizes: USUAL_SIZES,
  }
}
