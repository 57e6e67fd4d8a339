// A world as a user holds it: five regions that never meet, advanced together tick by tick.

import { CodecError, decodeCheckpoint, encodeCheckpoint, sha256, worldKey } from '../engine/index.ts'
import { actionsOf } from './actions.ts'
import {
  type Event,
  FIRST_STUDENT,
  FIRST_TUTOR,
  REGIONS,
  type Region as RegionName,
  SUBJECTS,
  type Subject,
} from './events.ts'
import { genesis } from './genesis.ts'
import { regionOf, rowOf, rowsAmong } from './numbering.ts'
import { Region } from './region.ts'
import { type Settings, SettingsError, type SettingsInput, settingsFrom, size } from './settings.ts'
import { Stream } from './stream.ts'
import { awaitSignUp } from './students.ts'
import { type MarketView, marketView, type StudentView, studentView, type TutorView, tutorView } from './views.ts'

/** Of the rules and the rows' meaning; goes up with whatever changes the stream of a seed. */
export const MODEL_VERSION = 1

/** A change from outside; takes effect with the next tick. */
export type Input = { students: number } | { rate: number }

/** Regions as they are born, before anything has happened. @param indexes into REGIONS */
export function bearRegions(settings: Settings, indexes: readonly number[]): Region[] {
  const birth = settings.start - settings.warmupMilliseconds
  return indexes.map((index) => {
    const region = new Region(index, worldKey(settings.seed))
    region.start(actionsOf(region), birth)
    genesis(region, rowsAmong(settings.students, index), birth)
    return region
  })
}

/** Does what is due before `until`; events of the warm-up go nowhere. */
export function advanceRegions(regions: readonly Region[], settings: Settings, until: number): void {
  for (const region of regions) {
    region.clearEvents()
    region.silent = until <= settings.start
    region.world.run(until)
    for (const table of region.tables) table.clearChanges()
  }
}

export class Marketplace {
  #settings: Settings
  #now: number
  readonly #regions: readonly Region[]
  readonly #stream: Stream

  private constructor(settings: Settings, now: number, regions: readonly Region[]) {
    this.#settings = settings
    this.#now = now
    this.#regions = regions
    this.#stream = new Stream(regions.map(({ events }) => events))
  }

  /** A world at its birth: its ticks are negative until the warm-up is over. */
  static born(settings: Settings): Marketplace {
    const regions = bearRegions(settings, REGIONS_ALL)
    return new Marketplace(settings, settings.start - settings.warmupMilliseconds, regions)
  }

  /** @throws CodecError */
  static restored(bytes: Uint8Array): Marketplace {
    const { settings, now, states } = readCheckpoint(bytes)
    const regions = states.map((state, index) => {
      const region = new Region(index, worldKey(settings.seed))
      decodeCheckpoint(state, region.tables, MODEL_VERSION)
      region.start(actionsOf(region), now)
      return region
    })
    return new Marketplace(settings, now, regions)
  }

  get settings(): Settings {
    return this.#settings
  }

  /** Simulated now: the beginning of the next tick, in milliseconds since 1970. */
  get now(): number {
    return this.#now
  }

  /** Number of the next tick; 0 begins at the world's start. */
  get tick(): number {
    return (this.#now - this.#settings.start) / this.#settings.tickMilliseconds
  }

  /** Simulates one tick. Returns its events in order. */
  step(): Event[] {
    return this.advance().events()
  }

  /** Simulates so many ticks. Returns their events in order. */
  run(ticks: number): Event[] {
    const events: Event[] = []
    for (let tick = 0; tick < ticks; tick++) for (const event of this.step()) events.push(event)
    return events
  }

  /** Simulates one tick. Returns its stream, valid until the next. */
  advance(): Stream {
    this.#now += this.#settings.tickMilliseconds
    advanceRegions(this.#regions, this.#settings, this.#now)
    return this.#stream
  }

  /** Changes the world from the next tick on. @throws SettingsError */
  apply(input: Input): void {
    if (!('students' in input || 'rate' in input)) throw new SettingsError('an input sets students or rate: neither')
    const students = size(input, this.#now, this.#settings.tickMilliseconds)
    this.#settings = { ...this.#settings, students }
    for (const region of this.#regions) {
      region.figures.edit(0).target = rowsAmong(students, region.index)
      awaitSignUp(region, this.#now)
    }
  }

  /** The student with this id as they are now; undefined where there is none. */
  student(id: string): StudentView | undefined {
    const place = this.#place(id, 'stu', FIRST_STUDENT)
    return place && place.row < place.region.students.count ? studentView(place.region, place.row) : undefined
  }

  /** The tutor with this id as they are now; undefined where there is none. */
  tutor(id: string): TutorView | undefined {
    const place = this.#place(id, 'tut', FIRST_TUTOR)
    return place && place.row < place.region.tutors.count ? tutorView(place.region, place.row) : undefined
  }

  market(subject: Subject, region: RegionName): MarketView {
    const place = this.#regions[REGIONS.indexOf(region)]
    if (!place || !SUBJECTS.includes(subject)) throw new RangeError(`no such market: ${subject}, ${region}`)
    return marketView(place, SUBJECTS.indexOf(subject), this.#now)
  }

  /** The whole state, to go on from elsewhere with `restoreWorld`. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.#settings, this.#now, this.#states())
  }

  /** SHA-256 of the state. The same for any tick length that has brought the world to this instant. */
  digest(): string {
    return sha256(...this.#states()).toString('hex')
  }

  #states(): Uint8Array[] {
    return this.#regions.map(({ tables }) => encodeCheckpoint(tables, MODEL_VERSION, this.#now))
  }

  #place(id: string, prefix: string, first: number): { region: Region; row: number } | undefined {
    const match = /^([a-z]{3})_([1-9]\d{2,8})$/.exec(id)
    const number = Number(match?.[2]) - first
    if (match?.[1] !== prefix || !(number >= 0)) return undefined
    return { region: this.#regions[regionOf(number)] as Region, row: rowOf(number) }
  }
}

const REGIONS_ALL = REGIONS.map((_, index) => index)

/** A world at its start, the warm-up behind it. @throws SettingsError */
export function createWorld(settings: SettingsInput = {}): Marketplace {
  const world = Marketplace.born(settingsFrom(settings))
  while (world.tick < 0) world.advance()
  return world
}

/** The world of a checkpoint; from there on it is the one that the checkpoint was taken of. @throws CodecError */
export function restoreWorld(checkpoint: Uint8Array): Marketplace {
  return Marketplace.restored(checkpoint)
}

// A checkpoint file:  "TSWC" | length u32 and settings as JSON | for each region: length u32 and state | SHA-256

const MAGIC = 0x43575354
const DIGEST_BYTES = 32

function writeCheckpoint(settings: Settings, now: number, states: readonly Uint8Array[]): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ ...settings, now }))
  const parts = [header, ...states]
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 4 + DIGEST_BYTES))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  let at = 4
  for (const part of parts) {
    view.setUint32(at, part.length, true)
    bytes.set(part, at + 4)
    at += 4 + part.length
  }
  bytes.set(sha256(bytes.subarray(0, at)), at)
  return bytes
}

function readCheckpoint(bytes: Uint8Array): { settings: Settings; now: number; states: Uint8Array[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length - DIGEST_BYTES
  if (end < 4 || view.getUint32(0, true) !== MAGIC) throw new CodecError('not a checkpoint of a world')
  if (!sha256(bytes.subarray(0, end)).equals(bytes.subarray(end)))
    throw new CodecError('checkpoint is damaged: its digest differs')
  const parts: Uint8Array[] = []
  for (let at = 4; at < end; ) {
    const length = view.getUint32(at, true)
    parts.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const [header, ...states] = parts
  const { now, ...settings } = JSON.parse(new TextDecoder().decode(header))
  return { settings, now, states }
}
