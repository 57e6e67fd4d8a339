// A world as a user holds it: five regions that never meet, advanced together tick by tick.

import {
  allShards,
  counted,
  formatDuration,
  formatInstant,
  hexOf,
  OperationalError,
  OptionError,
  parseDuration,
  Shards,
  sha256,
  TIME_END,
  TickEvents,
} from '../engine/index.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { events, eventsIn } from './events/catalogue.ts'
import {
  CALL,
  digitsIn,
  type Entity,
  FIRST_STUDENT,
  FIRST_TUTOR,
  instantIn,
  placesOf,
  SESSION,
  STUDENT,
  TUTOR,
} from './events/entities.ts'
import { type Event, REGIONS, type Region, SUBJECTS, type Subject } from './events/index.ts'
import type { EVENT } from './events/row.ts'
import type { Explanation } from './explanation/explanation.ts'
import { Past } from './explanation/past.ts'
import { checkIntervention, type Intervention, type InterventionInput, resolve } from './interventions/intervention.ts'
import { model, type RegionShard } from './model.ts'
import type { Input } from './rules/inputs.ts'
import { census } from './state/census.ts'
import { type Numbering, studentNumbers, tutorNumbers } from './state/numbering.ts'
import type { RegionState } from './state/region.ts'
import { instantOf, type Settings, type SettingsInput, settingsFrom } from './state/settings.ts'
import type { Shock } from './state/shock.ts'
import { StudentState } from './state/tables.ts'
import {
  type CallView,
  callView,
  formerStudentView,
  formerTutorView,
  type MarketView,
  marketView,
  SESSION_FIELDS,
  type SessionView,
  STUDENT_FIELDS,
  type StudentView,
  sessionUnderWay,
  sessionView,
  studentView,
  TUTOR_FIELDS,
  type TutorView,
  tutorView,
} from './views.ts'
import { test, type Which } from './which.ts'

type Regions = Shards<Settings, Input, RegionShard>

/** ISO 8601 in UTC, milliseconds since 1970, or a Date. */
type Instant = string | number | { getTime(): number }

/** How far to go: ticks, a duration such as `7d`, or up to an instant. */
export type Length = number | string | { until: Instant }

/** What `runUntil` waits for did not come within its limit. */
export class NotReachedError extends OperationalError {
  override name = 'NotReachedError'
  /** The limit. */
  readonly ticks: number
  /** Where the world is. */
  readonly tick: number
  readonly now: number
  /** How many there were on the way. */
  readonly events: number

  constructor({ ticks, events }: { ticks: number; events: number }, { settings, tick, now }: Marketplace) {
    const at = `tick ${tick}, ${formatInstant(now)}`
    super(
      `not reached within ${counted(ticks, 'tick')}: the world of seed ${settings.seed} is at ${at}, ${counted(events, 'event')} on`,
      {
        code: 'NOT_REACHED',
      },
    )
    this.ticks = ticks
    this.tick = tick
    this.now = now
    this.events = events
  }
}

export class Marketplace {
  /**
   * Seed, tick and digest in one line. Worked out whenever it is read, and a property of the object's own: so two worlds that
   * differ are not deeply equal.
   */
  declare readonly summary: string
  readonly #shards: Regions
  readonly #past: Past | undefined
  readonly #events: TickEvents<typeof EVENT>

  /** @param shards all regions of a world, alive @param past how they came there, where nobody else knows */
  constructor(shards: Regions, past?: Past) {
    this.#shards = shards
    this.#past = past
    this.#events = new TickEvents(
      events,
      shards.shards.map(({ region }) => region.events),
    )
    Object.defineProperty(this, 'summary', {
      enumerable: true,
      get: () => `seed ${this.settings.seed}, tick ${this.tick}, digest ${this.digest()}`,
    })
  }

  /** A world at its birth: its ticks are negative until the warm-up is over. */
  static born(settings: Settings): Marketplace {
    const shards = new Shards(model, allShards(model), false)
    shards.bear(settings)
    return new Marketplace(shards, new Past(settings))
  }

  /** As it was born, with the size and the figures that inputs have asked for since. */
  get settings(): Settings {
    const { worldTarget } = this.#shards.shards[0] as RegionShard
    return { ...this.#inForce, students: worldTarget }
  }

  /** Students that each region is to have, in the order of REGIONS. */
  get targets(): number[] {
    return (this.#shards.shards[0] as RegionShard).targets
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
    return eventsIn(this.advance())
  }

  /**
   * Simulates so many ticks, a duration such as `7d`, or up to an instant. Returns the events in order.
   * @throws OptionError where that is no whole number of ticks
   */
  run(length: Length): Event[] {
    const events: Event[] = []
    for (let tick = this.#ticksIn(length); tick > 0; tick--) for (const event of this.step()) events.push(event)
    return events
  }

  /**
   * Simulates tick by tick until something holds. Returns the events up to there.
   * @param predicate asked after each tick, with its events
   * @param limit how far to go at the most: ticks, a duration or an instant; 366 days
   * @throws NotReachedError that tells how far it came
   */
  runUntil(predicate: (world: this, events: readonly Event[]) => boolean, limit: Length = '366d'): Event[] {
    if (typeof predicate !== 'function')
      throw new OptionError({ option: 'predicate', rule: 'a function of the world and its events', value: predicate })
    const events: Event[] = []
    const ticks = this.#ticksIn(limit)
    for (let tick = 0; tick < ticks; tick++) {
      const stepped = this.step()
      for (const event of stepped) events.push(event)
      if (predicate(this, stepped)) return events
    }
    throw new NotReachedError({ ticks, events: events.length }, this)
  }

  #ticksIn(length: Length): number {
    const { tickMilliseconds } = this.settings
    if (typeof length === 'number') {
      if (Number.isInteger(length) && length >= 0) return this.#withinTime(length, 'ticks', length)
      throw new OptionError({ option: 'ticks', rule: 'a whole number from 0 on', value: length })
    }
    const isDuration = typeof length === 'string'
    if (!isDuration && !Object.hasOwn(Object(length), 'until'))
      throw new OptionError({ option: 'length', rule: 'ticks, a duration such as 7d, or { until }', value: length })
    const [option, value] = isDuration ? ['duration', length] : ['until', length.until]
    const milliseconds = isDuration ? (parseDuration(length) ?? Number.NaN) : instantOf(length.until) - this.now
    const ticks = milliseconds / tickMilliseconds
    if (Number.isInteger(ticks) && ticks >= 0) return this.#withinTime(ticks, option, value)
    const rule = `whole ticks of ${formatDuration(tickMilliseconds)} from ${formatInstant(this.now)} on`
    throw new OptionError({ option, rule, value })
  }

  #withinTime(ticks: number, option: string, value: unknown): number {
    if (this.now + ticks * this.settings.tickMilliseconds <= TIME_END) return ticks
    throw new OptionError({ option, rule: `simulated time ends at ${formatInstant(TIME_END)}`, value })
  }

  /** Simulates up to an instant, one tick if none is given. Returns its events, valid until the next call. */
  advance(until = this.now + this.settings.tickMilliseconds): TickEvents<typeof EVENT> {
    this.#shards.advance(until)
    return this.#events
  }

  /** As it was born, with the figures in force. */
  get #inForce(): Settings {
    const { figures: _, ...born } = this.#shards.settings
    const { figures } = this.#shards.shards[0] as RegionShard
    return { ...born, ...(figures ? { figures } : {}) }
  }

  /** Changes the world from the next tick on. @throws SettingsError */
  apply(input: Input): void {
    model.checkInput(input, this.#inForce, this.now)
    this.#shards.take(input)
    this.#past?.note(input, this.now)
  }

  /**
   * Changes something of the world for a time, in a place; from the next tick on, or from a later instant. The same world without
   * it has the same chances: every difference between the two is an effect of it.
   * @returns it as the world has taken it, with its times resolved
   * @throws OptionError that names field, rule and value
   */
  intervene(intervention: InterventionInput): Intervention {
    const { settings, now } = this
    checkIntervention(intervention, settings.start, now)
    const resolved = resolve(intervention, settings.start, now)
    this.#shards.take({ intervene: resolved })
    this.#past?.note({ intervene: resolved }, now)
    return resolved
  }

  /** The student with this id as they are now; undefined where there is none. */
  student(id: string): StudentView | undefined {
    const found = this.#find(id, STUDENT)
    if (!found) return undefined
    const { region, row, number } = found
    return row < 0 ? formerStudentView(region, number, this.settings.seed) : studentView(region, row)
  }

  /** The tutor with this id as they are now; undefined where there is none. */
  tutor(id: string): TutorView | undefined {
    const found = this.#find(id, TUTOR)
    if (!found) return undefined
    const { region, row, number } = found
    return row < 0 ? formerTutorView(region, number, this.settings.seed) : tutorView(region, row)
  }

  /** The session with this id, under way or over for up to 30 days; undefined where the state knows none. */
  session(id: string): SessionView | undefined {
    return this.#dated(id, SESSION, sessionView)
  }

  /** The call with this id, logged within 14 days; undefined where the state knows none. */
  call(id: string): CallView | undefined {
    return this.#dated(id, CALL, callView)
  }

  /** Students who are here, or away and to come back; in the order of regions and seats. @throws OptionError */
  students(which?: Which<StudentView>): Generator<StudentView> {
    const view = (region: RegionState, row: number) =>
      region.student.at(row).state === StudentState.gone ? undefined : studentView(region, row)
    return this.#those(test('students', STUDENT_FIELDS, which), ({ students }) => students.count, view)
  }

  /** Tutors who are here, or have left and are not followed by somebody new yet; in the order of regions. @throws OptionError */
  tutors(which?: Which<TutorView>): Generator<TutorView> {
    return this.#those(test('tutors', TUTOR_FIELDS, which), ({ tutors }) => tutors.count, tutorView)
  }

  /** Sessions under way. @throws OptionError */
  sessions(which?: Which<SessionView>): Generator<SessionView> {
    return this.#those(test('sessions', SESSION_FIELDS, which), ({ students }) => students.count, sessionUnderWay)
  }

  *#those<View>(
    meets: (view: View) => boolean,
    rowsIn: (region: RegionState) => number,
    viewOf: (region: RegionState, row: number) => View | undefined,
  ): Generator<View> {
    for (const { region } of this.#shards.shards)
      for (let row = 0; row < rowsIn(region); row++) {
        const view = viewOf(region, row)
        if (view && meets(view)) yield view
      }
  }

  market(subject: Subject, region: Region): MarketView {
    const place = this.#shards.shards[REGIONS.indexOf(region)]?.region
    if (!place || !SUBJECTS.includes(subject)) throw new RangeError(`no such market: ${subject}, ${region}`)
    return marketView(place, SUBJECTS.indexOf(subject), this.now)
  }

  /**
   * What has hit many at once, by its begin: weather, illness, outages and the like, each as a whole. Drawn anew whenever it is
   * asked for, so it is known of the future too.
   * @param span from one instant to before another; from the world's birth to now
   * @throws OptionError where one is no instant
   */
  shocks({ from, until }: { from?: Instant; until?: Instant } = {}): Shock[] {
    const { start, warmupMilliseconds } = this.settings
    const instants = [
      from === undefined ? start - warmupMilliseconds : instantOf(from),
      until === undefined ? this.now : instantOf(until),
    ] as const
    for (const [place, instant] of instants.entries())
      if (!(Math.abs(instant) <= TIME_END))
        throw new OptionError({
          option: ['from', 'until'][place] as string,
          rule: 'an instant in UTC such as 2026-01-05T00:00:00Z',
          value: [from, until][place],
        })
    return this.#shards.shards
      .flatMap(({ region: { shocks, index } }) => shocks.between(...instants, index === 0))
      .sort((a, b) => a.begin - b.begin || (a.id < b.id ? -1 : 1))
  }

  /** How many students are customers, and how many tutors teach. */
  get census(): { students: number; tutors: number } {
    const counts = this.#shards.shards.map(({ region }) => census(region))
    return {
      students: counts.reduce((sum, { students }) => sum + students, 0),
      tutors: counts.reduce((sum, { tutors }) => sum + tutors, 0),
    }
  }

  /**
   * What led to an event: a chain from it to what no event led to, each step with the rules that decided it, their chance and the
   * hidden state. The world's time is lived once more for it, from its birth on, or from the checkpoint that it was restored from.
   * @throws OptionError where it is no event's id, or one to come @throws OperationalError where there was no such event
   */
  explain(eventId: string): Explanation {
    if (!this.#past) throw new TypeError('only who keeps this world knows its past')
    return this.#past.explain(eventId, this.now)
  }

  /** The whole state, to go on from elsewhere with `restoreWorld`. */
  checkpoint(): Uint8Array {
    const { settings } = this.#shards
    return writeCheckpoint({ ...settings, students: this.settings.students }, this.now, this.#states())
  }

  /** SHA-256 of the state. The same for any tick length that has brought the world to this instant. */
  digest(): string {
    return hexOf(sha256(...this.#states()))
  }

  /** The same world once more, from here on with a future of its own: the two share nothing. */
  fork(): Marketplace {
    return restored(this.checkpoint(), this.#past?.branch())
  }

  toJSON(): object {
    return { seed: this.settings.seed, tick: this.tick, now: formatInstant(this.now), digest: this.digest() }
  }

  /** As Node prints it. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Marketplace { ${this.summary} }`
  }

  #states(): Uint8Array[] {
    return REGIONS.map((_, index) => this.#shards.save(index))
  }

  #dated<View>(
    id: string,
    kind: Entity,
    view: (region: RegionState, row: number, instant: number, now: number) => View | undefined,
  ): View | undefined {
    const found = kind.form.test(id) ? this.#find(STUDENT.agent.key(digitsIn(id)), STUDENT) : undefined
    return found && found.row >= 0 ? view(found.region, found.row, instantIn(id), this.now) : undefined
  }

  /** Where a student or tutor is; row -1 where somebody else has their seat now, or nobody. Undefined where there was no such one. */
  #find(
    id: string,
    kind: typeof STUDENT | typeof TUTOR,
  ): { region: RegionState; row: number; number: number } | undefined {
    if (!kind.form.test(id)) return undefined
    const number = Number(digitsIn(id))
    const regions = this.#shards.shards.map(({ region }) => region)
    const [first, numbers]: [number, Numbering] =
      kind === STUDENT ? [FIRST_STUDENT, studentNumbers] : [FIRST_TUTOR, tutorNumbers]
    const { group, seat } = numbers.locate(number - first)
    const region = regions[kind === STUDENT ? group : placesOf(group).region] as RegionState
    const row = kind === STUDENT ? seat : (region.tutorSeats[placesOf(group).subject]?.[seat] ?? -1)
    const agents = (of: RegionState) => (kind === STUDENT ? of.students : of.tutors)
    const numberAt = (of: RegionState, at: number) => (kind === STUDENT ? of.student : of.tutor).at(at).number
    if (row >= 0 && row < agents(region).count) {
      const sits = numberAt(region, row)
      // Of a student who is gone nothing is kept but the number.
      const isKept = kind === TUTOR || region.student.state !== StudentState.gone
      if (sits === number && isKept) return { region, row, number }
      if (sits >= number) return { region, row: -1, number }
    }
    // An older version had other seats for the same numbers.
    for (const other of regions)
      for (let at = 0; at < agents(other).count; at++)
        if (numberAt(other, at) === number) return { region: other, row: at, number }
    return undefined
  }
}

/** A world at its start, the warm-up behind it. @throws SettingsError */
export function createWorld(settings: SettingsInput = {}): Marketplace {
  const world = Marketplace.born(settingsFrom(settings))
  while (world.tick < 0) world.advance()
  return world
}

/** The world of a checkpoint; from there on it is the one that the checkpoint was taken of. @throws CodecError */
export function restoreWorld(checkpoint: Uint8Array): Marketplace {
  return restored(checkpoint)
}

/** @param past where more of it is known than the checkpoint tells */
function restored(checkpoint: Uint8Array, past = new Past(checkpoint)): Marketplace {
  const { settings, now, modelVersion, states } = readCheckpoint(checkpoint)
  const shards = new Shards(model, allShards(model), false)
  shards.load(settings, (now - settings.start) / settings.tickMilliseconds, modelVersion, states)
  shards.ready()
  return new Marketplace(shards, past)
}
