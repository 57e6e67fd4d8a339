// The programs that run on a simulated world, put together from the engine as the command line and the Lambda do it.

import type { Head, RunnerOptions, Sink, TickLog, Timer } from '../../engine/index.ts'
import type { Dice } from './dice.ts'
import type { Endpoint } from './endpoint.ts'
import type { Courier, Engine, Outbox, Runner } from './engine.ts'
import { renderTiny, type TinySimulation, tinySimulation } from './model.ts'
import type { Network } from './network.ts'
import { type Plan, START, type WorkerPlan } from './plan.ts'
import type { Process } from './scheduler.ts'
import { connect, type SimulatedStore } from './store.ts'

export const TARGET = 'endpoint'

/** Everything that processes share. */
export interface Surroundings {
  engine: Engine
  plan: Plan
  dice: Dice
  store: SimulatedStore
  endpoint: Endpoint
  network: Network
  /** Inputs given out so far. */
  inputs: number
  /** Those that `take` has confirmed. */
  confirmed: { n: number; position: number; tick: number }[]
  /** Forks begun so far. */
  forks: number
}

const STEP_MILLISECONDS = 2
/** Of forks: that it begins with the oldest checkpoint. */
const AT_THE_OLDEST = 0.5
const AGAIN_MILLISECONDS = 80
/** Of forks: that one lives on for a little, and that it is deleted then. */
const LIVES_ON = 0.5
const IS_DELETED = 0.2
const FORK_TICKS = 3

export interface RecoveredFork {
  states: Uint8Array[]
  /** Its HEADs up to that state: a late request can move it on afterwards, or delete it. */
  heads: Head[]
}

export class Worker {
  readonly process: Process
  /** What went wrong with it, a line each. */
  readonly failures: string[] = []
  /** What went wrong without harm. */
  readonly troubles: string[] = []
  simulation!: TinySimulation
  /** When it had done all that its plan says. */
  endedAt: number | undefined
  #runner!: Runner
  #outbox: Outbox | undefined
  #attempts = 0
  readonly #plan: WorkerPlan
  readonly #around: Surroundings
  readonly #timer: Timer
  readonly #log

  constructor(around: Surroundings, process: Process, plan: WorkerPlan) {
    const { engine, store, network, dice } = around
    this.process = process
    this.#around = around
    this.#plan = plan
    this.#log = connect({ engine, store, network, process, dice, sizes: around.plan.sizes })
    this.#timer = {
      now: () => network.scheduler.now,
      pause: (milliseconds) => network.pause(process, milliseconds),
    }
    this.#boot()
  }

  /** Does what its plan says. */
  async work(): Promise<void> {
    const { kind } = this.#plan
    if (kind === 'run') await this.run()
    else if (kind === 'scheduled') await this.#followSchedule()
    else await this.#operate()
    this.endedAt = this.#timer.now()
  }

  /** Goes on until the last tick is delivered. */
  async run(): Promise<void> {
    while (!(await this.#invoke(this.#around.plan.ticks))) await this.#timer.pause(AGAIN_MILLISECONDS)
  }

  /** A cold start that brings the state up to HEAD. */
  async recover(): Promise<Uint8Array[]> {
    this.#boot()
    return this.#recovered(this.#runner, this.simulation)
  }

  /** … of each fork by its name, or why there is no way to it. */
  async recoverForks(): Promise<Map<string, RecoveredFork | Error>> {
    const { store } = this.#around
    const forks = new Map<string, RecoveredFork | Error>()
    for (const [name, { head, ledger }] of [...store.forks]) {
      if (!head) continue
      const simulation = this.#newSimulation()
      const runner = this.#runnerOf(this.#log.store.world(name), simulation)
      const fork = await this.#recovered(runner, simulation).then(
        (states) => {
          const until = ledger.heads.findIndex(({ attempt }) => attempt === runner.head.attempt) + 1
          return { states, heads: ledger.heads.slice(0, until) }
        },
        (error: Error) => error,
      )
      // Somebody's late request can delete it meanwhile; to ask for it makes an empty one again.
      if (store.forks.get(name)?.head) forks.set(name, fork)
    }
    return forks
  }

  async #recovered(runner: Runner, simulation: TinySimulation): Promise<Uint8Array[]> {
    await runner.open()
    await runner.checkpoint()
    return simulation.state()
  }

  /** Nothing that it held in memory is there any more. */
  #boot(): void {
    this.simulation = this.#newSimulation()
    this.#runner = this.#runnerOf(this.#log, this.simulation, (tick, shards) =>
      this.#outbox?.add(
        tick,
        shards.map(({ events }) => events),
      ),
    )
  }

  #newSimulation(): TinySimulation {
    const { engine, network } = this.#around
    const work = (ticks: number) => network.pause(this.process, STEP_MILLISECONDS * Math.sqrt(ticks), 'step')
    return tinySimulation(engine, this.#plan.modelVersion, work)
  }

  #runnerOf(log: TickLog, simulation: TinySimulation, onCommitted?: RunnerOptions['onCommitted']): Runner {
    const { engine, plan } = this.#around
    const { keepMilliseconds, logFactor, logBytesMin, warmUpSaveMilliseconds } = plan
    return new engine.Runner({
      ...{ log, simulation, timer: this.#timer, newAttempt: this.#newAttempt },
      ...{ keepMilliseconds, logFactor, logBytesMin, warmUpSaveMilliseconds },
      ...(onCommitted ? { onCommitted } : {}),
      onTrouble: (trouble) => this.troubles.push(trouble),
    })
  }

  readonly #newAttempt = (): string => `${this.process.name}-${this.#attempts++}`

  /** Makes a fork of some tick. Some live on, with checkpoints and collections of their own, and some are deleted. */
  async #fork(): Promise<void> {
    const { engine, dice, store: items } = this.#around
    const name = `fork${this.#around.forks++}`
    const { store } = this.#log
    const log = store.world(name)
    // What is about to be collected is where a fork can come too late.
    const oldest = items.manifests.findLast((one) => one.tick >= 0)
    const tick = oldest && dice.chance(AT_THE_OLDEST) ? oldest.tick : dice.below(this.#runner.head.tick + 1)
    try {
      await engine.fork(this.#log, tick, log, this.#newSimulation(), this.#newAttempt(), this.#timer.now())
      if (dice.chance(LIVES_ON)) {
        const runner = this.#runnerOf(log, this.#newSimulation())
        await runner.open()
        for (let left = FORK_TICKS; left > 0; left--) await runner.advance(1)
      }
      if (dice.chance(IS_DELETED)) await store.delete(name)
    } catch (error) {
      // The tick may be collected, and requests fail: what counts is whether a fork that is there is whole.
      this.troubles.push(`${name} at tick ${tick}: ${(error as Error).message}`)
    }
  }

  async #followSchedule(): Promise<void> {
    const { ticks, tickMilliseconds } = this.#around.plan
    for (let run = 0; run < this.#plan.invocations; run++) {
      if (!this.#plan.warm) this.#boot()
      await this.#invoke(Math.min(ticks, 1 + Math.floor((this.#timer.now() - START) / tickMilliseconds)))
      await this.#timer.pause(tickMilliseconds)
    }
  }

  async #operate(): Promise<void> {
    for (let run = 0; run < this.#plan.invocations; run++) {
      await this.#timer.pause(this.#around.dice.between(0, 300))
      await this.#attempt(async () => {
        await this.#runner.open()
        await this.#takeInput()
      })
    }
  }

  async #takeInput(): Promise<void> {
    const n = ++this.#around.inputs
    const taken = await this.#runner.take({ n })
    this.#around.confirmed.push({ n, ...taken })
  }

  /** @returns whether it got to the end */
  async #invoke(target: number): Promise<boolean> {
    return this.#attempt(async () => {
      const { engine, plan, network } = this.#around
      await this.#runner.open(plan.settings)
      // A long warm-up takes several calls, and other processes may make some of them.
      while (!(await this.#runner.begin())) await this.#runner.open()
      const outbox = new engine.Outbox(this.#log, this.#runner.head.tick)
      this.#outbox = outbox
      const sink = this.#around.endpoint.sink(network, this.process, this.#plan, TARGET)
      const courier = this.#newCourier(sink)
      await courier.open(this.#runner.head.tick)
      const deliver = () =>
        courier.deliver(outbox).then(
          () => undefined,
          (error: Error) => error,
        )
      let delivering = this.#plan.concurrent ? deliver() : undefined
      try {
        await this.#advance(target, outbox)
      } finally {
        outbox.close()
        const { stopAfter } = this.#plan
        if (stopAfter !== undefined) void this.#timer.pause(stopAfter).then(() => courier.stop())
        delivering ??= deliver()
        const failure = await delivering
        await sink.close()
        if (failure) this.failures.push(failure.message)
      }
    })
  }

  async #advance(target: number, outbox: Outbox): Promise<void> {
    const { stepTicks, stepsAhead, paceMilliseconds, inputChance, forkChance } = this.#plan
    const runner = this.#runner
    for (;;) {
      const left = target - runner.head.tick
      if (left <= 0) return
      const ticks = Math.min(stepTicks, left)
      await runner.advance(ticks, stepsAhead ? Math.min(stepTicks, left - ticks) : 0)
      outbox.moveTo(runner.head.tick)
      if (this.#around.dice.chance(inputChance)) await this.#takeInput()
      if (forkChance !== undefined && this.#around.dice.chance(forkChance)) await this.#fork()
      if (paceMilliseconds > 0) await this.#timer.pause(paceMilliseconds)
      if (this.#around.dice.chance(0.5)) await runner.open(this.#around.plan.settings)
    }
  }

  async #attempt(act: () => Promise<void>): Promise<boolean> {
    const { length } = this.failures
    await act().catch((error: Error) => this.failures.push(error.message))
    return this.failures.length === length
  }

  #newCourier(sink: Sink): Courier {
    const { engine, dice } = this.#around
    return new engine.Courier({
      ...{ sink, timer: this.#timer, log: this.#log, identity: this.#runner.head.identity },
      random: () => dice.next(),
      render: (events) => renderTiny(events),
      ...this.#plan.courier,
    })
  }
}
