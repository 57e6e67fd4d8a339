// Some of a world's shards, alive in one thread: born, or loaded and brought up to date, then stepped tick by tick.

import { applyChanges, CodecError, decodeCheckpoint, encodeChanges, encodeCheckpoint } from '../kernel/codec.ts'
import type { Table } from '../kernel/table.ts'
import type { ShardTick } from '../log/record.ts'
import type { Model, ModelShard, OlderTables, WorldSettings } from './model.ts'

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

  /** Fills the tables; `apply` may follow, then `ready`. @param states of these shards, in their order @throws CodecError */
  load(settings: Settings, tick: number, modelVersion: number, states: readonly Uint8Array[]): void {
    if (states.length !== this.#indexes.length)
      throw new CodecError(`state of ${states.length} shards, expected ${this.#indexes.length}`)
    this.settings = settings
    this.now = settings.start + tick * settings.tickMilliseconds
    this.shards = this.#indexes.map((index) => this.model.shard(index, settings))
    this.#loadedVersion = modelVersion
    this.#older = modelVersion === this.model.version ? undefined : this.shards.map(() => this.#olderTables())
    for (const [place, tables] of this.#loading().entries()) {
      const instant = decodeCheckpoint(states[place] as Uint8Array, tables, modelVersion)
      if (instant !== this.now) throw new CodecError(`state is of instant ${instant}, expected ${this.now}`)
    }
  }

  /** Brings the tables past one tick. @throws CodecError */
  apply(changes: readonly Uint8Array[]): void {
    this.now += this.settings.tickMilliseconds
    for (const [place, tables] of this.#loading().entries())
      applyChanges(changes[place] as Uint8Array, tables, this.#loadedVersion)
  }

  /** What was loaded comes to life. */
  ready(): void {
    for (const [place, older] of this.#older?.entries() ?? []) older.convert(this.shards[place] as Shard, this.settings)
    this.#older = undefined
    for (const shard of this.shards) shard.start(this.now)
    this.#begin()
  }

  /** Takes a valid input, to hold from now on. */
  take(input: Input): void {
    for (const shard of this.shards) shard.take(input, this.now)
  }

  /** Does what is due before an instant. The events stay in the shards until the next call; those of the warm-up do not. */
  advance(until: number): void {
    this.now = until
    for (const shard of this.shards) {
      shard.events.clear()
      shard.silent = until <= this.settings.start
      shard.world.run(until)
      if (shard.silent) shard.events.clear()
    }
    if (!this.#keepsChanges) this.#clearChanges()
  }

  /** Rows of the events since the last `advance`, for each shard; valid until the next. */
  events(): Uint8Array[] {
    return this.shards.map(({ events }) => events.bytes.subarray(0, events.count * events.rowBytes))
  }

  /** Simulates ticks and keeps what each did to each shard; null for ticks before the start. */
  step(ticks: number, inputs: readonly Input[]): ShardTick[][] | null {
    for (const input of inputs) this.take(input)
    const { start, tickMilliseconds } = this.settings
    if (this.now < start) {
      this.advance(this.now + ticks * tickMilliseconds)
      this.#clearChanges()
      return null
    }
    return Array.from({ length: ticks }, () => {
      this.advance(this.now + tickMilliseconds)
      const events = this.events()
      const did = this.shards.map(({ tables }, place) => ({
        changes: encodeChanges(tables, this.model.version, this.now),
        events: (events[place] as Uint8Array).slice(),
      }))
      this.#clearChanges()
      return did
    })
  }

  save(place: number): Uint8Array {
    return encodeCheckpoint((this.shards[place] as Shard).tables, this.model.version, this.now)
  }

  #olderTables(): OlderTables<Settings, Shard> {
    const older = this.model.older?.(this.#loadedVersion)
    if (!older) throw new CodecError(`state has model version ${this.#loadedVersion}, expected ${this.model.version}`)
    return older
  }

  #begin(): void {
    this.#clearChanges()
    if (this.#keepsChanges) for (const { tables } of this.shards) for (const table of tables) table.keepChanges()
  }

  /** The tables that are being filled. */
  #loading(): (readonly Table[])[] {
    return this.#older?.map(({ tables }) => tables) ?? this.shards.map(({ tables }) => tables)
  }

  #clearChanges(): void {
    for (const { tables } of this.shards) for (const table of tables) table.clearChanges()
  }
}
