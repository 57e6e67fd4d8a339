// A world between invocations: what is warm stays, and each run brings the world to its tick and delivers.

import { randomUUID } from 'node:crypto'
import { formatDuration, formatInstant, type Progress, Runner, type Sink, type TickLog } from '../engine/index.ts'
import { LocalSimulation, REGIONS, studentsOf } from '../model/index.ts'
import { realTimer } from '../sinks/index.ts'
import { type DynamoDbStore, openDynamoDb } from '../stores/index.ts'
import { ApiKey } from './api-key.ts'
import { Delivery, openEndpoint } from './delivery.ts'
import { type Environment, EnvironmentError, sizeOf, worldNameOf } from './environment.ts'
import { pacing } from './pacing.ts'
import type { RunReport } from './report.ts'
import { type ScheduledSettings, settingsAt, ticksDue } from './schedule.ts'

/** Ticks that are committed at once while a run catches up, and in one run at the most. */
const TICKS_A_COMMIT = 8
const TICKS_A_RUN = 720
const WARM_UP_SAVE_MILLISECONDS = 30_000
/** The world pauses rather than grows when it is this far ahead of what is delivered. */
const BACKLOG_MAX_MILLISECONDS = 7 * 86_400_000
/** More are reported as so many: an endpoint that refuses everything would make counting dear. */
const PARKED_COUNTED = 1000
const SCHEDULE_SECONDS = 60

/** How a run spends its time; each in milliseconds. */
export interface Times {
  /** Left over at the end for what is in flight, the cursor and the log line. */
  reserve: number
  /** A run ends when nothing has got through for so long: waiting is paid for, and the next run tries again. */
  giveUp: number
  /** `PACE_WITHIN_RUN`: over how much of its minute a run's deliveries are spread. */
  paced: number
}

const TIMES: Times = { reserve: 12_000, giveUp: 20_000, paced: 45_000 }

/** The world's parts that do not change from run to run. */
interface Parts {
  environment: Environment
  name: string
  /** Indexes into REGIONS. */
  regions: readonly number[]
  store: DynamoDbStore
  sink: Sink
  apiKey: ApiKey | undefined
  times: Times
}

export class ScheduledWorld {
  readonly #parts: Parts
  readonly #log: TickLog
  readonly #simulation: LocalSimulation
  readonly #runner: Runner
  #delivery: Delivery | undefined
  #runEnds = 0
  #troubles: string[] = []

  private constructor(parts: Parts) {
    this.#parts = parts
    this.#log = parts.store.world(parts.name)
    this.#simulation = new LocalSimulation(parts.regions)
    this.#runner = new Runner({
      log: this.#log,
      simulation: this.#simulation,
      timer: realTimer(),
      newAttempt: randomUUID,
      onWarmUp: () => Date.now() > this.#runEnds,
      onCommitted: (tick, shards) => this.#delivery?.add(tick, shards),
      onTrouble: (trouble) => this.#troubles.push(trouble),
      warmUpSaveMilliseconds: WARM_UP_SAVE_MILLISECONDS,
    })
  }

  /**
   * @param region that is a world of its own here; '' for the whole world
   * @throws Error of one line
   */
  static async open(environment: Environment, region: string, times = TIMES): Promise<ScheduledWorld> {
    const { apiKeyParameter, ingestApiUrl, streams, table } = environment
    const name = worldNameOf(environment.world, region)
    const regions = REGIONS.flatMap((one, index) => (region === '' || one === region ? index : []))
    const apiKey = apiKeyParameter === undefined ? undefined : new ApiKey(apiKeyParameter)
    const sink = await openEndpoint(ingestApiUrl, {
      streams,
      worldUri: `/worlds/${name}`,
      ...(apiKey ? { apiKey: () => apiKey.value } : {}),
    })
    const store = await openDynamoDb(table)
    return new ScheduledWorld({ environment, name, regions, store, sink, apiKey, times })
  }

  /**
   * @param scheduled the time that the run was scheduled for, milliseconds since 1970
   * @param millisecondsLeft of the invocation
   * @throws Error of one line; the world is then to be opened anew
   */
  async run(scheduled: number, millisecondsLeft: number): Promise<RunReport> {
    const { apiKey, environment, name, sink, store, times } = this.#parts
    this.#runEnds = Date.now() + Math.max(0, millisecondsLeft - times.reserve)
    this.#troubles = []
    const { readUnits, writeUnits } = store.consumed
    const { conflicts } = this.#runner
    const began = performance.now()
    await apiKey?.refresh()
    const warm = await this.#begin(scheduled)
    const loaded = performance.now()
    const due = ticksDue(scheduled, this.#settings)
    const { simulated, progress, problem } = await this.#live(due)
    const { tick } = this.#runner.head
    const [delivered, parked] = await Promise.all([this.#deliveredTick(), store.countParked(name, PARKED_COUNTED)])
    const ended = performance.now()
    const { start, tickMilliseconds } = this.#settings
    return {
      world: name,
      target: sink.target,
      streams: environment.streams,
      tick,
      tickLag: Math.max(0, due - Math.max(0, tick)),
      simulatedTime: formatInstant(start + tick * tickMilliseconds),
      eventsSent: progress?.delivered ?? 0,
      retried: progress?.retried ?? 0,
      oldestUndeliveredSeconds: delivered < tick ? Math.max(0, due - delivered) * SCHEDULE_SECONDS : 0,
      parked,
      conflicts: this.#runner.conflicts - conflicts,
      writeUnits: store.consumed.writeUnits - writeUnits,
      readUnits: store.consumed.readUnits - readUnits,
      loadMilliseconds: Math.round(loaded - began),
      simulateMilliseconds: Math.round((simulated ?? loaded) - loaded),
      deliverMilliseconds: Math.round(ended - (simulated ?? loaded)),
      durationMilliseconds: Math.round(ended - began),
      warm,
      warmingUp: tick < 0,
      ...(problem === undefined ? {} : { problem }),
      ...(this.#troubles.length > 0 ? { troubles: this.#troubles } : {}),
    }
  }

  async close(): Promise<void> {
    const { apiKey, sink, store } = this.#parts
    apiKey?.close()
    await sink.close()
    await store.close()
  }

  get #settings(): ScheduledSettings {
    return this.#runner.head.settings as ScheduledSettings
  }

  /** Brings the world to its start, as far as the time goes. @returns whether nothing had to be loaded */
  async #begin(scheduled: number): Promise<boolean> {
    const before = this.#runner.hasOpened ? this.#runner.head.attempt : undefined
    await this.#runner.open(settingsAt(scheduled, this.#parts.environment))
    const warm = before === this.#runner.head.attempt
    this.#refuseAnother()
    for (let began = Date.now(); !(await this.#runner.begin()); began = Date.now()) {
      // Another stretch of the warm-up takes as long again, the checkpoint at its end included.
      if (2 * Date.now() - began > this.#runEnds) break
      await this.#runner.open()
    }
    return warm
  }

  /** A world that was born otherwise is not the one that is asked for. @throws EnvironmentError */
  #refuseAnother(): void {
    const { environment, name } = this.#parts
    const born = this.#settings
    if (born.firstRun === undefined)
      throw new EnvironmentError({ option: 'WORLD', rule: 'is not run by a schedule; take another WORLD', value: name })
    const asked = settingsAt(born.firstRun, environment)
    const differs = (variable: string, value: string, bornWith: string): void => {
      throw new EnvironmentError({
        option: variable,
        rule: `world ${name} was born with ${bornWith}; take another WORLD`,
        value,
      })
    }
    if (born.seed !== asked.seed) differs('SEED', asked.seed, born.seed)
    if (born.tickMilliseconds !== asked.tickMilliseconds)
      differs('TICK', environment.tick, formatDuration(born.tickMilliseconds))
  }

  /** Commits what is due and delivers what is committed, side by side. Nothing while the world warms up. */
  async #live(due: number): Promise<{ simulated?: number; progress?: Progress; problem?: string | undefined }> {
    if (this.#runner.head.tick < 0) return {}
    await this.#resize()
    const delivery = await this.#deliver(due)
    this.#delivery = delivery
    let simulated: number
    let problem: string | undefined
    try {
      await this.#advance(Math.min(due, this.#runner.head.tick + TICKS_A_RUN), delivery)
    } finally {
      simulated = performance.now()
      problem = await delivery.end()
      this.#delivery = undefined
    }
    return { simulated, progress: delivery.progress, problem }
  }

  /** Takes the size that the environment asks for, where it has changed since. */
  async #resize(): Promise<void> {
    const { start, tickMilliseconds } = this.#settings
    const students = studentsOf(sizeOf(this.#parts.environment), start, tickMilliseconds)
    if (this.#runner.head.inputs.length === 0 && !this.#simulation.isSizedFor(students))
      await this.#runner.take({ students })
  }

  #deliver(due: number): Promise<Delivery> {
    const { apiKey, environment, regions, sink, times } = this.#parts
    const { start, tickMilliseconds } = this.#settings
    const lastsMilliseconds = environment.paceWithinRun ? times.paced : 0
    const first = start + (due - 1) * tickMilliseconds
    const options = {
      ...{ sink, apiKey, log: this.#log, shards: regions.length, endsAt: this.#runEnds },
      notBefore: environment.paceWithinRun
        ? pacing({ first, tickMilliseconds, began: Date.now(), lastsMilliseconds })
        : undefined,
      // An event that waits for its time is no sign of trouble.
      giveUpMilliseconds: times.giveUp + lastsMilliseconds,
    }
    return Delivery.begin(options, this.#runner.head.tick)
  }

  /** Commits ticks up to the one that is due, as far as the time goes. */
  async #advance(due: number, delivery: Delivery): Promise<void> {
    const { tickMilliseconds } = this.#settings
    while (this.#runner.head.tick < due && Date.now() < this.#runEnds) {
      const { tick } = this.#runner.head
      if ((tick - delivery.nextTick) * tickMilliseconds > BACKLOG_MAX_MILLISECONDS) return
      const committed = await this.#runner.advance(Math.min(TICKS_A_COMMIT, due - tick))
      if (committed === 0) delivery.moveTo(this.#runner.head.tick)
    }
  }

  /** The endpoint has all events of the ticks before it. */
  async #deliveredTick(): Promise<number> {
    const cursor = await this.#log.readCursor(this.#parts.sink.target)
    return cursor?.tick ?? this.#runner.head.tick
  }
}
