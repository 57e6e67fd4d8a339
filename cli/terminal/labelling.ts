// `--labels FILE`: true labels beside a run, from the world's twins. They are a function of the world and its ticks: FILE is
// made anew from the first intervention on, beside it until it is whole, and then takes its place at once. So a kill loses and
// repeats nothing: the next run makes it again.

import {
  committedTicks,
  formatInstant,
  ID_AT,
  keptFrom,
  LocalSimulation,
  type ObservedTick,
  type Observer,
  recover,
  type Simulation,
  TickEvents,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import { type Input, type InterventionInput, model, resolve, type Settings } from '../../model/index.ts'
import { type Beginning, interventionLine, type Named, Twins, wireOf } from '../../model/scenarios/index.ts'
import type { LabelFile } from './labelfile.ts'

/** What of a world there is to be labelled. */
interface Source {
  readonly settings: Settings
  readonly log: TickLog | undefined
  readonly simulation: Simulation
}

export class Labelling {
  readonly observer: Observer = {
    isWaitedFor: true,
    observe: (tick) => this.#observe(tick),
  }
  readonly #file: LabelFile
  readonly #wire: readonly Named[]
  readonly #rows = new TickEvents(model.events, model.shardSizes.length)
  #source: Source | undefined
  #twins: Twins | undefined
  /** Interventions that the twins know of. */
  #known = 0
  /** The next tick to label, and the end of the chain before it. */
  #next = 0
  #hash = ''

  /** @param wire what befalls events on their way */
  constructor(file: LabelFile, wire: readonly Named[]) {
    this.#file = file
    this.#wire = wire
  }

  /**
   * Once the world has begun, before it takes inputs of this run or lives on.
   * @param inputs that a world that is not kept is to take at once; those of a kept world are in its log by then
   */
  async begin(source: Source, inputs: readonly Input[] = []): Promise<void> {
    this.#source = source
    if (source.log) return this.#beginKept(source.log)
    const { settings, simulation } = source
    const states: Uint8Array[] = []
    for (let shard = 0; shard < simulation.shards; shard++) states.push(await simulation.save(shard))
    this.#start(
      { settings, tick: 0, modelVersion: simulation.modelVersion, states },
      inputs.map((input) => ({ tick: 0, input })),
    )
    for (const input of inputs) this.#twins?.take(input)
  }

  /** The run is over: all that was committed is labelled. */
  async end(): Promise<void> {
    if (this.#source?.log) await this.#catchUp(this.#source.log)
    const labelled = this.#twins?.end() ?? { interventions: [], windows: new Map() }
    const onWire = this.#wire.map((one) => interventionLine(one, []))
    this.#file.end({ ...labelled, interventions: [...labelled.interventions, ...onWire] })
  }

  /** What did not come to its end leaves the file as it was. */
  close(): void {
    this.#file.close()
  }

  async #observe({ tick, shards }: ObservedTick): Promise<void> {
    const { log, settings } = this.#source as Source
    if (log) return this.#catchUp(log)
    this.#advance(
      settings.start + (tick + 1) * settings.tickMilliseconds,
      shards.map(({ events }) => events),
    )
  }

  #advance(until: number, rows: readonly Uint8Array[]): void {
    this.#twins?.advance(until, rows)
    if (this.#wire.length > 0) this.#tellOfWire(rows)
  }

  /** What befalls events on their way: the same for all targets. */
  #tellOfWire(rows: readonly Uint8Array[]): void {
    const wire = wireOf(this.#wire)
    for (const { bytes, count, ends, idLengths, instants } of this.#rows.view(rows).batches())
      for (let line = 0; line < count; line++) {
        const start = (line === 0 ? 0 : (ends[line - 1] as number)) + ID_AT
        const id = Buffer.from(bytes.buffer, bytes.byteOffset + start, idLengths[line]).toString('latin1')
        const instant = instants[line] as number
        const cause = wire.cause(id, instant)
        if (!cause) continue
        const change = wire.fate(id, instant)
        const until = change === 'delayed' ? formatInstant(instant + wire.lateMilliseconds(id, instant)) : undefined
        const said = { change, event_id: id, at: formatInstant(instant), until, by: [cause.id] }
        this.#file.write(JSON.stringify({ label: 'wire', ...said }))
      }
  }

  #start(beginning: Beginning, inputs: readonly { tick: number; input: unknown }[]): void {
    const { settings } = beginning
    const interventions = inputs.flatMap(({ tick, input }) => {
      const written = interventionIn(input)
      return written ? [resolve(written, settings.start, settings.start + tick * settings.tickMilliseconds)] : []
    })
    this.#known = interventions.length
    this.#file.begin()
    this.#twins =
      interventions.length === 0 ? undefined : new Twins(beginning, interventions, (line) => this.#file.write(line))
  }

  /** The tick in which the wire begins to be another than a clean one, for whoever has been told of it since. */
  #firstOnWire({ start, tickMilliseconds }: Settings): number {
    return Math.min(...this.#wire.map(({ from }) => Math.floor((from - start) / tickMilliseconds)))
  }

  /** From the first tick with an intervention on, or with something on the wire. @throws WorldError where history does not go back so far */
  async #beginKept(log: TickLog): Promise<void> {
    const { settings } = this.#source as Source
    const head = await headOf(log)
    const from = await keptFrom(log)
    const inputs: { tick: number; input: unknown }[] = []
    for await (const record of committedTicks(log, from, head))
      for (const { input } of record.inputs) inputs.push({ tick: record.tick, input })
    for (const { input } of head.inputs) inputs.push({ tick: head.tick, input })
    const first = inputs.find(({ input }) => interventionIn(input))
    if (head.positions > 0 && from > 0 && inputs.length < head.positions)
      throw new WorldError(`labels need all of a world's history, and it is kept from tick ${from} on`, {
        code: 'TICK_MISSING',
      })
    this.#next = Math.min(first?.tick ?? head.tick, Math.max(from, this.#firstOnWire(settings)))
    const simulation = new LocalSimulation(model)
    const states: Uint8Array[] = []
    if (first) {
      await recover(log, simulation, head, this.#next)
      for (let shard = 0; shard < simulation.shards; shard++) states.push(await simulation.save(shard))
    }
    this.#start({ settings, tick: this.#next, modelVersion: model.version, states }, inputs)
    this.#hash = ''
    await this.#catchUp(log)
  }

  /** Labels what was committed since. */
  async #catchUp(log: TickLog): Promise<void> {
    const { settings } = this.#source as Source
    const head = await headOf(log)
    if (head.tick <= this.#next) return
    for await (const record of committedTicks(log, this.#next, head, this.#hash || undefined)) {
      for (const { input } of record.inputs) {
        // Another process has intervened: there is a twin more from its tick on.
        if (interventionIn(input) && --this.#known < 0) return this.#beginKept(log)
        this.#twins?.take(input as Input)
      }
      this.#next = record.tick + 1
      this.#hash = record.hash
      this.#advance(
        settings.start + this.#next * settings.tickMilliseconds,
        record.shards.map(({ events }) => events),
      )
    }
  }
}

function interventionIn(input: unknown): InterventionInput | undefined {
  return (input as { intervene?: InterventionInput }).intervene
}

async function headOf(log: TickLog) {
  const head = await log.readHead()
  if (!head) throw new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
  return head
}
