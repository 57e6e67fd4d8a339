// Delivery over HTTP, contract section 6: at least once, in order within a stream, streams independent of one another.

import { Pool } from 'undici'
import type { Lines, Sink } from '../engine/index.ts'
import { Lane, type LaneReports, type Parked } from './lane.ts'
import { postOf } from './post.ts'
import { parseTarget } from './url.ts'

/** Figures so far. */
export interface Progress {
  delivered: number
  /** Tries that failed and were followed by another one. */
  retried: number
  /** Events refused for good. */
  parked: number
  /** Events taken and not yet settled. */
  queued: number
}

export interface HttpOptions {
  /** Lanes, and connections at most. */
  streams: number
  /** How long nothing at all may get through while something waits, before delivery is given up; 30. */
  giveUpSeconds?: number
  /** Called four times a second, and at the end. */
  onProgress?: (progress: Progress) => void
  /** Each 10,000. */
  connectTimeoutMilliseconds?: number
  headersTimeoutMilliseconds?: number
  bodyTimeoutMilliseconds?: number
  /** Bounds of the wait before another try: 100 and 10,000. */
  backoffFloorMilliseconds?: number
  backoffCeilingMilliseconds?: number
  /** Events that may wait before `deliver` holds its caller back; 20,000. */
  queueLimit?: number
}

/** A sink that posts, with its figures. */
export interface HttpSink extends Sink {
  progress(): Progress
  /** The first 1,000 events that were refused; `progress().parked` counts all. */
  readonly parked: readonly Parked[]
}

const PARKED_KEPT = 1000
const WATCH_MILLISECONDS = 250

/**
 * Opens no connection yet: the first event does.
 *
 * `deliver` and `close` reject with an Error of one line once the endpoint says that it takes nothing (401, 403, 404,
 * a redirect, …) or once nothing got through for `giveUpSeconds`.
 *
 * @param url https, or http to loopback
 * @throws Error of one line for any other URL
 */
export function openHttp(url: string, options: HttpOptions): HttpSink {
  return new PostingSink(url, options)
}

class PostingSink implements HttpSink {
  readonly parked: Parked[] = []
  readonly #shown: string
  readonly #pool: Pool
  readonly #lanes: Lane[]
  readonly #queueLimit: number
  readonly #giveUpSeconds: number
  readonly #onProgress: ((progress: Progress) => void) | undefined
  readonly #watch: NodeJS.Timeout
  #delivered = 0
  #retried = 0
  #parkedCount = 0
  #queued = 0
  #lastReason = 'no answer'
  #failure: Error | undefined
  #waiting: { below: number; resolve: () => void; reject: (failure: Error) => void }[] = []

  constructor(url: string, options: HttpOptions) {
    const { origin, path, shown } = parseTarget(url)
    const bodyTimeoutMilliseconds = options.bodyTimeoutMilliseconds ?? 10_000
    this.#shown = shown
    this.#queueLimit = options.queueLimit ?? 20_000
    this.#giveUpSeconds = options.giveUpSeconds ?? 30
    this.#onProgress = options.onProgress
    this.#pool = new Pool(origin, {
      connections: options.streams,
      pipelining: 1,
      // One request in flight a lane: multiplexing would put all lanes behind one connection's losses.
      allowH2: false,
      connect: { timeout: options.connectTimeoutMilliseconds ?? 10_000 },
      headersTimeout: options.headersTimeoutMilliseconds ?? 10_000,
      bodyTimeout: bodyTimeoutMilliseconds,
    })
    const backoff = {
      floorMilliseconds: options.backoffFloorMilliseconds ?? 100,
      ceilingMilliseconds: options.backoffCeilingMilliseconds ?? 10_000,
    }
    const route = { pool: this.#pool, path, bodyTimeoutMilliseconds, backoff }
    const reports = this.#reports()
    this.#lanes = Array.from({ length: options.streams }, () => new Lane(route, reports))
    this.#watch = this.#startWatch()
  }

  async deliver({ bytes, count, ends, partitions }: Lines): Promise<void> {
    if (this.#failure) throw this.#failure
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let line = 0; line < count; line++) {
      const start = line === 0 ? 0 : (ends[line - 1] as number)
      const lane = this.#lanes[(partitions[line] as number) % this.#lanes.length] as Lane
      const post = postOf(buffer, start, ends[line] as number)
      this.#queued += 1
      lane.push(post)
    }
    await this.#queuedBelow(this.#queueLimit)
  }

  async close(): Promise<void> {
    try {
      await this.#queuedBelow(1)
    } finally {
      clearInterval(this.#watch)
      await this.#pool.destroy()
      this.#onProgress?.(this.progress())
    }
  }

  progress(): Progress {
    return { delivered: this.#delivered, retried: this.#retried, parked: this.#parkedCount, queued: this.#queued }
  }

  #reports(): LaneReports {
    return {
      acknowledged: () => {
        this.#delivered += 1
        this.#settleOne()
      },
      parked: (parked: Parked) => {
        this.#parkedCount += 1
        if (this.parked.length < PARKED_KEPT) this.parked.push(parked)
        this.#settleOne()
      },
      retrying: (reason: string) => {
        this.#retried += 1
        this.#lastReason = reason
      },
      halted: (reason: string) => this.#fail(`delivery halted (${reason})`),
    }
  }

  #settleOne(): void {
    this.#queued -= 1
    if (this.#waiting.length === 0) return
    const through = this.#waiting.filter((waiter) => this.#queued < waiter.below)
    this.#waiting = this.#waiting.filter((waiter) => this.#queued >= waiter.below)
    for (const waiter of through) waiter.resolve()
  }

  #queuedBelow(below: number): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#queued < below) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.push({ below, resolve, reject }))
  }

  /**
   * Counts quiet time in steps rather than by the clock: while the caller keeps the thread busy, or the machine sleeps,
   * no answer could have been heard.
   */
  #startWatch(): NodeJS.Timeout {
    let settledBefore = 0
    let quietSteps = 0
    const giveUpSteps = Math.ceil((this.#giveUpSeconds * 1000) / WATCH_MILLISECONDS)
    const step = () => {
      const settled = this.#delivered + this.#parkedCount
      quietSteps = this.#queued === 0 || settled !== settledBefore ? 0 : quietSteps + 1
      settledBefore = settled
      this.#onProgress?.(this.progress())
      if (quietSteps >= giveUpSteps) {
        this.#fail(`nothing could be delivered for ${this.#giveUpSeconds} s (${this.#lastReason})`)
      }
    }
    return setInterval(step, WATCH_MILLISECONDS).unref()
  }

  #fail(what: string): void {
    if (this.#failure) return
    const failure = new Error(`--to ${this.#shown}: ${what}; ${this.#queued} events undelivered`)
    this.#failure = failure
    clearInterval(this.#watch)
    for (const lane of this.#lanes) lane.stop()
    for (const waiter of this.#waiting.splice(0)) waiter.reject(failure)
    void this.#pool.destroy()
  }
}
