// The state of a world before any tick of its history, to look at agents. Whoever looks at one instant often looks at the next:
// so the tables of the latest one are kept and brought forward tick by tick, and one state of each day that was passed.
//
//     log      checkpoint ─ tick ─ tick ─ tick ─ … ─ checkpoint ─ …
//     tables   ──────────────────► carried forward, never alive
//     days     |          |        states to go back to
//                                ▼ a copy that is alive, to be asked

import {
  committedTicks,
  DAY,
  type Head,
  keptFrom,
  LocalSimulation,
  type Manifest,
  notKept,
  readCheckpoint,
  recover,
  StoreError,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import { Marketplace, model } from '../../model/index.ts'
import type { Chronicle } from './chronicle.ts'

/** Worlds that were asked last, and states to go back to. */
const ALIVE_MAX = 3
const DAYS_MAX = 12

/** Tables before a tick, of a log. */
interface Carried {
  log: TickLog
  tick: number
  modelVersion: number
  simulation: LocalSimulation
}

/** A whole state, as a checkpoint has it. */
interface Saved {
  log: TickLog
  tick: number
  modelVersion: number
  states: readonly Uint8Array[]
}

export class Past {
  readonly #chronicle: Chronicle
  readonly #alive = new Map<number, Promise<Marketplace>>()
  #days: Saved[] = []
  #carried: Carried | undefined
  /** One after another: the tables are carried by one at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(chronicle: Chronicle) {
    this.#chronicle = chronicle
  }

  /** @throws StoreError, WorldError */
  at(tick: number): Promise<Marketplace> {
    const known = this.#alive.get(tick)
    const state = known ?? this.#next(tick)
    this.#alive.delete(tick)
    this.#alive.set(tick, state)
    for (const oldest of this.#alive.keys()) if (this.#alive.size > ALIVE_MAX) this.#alive.delete(oldest)
    // What could not be read once may be readable the next time.
    state.catch(() => this.#alive.delete(tick))
    return state
  }

  #next(tick: number): Promise<Marketplace> {
    const state = this.#turn.then(() => this.#load(tick))
    this.#turn = state.catch(() => undefined)
    return state
  }

  async #load(tick: number): Promise<Marketplace> {
    const log = this.#chronicle.logAt(tick)
    const head = await log.readHead()
    if (!head) throw new WorldError('there is no such world any more', { code: 'WORLD_DELETED' })
    const simulation = new LocalSimulation(model)
    try {
      const { modelVersion, states } = await this.#carry(log, head, tick)
      await simulation.load(head.settings, tick, modelVersion, states)
      await simulation.ready()
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      // An older checkpoint may lead there all the same.
      this.#carried = undefined
      await recover(log, simulation, head, tick)
    }
    return new Marketplace(simulation.held)
  }

  /** The whole state before a tick. */
  async #carry(log: TickLog, head: Head, tick: number): Promise<Omit<Saved, 'log' | 'tick'>> {
    const carried = await this.#nearest(log, head, tick)
    this.#carried = undefined
    const { simulation, modelVersion } = carried
    const ticksADay = Math.max(1, DAY / this.#chronicle.settings.tickMilliseconds)
    if (carried.tick < tick)
      for await (const { shards, tick: passed } of committedTicks(log, carried.tick, head)) {
        await simulation.apply(shards.map(({ changes }) => changes))
        carried.tick = passed + 1
        if (carried.tick % ticksADay === 0) this.#keep({ ...carried, states: await statesOf(simulation) })
        if (carried.tick === tick) break
      }
    this.#carried = carried
    return { modelVersion, states: await statesOf(simulation) }
  }

  /** What is nearest before a tick: the tables at hand, a state of a day that was passed, or a checkpoint. */
  async #nearest(log: TickLog, head: Head, tick: number): Promise<Carried> {
    const manifest = (await log.manifests()).find((one) => one.tick <= tick && one.tick <= head.tick)
    const day = this.#days
      .filter((one) => one.log === log && one.tick <= tick)
      .reduce<Saved | undefined>((best, one) => (best && best.tick >= one.tick ? best : one), undefined)
    const from = Math.max(manifest?.tick ?? Number.NEGATIVE_INFINITY, day?.tick ?? Number.NEGATIVE_INFINITY)
    const carried = this.#carried
    if (carried && carried.log === log && carried.tick <= tick && carried.tick >= from) return carried
    const isDay = day !== undefined && day.tick === from
    if (!isDay && !manifest) throw notKept(tick, await keptFrom(log))
    const { modelVersion } = isDay ? day : (manifest as Manifest)
    const states = isDay ? day.states : await readCheckpoint(log, manifest as Manifest)
    const simulation = new LocalSimulation(model)
    await simulation.load(head.settings, from, modelVersion, states)
    return { log, tick: from, modelVersion, simulation }
  }

  #keep({ log, tick, modelVersion, states }: Saved): void {
    if (this.#days.some((one) => one.log === log && one.tick === tick)) return
    this.#days = [...this.#days.slice(1 - DAYS_MAX), { log, tick, modelVersion, states }]
  }
}

function statesOf(simulation: LocalSimulation): Promise<Uint8Array[]> {
  return Promise.all(Array.from({ length: simulation.shards }, (_, shard) => simulation.save(shard)))
}
