// The state of a world before any tick of its history, to look at agents: a few are kept, as somebody who looks at one often
// looks at the next.

import { LocalSimulation, recover, WorldError } from '../../engine/index.ts'
import { Marketplace, model } from '../../model/index.ts'
import type { Chronicle } from './chronicle.ts'

const KEPT_MAX = 3

export class Past {
  readonly #chronicle: Chronicle
  readonly #kept = new Map<number, Promise<Marketplace>>()

  constructor(chronicle: Chronicle) {
    this.#chronicle = chronicle
  }

  /** @throws StoreError, WorldError */
  at(tick: number): Promise<Marketplace> {
    const known = this.#kept.get(tick)
    const state = known ?? this.#load(tick)
    this.#kept.delete(tick)
    this.#kept.set(tick, state)
    for (const oldest of this.#kept.keys()) if (this.#kept.size > KEPT_MAX) this.#kept.delete(oldest)
    // What could not be read once may be readable the next time.
    state.catch(() => this.#kept.delete(tick))
    return state
  }

  async #load(tick: number): Promise<Marketplace> {
    const log = this.#chronicle.logAt(tick)
    const head = await log.readHead()
    if (!head) throw new WorldError('there is no such world any more', { code: 'WORLD_DELETED' })
    const simulation = new LocalSimulation(model)
    await recover(log, simulation, head, tick)
    return new Marketplace(simulation.held)
  }
}
