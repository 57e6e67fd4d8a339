// The one wiring: a model, a log, sinks and a pace become a world that lives, is kept, delivered and observed.
//
//     simulation ──► runner ──► log                         kept: each tick is committed before anybody hears of it
//          │            └─────► outbox ──► courier ──► sink     a courier for each sink
//          └──────────────────► outbox                      not kept: it ends with its process
//                                 └──► observers
//
// Command line, Lambda, backfill and examples all go through here; what differs between them are options.

import type { WireOptions } from '../delivery/carriage.ts'
import { Courier } from '../delivery/courier.ts'
import { Outbox, type OutgoingTick } from '../delivery/outbox.ts'
import type { Sink } from '../delivery/sink.ts'
import { TickEvents } from '../delivery/tick-events.ts'
import type { Timeline } from '../delivery/timeline.ts'
import { DAY, HOUR } from '../kernel/clock.ts'
import { verifyState } from '../kernel/codec.ts'
import { worldIdOf } from '../log/identity.ts'
import { Runner } from '../log/runner.ts'
import type { Head, Identity } from '../log/ticklog.ts'
import { instantOf, lastTickOf, type Model, type ModelShard, type WorldSettings } from './model.ts'
import { type ObservedTick, Watch } from './observer.ts'
import type { HostOptions, Left, Lived, Stretch } from './options.ts'
import { type Outlook, outlookOf, ticksAbout, timelineFor } from './pacing.ts'
import { type LiveSimulation, LocalSimulation } from './shards.ts'
import { simulationFor } from './simulation.ts'
import { Standing } from './standing.ts'

/** At full pace, so many events or ticks are committed at once. */
const EVENTS_A_COMMIT = 12_000
const TICKS_A_COMMIT_MAX = 64
/**
 * … and about so many simulated at once where nothing is committed, up to a day: it has no influence on the stream. A busy hour has
 * several times the mean, and lines of several spans are in memory, so spans are shorter then.
 */
const EVENTS_A_SPAN = 4000
/** At full pace a world runs so far ahead of what is delivered: one that is kept, and one that is not. */
const EVENTS_AHEAD = 60_000
const SPANS_AHEAD = 4
/** At any other pace a kept world pauses when so much is not delivered. */
const BACKLOG_MAX = 7 * DAY

export class Host<
  Settings extends WorldSettings = WorldSettings,
  Input = unknown,
  Shard extends ModelShard<Input> = ModelShard<Input>,
> {
  readonly simulation: LiveSimulation
  readonly #options: HostOptions<Settings, Input, Shard>
  readonly #runner: Runner | undefined
  readonly #events: TickEvents
  readonly #watches: readonly Watch[]
  /** The next tick of a world that is not kept. */
  #tick = Number.NaN
  /** Inputs that it has taken. */
  #positions = 0
  /** What the latest span of such a world brought. */
  #eventsATick = 0
  /** Spans of such a world that are asked for and have not happened. */
  #asked: Asked[] = []
  #isHeard = false
  /** When what was delivered at once is over, by its place among that. */
  #ends: number[] = []
  /** What targets that are new are told. */
  readonly #standing: Standing
  /** While a stretch is lived. */
  #outbox: Outbox | undefined
  #lived: Lived | undefined
  #couriers: readonly Courier[] = []
  #timeline: Timeline | undefined

  private constructor(options: HostOptions<Settings, Input, Shard>, simulation: LiveSimulation) {
    const { model, log, machine, observers = [] } = options
    this.#options = options
    this.simulation = simulation
    this.#events = new TickEvents(model.events, simulation.shards)
    this.#watches = observers.map((observer) => new Watch(observer))
    this.#runner =
      log &&
      new Runner({
        ...{ log, simulation, timer: machine, newAttempt: machine.newAttempt },
        onCommitted: (tick, shards) => this.#happened(tick, tick, shards),
        ...(options.onTrouble ? { onTrouble: options.onTrouble } : {}),
        ...(options.onWarmUp ? { onWarmUp: options.onWarmUp } : {}),
        ...(options.keepMilliseconds === undefined ? {} : { keepMilliseconds: options.keepMilliseconds }),
        ...(options.warmUpSaveMilliseconds ? { warmUpSaveMilliseconds: options.warmUpSaveMilliseconds } : {}),
      })
    const another = () => new LocalSimulation(model, options.shards)
    this.#standing = new Standing({ log, simulation, runner: this.#runner, another })
  }

  /**
   * Opens a world where it is, or one that is to be born with `settings`.
   * @throws WorldError where it is not there and there are no settings, or it is not for this model
   */
  static async open<S extends WorldSettings, I, Sh extends ModelShard<I>>(
    options: HostOptions<S, I, Sh>,
  ): Promise<Host<S, I, Sh>> {
    const { log, settings } = options
    const born = (await log?.readHead())?.settings as S | undefined
    const host = new Host(options, await simulationFor(options, born ?? settings))
    await host.reopen()
    return host
  }

  /** Reads HEAD again: what another process has done counts. @param settings of a world that is not there @throws WorldError */
  async reopen(settings: Settings | undefined = this.#options.settings): Promise<void> {
    await this.#runner?.open(settings)
  }

  /** Of the world, as it was born. */
  get settings(): Settings {
    return (this.#runner ? this.#runner.head.settings : this.#options.settings) as Settings
  }

  /** The next tick; negative while the world warms up. */
  get tick(): number {
    return this.#runner ? this.#runner.head.tick : this.#tick
  }

  /** When the next tick begins; milliseconds since 1970. */
  get now(): number {
    return instantOf(this.settings, this.tick)
  }

  /** How the stretch stands that is lived just now; undefined where none is. */
  get outlook(): Outlook | undefined {
    return this.#outbox && outlookOf(this.#timeline, this.#couriers, this.now, this.#outbox.tick)
  }

  /** As it was read or swapped last. @throws Error where the world is not kept */
  get head(): Head {
    if (!this.#runner) throw new Error('the world is not kept')
    return this.#runner.head
  }

  /** What tells its events from those of other worlds. */
  get identity(): Identity | undefined {
    if (this.#runner) return this.#runner.head.identity
    const { model, world = 'default' } = this.#options
    return { id: worldIdOf(world, model.version, this.simulation.shapeOf(this.settings)), since: 0 }
  }

  get conflicts(): number {
    return this.#runner?.conflicts ?? 0
  }

  /** Brings the world to its start: born and warmed up. @returns whether it is there; call again where it is not */
  async begin(): Promise<boolean> {
    if (this.#runner) return this.#runner.begin()
    if (Number.isNaN(this.#tick)) this.#tick = await this.#enter()
    const { onWarmUp } = this.#options
    while (this.#tick < 0) {
      await this.#pass(Math.min(0, this.#tick + this.#ticksIn(DAY)))
      if ((await onWarmUp?.(this.#tick)) && this.#tick < 0) return false
    }
    return true
  }

  /** Lives unheard up to a tick, in a world that is not kept and has begun. */
  async skip(until: number): Promise<void> {
    if (this.#runner) throw new Error('what a kept world does is heard')
    while (this.#tick < until) await this.#pass(Math.min(until, this.#tick + this.#ticksIn(DAY)))
  }

  /** The state of a world that is not kept, between two stretches: another host can go on from it. */
  async leave(): Promise<Left> {
    if (this.#runner) throw new Error('what a kept world was is in its log')
    const states: Uint8Array[] = []
    for (let shard = 0; shard < this.simulation.shards; shard++) states.push(await this.simulation.save(shard))
    return { tick: this.#tick, modelVersion: this.simulation.modelVersion, states }
  }

  /**
   * Puts an input in: it takes effect with the next tick.
   * @returns its place among all inputs, and that tick @throws WorldError, or what the model's `checkInput` throws
   */
  async take(input: unknown): Promise<{ position: number; tick: number }> {
    const { model } = this.#options
    await this.#runner?.open()
    const tick = this.#runner ? this.tick : this.#askedFor
    model.checkInput(input, this.settings, instantOf(this.settings, tick))
    if (this.#runner) return this.#runner.take(input)
    await this.simulation.take(input)
    return { position: ++this.#positions, tick }
  }

  /** Lives and delivers; the world has begun. @throws StoreError, WorldError; what befell a target is in `failures` */
  async live(stretch: Stretch = {}): Promise<Lived> {
    const { log, machine, model, sinks = [] } = this.#options
    const { signal, onNote, endsWithDelivery = true } = stretch
    const { conflicts, tick: from } = this
    const lived: Lived = {
      ...{ from, to: from, events: 0, since: this.now, present: this.now, conflicts: 0 },
      byType: model.events.types.map(() => 0),
      progress: [],
      failures: sinks.map(() => undefined),
    }
    // What is not kept is delivered span by span, whatever the ticks in it.
    const first = log ? from : 0
    const outbox = new Outbox(log, first, (tick) => this.#forgotten(tick))
    const couriers = sinks.map((sink, place) => this.#courierFor(sink, place))
    const over = new AbortController()
    const end = (): void => {
      over.abort()
      for (const courier of couriers) courier.stop()
    }
    const stop = (): void => {
      over.abort()
      // A file takes what is there in no time, posts and what has yet to come could go on for hours; where a log has it, all
      // can wait.
      for (const [place, courier] of couriers.entries())
        if (log || stretch.pace || sinks[place]?.eventByEvent) courier.stop()
    }
    let deliveries: Promise<void>[] = []
    this.#isHeard = true
    this.#outbox = outbox
    this.#couriers = couriers
    this.#lived = lived
    signal?.addEventListener('abort', stop)
    try {
      for (const courier of couriers) {
        const note = await courier.open(first)
        if (note !== undefined) onNote?.(note)
      }
      const kept = log && { log, head: this.head }
      if (stretch.pace)
        this.#timeline = await timelineFor(
          stretch.pace,
          machine,
          { now: this.now, settings: this.settings, kept },
          couriers,
        )
      stretch.onBegun?.()
      if (signal?.aborted) stop()
      deliveries = couriers.map(async (courier, place) => {
        try {
          await courier.deliver(outbox, this.#timeline)
        } catch (error) {
          lived.failures[place] = error as Error
          if (endsWithDelivery) end()
        }
      })
      await this.#advance(stretch, outbox, couriers, over.signal)
      stretch.onSimulated?.()
      outbox.close()
      await Promise.all(deliveries)
      for (const watch of this.#watches) await watch.settle()
      const { until = Number.POSITIVE_INFINITY } = stretch
      const isDelivered = lived.failures.every((failure) => failure === undefined)
      if (this.#runner?.isPast && this.tick < until && isDelivered) throw this.#runner.past
    } catch (error) {
      end()
      throw error
    } finally {
      outbox.close()
      // Nothing is under way any more when the targets are let go of.
      await Promise.all(deliveries)
      if (!couriers.some(({ isOpening }) => isOpening)) this.#standing.forget()
      signal?.removeEventListener('abort', stop)
      lived.since = this.#timeline?.from ?? lived.since
      lived.present = over.signal.aborted ? Math.min(this.now, this.#timeline?.present ?? this.now) : this.now
      this.#outbox = undefined
      this.#lived = undefined
      this.#timeline = undefined
    }
    const progress = couriers.map((courier) => courier.progress)
    return { ...lived, to: this.tick, progress, conflicts: this.conflicts - conflicts }
  }

  /** The world is left for now: what `worlds` shows of it is noted, so that nobody has to read its state for that. @throws StoreError */
  async rest(): Promise<void> {
    await this.#runner?.rest()
  }

  /** Lets go of threads. Sinks are their opener's to close, once nothing is delivered any more. */
  async close(): Promise<void> {
    await this.simulation.close()
  }

  /** Brings a world that is not kept to life. @returns its next tick @throws CodecError */
  async #enter(): Promise<number> {
    const { left } = this.#options
    if (!left) return this.simulation.bear(this.settings)
    const { tick, modelVersion, states } = left
    for (const state of states) verifyState(state)
    await this.simulation.load(this.settings, tick, modelVersion, states)
    await this.simulation.ready()
    return tick
  }

  /** Up to the stretch's end, by its pace, and as far ahead of the couriers as may be. */
  async #advance(stretch: Stretch, outbox: Outbox, couriers: readonly Courier[], over: AbortSignal): Promise<void> {
    const { onAdvanced } = stretch
    const until = Math.min(stretch.until ?? Number.POSITIVE_INFINITY, lastTickOf(this.settings))
    const ahead = this.#undeliveredMax
    while (this.tick < until && !over.aborted && !this.#runner?.isPast) {
      const ticks = Math.min(await this.#ticksDue(over), until - this.tick)
      await outbox.caughtUp(ahead)
      // A target that gets nothing more is owed no more than a backlog: the world pauses rather than grows.
      const isStuck = this.#lived?.failures.some(
        (failure, place) => failure && outbox.tick - (couriers[place] as Courier).nextTick > ahead,
      )
      if (over.aborted || isStuck) break
      if (!this.#runner) await this.#span(ticks, until, outbox)
      else if ((await this.#runner.advance(ticks, this.#ticksAhead(until - this.tick - ticks))) === 0)
        outbox.moveTo(this.tick)
      for (const watch of this.#watches) if (watch.isWaitedFor) await watch.settle()
      onAdvanced?.(this.tick, this.#lived?.events ?? 0)
    }
    while (this.#asked.length > 0) await this.#happen(outbox)
  }

  /** How many ticks to simulate at once, when it is time for the next. */
  async #ticksDue(over: AbortSignal): Promise<number> {
    // Always gives signals and sockets a turn: a loop that waits for nothing else would never hear of Ctrl-C.
    await this.#options.machine.pause(0)
    if (!this.#timeline) return this.#ticksAtOnce
    const isOver = () => over.aborted
    const about = await ticksAbout(this.#timeline, this.now, this.settings, isOver)
    return Math.min(this.#ticksAtOnce, about)
  }

  /** Simulates ticks of a world that is not kept, at once. @param until where the stretch ends */
  async #span(ticks: number, until: number, outbox: Outbox): Promise<void> {
    if (this.#asked.length === 0) this.#ask(this.#tick + ticks)
    // Threads go on with what comes next while this is rendered and delivered.
    const ahead = this.#timeline ? 0 : this.simulation.spansAhead
    for (let from = this.#askedFor; from < until && this.#asked.length <= ahead; from = this.#askedFor)
      this.#ask(Math.min(until, from + this.#ticksAtOnce))
    await this.#happen(outbox)
  }

  /** How many ticks other threads can step while those before are committed. */
  #ticksAhead(left: number): number {
    return this.simulation.spansAhead > 0 && !this.#timeline ? Math.min(left, this.#ticksAtOnce) : 0
  }

  /** The tick before which everything is asked for. */
  get #askedFor(): number {
    return this.#asked.at(-1)?.until ?? this.#tick
  }

  #ask(until: number): void {
    this.#asked.push({ until, events: this.simulation.advance(instantOf(this.settings, until)) })
  }

  /** The first span that was asked for. */
  async #happen(outbox: Outbox): Promise<void> {
    const { until, events } = this.#asked.shift() as Asked
    const rows = await events
    const ticks = until - this.#tick
    const before = this.#lived?.events ?? 0
    this.#tick = until
    this.#happened(
      outbox.tick,
      until - 1,
      rows.map((events) => ({ events })),
    )
    this.#eventsATick = ((this.#lived?.events ?? 0) - before) / ticks
  }

  /** Simulates up to a tick, unheard. */
  async #pass(until: number): Promise<void> {
    this.#tick = until
    this.simulation.reuse(await this.simulation.advance(instantOf(this.settings, until), false))
  }

  /** @param place among what is delivered */
  #happened(place: number, tick: number, shards: ObservedTick['shards']): void {
    const events = shards.map((shard) => shard.events)
    const lived = this.#lived
    if (lived) {
      this.#events.addCounts(lived.byType, events)
      lived.events = lived.byType.reduce((sum, count) => sum + count, 0)
    }
    const areSeen = this.#options.sinks?.some(({ takesRows }) => !takesRows)
    // At a pace lines could wait for long, and rows are smaller.
    const lines = areSeen && !this.#timeline ? this.simulation.render?.(events) : undefined
    this.#ends[place] = instantOf(this.settings, tick + 1)
    this.#outbox?.add(place, events, lines)
    for (const watch of this.#watches) watch.add({ tick, shards })
  }

  /** Nobody needs what is known of a tick any more; what was kept in a log and what observers hold is not the simulation's. */
  #forgotten({ events, lines }: OutgoingTick): void {
    const lent = this.#runner || this.#watches.length > 0 ? undefined : events
    if (!lines) this.simulation.reuse(lent)
    // Where no lines have come, whoever waits for them hears why.
    else
      lines.then(
        (rendered) => this.simulation.reuse(lent, rendered),
        () => undefined,
      )
  }

  #courierFor(sink: Sink, place: number): Courier {
    const { delivery = {}, log, machine, model, opening = false } = this.#options
    const rendered = new TickEvents(model.events, this.simulation.shards)
    return new Courier({
      ...{
        sink,
        timer: machine,
        identity: this.identity,
        random: machine.random,
        ...delivery,
      },
      render: (events) => {
        const tick = rendered.view(events)
        return sink.takesRows ? tick.rowBatches() : tick.batches(sink.batchBytes)
      },
      ...(model.wireOf && !sink.takesRows ? { wire: this.#wireFor(model.wireOf, place) } : {}),
      // What is not kept has no cursor that tells who is new: in its first stretch all are.
      opening: opening && (log !== undefined || !this.#isHeard),
      standing: (tick) => this.#standing.before(tick),
      ...(log ? { log } : {}),
    })
  }

  /** @param place of the sink */
  #wireFor(wireOf: NonNullable<Model['wireOf']>, place: number): WireOptions {
    const { log, wire } = this.#options
    const { settings } = this
    const { tickMilliseconds } = settings
    const told = wire?.(settings)
    const endOf = (place: number): number => (log ? instantOf(settings, place + 1) : (this.#ends[place] as number))
    // What is not kept has no cursor that tells what is still on its way.
    return { told, wireOf, tickMilliseconds, endOf, goesOn: log ? undefined : this.#couriers[place]?.carriage }
  }

  /** Simulated, and committed where there is a log, at once. What is simulated at once has no influence on the stream. */
  get #ticksAtOnce(): number {
    const { log, ticksAtOnceMax = TICKS_A_COMMIT_MAX } = this.#options
    if (log) return Math.min(ticksAtOnceMax, this.#ticksFor(EVENTS_A_COMMIT))
    const asOfLate = Math.floor(EVENTS_A_SPAN / this.#eventsATick)
    return Math.max(1, Math.min(this.#ticksIn(DAY), this.#ticksFor(EVENTS_A_SPAN), asOfLate))
  }

  /** How far a world may be ahead of what is delivered, in what the outbox counts. */
  get #undeliveredMax(): number {
    const { log } = this.#options
    if (!log) return SPANS_AHEAD
    return this.#timeline ? this.#ticksIn(BACKLOG_MAX) : this.#ticksFor(EVENTS_AHEAD)
  }

  /** Ticks that bring so many events, roughly; 1 or more. */
  #ticksFor(events: number): number {
    const { tickMilliseconds } = this.settings
    const hours = events / this.#options.model.eventsPerHour(this.settings)
    return Math.max(1, Math.floor((hours * HOUR) / tickMilliseconds))
  }

  #ticksIn(milliseconds: number): number {
    return milliseconds / this.settings.tickMilliseconds
  }
}

interface Asked {
  /** The tick that it ends before. */
  until: number
  /** Each shard's rows. */
  events: Promise<Uint8Array[]>
}
