// A world in this thread, as the runner drives it.

import type { ShardTick, Simulation } from '../engine/index.ts'
import { ALL_REGIONS, Marketplace } from './marketplace.ts'
import type { Input } from './rules/inputs.ts'
import { MODEL_VERSION, Shards } from './shards.ts'
import type { Settings } from './state/settings.ts'

export class LocalSimulation implements Simulation {
  readonly modelVersion = MODEL_VERSION
  readonly shards: number
  readonly #held: Shards

  /** @param indexes into REGIONS: the regions that are this world; all */
  constructor(indexes: readonly number[] = ALL_REGIONS) {
    this.shards = indexes.length
    this.#held = new Shards(indexes, true)
  }

  /** Whether the world is on its way to the size that so many students would give it. */
  isSizedFor(students: number): boolean {
    return this.#held.settings.students === students
  }

  /** The whole world as it is now, to look at. */
  get world(): Marketplace {
    return new Marketplace(this.#held)
  }

  async bear(settings: unknown): Promise<number> {
    this.#held.bear(settings as Settings)
    return this.#held.tick
  }

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly Uint8Array[]): Promise<void> {
    this.#held.load(settings as Settings, tick, modelVersion, states)
  }

  async apply(changes: readonly Uint8Array[]): Promise<void> {
    this.#held.apply(changes)
  }

  async ready(): Promise<void> {
    this.#held.ready()
  }

  async step(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][] | null> {
    return this.#held.step(ticks, inputs as readonly Input[])
  }

  async save(shard: number): Promise<Uint8Array> {
    return this.#held.save(shard)
  }
}
