// One stream's lane: its posts in order, one in flight, each tried until the endpoint has taken or refused it.

import type { Pool } from 'undici'
import { type Backoff, backoffMilliseconds, judge, type Outcome, retryAfterMilliseconds } from './answer.ts'
import { Attempt } from './attempt.ts'
import type { Post } from './post.ts'

/** An event that the endpoint refuses for good, with its answer, for a person to look into. */
export interface Parked {
  eventId: string
  status: number
  answer: string
}

/** What a lane reports to its sink. */
export interface LaneReports {
  acknowledged(): void
  parked(parked: Parked): void
  /** A try failed and another one follows. */
  retrying(reason: string): void
  /** Nothing can be delivered to this endpoint; the lane waits to be stopped. */
  halted(reason: string): void
}

/** What all lanes of a sink share. */
export interface Route {
  pool: Pool
  path: string
  bodyTimeoutMilliseconds: number
  backoff: Backoff
}

/** How many posts that are done may stay in the queue before it is cut. */
const DONE_KEPT = 256

/** A queue that posts. */
export class Lane {
  readonly #route: Route
  readonly #reports: LaneReports
  #posts: Post[] = []
  /** Index of the post in flight or waiting for its next try; those before it are done. */
  #current = 0
  #failures = 0
  #retryTimer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(route: Route, reports: LaneReports) {
    this.#route = route
    this.#reports = reports
  }

  push(post: Post): void {
    this.#posts.push(post)
    if (this.#posts.length - this.#current === 1) this.#try()
  }

  /** Starts no more tries and turns a deaf ear to the one in flight. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#retryTimer)
  }

  #try(): void {
    const post = this.#posts[this.#current]
    if (!post || this.#stopped) return
    const headers = ['content-type', 'application/json', 'user-agent', 'tutorsim', 'idempotency-key', post.key]
    const { pool, path, bodyTimeoutMilliseconds } = this.#route
    const attempt = new Attempt(bodyTimeoutMilliseconds, (outcome) => this.#conclude(post, outcome))
    pool.dispatch({ path, method: 'POST', headers, body: post.body }, attempt)
  }

  #conclude(post: Post, outcome: Outcome): void {
    if (this.#stopped) return
    switch (judge(outcome)) {
      case 'acknowledged':
        this.#reports.acknowledged()
        this.#advance()
        break
      case 'park':
        this.#reports.parked({ eventId: post.key, status: outcome.status, answer: outcome.body })
        this.#advance()
        break
      case 'retry':
        this.#retry(outcome)
        break
      case 'halt':
        this.#reports.halted(describe(outcome))
    }
  }

  /** Where no answer came, nobody knows whether the event arrived: it is posted again under the same key. */
  #retry(outcome: Outcome): void {
    this.#failures += 1
    const backoff = backoffMilliseconds(this.#failures, this.#route.backoff, Math.random())
    const asked = retryAfterMilliseconds(outcome.retryAfter, Date.now())
    this.#retryTimer = setTimeout(() => this.#try(), asked === 0 ? backoff : Math.max(backoff, asked + jitter()))
    this.#reports.retrying(describe(outcome))
  }

  #advance(): void {
    this.#failures = 0
    this.#current += 1
    if (this.#current === this.#posts.length || this.#current >= DONE_KEPT) {
      this.#posts = this.#posts.slice(this.#current)
      this.#current = 0
    }
    this.#try()
  }
}

/** Milliseconds on top of a Retry-After that many lanes were given at once. */
function jitter(): number {
  return Math.random() * 100
}

/** One line: what went wrong, with the beginning of the answer, free of anything that could move a terminal's cursor. */
function describe({ status, body, error }: Outcome): string {
  if (error !== undefined) return error
  if (status < 300) return `${status} without a sequenceNumber`
  const beginning = body
    .slice(0, 200)
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim()
  return beginning === '' ? `${status}` : `${status}: ${beginning}`
}
