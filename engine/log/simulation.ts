// A world as the runner drives it: it can be stepped, saved and loaded again. It consists of shards that never meet, so they
// can live in as many threads.

import type { ShardTick } from './record.ts'

/** Of a shard, saved; undefined where it is not wanted. */
export type State = Uint8Array | undefined

export interface Simulation {
  /** Of the rules and the rows' meaning. */
  readonly modelVersion: number
  /** The oldest model whose worlds these rules go on with; of those before, only what is committed counts. */
  readonly goesOnFrom: number
  readonly shards: number
  /** What of a world's settings shapes its stream; JSON. */
  shapeOf(settings: unknown): unknown
  /** When a tick begins; milliseconds since 1970. */
  instantOf(settings: unknown, tick: number): number
  /** A world at its birth. Returns its first tick: 0, or a negative one where it warms up first. */
  bear(settings: unknown): Promise<number>
  /**
   * Puts a saved state in the place of whatever was there. `apply` and `ready` follow.
   * @param tick that the state is before
   * @param states of all shards, which are handed over; missing where a shard is not wanted, which then does not live
   * @throws CodecError
   */
  load(settings: unknown, tick: number, modelVersion: number, states: readonly State[]): Promise<void>
  /** Brings what was loaded past the next tick. @throws CodecError */
  apply(shards: readonly Uint8Array[]): Promise<void>
  /** Loaded and brought up to date: steps may follow, if the model that wrote it is one that these rules go on with. */
  ready(): Promise<void>
  /**
   * Simulates the next so many ticks.
   * @param inputs that take effect with the first of them
   * @returns for each tick what it did to each shard; null where all of them are before tick 0, as a warm-up is not kept
   */
  step(ticks: number, inputs: readonly unknown[]): Promise<ShardTick[][] | null>
  /** What one shard tells of itself, to be shown without reading its state; JSON. */
  tell?(shard: number): Promise<unknown>
  /** Bytes that are the caller's own: the state of one shard before the next tick; before `ready`, as the model that wrote it has it. */
  save(shard: number): Promise<Uint8Array>
}
