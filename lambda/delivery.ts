// A run's delivery: what is committed goes to the endpoint until nothing is left, the time is up or nothing gets through.

import {
  Courier,
  DeliveryError,
  Outbox,
  type Progress,
  type ShardTick,
  type Sink,
  type TickLog,
} from '../engine/index.ts'
import { KeptEvents } from '../model/index.ts'
import { openSink, realTimer, type SinkOptions } from '../sinks/index.ts'
import type { ApiKey } from './api-key.ts'
import { EnvironmentError, lineOf } from './environment.ts'

export interface DeliveryOptions {
  sink: Sink
  log: TickLog
  apiKey: ApiKey | undefined
  /** Of the world. */
  shards: number
  /** No try begins later; by the machine's clock. */
  endsAt: number
  /** When an event may go at the earliest, by the machine's clock. */
  notBefore: ((line: Uint8Array) => number) | undefined
  /** How long nothing may get through while something waits. */
  giveUpMilliseconds: number
}

/**
 * Of one try. Together they are less than what a run keeps in reserve, so that whatever is in flight when sending stops
 * has its answer before the function's time is up.
 */
const TIMEOUTS = {
  connectTimeoutMilliseconds: 3000,
  headersTimeoutMilliseconds: 5000,
  bodyTimeoutMilliseconds: 2000,
}
/** While all lanes fail, one of them tries: so many times until the run gives up. */
const CANARIES = 4
const CURSOR_MILLISECONDS = 2000

/** @throws EnvironmentError, TargetError */
export async function openEndpoint(url: string, options: SinkOptions): Promise<Sink> {
  // Whatever it is instead is not shown: it may be a secret.
  if (!/^https?:/i.test(url))
    throw new EnvironmentError({ option: 'INGEST_API_URL', rule: 'not an https URL, or http to loopback' })
  return openSink(url, { ...options, ...TIMEOUTS, publicOnly: true })
}

export class Delivery {
  readonly #options: DeliveryOptions
  readonly #timer: ReturnType<typeof realTimer>
  readonly #courier: Courier
  readonly #outbox: Outbox
  readonly #over: NodeJS.Timeout
  readonly #work: Promise<string | undefined>

  private constructor(options: DeliveryOptions, timer: ReturnType<typeof realTimer>, courier: Courier, tick: number) {
    this.#options = options
    this.#timer = timer
    this.#courier = courier
    this.#outbox = new Outbox(options.log, tick)
    this.#over = setTimeout(() => courier.stop(), Math.max(0, options.endsAt - Date.now()))
    this.#work = this.#deliver()
  }

  /** Begins where the last run has got to. @param tick all before it are committed */
  static async begin(options: DeliveryOptions, tick: number): Promise<Delivery> {
    const { sink, log, shards, notBefore, giveUpMilliseconds } = options
    const kept = new KeptEvents(shards)
    const timer = realTimer()
    const courier = new Courier({
      ...{ sink, log, timer, giveUpMilliseconds },
      random: Math.random,
      render: (events) => kept.load(events).batches(),
      canaryMilliseconds: giveUpMilliseconds / CANARIES,
      cursorMilliseconds: CURSOR_MILLISECONDS,
      ...(notBefore ? { notBefore } : {}),
    })
    await courier.open(tick)
    return new Delivery(options, timer, courier, tick)
  }

  get progress(): Progress {
    return this.#courier.progress
  }

  /** Everything before it is on its way. */
  get nextTick(): number {
    return this.#courier.nextTick
  }

  /** The next tick, just committed. */
  add(tick: number, shards: readonly ShardTick[]): void {
    this.#outbox.add(
      tick,
      shards.map(({ events }) => events),
    )
  }

  /** Others have committed the ticks before this one. */
  moveTo(tick: number): void {
    this.#outbox.moveTo(tick)
  }

  /** No more ticks come: waits for what is under way. @returns in one line what stood in the way, if anything did */
  async end(): Promise<string | undefined> {
    this.#outbox.close()
    const problem = await this.#work
    clearTimeout(this.#over)
    this.#timer.close()
    return problem
  }

  async #deliver(): Promise<string | undefined> {
    const { apiKey } = this.#options
    try {
      await this.#courier.deliver(this.#outbox)
      return undefined
    } catch (error) {
      // What is in flight is waited for, and how far it got is written down.
      this.#courier.stop()
      await this.#courier.settle().catch(() => undefined)
      const problem = lineOf(error)
      if (error instanceof DeliveryError && error.status === 401) apiKey?.refused()
      return apiKey?.hiddenIn(problem) ?? problem
    }
  }
}
