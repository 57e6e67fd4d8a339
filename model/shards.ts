// Some of a world's regions, alive in one thread: born, or loaded and brought up to date, then stepped tick by tick.

import {
  applyChanges,
  CodecError,
  decodeCheckpoint,
  encodeChanges,
  encodeCheckpoint,
  type ShardTick,
  type Table,
  worldKey,
} from '../engine/index.ts'
import { actionsOf } from './rules/actions.ts'
import { genesis } from './rules/genesis.ts'
import { type Input, resize, studentsOf } from './rules/inputs.ts'
import { type OlderTables, olderTables } from './state/migrations.ts'
import { rowsAmong } from './state/numbering.ts'
import { RegionState } from './state/region.ts'
import type { Settings } from './state/settings.ts'

/** Of the rules and the rows' meaning; goes up with whatever changes the stream of a seed. */
export const MODEL_VERSION = 2

/** Regions as they are born, before anything has happened. @param indexes into REGIONS */
export function bearRegions(settings: Settings, indexes: readonly number[]): RegionState[] {
  const birth = settings.start - settings.warmupMilliseconds
  return indexes.map((index) => {
    const region = new RegionState(index, worldKey(settings.seed))
    region.start(actionsOf(region), birth)
    genesis(region, rowsAmong(settings.students, index), birth)
    region.figures.edit(0).worldTarget = settings.students
    return region
  })
}

export class Shards {
  settings!: Settings
  /** The beginning of the next tick, in milliseconds since 1970. */
  now = 0
  regions: RegionState[] = []
  /** What is being loaded of each region, where an older version wrote it. */
  #older: OlderTables[] | undefined
  #loadedVersion = MODEL_VERSION
  readonly #indexes: readonly number[]
  readonly #keepsChanges: boolean

  /** @param indexes into REGIONS @param keepsChanges whether `step` is to be called, or `advance` only */
  constructor(indexes: readonly number[], keepsChanges: boolean) {
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
    this.regions = bearRegions(settings, this.#indexes)
    this.#begin()
  }

  /** Fills the tables; `apply` may follow, then `ready`. @param states of these regions, in their order @throws CodecError */
  load(settings: Settings, tick: number, modelVersion: number, states: readonly Uint8Array[]): void {
    if (states.length !== this.#indexes.length)
      throw new CodecError(`state of ${states.length} regions, expected ${this.#indexes.length}`)
    this.settings = settings
    this.now = settings.start + tick * settings.tickMilliseconds
    const key = worldKey(settings.seed)
    this.regions = this.#indexes.map((index) => new RegionState(index, key))
    this.#loadedVersion = modelVersion
    this.#older = modelVersion === MODEL_VERSION ? undefined : this.regions.map(() => olderTables(modelVersion))
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
    for (const [place, older] of this.#older?.entries() ?? [])
      older.convert(this.regions[place] as RegionState, this.settings)
    this.#older = undefined
    const { worldTarget } = (this.regions[0] as RegionState).figures.at(0)
    this.settings = { ...this.settings, students: worldTarget }
    for (const region of this.regions) region.start(actionsOf(region), this.now)
    this.#begin()
  }

  /** Takes an input, to hold from now on. @throws SettingsError */
  take(input: Input): void {
    const students = studentsOf(input, this.now, this.settings.tickMilliseconds)
    this.settings = { ...this.settings, students }
    for (const region of this.regions) resize(region, students, this.now)
  }

  /** Does what is due before an instant. The events are in the regions until the next call; those of the warm-up go nowhere. */
  advance(until: number): void {
    this.now = until
    for (const region of this.regions) {
      region.clearEvents()
      region.silent = until <= this.settings.start
      region.world.run(until)
    }
    if (!this.#keepsChanges) this.#clearChanges()
  }

  /** Simulates ticks and keeps what each did to each region; null for ticks before the start. */
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
      const shards = this.regions.map(({ tables, events }) => ({
        changes: encodeChanges(tables, MODEL_VERSION, this.now),
        events: events.bytes.slice(0, events.count * events.rowBytes),
      }))
      this.#clearChanges()
      return shards
    })
  }

  save(place: number): Uint8Array {
    return encodeCheckpoint((this.regions[place] as RegionState).tables, MODEL_VERSION, this.now)
  }

  #begin(): void {
    this.#clearChanges()
    if (this.#keepsChanges) for (const region of this.regions) for (const table of region.tables) table.keepChanges()
  }

  /** The tables that are being filled. */
  #loading(): (readonly Table[])[] {
    return this.#older?.map(({ tables }) => tables) ?? this.regions.map(({ tables }) => tables)
  }

  #clearChanges(): void {
    for (const { tables } of this.regions) for (const table of tables) table.clearChanges()
  }
}
