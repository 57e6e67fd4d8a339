// A world that lives in this thread, as the runner and the host drive it.

import type { ShardTick } from '../log/record.ts'
import type { Simulation } from '../log/simulation.ts'
import type { Model, ModelShard, WorldSettings } from './model.ts'
import { Shards } from './shards.ts'

/** A simulation that can also only live on, of which nothing is kept. */
export interface LiveSimulation extends Simulation {
  /** Does what is due before an instant. Returns each shard's rows of events since the last call. */
  advance(until: number): Promise<Uint8Array[]>
  close(): Promise<void>
}

/** Indexes of all shards of a model. */
export function allShards({ shardSizes }: Pick<Model, 'shardSizes'>): number[] {
  return shardSizes.map((_, index) => index)
}

export class LocalSimulation<
  Settings extends WorldSettings = WorldSettings,
  Input = unknown,
  Shard extends ModelShard<Input> = ModelShard<Input>,
> implements LiveSimulation
{
  readonly modelVersion: number
  readonly shards: number
  /** What it holds, to look at. */
  readonly held: Shards<Settings, Input, Shard>

  /** @param indexes the shards that are this world; all @param keepsChanges false: `step` is never called */
  constructor(
    model: Model<Settings, Input, Shard>,
    indexes: readonly number[] = allShards(model),
    keepsChanges = true,
  ) {
    this.modelVersion = model.version
    this.shards = indexes.length
    this.held = new Shards(model, indexes, keepsChanges)
  }

  async bear(settings: unknown): Promise<number> {
    this.held.bear(settings as Settings)
    return this.held.tick
  }

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly Uint8Array[]): Promise<void> {
    this.held.load(settings as Settings, tick, modelVersion, states)
  }

  async apply(changes: readonly Uint8Array[]): Promise<void> {
    this.held.apply(changes)
  }

  async ready(): Promise<void> {
    this.held.ready()
  }

  async step(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][] | null> {
    return this.held.step(ticks, inputs as readonly Input[])
  }

  async advance(until: number): Promise<Uint8Array[]> {
    this.held.advance(until)
    return this.held.events().map((rows) => rows.slice())
  }

  async save(shard: number): Promise<Uint8Array> {
    return this.held.save(shard)
  }

  async close(): Promise<void> {}
}
