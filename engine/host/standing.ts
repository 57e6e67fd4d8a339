// What stands before a tick: the opening of a delivery to a target that is new to a world. Looked up in the state at hand, or in
// the one that the log leads back to, as the target may have heard only a part of it when an earlier run ended.

import { recover } from '../log/recovery.ts'
import type { Runner } from '../log/runner.ts'
import type { TickLog } from '../log/ticklog.ts'
import type { LiveSimulation } from './shards.ts'

export interface StandingOptions {
  /** What lives. */
  simulation: LiveSimulation
  /** Of a world that is kept. */
  log: TickLog | undefined
  runner: Runner | undefined
  /** Another simulation of the same shards, with nothing in it. */
  another(): LiveSimulation
}

export class Standing {
  readonly #options: StandingOptions
  /** Kept until all have heard it. */
  #known: { tick: number; rows: Promise<Uint8Array[]> } | undefined

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** Rows of the events that tell it, for each shard. @param tick of a world that is kept; of another, what stands now */
  before(tick: number): Promise<Uint8Array[]> {
    if (this.#known?.tick !== tick) this.#known = { tick, rows: this.#look(tick) }
    return this.#known.rows
  }

  forget(): void {
    this.#known = undefined
  }

  async #look(tick: number): Promise<Uint8Array[]> {
    const { log, runner, simulation, another } = this.#options
    if (!log || !runner || (runner.isWarm && runner.head.tick === tick)) return simulation.standing()
    const then = another()
    await recover(log, then, runner.head, tick)
    return then.standing()
  }
}
