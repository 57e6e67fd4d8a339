// What a world has lived through, as far as it was committed: its events, and the figures that follow from them. It is built
// from the log and goes on with each tick that is committed; nothing else tells it anything.

import { setImmediate as turn } from 'node:timers/promises'
import {
  committedTicks,
  type Head,
  LocalSimulation,
  type PendingInput,
  recover,
  StoreError,
  TickEvents,
  type TickLog,
} from '../../engine/index.ts'
import { type EventRow, entityNamed, events, Marketplace, model, REGIONS, type Settings } from '../../model/index.ts'
import { Appearances } from './appearances.ts'
import { type Effect, RegionCounts } from './region-counts.ts'
import { Rows, type TickRows } from './rows.ts'
import { Tally } from './tally.ts'

/** Ticks that are taken at once, before others have their turn. */
const TICKS_A_TURN = 64

/** What stood when a history began. */
interface Base {
  /** Its first tick. */
  tick: number
  rows: TickRows
  /** Sessions under way: region, student, tutor. */
  sessions: readonly (readonly [number, number, number])[]
}

/** What a fork has lived through before it was one. */
export interface Before {
  chronicle: Chronicle
  /** The first tick of its own. */
  tick: number
}

export class Chronicle {
  readonly log: TickLog
  /** What tells its events from those of other worlds. */
  readonly worldId: string | undefined
  readonly settings: Settings
  readonly tally: Tally
  /** Who is named in which tick. */
  readonly appearances = new Appearances()
  /** The first tick of the history, and the tick that comes next. */
  readonly first: number
  next: number
  /** What changed the world from outside, and the tick that each took effect with, as far as the log was read. */
  readonly inputs: { tick: number; input: unknown }[] = []
  readonly #base: Base
  readonly #before: Before | undefined
  readonly #rows: Rows
  readonly #regions: readonly RegionCounts[]
  readonly #reader = new TickEvents(events, 1)
  #effects: (readonly [instant: number, place: number, change: number])[] = []

  private constructor(
    log: TickLog,
    { identity, settings }: Pick<Head, 'identity' | 'settings'>,
    base: Base,
    before?: Before,
  ) {
    this.log = log
    this.worldId = identity?.id
    this.settings = settings as Settings
    this.first = base.tick
    this.next = base.tick
    this.#base = base
    this.#before = before
    this.#rows = new Rows(log)
    this.tally = new Tally(this.start)
    const effect: Effect = (instant, place, change) => this.#effects.push([instant, place, change])
    this.#regions = REGIONS.map((_, region) => new RegionCounts(region, effect))
    this.#stand()
  }

  /** From the oldest tick that the log still has. @throws StoreError, WorldError */
  static async open(log: TickLog, head: Head): Promise<Chronicle> {
    const oldest = (await log.manifests()).filter(({ tick }) => tick <= head.tick).at(-1)
    if (!oldest) throw new StoreError('it has no checkpoint')
    return new Chronicle(log, head, await baseAt(log, head, Math.max(0, oldest.tick)))
  }

  /** Of a fork: the history of its origin up to where they part, then its own. */
  static async forked(log: TickLog, before: Before): Promise<Chronicle> {
    const { chronicle: origin, tick } = before
    const head = await log.readHead()
    const chronicle = new Chronicle(log, head ?? { settings: origin.settings }, origin.#base, before)
    for (let at = origin.first; at < tick; at++) {
      chronicle.#take(at, await origin.rows(at))
      if (at % TICKS_A_TURN === 0) await turn()
    }
    return chronicle
  }

  /** The instant that the history begins with. */
  get start(): number {
    return this.instantOf(this.first)
  }

  /** What happens before this instant is known. */
  get end(): number {
    return this.instantOf(this.next)
  }

  instantOf(tick: number): number {
    const { start, tickMilliseconds } = this.settings
    return start + tick * tickMilliseconds
  }

  /** The tick that an instant lies in, within the history. */
  tickAt(instant: number): number {
    const { start, tickMilliseconds } = this.settings
    return Math.min(
      Math.max(this.first, Math.floor((instant - start) / tickMilliseconds)),
      Math.max(this.first, this.next),
    )
  }

  /** The tick that follows the one that an instant lies in. */
  tickAfter(instant: number): number {
    const { start, tickMilliseconds } = this.settings
    return Math.floor((instant - start) / tickMilliseconds) + 1
  }

  /** Takes a tick that was committed. @returns whether it was the next one */
  add(tick: number, rows: TickRows): boolean {
    if (tick !== this.next) return false
    this.#rows.add(tick, rows)
    this.#take(tick, rows)
    return true
  }

  /** Reads from the log what was committed since. @param onTaken told on the way */
  async catchUp(head: Head, onTaken?: () => void): Promise<void> {
    if (head.tick <= this.next) return
    let taken = 0
    for await (const { tick, shards, inputs } of committedTicks(this.log, this.next, head)) {
      this.#note(tick, inputs)
      // The host's observer may have told of it meanwhile.
      this.add(
        tick,
        shards.map(({ events: rows }) => rows.slice()),
      )
      if (++taken % TICKS_A_TURN !== 0) continue
      onTaken?.()
      await turn()
    }
  }

  /** Reads what was put in with one tick, which an observer is not told. */
  async readInputs(tick: number, head: Head): Promise<void> {
    for await (const record of committedTicks(this.log, tick, head)) {
      this.#note(tick, record.inputs)
      return
    }
  }

  /** Rows of a tick of the history. */
  rows(tick: number): Promise<TickRows> {
    const before = this.#before
    return before && tick < before.tick ? before.chronicle.rows(tick) : this.#rows.of(tick)
  }

  /** The log that has a tick's state, and HEAD there. */
  logAt(tick: number): TickLog {
    const before = this.#before
    return before && tick < before.tick ? before.chronicle.logAt(tick) : this.log
  }

  #note(tick: number, inputs: readonly PendingInput[]): void {
    if (this.inputs.some((known) => known.tick === tick)) return
    for (const { input } of inputs) this.inputs.push({ tick, input })
  }

  #stand(): void {
    const { rows, sessions } = this.#base
    for (const [region, student, tutor] of sessions) this.#regions[region]?.stood(this.start, student, tutor)
    for (const [region, bytes] of rows.entries()) this.#regions[region]?.take(this.#rowsIn(bytes), false)
    this.#tell()
  }

  #take(tick: number, rows: TickRows): void {
    const end = this.instantOf(tick + 1)
    for (const [region, counts] of this.#regions.entries()) {
      counts.take(this.#rowsIn(rows[region] as Uint8Array))
      counts.pass(end)
    }
    this.#tell()
    this.appearances.add(tick, rows)
    this.next = tick + 1
    this.tally.reach(end)
  }

  /** Regions one after another have told what they do; the figures take it by instants. */
  #tell(): void {
    this.#effects.sort(([a], [b]) => a - b)
    for (const [instant, place, change] of this.#effects) this.tally.add(instant, place, change)
    this.#effects = []
  }

  #rowsIn(bytes: Uint8Array): Iterable<EventRow> {
    return this.#reader.view([bytes]).rows()
  }
}

async function baseAt(log: TickLog, head: Head, tick: number): Promise<Base> {
  const simulation = new LocalSimulation(model)
  await recover(log, simulation, head, tick)
  const world = new Marketplace(simulation.held)
  const numberIn = (id: string | null): number => entityNamed(id ?? '')?.number ?? 0
  const sessions = [...world.sessions()].map(({ student_id, tutor_id }) => {
    const region = world.student(student_id)?.region
    return [region ? REGIONS.indexOf(region) : 0, numberIn(student_id), numberIn(tutor_id)] as const
  })
  return { tick, rows: await simulation.standing(), sessions }
}
