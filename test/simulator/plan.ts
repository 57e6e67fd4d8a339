// What a schedule is about, drawn from its number: who runs when and how, and what goes wrong how often.

import type { CourierOptions } from '../../engine/index.ts'
import { Dice } from './dice.ts'
import type { TinySettings } from './model.ts'
import { type Call, type Fault, type Faults, type Latencies, POSSIBLE } from './network.ts'
import type { StoreSizes } from './store.ts'

export const START = 1_767_571_200_000

export interface WorkerPlan {
  /**
   * run: goes on until the last tick is delivered, whatever happens. scheduled: some invocations that each bring the world
   * up to where it should be by then and deliver. operator: only puts inputs in.
   */
  kind: 'run' | 'scheduled' | 'operator'
  /** Milliseconds after the schedule's start. */
  startsAfter: number
  modelVersion: number
  streams: number
  /** Events in a batch at the most. */
  batch: number
  /** Ticks committed at once. */
  stepTicks: number
  /** The next ticks are stepped while those before are committed. */
  stepsAhead: boolean
  /** Pause after each commit. */
  paceMilliseconds: number
  /** Delivers while it steps, or after. */
  concurrent: boolean
  /** Of a scheduled one. */
  invocations: number
  /** Its state outlives an invocation. */
  warm: boolean
  /** Milliseconds of delivery after which it is told to stop; none: never. */
  stopAfter?: number
  /** Chance that it takes an input after a commit. */
  inputChance: number
  /** … and that it makes a fork of some tick; none: never. */
  forkChance?: number
  courier: Partial<CourierOptions>
}

export interface Plan {
  name: string
  dice: Dice
  ticks: number
  settings: TinySettings
  workers: WorkerPlan[]
  faults: Faults
  /** No fault, and nobody runs beside another. */
  clean: boolean
  /** When all are killed and faults end, milliseconds after the start. */
  endsAfter: number
  latencies: Latencies
  outages: (readonly [number, number])[]
  poisonOneIn: number
  /** Of two processes that deliver the same, one would be told that the other has delivered. */
  knowsRepeats: boolean
  /** What the endpoint does with batches, see EndpointOptions. */
  judgesEach: boolean
  putsOffOneIn: number
  batchMax: number
  tickMilliseconds: number
  keepMilliseconds: number
  logFactor: number
  logBytesMin: number
  warmUpSaveMilliseconds: number
  sizes: StoreSizes
  /** More would be going round in circles. */
  eventsMax?: number
}

export const NO_FAULTS: Faults = { next: () => undefined }

export const USUAL_SIZES: StoreSizes = { partBytes: 100_000, pageTicks: 3, deletedAtOnce: 3 }
export const LATENCIES: Latencies = { call: [1, 12], late: [20, 4000], freeze: [60, 2500] }
/** A courier that tries again soon. */
export const BRISK = { backoffFloorMilliseconds: 20, backoffCeilingMilliseconds: 300, canaryMilliseconds: 200 }
const RATES = [0, 0.003, 0.01, 0.02, 0.04, 0.08, 0.2]

export function planOf(seed: number, number: number): Plan {
  const plan = anyPlan(new Dice(seed, number), `${seed}/${number}`)
  if (!plan.dice.chance(0.05)) return plan
  const crowd = crowded(plan)
  return plan.dice.chance(0.4) ? forking(crowd) : crowd
}

/** One process collects all the time, another makes one fork after the other, and is often late with what it holds. */
function forking(plan: Plan): Plan {
  const { dice, faults } = plan
  const [collecting, forks] = plan.workers as [WorkerPlan, WorkerPlan]
  return {
    ...plan,
    workers: [
      { ...collecting, forkChance: 0 },
      { ...forks, forkChance: 1 },
    ],
    faults: {
      next: (call) => (call === 'hold' && dice.chance(0.4) ? 'frozen unsent' : faults.next(call)),
    },
    ...{ ticks: 40, latencies: { call: [1, 12], late: [50, 1500], freeze: [100, 1000] } },
    sizes: { ...plan.sizes, deletedAtOnce: 3 },
  }
}

/**
 * Processes that get in each other's way while one or the other is frozen: many records are left behind, and what is not
 * needed any more is deleted item by item under the eyes of those that are late.
 */
function crowded(plan: Plan): Plan {
  const { dice } = plan
  const workers = [...plan.workers, ...plan.workers, ...plan.workers].slice(0, 4).map((worker, number): WorkerPlan => {
    const courier = { ...worker.courier, queueLimit: 1 + dice.below(4), cursorMilliseconds: 0 }
    const steady = { kind: 'run', concurrent: true, stepTicks: 1, paceMilliseconds: 0 } as const
    return { ...worker, ...steady, startsAfter: 40 * number, inputChance: 0.5, courier }
  })
  const faults = randomFaults(dice, dice.pick([0.03, 0.06, 0.1]), [
    'frozen unsent',
    'frozen under way',
    'late',
    'rejected after',
  ])
  return {
    ...{
      ...plan,
      workers,
      faults,
      clean: false,
      knowsRepeats: false,
      outages: [],
      keepMilliseconds: 0,
      logFactor: 0.2,
      logBytesMin: 0,
    },
    ...{ ticks: 20, endsAfter: 7000, latencies: { call: [1, 12], late: [50, 1500], freeze: [100, 1500] } },
    sizes: { partBytes: 100_000, pageTicks: 1, deletedAtOnce: 1 },
  }
}

function anyPlan(dice: Dice, name: string): Plan {
  const warmUpTicks = dice.chance(0.04) ? 200 : 0
  const deploys = warmUpTicks === 0 && dice.chance(0.12)
  const streams = 1 + dice.below(5)
  const streamsChange = dice.chance(0.08)
  const span = dice.between(50, 1500)
  const workers = Array.from({ length: 1 + dice.below(4) }, () => {
    const startsAfter = dice.between(0, span)
    const modelVersion = deploys && startsAfter > span / 3 && dice.chance(0.7) ? 2 : 1
    return workerOf(dice, startsAfter, modelVersion, streamsChange ? 1 + dice.below(5) : streams)
  })
  const rate = dice.pick(RATES)
  const [alone] = workers.length === 1 ? workers : []
  const from = START + dice.between(0, 1500)
  const outages: Plan['outages'] = dice.chance(0.3) ? [[from, from + dice.between(50, 2500)]] : []
  const clean = rate === 0 && alone !== undefined && alone.stopAfter === undefined && outages.length === 0
  return {
    name,
    dice,
    ticks: dice.pick([5, 9, 13, 20]),
    settings: { seed: dice.below(0x7fffffff), warmUpTicks },
    workers,
    faults: randomFaults(dice, rate, someFaults(dice)),
    clean,
    // What nothing goes wrong in may come to its end.
    endsAfter: clean ? 60_000 : dice.between(1500, 7000),
    latencies: LATENCIES,
    outages,
    poisonOneIn: dice.chance(0.3) ? 12 : 0,
    knowsRepeats: alone !== undefined && dice.chance(0.5),
    judgesEach: dice.chance(0.5),
    putsOffOneIn: dice.pick([0, 4, 10]),
    batchMax: dice.pick([3, 100, 100]),
    tickMilliseconds: dice.between(10, 150),
    keepMilliseconds: dice.pick([0, 50, 300, 2000]),
    logFactor: dice.pick([0.2, 1, 3]),
    logBytesMin: dice.pick([0, 700, 2000, 1 << 20]),
    warmUpSaveMilliseconds: dice.pick([1, 30, 10_000]),
    sizes: { partBytes: dice.pick([250, 100_000]), pageTicks: 1 + dice.below(3), deletedAtOnce: 1 + dice.below(3) },
  }
}

function workerOf(dice: Dice, startsAfter: number, modelVersion: number, streams: number): WorkerPlan {
  return {
    kind: dice.pick(['run', 'run', 'scheduled', 'scheduled', 'operator']),
    startsAfter,
    modelVersion,
    streams,
    batch: dice.pick([1, 1, 2, 5, 20]),
    stepTicks: dice.pick([1, 1, 2, 5]),
    // Not drawn: schedules keep their numbers.
    stepsAhead: Math.floor(startsAfter) % 2 === 1,
    paceMilliseconds: dice.pick([0, 0, 20, 100]),
    concurrent: dice.chance(0.7),
    invocations: 1 + dice.below(5),
    warm: dice.chance(0.5),
    ...(dice.chance(0.2) ? { stopAfter: dice.between(0, 800) } : {}),
    inputChance: dice.pick([0, 0, 0.1, 0.4]),
    ...(Math.floor(startsAfter) % 5 === 3 ? { forkChance: 0.3 } : {}),
    courier: {
      ...BRISK,
      queueLimit: dice.pick([1, 5, 30, 20_000]),
      cursorMilliseconds: dice.pick([0, 50, 250]),
      ...(dice.chance(0.2) ? { giveUpMilliseconds: dice.between(100, 1000) } : {}),
    },
  }
}

/** One that finishes what the others have left. */
export function finisher(plan: Plan): WorkerPlan {
  const { streams, batch, modelVersion } = plan.workers.reduce((a, b) => (b.modelVersion > a.modelVersion ? b : a))
  return {
    ...{
      kind: 'run',
      startsAfter: 0,
      modelVersion,
      streams,
      batch,
      stepTicks: 3,
      stepsAhead: true,
      paceMilliseconds: 0,
      concurrent: true,
    },
    ...{ invocations: 1, warm: true, inputChance: 0, courier: BRISK },
  }
}

/** Each kind of fault is in a schedule or not, so that some see one kind only. */
function someFaults(dice: Dice): Fault[] {
  const rare: readonly Fault[] = ['damaged', 'halted']
  const all = new Set(Object.values(POSSIBLE).flat())
  return [...all].filter((fault) => dice.chance(rare.includes(fault) ? 0.3 : 0.6))
}

function randomFaults(dice: Dice, rate: number, kinds: readonly Fault[]): Faults {
  const possible = Object.fromEntries(
    Object.entries(POSSIBLE).map(([call, faults]) => [call, faults.filter((fault) => kinds.includes(fault))]),
  ) as unknown as Record<Call, Fault[]>
  return {
    next(call) {
      if (rate === 0 || !dice.chance(rate) || possible[call].length === 0) return
      return dice.pick(possible[call])
    },
  }
}
