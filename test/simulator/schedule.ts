// Runs one schedule from its plan to its verdict.

import { check, checkForks } from './checks.ts'
import { Endpoint } from './endpoint.ts'
import type { Engine } from './engine.ts'
import { Network } from './network.ts'
import { finisher, NO_FAULTS, type Plan, START } from './plan.ts'
import { Process, Scheduler } from './scheduler.ts'
import { SimulatedStore } from './store.ts'
import { type Surroundings, Worker } from './worker.ts'

export interface Verdict {
  name: string
  /** What is wrong, a line each; none: the schedule is good. */
  wrong: string[]
  /** What the processes met with. */
  troubles: string[]
  /** Milliseconds, simulated. */
  took: number
}

/** Lets the last requests of killed processes still hit the one that ends the schedule. */
const GRACE_MILLISECONDS = 30

/** @param inspect says what else is wrong */
export async function runSchedule(
  engine: Engine,
  plan: Plan,
  inspect: (around: Surroundings, workers: readonly Worker[], states: readonly Uint8Array[]) => string[] = () => [],
): Promise<Verdict> {
  const scheduler = new Scheduler(START, plan.eventsMax)
  const store = new SimulatedStore()
  const { dice } = plan
  const endpoint = new Endpoint(scheduler, store, plan)
  const network = new Network(scheduler, plan.faults, dice, plan.latencies)
  const around: Surroundings = { engine, plan, dice, store, endpoint, network, inputs: 0, confirmed: [], forks: 0 }
  const workers = plan.workers.map(
    (worker, number) => new Worker(around, new Process(scheduler, `process${number}`), worker),
  )
  const wrong: string[] = []
  for (const [number, worker] of workers.entries())
    worker.process.at(START + (plan.workers[number]?.startsAfter ?? 0), () => void guarded(() => worker.work(), wrong))
  const last = new Worker(around, new Process(scheduler, 'last'), finisher(plan))
  let states: Uint8Array[] = []
  let forks: Awaited<ReturnType<Worker['recoverForks']>> = new Map()
  scheduler.at(START + plan.endsAfter, () => {
    for (const { process } of workers) process.kill()
    endpoint.options.outages = []
    network.faults = NO_FAULTS
  })
  scheduler.at(START + plan.endsAfter + dice.between(0, GRACE_MILLISECONDS), () => {
    void guarded(async () => {
      await last.run()
      forks = await last.recoverForks()
      states = await last.recover()
    }, wrong)
  })
  if (!(await scheduler.run())) wrong.push('the schedule does not come to an end')
  else if (states.length === 0) wrong.push('the last process waits for ever')
  else wrong.push(...check(around, states), ...checkForks(around, forks), ...inspect(around, workers, states))
  for (const trouble of last.failures) wrong.push(`the last process, with nothing going wrong: ${trouble}`)
  const troubles = workers.flatMap((worker) =>
    [...worker.failures, ...worker.troubles].map((trouble) => `${worker.process.name}: ${trouble}`),
  )
  return { name: plan.name, wrong, troubles, took: scheduler.now - START }
}

/** What must not happen: an error that gets past a process's own handling. */
async function guarded(run: () => Promise<void>, wrong: string[]): Promise<void> {
  try {
    await run()
  } catch (error) {
    wrong.push(`a process died of ${(error as Error).message}`)
  }
}
