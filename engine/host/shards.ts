// Some of a world's shards, alive in one thread: born, or loaded and brought up to date, then stepped tick by tick; and
// the same as a simulation that runner and host drive.

import type { Lines } from '../delivery/lines.ts'
import { applyChanges, CodecError, decodeCheckpoint, encodeChanges, encodeCheckpoint } from '../kernel/codec.ts'
import { freshLike } from '../kernel/memory.ts'
import type { Table } from '../kernel/table.ts'
import type { ShardTick } from '../log/record.ts'
import type { Simulation, State } from '../log/simulation.ts'
import { instantOf, type Model, type ModelShard, type OlderTables, shapeOf, type WorldSettings } from './model.ts'
import { orderSimultaneous } from './simultaneous.ts'

export class Shards<
  Settings extends WorldSettings = WorldSettings,
  Input = unknown,
  Shard extends ModelShard<Input> = ModelShard<Input>,
> {
  readonly model: Model<Settings, Input, Shard>
  settings!: Settings
  /** The beginning of the next tick, in milliseconds since 1970. */
  now = 0
  /** In the order of `indexes`. */
  shards: Shard[] = []
  /** What is being loaded of each shard, where an older version wrote it. */
  #older: OlderTables<Settings, Shard>[] | undefined
  #loadedVersion: number
  /** Places of shards that are not wanted: they have no rows, and do not live. */
  readonly #absent = new Set<number>()
  readonly #indexes: readonly number[]
  readonly #keepsChanges: boolean

  /** @param indexes which of the model's shards @param keepsChanges whether `step` is to be called, or `advance` only */
  constructor(model: Model<Settings, Input, Shard>, indexes: readonly number[], keepsChanges: boolean) {
    this.model = model
    this.#loadedVersion = model.version
    this.#indexes = indexes
    this.#keepsChanges = keepsChanges
  }

  /** Number of the next tick; 0 begins at the world's start. */
  get tick(): number {
    return (this.now - this.settings.start) / this.settings.tickMilliseconds
  }

  bear(settings: Settings): void {
    this.settings = settings
    this.now = settings.start - settings.warmupMilliseconds
    this.shards = this.#indexes.map((index) => this.model.shard(index, settings))
    for (const shard of this.shards) shard.bear(this.now)
    this.#begin()
  }

  /**
   * Fills the tables; `apply` may follow, then `ready`.
   * @param states of these shards, in their order, missing where one is not wanted; whoever read them has compared their digests
   * @throws CodecError
   */
  load(settings: Settings, tick: number, modelVersion: number, states: readonly State[]): void {
    if (states.length !== this.#indexes.length)
      throw new CodecError(`state of ${states.length} shards, expected ${this.#indexes.length}`)
    this.settings = settings
    this.now = instantOf(settings, tick)
    this.shards = this.#indexes.map((index) => this.model.shard(index, settings))
    this.#loadedVersion = modelVersion
    this.#older = modelVersion === this.model.version ? undefined : this.shards.map(() => this.#olderTables())
    this.#absent.clear()
    for (const [place, tables] of this.#loading().entries()) {
      const state = states[place]
      if (!state) {
        this.#absent.add(place)
        continue
      }
      const instant = decodeCheckpoint(state, tables, modelVersion, VERIFIED)
      if (instant !== this.now) throw new CodecError(`state is of instant ${instant}, expected ${this.now}`)
    }
  }

  /** Brings the tables past one tick. @param changes verified as states are @throws CodecError */
  apply(changes: readonly Uint8Array[]): void {
    this.now += this.settings.tickMilliseconds
    for (const [place, tables] of this.#loading().entries())
      if (!this.#absent.has(place)) applyChanges(changes[place] as Uint8Array, tables, this.#loadedVersion, VERIFIED)
  }

  /** What was loaded comes to life. */
  ready(): void {
    for (const [place, shard] of this.shards.entries()) {
      if (this.#absent.has(place)) continue
      this.#older?.[place]?.convert(shard, this.settings)
      shard.start(this.now)
    }
    this.#older = undefined
    this.#begin()
  }

  /** Takes a valid input, to hold from now on. */
  take(input: Input): void {
    for (const shard of this.shards) shard.take(input, this.now)
  }

  /**
   * Does what is due before an instant. The events stay in the shards until the next call.
   * @param isHeard false: nobody hears of the events, as of those of the warm-up, and they are not kept
   */
  advance(until: number, isHeard = until > this.settings.start): void {
    this.now = until
    for (const shard of this.shards) {
      shard.events.clear()
      shard.silent = !isHeard
      shard.world.run(until)
      if (shard.silent) shard.events.clear()
      else orderSimultaneous(shard.events)
    }
    if (!this.#keepsChanges) this.#clearChanges()
  }

  /** Rows of the events since the last `advance`, for each shard; valid until the next. */
  events(): Uint8Array[] {
    return this.shards.map(({ events }) => events.bytes.subarray(0, events.count * events.rowBytes))
  }

  /**
   * Leaves these rows to whoever has them, with the memory that they lie in; the next ones go elsewhere.
   * @param used rows of each shard that nobody needs any more, for the memory that they lie in
   * @param like of the kind of this memory, where there is none
   */
  leave(used: readonly Uint8Array[] | undefined, like: Uint8Array): void {
    for (const [place, { events }] of this.shards.entries())
      events.exchange(used?.[place] ?? freshLike(like, events.bytes.length))
  }

  /** Simulates ticks and keeps what each did to each shard; null for ticks before the start. @param keep makes a copy of rows */
  step(
    ticks: number,
    inputs: readonly Input[],
    keep = (rows: Uint8Array): Uint8Array => rows.slice(),
  ): ShardTick[][] | null {
    for (const input of inputs) this.take(input)
    const { start, tickMilliseconds } = this.settings
    if (this.now < start) {
      this.advance(this.now + ticks * tickMilliseconds)
      this.#begin()
      return null
    }
    return Array.from({ length: ticks }, () => {
      this.advance(this.now + tickMilliseconds)
      const events = this.events()
      const did = this.shards.map(({ tables }, place) => ({
        changes: encodeChanges(tables, this.model.version, this.now),
        events: keep(events[place] as Uint8Array),
      }))
      this.#clearChanges()
      return did
    })
  }

  /** Rows of the events that tell what stands before the next tick, for each shard. */
  standing(): Uint8Array[] {
    return this.shards.map((shard) => {
      const rows = shard.standing?.(this.now)
      return rows ? rows.bytes.slice(0, rows.count * rows.rowBytes) : new Uint8Array()
    })
  }

  tell(place: number): unknown {
    return this.shards[place]?.tell?.() ?? null
  }

  save(place: number): Uint8Array {
    const tables = this.#loading()[place] as readonly Table[]
    return encodeCheckpoint(tables, this.#older ? this.#loadedVersion : this.model.version, this.now)
  }

  #olderTables(): OlderTables<Settings, Shard> {
    const older = this.model.older?.(this.#loadedVersion)
    if (!older) throw new CodecError(`state has model version ${this.#loadedVersion}, expected ${this.model.version}`)
    return older
  }

  /** Changes count from now on. Nobody is told those of a warm-up, in which nearly every row changes. */
  #begin(): void {
    this.#clearChanges()
    if (this.#keepsChanges && this.now >= this.settings.start)
      for (const { tables } of this.shards) for (const table of tables) table.keepChanges()
  }

  /** The tables that are being filled. */
  #loading(): (readonly Table[])[] {
    return this.#older?.map(({ tables }) => tables) ?? this.shards.map(({ tables }) => tables)
  }

  #clearChanges(): void {
    for (const { tables } of this.shards) for (const table of tables) table.clearChanges()
  }
}

/** A simulation that can also only live on, of which nothing is kept. */
export interface LiveSimulation extends Simulation {
  /** How many spans it can be asked for beforehand, as other threads live them meanwhile. */
  readonly spansAhead: number
  /** Does what is due before an instant. Returns each shard's rows of events; none where nobody is to hear of them. */
  advance(until: number, isHeard?: boolean): Promise<Uint8Array[]>
  /** Renders rows of all shards in whichever thread is free; undefined where that is not worth it, missing where there is one. */
  render?(events: readonly Uint8Array[]): Promise<Lines> | undefined
  /** Takes back the memory of events that `advance` returned, and of lines that `render` did: fresh memory costs four times as much. */
  reuse(events: readonly Uint8Array[] | undefined, lines?: Lines): void
  /** Rows of the events that tell what stands before the next tick, for each shard. */
  standing(): Promise<Uint8Array[]>
  /** Takes a valid input, to hold from now on. */
  take(input: unknown): Promise<void>
  close(): Promise<void>
}

const OWN = new Uint8Array(0)
const VERIFIED = { isVerified: true }

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
  readonly goesOnFrom: number
  readonly shards: number
  /** What it holds, to look at. */
  readonly held: Shards<Settings, Input, Shard>
  readonly spansAhead = 0
  /** Rows of spans that are done with. */
  readonly #used: (readonly Uint8Array[])[] = []

  /** @param indexes the shards that are this world; all @param keepsChanges false: `step` is never called */
  constructor(
    model: Model<Settings, Input, Shard>,
    indexes: readonly number[] = allShards(model),
    keepsChanges = true,
  ) {
    this.modelVersion = model.version
    this.goesOnFrom = model.goesOnFrom ?? 1
    this.shards = indexes.length
    this.held = new Shards(model, indexes, keepsChanges)
  }

  shapeOf(settings: unknown): unknown {
    return shapeOf(settings as Settings)
  }

  instantOf(settings: unknown, tick: number): number {
    return instantOf(settings as Settings, tick)
  }

  async bear(settings: unknown): Promise<number> {
    this.held.bear(settings as Settings)
    return this.held.tick
  }

  async load(settings: unknown, tick: number, modelVersion: number, states: readonly State[]): Promise<void> {
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

  async advance(until: number, isHeard?: boolean): Promise<Uint8Array[]> {
    this.held.leave(this.#used.pop(), OWN)
    this.held.advance(until, isHeard)
    return this.held.events()
  }

  reuse(events: readonly Uint8Array[] | undefined): void {
    if (events) this.#used.push(events)
  }

  async standing(): Promise<Uint8Array[]> {
    return this.held.standing()
  }

  async take(input: unknown): Promise<void> {
    this.held.take(input as Input)
  }

  async tell(shard: number): Promise<unknown> {
    return this.held.tell(shard)
  }

  async save(shard: number): Promise<Uint8Array> {
    return this.held.save(shard)
  }

  async close(): Promise<void> {}
}
