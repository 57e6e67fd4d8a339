// A world as a user holds it: five regions that never meet, advanced together tick by tick.

import { CodecError, sha256 } from '../engine/index.ts'
import { type Entity, FIRST_STUDENT, FIRST_TUTOR, numberIn, STUDENT, TUTOR } from './events/entities.ts'
import { type Event, REGIONS, type Region, SUBJECTS, type Subject } from './events/index.ts'
import { Stream } from './events/stream.ts'
import type { Input } from './rules/inputs.ts'
import { MODEL_VERSION, Shards } from './shards.ts'
import { regionOf, rowOf } from './state/numbering.ts'
import type { RegionState } from './state/region.ts'
import { type Settings, type SettingsInput, settingsFrom } from './state/settings.ts'
import {
  census,
  type MarketView,
  marketView,
  type StudentView,
  studentView,
  type TutorView,
  tutorView,
} from './views.ts'

export class Marketplace {
  readonly #shards: Shards
  readonly #stream: Stream

  /** @param shards all regions of a world, alive */
  constructor(shards: Shards) {
    this.#shards = shards
    this.#stream = new Stream(shards.regions.map(({ events }) => events))
  }

  /** A world at its birth: its ticks are negative until the warm-up is over. */
  static born(settings: Settings): Marketplace {
    const shards = new Shards(ALL_REGIONS, false)
    shards.bear(settings)
    return new Marketplace(shards)
  }

  get settings(): Settings {
    return this.#shards.settings
  }

  /** Simulated now: the beginning of the next tick, in milliseconds since 1970. */
  get now(): number {
    return this.#shards.now
  }

  /** Number of the next tick; 0 begins at the world's start. */
  get tick(): number {
    return this.#shards.tick
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

  /** Simulates up to an instant, one tick if none is given. Returns its stream, valid until the next. */
  advance(until = this.now + this.settings.tickMilliseconds): Stream {
    this.#shards.advance(until)
    return this.#stream
  }

  /** Changes the world from the next tick on. @throws SettingsError */
  apply(input: Input): void {
    this.#shards.take(input)
  }

  /** The student with this id as they are now; undefined where there is none. */
  student(id: string): StudentView | undefined {
    const place = this.#place(id, STUDENT, FIRST_STUDENT)
    return place && place.row < place.region.students.count ? studentView(place.region, place.row) : undefined
  }

  /** The tutor with this id as they are now; undefined where there is none. */
  tutor(id: string): TutorView | undefined {
    const place = this.#place(id, TUTOR, FIRST_TUTOR)
    return place && place.row < place.region.tutors.count ? tutorView(place.region, place.row) : undefined
  }

  market(subject: Subject, region: Region): MarketView {
    const place = this.#shards.regions[REGIONS.indexOf(region)]
    if (!place || !SUBJECTS.includes(subject)) throw new RangeError(`no such market: ${subject}, ${region}`)
    return marketView(place, SUBJECTS.indexOf(subject), this.now)
  }

  /** How many students are customers, and how many tutors teach. */
  get census(): { students: number; tutors: number } {
    const counts = this.#shards.regions.map(census)
    return {
      students: counts.reduce((sum, { students }) => sum + students, 0),
      tutors: counts.reduce((sum, { tutors }) => sum + tutors, 0),
    }
  }

  /** The whole state, to go on from elsewhere with `restoreWorld`. */
  checkpoint(): Uint8Array {
    return writeCheckpoint(this.settings, this.now, this.#states())
  }

  /** SHA-256 of the state. The same for any tick length that has brought the world to this instant. */
  digest(): string {
    return sha256(...this.#states()).toString('hex')
  }

  #states(): Uint8Array[] {
    return REGIONS.map((_, index) => this.#shards.save(index))
  }

  /** @param first the number of the first of this kind */
  #place(id: string, kind: Entity, first: number): { region: RegionState; row: number } | undefined {
    const number = kind.form.test(id) ? Number(numberIn(id)) - first : -1
    if (number < 0) return undefined
    return { region: this.#shards.regions[regionOf(number)] as RegionState, row: rowOf(number) }
  }
}

/** Indexes of all regions. */
export const ALL_REGIONS = REGIONS.map((_, index) => index)

/** A world at its start, the warm-up behind it. @throws SettingsError */
export function createWorld(settings: SettingsInput = {}): Marketplace {
  const world = Marketplace.born(settingsFrom(settings))
  while (world.tick < 0) world.advance()
  return world
}

/** The world of a checkpoint; from there on it is the one that the checkpoint was taken of. @throws CodecError */
export function restoreWorld(checkpoint: Uint8Array): Marketplace {
  const { settings, now, modelVersion, states } = readCheckpoint(checkpoint)
  const shards = new Shards(ALL_REGIONS, false)
  shards.load(settings, (now - settings.start) / settings.tickMilliseconds, modelVersion, states)
  shards.ready()
  return new Marketplace(shards)
}

// A checkpoint file:  "TSWC" | length u32 and settings, instant and model version as JSON | for each region: length u32 and state | SHA-256

const MAGIC = 0x43575354
const DIGEST_BYTES = 32

function writeCheckpoint(settings: Settings, now: number, states: readonly Uint8Array[]): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ ...settings, now, modelVersion: MODEL_VERSION }))
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

function readCheckpoint(bytes: Uint8Array): {
  settings: Settings
  now: number
  modelVersion: number
  states: Uint8Array[]
} {
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
  // Version 1 did not say so.
  const { now, modelVersion = 1, ...settings } = JSON.parse(new TextDecoder().decode(header))
  return { settings, now, modelVersion, states }
}
