// What a model is to the host: the port that whoever simulates something fills. A model says which tables a shard of its
// world has, what is due on their rows, and what its events look like; the engine does the rest.

import type { EventCatalogue } from '../delivery/catalogue.ts'
import type { Wire } from '../delivery/wire.ts'
import { TIME_END } from '../kernel/clock.ts'
import type { Table } from '../kernel/table.ts'
import type { World } from '../kernel/world.ts'

/** What every world is born with; a model's own settings extend it. All of it but the tick shapes the stream. */
export interface WorldSettings {
  /** Any text: the key of all chance. */
  readonly seed: string
  /** Tick 0 begins here; milliseconds since 1970. */
  readonly start: number
  /** Length of a tick. */
  readonly tickMilliseconds: number
  /** Simulated unheard before `start`: whole ticks. */
  readonly warmupMilliseconds: number
}

/** What shapes the stream: ticks are only what it is cut into. */
export function shapeOf({ tickMilliseconds: _, ...shape }: WorldSettings): object {
  return shape
}

/** When a tick begins; milliseconds since 1970. */
export function instantOf({ start, tickMilliseconds }: WorldSettings, tick: number): number {
  return start + tick * tickMilliseconds
}

/** The tick that would end after the end of simulated time: no world comes further. */
export function lastTickOf({ start, tickMilliseconds }: WorldSettings): number {
  return Math.floor((TIME_END - start) / tickMilliseconds)
}

/** A part of a world that never meets the others: tables, and what is due on their rows. */
export interface ModelShard<Input = unknown> {
  /** All state there is. */
  readonly tables: readonly Table[]
  /** What happened since the rows were cleared last, in order. */
  readonly events: Table
  /** True: nobody hears of what happens, so events need not be kept. */
  silent: boolean
  /** Fills the empty tables with the world's birth, and comes to life. @param now milliseconds since 1970 */
  bear(now: number): void
  /** Comes to life from what the tables hold. */
  start(now: number): void
  /** After `bear` or `start`. */
  readonly world: World
  /** Takes an input that was found valid, to hold from `now` on. */
  take(input: Input, now: number): void
  /**
   * What a target that is new to the world has to be told first: an event for each thing that stands, in the order of kind and
   * agent, each of the instant `now`, before anything happens in it. Changes nothing. Missing: there is nothing to tell.
   */
  standing?(now: number): Table
  /** What is to be told of it where worlds are listed, without reading its state; JSON. */
  tell?(): unknown
}

/** Tables that hold a shard as an older version wrote it, and how it becomes one of today. */
export interface OlderTables<Settings, Shard> {
  readonly tables: readonly Table[]
  convert(shard: Shard, settings: Settings): void
}

export interface Model<
  Settings extends WorldSettings = WorldSettings,
  Input = unknown,
  Shard extends ModelShard<Input> = ModelShard<Input>,
> {
  /** Of the rules and the rows' meaning; goes up with whatever changes the stream of a seed. */
  readonly version: number
  /** The oldest version whose worlds these rules go on with: 1 where it is not said. Of those before, `older` is to be looked at. */
  readonly goesOnFrom?: number
  /** `import.meta.url` of the module that exports this model as `model`: threads load it from there. */
  readonly module: string
  /** Relative sizes of the shards, one each. */
  readonly shardSizes: readonly number[]
  readonly events: EventCatalogue
  /** A shard with empty tables. @param index into `shardSizes` */
  shard(index: number, settings: Settings): Shard
  /** @throws CodecError where no such version is known */
  older?(version: number): OlderTables<Settings, Shard>
  /** Mean events an hour, roughly: decides how much is simulated at once, and whether threads pay. */
  eventsPerHour(settings: Settings): number
  /** @param now from when it is to hold @throws Error of one line where it breaks a rule */
  checkInput(input: unknown, settings: Settings, now: number): void
  /** What befalls events on their way, of what a run is told: plain JSON, which cursors keep. Missing: nothing can. */
  wireOf?(told: unknown): Wire
}
