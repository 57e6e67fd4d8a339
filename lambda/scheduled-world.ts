// A world between invocations: what is warm stays, and each run brings the world to its tick and delivers.

import { randomUUID } from 'node:crypto'
import { Courier, DeliveryError, formatInstant, Outbox, Runner, type Sink, type TickLog } from '../engine/index.ts'
import { KeptEvents, LocalSimulation, REGIONS, studentsOf } from '../model/index.ts'
import { openSink, realTimer } from '../sinks/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../stores/index.ts'
import { ApiKey } from './api-key.ts'
import { type Environment, EnvironmentError, sizeOf } from './environment.ts'
import type { RunReport } from './report.ts'
import { type ScheduledSettings, settingsAt, ticksDue } from './schedule.ts'

/** Ticks that are committed at once while a run catches up, and in one run at the most. */
const TICKS_A_COMMIT = 8
const TICKS_A_RUN = 720
/** Left over at the end of a run for what is in flight, the cursor and the log line. */
const RESERVE_MILLISECONDS = 12_000
/** Longest share of a minute that a run's deliveries are spread over. */
const PACED_MILLISECONDS = 45_000
const WARM_UP_SAVE_MILLISECONDS = 30_000
const CANARY_MILLISECONDS = 60_000
/** The world pauses rather than grows when it is this far ahead of what is delivered. */
const BACKLOG_MAX_MILLISECONDS = 7 * 86_400_000
const TIMESTAMP = '"timestamp":"'
const TIMESTAMP_LENGTH = 24

export class ScheduledWorld {
  readonly #environment: Environment
  readonly #name: string
  readonly #regions: readonly number[]
  readonly #store: DynamoDbStore
  readonly #log: TickLog
  readonly #simulation: LocalSimulation
  readonly #runner: Runner
  readonly #timer = realTimer()
  readonly #apiKey: ApiKey | undefined
  readonly #sink: Sink
  #outbox: Outbox | undefined
  #runEnds = 0
  #troubles: string[] = []

  private constructor(
    environment: Environment,
    region: string | undefined,
    store: DynamoDbStore,
    sink: Sink,
    apiKey?: ApiKey,
  ) {
    this.#environment = environment
    this.#regions = REGIONS.flatMap((name, index) => (region === undefined || name === region ? index : []))
    this.#name = worldNameOf(environment, region)
    this.#store = store
    this.#sink = sink
    this.#apiKey = apiKey
    this.#log = store.world(this.#name)
    this.#simulation = new LocalSimulation(this.#regions)
    this.#runner = new Runner({
      log: this.#log,
      simulation: this.#simulation,
      timer: this.#timer,
      newAttempt: randomUUID,
      onWarmUp: () => Date.now() > this.#runEnds,
      onCommitted: (tick, shards) =>
        this.#outbox?.add(
          tick,
          shards.map(({ events }) => events),
        ),
      onTrouble: (trouble) => this.#troubles.push(trouble),
      warmUpSaveMilliseconds: WARM_UP_SAVE_MILLISECONDS,
    })
  }

  /** @param region that is a world of its own here; the whole world where there is none */
  static async open(environment: Environment, region?: string): Promise<ScheduledWorld> {
    const { apiKeyParameter, ingestApiUrl, streams, table } = environment
    const apiKey = apiKeyParameter === undefined ? undefined : new ApiKey(apiKeyParameter)
    await apiKey?.read()
    const worldUri = `/worlds/${worldNameOf(environment, region)}`
    const key = apiKey ? { apiKey: () => apiKey.value } : {}
    const sink = await openSink(ingestApiUrl, { streams, worldUri, publicOnly: true, ...key })
    return new ScheduledWorld(environment, region, await openDynamoDb(table), sink, apiKey)
  }

  /**
   * @param scheduled the time that the run was scheduled for, milliseconds since 1970
   * @param millisecondsLeft of the invocation
   */
  async run(scheduled: number, millisecondsLeft: number): Promise<RunReport> {
    const began = performance.now()
    const runEnds = Date.now() + Math.max(0, millisecondsLeft - RESERVE_MILLISECONDS)
    this.#runEnds = runEnds
    this.#troubles = []
    const consumed = { ...this.#store.consumed }
    const conflicts = this.#runner.conflicts
    const before = this.#runner.hasOpened ? this.#runner.head.attempt : undefined
    await this.#runner.open(settingsAt(scheduled, this.#environment))
    this.#refuseAnother()
    const warm = before !== undefined && before === this.#runner.head.attempt
    const settings = (): ScheduledSettings => this.#runner.head.settings as ScheduledSettings
    while (!(await this.#runner.begin()) && Date.now() < runEnds) await this.#runner.open()
    const loaded = performance.now()
    let simulated = loaded
    let courier: Courier | undefined
    let problem: string | undefined
    if (this.#runner.head.tick >= 0) {
      await this.#resize()
      courier = await this.#openCourier(scheduled)
      this.#outbox = new Outbox(this.#log, this.#runner.head.tick)
      const delivery = this.#deliver(courier, this.#outbox)
      const due = Math.min(ticksDue(scheduled, settings()), this.#runner.head.tick + TICKS_A_RUN)
      try {
        await this.#advance(due, runEnds, courier)
      } finally {
        simulated = performance.now()
        this.#outbox.close()
        const over = setTimeout(() => courier?.stop(), Math.max(0, runEnds - Date.now()))
        problem = await delivery
        clearTimeout(over)
        this.#timer.close()
      }
    }
    const ended = performance.now()
    const { tick } = this.#runner.head
    const { tickMilliseconds, start } = settings()
    const parked = courier?.progress.parked ?? 0
    return {
      world: this.#name,
      target: this.#sink.target,
      streams: this.#environment.streams,
      tick,
      tickLag: Math.max(0, ticksDue(scheduled, settings()) - tick),
      simulatedTime: formatInstant(start + tick * tickMilliseconds),
      eventsSent: courier?.progress.delivered ?? 0,
      retried: courier?.progress.retried ?? 0,
      oldestUndeliveredSeconds: courier ? Math.max(0, tick - (await this.#deliveredTick())) * 60 : 0,
      parked,
      conflicts: this.#runner.conflicts - conflicts,
      writeUnits: this.#store.consumed.writeUnits - consumed.writeUnits,
      readUnits: this.#store.consumed.readUnits - consumed.readUnits,
      loadMilliseconds: Math.round(loaded - began),
      simulateMilliseconds: Math.round(simulated - loaded),
      deliverMilliseconds: Math.round(ended - simulated),
      durationMilliseconds: Math.round(ended - began),
      warm,
      warmingUp: tick < 0,
      ...(problem === undefined ? {} : { problem }),
      ...(this.#troubles.length > 0 ? { troubles: this.#troubles } : {}),
    }
  }

  /** A world that was born otherwise is not the one that is asked for. @throws EnvironmentError */
  #refuseAnother(): void {
    const born = this.#runner.head.settings as ScheduledSettings
    const asked = settingsAt(born.firstRun, this.#environment)
    for (const [variable, name] of [
      ['SEED', 'seed'],
      ['TICK', 'tickMilliseconds'],
    ] as const)
      if (born[name] !== asked[name])
        throw new EnvironmentError(
          `${variable} ${asked[name]}: world ${this.#name} was born with ${born[name]}; take another WORLD`,
        )
    if (born.firstRun === undefined)
      throw new EnvironmentError(`WORLD ${this.#name}: is not run by a schedule; take another WORLD`)
  }

  /** Commits the ticks that are due, as far as the time goes. */
  async #advance(due: number, runEnds: number, courier: Courier): Promise<void> {
    const { tickMilliseconds } = this.#runner.head.settings as ScheduledSettings
    while (this.#runner.head.tick < due && Date.now() < runEnds) {
      const { tick } = this.#runner.head
      if ((tick - courier.nextTick) * tickMilliseconds > BACKLOG_MAX_MILLISECONDS) return
      const committed = await this.#runner.advance(Math.min(TICKS_A_COMMIT, due - tick))
      if (committed === 0) this.#outbox?.moveTo(this.#runner.head.tick)
    }
  }

  /** Takes the size that the environment asks for, where it has changed since. */
  async #resize(): Promise<void> {
    const { start, tickMilliseconds } = this.#runner.head.settings as ScheduledSettings
    const students = studentsOf(sizeOf(this.#environment), start, tickMilliseconds)
    if (this.#runner.head.inputs.length === 0 && !this.#simulation.isSizedFor(students))
      await this.#runner.take({ students })
  }

  async #openCourier(scheduled: number): Promise<Courier> {
    const kept = new KeptEvents(this.#regions.length)
    const courier = new Courier({
      sink: this.#sink,
      timer: this.#timer,
      log: this.#log,
      random: Math.random,
      render: (events) => kept.load(events).batches(),
      canaryMilliseconds: CANARY_MILLISECONDS,
      cursorMilliseconds: 2000,
      ...(this.#environment.paceWithinRun ? { notBefore: this.#pacing(scheduled) } : {}),
    })
    await courier.open(this.#runner.head.tick)
    return courier
  }

  /** Spreads a tick's events over the run by their timestamps. */
  #pacing(scheduled: number): (line: Uint8Array) => number {
    const { start, tickMilliseconds } = this.#runner.head.settings as ScheduledSettings
    const began = Date.now()
    const first = start + (ticksDue(scheduled, this.#runner.head.settings as ScheduledSettings) - 1) * tickMilliseconds
    return (line) => {
      const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
      const at = text.indexOf(TIMESTAMP) + TIMESTAMP.length
      const instant = Date.parse(text.toString('latin1', at, at + TIMESTAMP_LENGTH))
      return began + ((instant - first) / tickMilliseconds) * PACED_MILLISECONDS
    }
  }

  /** @returns what stands in the way of delivery, if anything does */
  async #deliver(courier: Courier, outbox: Outbox): Promise<string | undefined> {
    try {
      await courier.deliver(outbox)
      return undefined
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      // A key that was changed is read again; the next run delivers with it.
      if (/\b401\b/.test(error.message)) await this.#apiKey?.read()
      return error.message
    }
  }

  async #deliveredTick(): Promise<number> {
    const cursor = await this.#log.readCursor(this.#sink.target)
    return cursor?.tick ?? this.#runner.head.tick
  }
}

function worldNameOf({ world }: Environment, region: string | undefined): string {
  return region === undefined ? world : `${world}.${region}`
}
