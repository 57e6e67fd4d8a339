// The simulated ingestion endpoint, and the sink that each courier reaches it by.

import type { Outcome, Sink } from '../../engine/index.ts'
import type { Network } from './network.ts'
import type { Process, Scheduler } from './scheduler.ts'
import type { SimulatedStore } from './store.ts'

export interface EndpointOptions {
  /** Answers with 503 from one time to another. */
  outages: readonly (readonly [from: number, to: number])[]
  /** One event of so many is refused for good; 0: none. */
  poisonOneIn: number
  /** Answers with 409 to what it has taken from an earlier try. (A try that a network doubles is one.) */
  knowsRepeats: boolean
}

/** A try as it reached the endpoint. */
export interface Try {
  /** When it set out. */
  sentAt: number
  /** When it arrived. */
  time: number
  line: string
  stream: number
  taken: boolean
  /** Tries of the same courier that wait for their answer, this one too. */
  inFlight: number
}

export class Endpoint {
  readonly options: EndpointOptions
  readonly tries: Try[] = []
  /** When the try set out that each line was taken from. */
  readonly #known = new Map<string, number>()
  readonly #scheduler: Scheduler
  readonly #store: SimulatedStore

  constructor(scheduler: Scheduler, store: SimulatedStore, options: EndpointOptions) {
    this.#scheduler = scheduler
    this.#store = store
    this.options = options
  }

  get isDown(): boolean {
    const { now } = this.#scheduler
    return this.options.outages.some(([from, to]) => now >= from && now < to)
  }

  take(sent: Omit<Try, 'time' | 'taken'>, headTick: number): Outcome {
    const { line, stream } = sent
    const poison = isPoison(line, this.options.poisonOneIn)
    const taken = !this.isDown && !poison
    const isKnown = this.options.knowsRepeats && (this.#known.get(line) ?? sent.sentAt) !== sent.sentAt
    this.tries.push({ ...sent, time: this.#scheduler.now, taken })
    if (this.isDown) return { verdict: 'retry', reason: '503', isInDoubt: true }
    if (poison) return { verdict: 'park', status: 400, answer: 'poison' }
    if (isKnown) return { verdict: 'conflict', status: 409, answer: 'known' }
    this.#known.set(line, sent.sentAt)
    this.#store.ledger.arrivals.push({ line, stream, parked: false, headTick })
    return { verdict: 'acknowledged' }
  }

  /** A sink of one courier. */
  sink(network: Network, process: Process, streams: number, target: string): Sink {
    const { ledger } = this.#store
    const busy = new Set<number>()
    let inFlight = 0
    let closed = false
    return {
      target,
      streams,
      eventByEvent: true,
      send: async ({ bytes }, stream) => {
        if (busy.has(stream)) ledger.violations.push(`two requests in flight on stream ${stream} of one courier`)
        if (closed) ledger.violations.push('a courier went on sending after its delivery had ended')
        busy.add(stream)
        inFlight++
        const line = bytes.toString()
        const headTick = this.#store.head?.tick ?? Number.NEGATIVE_INFINITY
        const sent = { sentAt: this.#scheduler.now, line, stream, inFlight }
        const outcome = await network.request<Outcome>(process, {
          call: 'send',
          effect: (fault) => (fault === 'halted' ? { verdict: 'halt', reason: '401' } : this.take(sent, headTick)),
          lost: (reason) => ({ verdict: 'retry', reason, isInDoubt: true }),
        })
        inFlight--
        busy.delete(stream)
        return outcome
      },
      close: async () => {
        if (inFlight > 0) ledger.violations.push('a delivery ended with requests in flight')
        closed = true
      },
    }
  }
}

/** By the event's id alone. */
export function isPoison(line: string, oneIn: number): boolean {
  if (oneIn === 0) return false
  let hash = 0
  for (let at = 0, end = line.indexOf('","'); at < end; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193)
  return (hash >>> 8) % oneIn === 0
}
