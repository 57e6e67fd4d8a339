// A world between invocations: what is warm stays, and each run brings the world to its tick and delivers.

import {
  formatDuration,
  formatInstant,
  Host,
  type Lived,
  type LocalSimulation,
  MINUTE,
  type Pace,
  type Sink,
} from '../engine/index.ts'
import {
  askedBy,
  type Input,
  type Intervention,
  KINDS,
  model,
  partsOf,
  REGIONS,
  type RegionShard,
  resolve,
  type Settings,
  settingByName,
} from '../model/index.ts'
import { onWire } from '../model/scenarios/index.ts'
import { realMachine } from '../sinks/index.ts'
import { openDynamoDb } from '../stores/dynamodb.ts'
import type { DynamoDbStore } from '../stores/index.ts'
import { ApiKey } from './api-key.ts'
import { openEndpoint } from './endpoint.ts'
import { type Environment, EnvironmentError, lineOf, sizeOf, worldNameOf } from './environment.ts'
import { paceWithin } from './pacing.ts'
import type { RunReport } from './report.ts'
import { endWarning, type ScheduledSettings, settingsAt, ticksDue } from './schedule.ts'

/** Ticks that are committed at once while a run catches up: it looks at the time it has left in between. */
const TICKS_A_COMMIT = 8
/** Of a world's history. */
const KEEP_MILLISECONDS = 48 * 3_600_000
const WARM_UP_SAVE_MILLISECONDS = 30_000
/** While all lanes fail, one of them tries: so many times until the run gives up. */
const CANARIES = 4
const CURSOR_MILLISECONDS = 2000
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

type ScheduledHost = Host<Settings, Input, RegionShard>

export class ScheduledWorld {
  readonly #parts: Parts
  readonly #machine = realMachine()
  #open: ScheduledHost | undefined
  #runEnds = 0
  #troubles: string[] = []

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * @param region that is a world of its own here; '' for the whole world
   * @throws Error of one line
   */
  static async open(environment: Environment, region: string, times = TIMES): Promise<ScheduledWorld> {
    const { apiKeyParameter, batch, ingestApiUrl, streams, table } = environment
    const name = worldNameOf(environment.world, region)
    const regions = REGIONS.flatMap((one, index) => (region === '' || one === region ? index : []))
    const apiKey = apiKeyParameter === undefined ? undefined : new ApiKey(apiKeyParameter)
    const sink = await openEndpoint(ingestApiUrl, {
      ...{ streams, batch },
      types: model.events.types,
      userAgent: 'tutorsim',
      worldUri: `/worlds/${name}`,
      ...(apiKey ? { apiKey } : {}),
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
    const began = performance.now()
    await apiKey?.refresh()
    const { host, warm } = await this.#begin(scheduled)
    const loaded = performance.now()
    const { conflicts } = host
    const due = ticksDue(scheduled, this.#settings)
    const { simulated, lived, problem } = await this.#live(scheduled, due)
    const { tick } = host
    const warning = endWarning(tick, this.#settings)
    if (warning !== undefined) this.#troubles.push(warning)
    const [delivered, parked] = await Promise.all([this.#deliveredTick(), store.countParked(name, PARKED_COUNTED)])
    const ended = performance.now()
    const { start, tickMilliseconds } = this.#settings
    const progress = lived?.progress[0]
    return {
      world: name,
      target: sink.target,
      streams: environment.streams,
      tick,
      tickLag: Math.max(0, due - Math.max(0, tick)),
      aheadTicks: Math.max(0, tick - ticksDue(Date.now(), this.#settings)),
      simulatedTime: formatInstant(start + tick * tickMilliseconds),
      eventsGenerated: lived?.events ?? 0,
      eventsSent: progress?.delivered ?? 0,
      retried: progress?.retried ?? 0,
      oldestUndeliveredSeconds: delivered < tick ? Math.max(0, due - delivered) * SCHEDULE_SECONDS : 0,
      parked,
      conflicts: host.conflicts - conflicts,
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
    await this.#open?.close()
    await sink.close()
    await store.close()
  }

  get #host(): ScheduledHost {
    if (!this.#open) throw new Error('the world is not open')
    return this.#open
  }

  get #settings(): ScheduledSettings {
    return this.#host.settings as ScheduledSettings
  }

  /** Brings the world to its start, as far as the time goes. `warm`: nothing had to be loaded. */
  async #begin(scheduled: number): Promise<{ host: ScheduledHost; warm: boolean }> {
    const before = this.#open?.head.attempt
    const settings = settingsAt(scheduled, this.#parts.environment)
    this.#open ??= await this.#hostFor(settings)
    const host = this.#open
    await host.reopen(settings)
    const warm = before === host.head.attempt
    this.#refuseAnother()
    for (let began = Date.now(); !(await host.begin()); began = Date.now()) {
      // Another stretch of the warm-up takes as long again, the checkpoint at its end included.
      if (2 * Date.now() - began > this.#runEnds) break
      await host.reopen()
    }
    return { host, warm }
  }

  #hostFor(settings: ScheduledSettings): Promise<ScheduledHost> {
    const { environment, name, regions, sink, store, times } = this.#parts
    return Host.open({
      ...{ model, settings, log: store.world(name), sinks: [sink], shards: regions, machine: this.#machine },
      opening: environment.opening,
      wire: (born) => onWireOf(environment, born),
      ticksAtOnceMax: TICKS_A_COMMIT,
      delivery: {
        giveUpMilliseconds: times.giveUp,
        canaryMilliseconds: times.giveUp / CANARIES,
        cursorMilliseconds: CURSOR_MILLISECONDS,
      },
      keepMilliseconds: KEEP_MILLISECONDS,
      warmUpSaveMilliseconds: WARM_UP_SAVE_MILLISECONDS,
      onWarmUp: () => Date.now() > this.#runEnds,
      onTrouble: (trouble) => this.#troubles.push(trouble),
    })
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
    // A world that was born when any form of a text counted goes on with it.
    if (born.seed.normalize('NFC') !== asked.seed) differs('SEED', asked.seed, born.seed)
    if (born.tickMilliseconds !== asked.tickMilliseconds)
      differs('TICK', environment.tick, formatDuration(born.tickMilliseconds))
  }

  /** Others may have been set since the birth; what the file says has to be so by now. @throws EnvironmentError */
  #refuseOtherFigures(): void {
    const { environment, name } = this.#parts
    const said = partsOf(environment.settings).values
    const { held } = this.#host.simulation as LocalSimulation<Settings, Input, RegionShard>
    // What waits may change them in this run.
    if (said.size === 0 || this.#host.head.inputs.length > 0) return
    const figures = held.shards[0]?.figures ?? {}
    for (const [setting, asked] of said) {
      const is = figures[setting] ?? settingByName.get(setting)?.default
      if (is === asked) continue
      const remedy = `tutorsim set ${name} ${setting}=${asked} --store dynamodb:${environment.table} changes it`
      const rule = `world ${name} has ${setting} ${is}, not ${asked}; ${remedy}`
      throw new EnvironmentError({ option: 'SETTINGS', rule })
    }
  }

  /** Commits what is due and delivers what is committed, side by side. Nothing while the world warms up. */
  async #live(
    scheduled: number,
    due: number,
  ): Promise<{ simulated?: number; lived?: Lived; problem?: string | undefined }> {
    const host = this.#host
    if (host.tick < 0) return {}
    this.#refuseOtherFigures()
    await this.#takeScenario()
    await this.#resize()
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), Math.max(0, this.#runEnds - Date.now()))
    let simulated = performance.now()
    try {
      const lived = await host.live({
        until: due,
        signal: over.signal,
        endsWithDelivery: false,
        onSimulated: () => {
          simulated = performance.now()
        },
        ...(this.#parts.environment.paceWithinRun ? { pace: this.#pace(scheduled, due) } : {}),
      })
      return { simulated, lived, problem: this.#problemOf(lived.failures[0]) }
    } finally {
      clearTimeout(timer)
    }
  }

  /** A scenario is the world's from its first tick on. @throws EnvironmentError where the world was born without it */
  async #takeScenario(): Promise<void> {
    const { environment, name } = this.#parts
    const host = this.#host
    const { held } = host.simulation as LocalSimulation<Settings, Input, RegionShard>
    const waiting = host.head.inputs.map(({ input }) => JSON.stringify(input))
    for (const intervention of interventionsOf(environment, this.#settings)) {
      if (KINDS[intervention.kind].on === 'wire') continue
      const input = { intervene: intervention }
      if (waiting.includes(JSON.stringify(input)) || held.shards.every((shard) => shard.hasTaken(intervention)))
        continue
      if (host.tick > 0)
        throw new EnvironmentError({
          option: 'SCENARIO',
          rule: `world ${name} was born without it; take another WORLD`,
          value: intervention.scenario,
        })
      await host.take(input)
    }
  }

  /** Takes the size that the environment asks for, where it has changed since. */
  async #resize(): Promise<void> {
    const host = this.#host
    const { students } = askedBy(sizeOf(this.#parts.environment), this.#settings.start, this.#settings)
    const { held } = host.simulation as LocalSimulation<Settings, Input, RegionShard>
    if (host.head.inputs.length === 0 && held.shards[0]?.worldTarget !== students) await host.take({ students })
  }

  #pace(scheduled: number, due: number): Pace {
    const { start, tickMilliseconds } = this.#settings
    const late = Date.now() - scheduled
    return paceWithin({
      ...{ first: start + (due - 1) * tickMilliseconds, tickMilliseconds, lastsMilliseconds: this.#parts.times.paced },
      // A run of another time, as of a replay, has its minute from now on.
      began: this.#machine.elapsed() - (late >= 0 && late < MINUTE ? late : 0),
    })
  }

  /** In one line what stood in the way of delivery, if anything did. */
  #problemOf(failure: Error | undefined): string | undefined {
    if (!failure) return undefined
    return lineOf(failure)
  }

  /** The endpoint has all events of the ticks before it. */
  async #deliveredTick(): Promise<number> {
    const { name, sink, store } = this.#parts
    const cursor = await store.world(name).readCursor(sink.target)
    return cursor?.tick ?? this.#host.tick
  }
}

/** Of the scenario, with their times; none where there is no scenario. @param start of the world */
function interventionsOf({ scenario }: Environment, { start }: Pick<Settings, 'start'>): Intervention[] {
  if (!scenario) return []
  return scenario.interventions.map((one) => resolve({ ...one, scenario: scenario.name }, start, start))
}

/** What befalls events on their way; undefined where nothing does. @param born the world's settings */
function onWireOf(environment: Environment, born: Pick<Settings, 'start'>): Intervention[] | undefined {
  const wire = onWire(interventionsOf(environment, born))
  return wire.length > 0 ? wire : undefined
}
