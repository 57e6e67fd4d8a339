// A tiny world in two shards, on the engine's own tables: its events depend on the tick, on inputs, on the model's version
// and on everything that happened before, so that a state that is wrong anywhere shows in every later event.

import type { Lines, ShardTick, Simulation, Table } from '../../engine/index.ts'
import type { Engine } from './engine.ts'

export const SHARDS = 2
const AGENTS = 5
const PARTITIONS = 9
const EVENTS_MAX = 4
/** Lines that are rendered at once, to have several batches a tick. */
const BATCH_LINES = 2

const AGENT = { total: 'f64', value: 'u32', seen: 'u16' } as const
const ERRAND = { owner: 'u32', due: 'f64' } as const
const FIGURES = { chain: 'u32', bias: 'u32', events: 'u32' } as const
const EVENT = { tick: 'f64', place: 'u32', agent: 'u32', value: 'u32', chain: 'u32' } as const
/** Of a row of the table of events: the tick, then the others in their order. */
const EVENT_BYTES = 24
const Purpose = { count: 1, event: 2 } as const

export interface TinySettings {
  seed: number
  /** Ticks before tick 0 that nobody hears of. */
  warmUpTicks: number
}

export interface TinyInput {
  n: number
}

/** One shard: state, and what its latest tick brought. */
export class Shard {
  readonly #engine: Engine
  readonly #number: number
  readonly #random: InstanceType<Engine['Random']>
  readonly #agents
  readonly #errands
  readonly #figures
  readonly #events
  readonly #tables: readonly Table[]
  readonly #agent
  readonly #errand
  readonly #figure
  readonly #event

  constructor(engine: Engine, settings: TinySettings, number: number) {
    this.#engine = engine
    this.#number = number
    this.#random = new engine.Random([settings.seed | 0, 77])
    this.#agents = new engine.Table('agents', AGENT)
    this.#errands = new engine.Table('errands', ERRAND)
    this.#figures = new engine.Table('figures', FIGURES)
    this.#events = new engine.Table('events', EVENT)
    this.#agent = this.#agents.accessor()
    this.#errand = this.#errands.accessor()
    this.#figure = this.#figures.accessor()
    this.#event = this.#events.accessor()
    this.#tables = [this.#agents, this.#errands, this.#figures] as unknown as Table[]
  }

  bear(): void {
    for (let row = 0; row < AGENTS; row++) this.#agents.add()
    this.#figures.add()
    this.keepChanges()
  }

  load(bytes: Uint8Array, modelVersion: number): void {
    this.#engine.decodeCheckpoint(bytes, this.#tables, modelVersion)
  }

  apply(bytes: Uint8Array, modelVersion: number): void {
    this.#engine.applyChanges(bytes, this.#tables, modelVersion)
  }

  /** State of an older model to that of this one. */
  migrate(from: number, to: number): void {
    if (from >= to) return
    const figures = this.#figure.edit(0)
    figures.bias ^= 0x5bd1e995 * to
    this.keepChanges()
  }

  keepChanges(): void {
    for (const table of this.#tables) {
      table.clearChanges()
      table.keepChanges()
    }
  }

  save(modelVersion: number, tick: number): Uint8Array {
    return this.#engine.encodeCheckpoint(this.#tables, modelVersion, tick)
  }

  /** What changed since `keepChanges`, and the events of the latest tick. */
  changes(modelVersion: number, tick: number): ShardTick {
    return { changes: this.#engine.encodeChanges(this.#tables, modelVersion, tick), events: this.events() }
  }

  events(): Uint8Array {
    return this.#events.bytes.slice(0, this.#events.count * this.#events.rowBytes)
  }

  step(tick: number, inputs: readonly TinyInput[], modelVersion: number): void {
    this.#events.clear()
    const figures = this.#figure.edit(0)
    for (const { n } of inputs) figures.bias = Math.imul(figures.bias ^ n, 0x9e3779b1) + 1
    const count = (this.#random.draw(Purpose.count, this.#number, ordinalOf(tick))[0] as number) % EVENTS_MAX
    for (let place = 0; place < count; place++) this.#happen(tick, place, modelVersion)
    const errand = this.#errand
    for (let row = 0; row < this.#errands.count; row++) {
      const { due, owner } = errand.at(row)
      if (due !== tick || tick === 0) continue
      this.#errands.give(row)
      figures.chain = Math.imul(figures.chain ^ owner, 0xc2b2ae35)
    }
  }

  #happen(tick: number, place: number, modelVersion: number): void {
    const figures = this.#figure.edit(0)
    const words = this.#random.draw(Purpose.event, this.#number * EVENTS_MAX + place, ordinalOf(tick))
    const row = ((words[0] as number) ^ figures.chain) >>> 0
    const agent = this.#agent.edit(row % AGENTS)
    agent.value =
      Math.imul(agent.value ^ (words[1] as number) ^ figures.chain, 0x85ebca6b) + figures.bias + modelVersion
    agent.seen++
    agent.total += agent.value / 65_536
    figures.chain = Math.imul(figures.chain ^ agent.value, 0xc2b2ae35) ^ agent.seen
    figures.events++
    const event = this.#event.edit(this.#events.add())
    event.tick = tick
    event.place = place
    event.agent = agent.row
    event.value = agent.value
    event.chain = figures.chain
    if (((words[2] as number) & 1) === 0) return
    const errand = this.#errand.edit(this.#errands.take())
    errand.owner = agent.row
    errand.due = tick + 1 + ((words[3] as number) % 4)
  }
}

export interface TinySimulation extends Simulation {
  /** The whole state, to be compared. */
  state(): Uint8Array[]
}

/** @param work lets simulated time pass while it steps */
export function tinySimulation(
  engine: Engine,
  modelVersion: number,
  work: (ticks: number) => Promise<void>,
): TinySimulation {
  let shards: Shard[] = []
  let tick = 0
  let loadedVersion = modelVersion
  const shape = (settings: unknown) =>
    Array.from({ length: SHARDS }, (_, number) => new Shard(engine, settings as TinySettings, number))
  const { bear, load, apply, ready, step, save, ...rest }: TinySimulation = {
    modelVersion,
    goesOnFrom: 1,
    shards: SHARDS,
    shapeOf: (settings) => settings,
    instantOf: (_, tick) => tick,
    async bear(settings) {
      shards = shape(settings)
      for (const shard of shards) shard.bear()
      tick = -(settings as TinySettings).warmUpTicks
      return tick
    },
    async load(settings, at, version, states) {
      shards = shape(settings)
      for (const [number, shard] of shards.entries()) shard.load(states[number] as Uint8Array, version)
      tick = at
      loadedVersion = version
      if (version > modelVersion) throw new engine.CodecError(`state is of model ${version}, this is ${modelVersion}`)
    },
    async apply(changes) {
      for (const [number, shard] of shards.entries()) shard.apply(changes[number] as Uint8Array, loadedVersion)
      tick++
    },
    async ready() {
      for (const shard of shards) {
        shard.keepChanges()
        shard.migrate(loadedVersion, modelVersion)
      }
    },
    async step(ticks, inputs) {
      const first = tick
      const stepped: ShardTick[][] = []
      await work(ticks)
      for (; tick < first + ticks; tick++) {
        for (const shard of shards) {
          shard.step(tick, tick === first ? (inputs as TinyInput[]) : [], modelVersion)
          if (tick < 0) shard.keepChanges()
        }
        if (tick < 0) continue
        stepped.push(shards.map((shard) => shard.changes(modelVersion, tick)))
        for (const shard of shards) shard.keepChanges()
      }
      return first < 0 ? null : stepped
    },
    async save(shard) {
      return (shards[shard] as Shard).save(modelVersion, tick)
    },
    state: () => shards.map((shard) => shard.save(modelVersion, tick)),
  }
  const inTurn = oneAfterTheOther()
  return {
    ...rest,
    ...{ bear: inTurn(bear), load: inTurn(load), apply: inTurn(apply) },
    ...{ ready: inTurn(ready), step: inTurn(step), save: inTurn(save) },
  }
}

/** Each begins when the one before is done, as in a thread. */
function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve()
  return <Args extends unknown[], Value>(order: (...args: Args) => Promise<Value>) =>
    (...args: Args): Promise<Value> => {
      const done = last.then(() => order(...args))
      last = done.catch(() => undefined)
      return done
    }
}

/** An event as its line says it. */
export interface TinyEvent {
  id: string
  /** NDJSON, with its end. */
  line: string
  partition: number
}

export function eventsOf(shards: readonly Uint8Array[]): TinyEvent[] {
  const found: TinyEvent[] = []
  for (const [number, bytes] of shards.entries()) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length; at += EVENT_BYTES) {
      const tick = view.getFloat64(at, true)
      const [place, agent, value, chain] = [8, 12, 16, 20].map((offset) => view.getUint32(at + offset, true))
      const id = `event_${tick}_${number}_${place}`
      const payload = `{"agent":${agent},"value":${value},"chain":${chain}}`
      const line = `{"event_id":"${id}","caused_by":null,"event_type":"happened","payload":${payload}}\n`
      found.push({ id, line, partition: (number * AGENTS + (agent as number)) % PARTITIONS })
    }
  }
  return found
}

/** As the port says: the memory is the renderer's, and good only until it renders again. */
export function* renderTiny(shards: readonly Uint8Array[]): Generator<Lines> {
  const events = eventsOf(shards)
  for (let first = 0; first < events.length; first += BATCH_LINES) {
    const batch = events.slice(first, first + BATCH_LINES)
    ROOM.fill(0)
    let end = 0
    const ends = new Uint32Array(batch.length)
    for (const [place, { line }] of batch.entries()) {
      end += ROOM.write(line, end)
      ends[place] = end
    }
    yield {
      ...{ bytes: ROOM, count: batch.length, ends },
      ...{ types: new Uint8Array(batch.length), agents: new Uint32Array(batch.length) },
      ...{ instants: new Float64Array(batch.length), ranks: new Float64Array(batch.length) },
      steps: new Uint16Array(batch.length),
      idLengths: Uint16Array.from(batch, ({ id }) => id.length),
      causeLengths: new Uint16Array(batch.length),
      partitions: Uint32Array.from(batch, ({ partition }) => partition),
    }
  }
}

const ROOM = Buffer.alloc(1024)

/** Ticks of the warm-up are negative, and draws have ordinals. */
function ordinalOf(tick: number): number {
  return tick + WARM_UP_TICKS_MAX
}

const WARM_UP_TICKS_MAX = 1_000_000
