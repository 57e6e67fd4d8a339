// The simulated ingestion endpoint, and the sink that each courier reaches it by.

import type { EventOutcome, Outcome, Parcel, Sink } from '../../engine/index.ts'
import type { Dice } from './dice.ts'
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
  /** Of a batch it judges each event by its own; else one that is refused refuses all. */
  judgesEach: boolean
  /** … and puts one event of so many off, whatever comes of those behind it; 0: none. */
  putsOffOneIn: number
  /** Larger batches are refused for their size. */
  batchMax: number
  dice: Dice
}

/** A request. */
type Sent = Pick<Try, 'sentAt' | 'stream' | 'inFlight'>

/** A try of an event as it reached the endpoint. */
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
  /** Of each try, whether it was put off. A copy of it can come after later ones. */
  readonly #putOff = new Map<string, boolean>()
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

  /** @param lines of one request */
  take(lines: readonly string[], sent: Sent, headTick: number): Outcome {
    if (this.isDown) {
      for (const line of lines) this.#tried(line, sent, false)
      return { verdict: 'retry', reason: '503', isInDoubt: true }
    }
    const { judgesEach, batchMax } = this.options
    if (lines.length > batchMax) return { verdict: 'park', status: 413, answer: 'too many' }
    const verdicts = lines.map((line) => this.#verdictOn(line, sent, judgesEach && lines.length > 1))
    const refused = verdicts.find(({ verdict }) => verdict !== 'acknowledged')
    const overtaken: string[] = []
    for (const [place, line] of lines.entries()) {
      const taken = judgesEach ? verdicts[place]?.verdict === 'acknowledged' : refused === undefined
      this.#tried(line, sent, taken)
      if (taken) this.#arrived(line, sent, headTick, overtaken)
      else {
        const { overtaking } = this.#store.ledger
        overtaking.set(line, [...(overtaking.get(line) ?? []), ...(judgesEach ? overtaken : [])])
        overtaken.push(line)
      }
    }
    return judgesEach ? { verdict: 'each', outcomes: verdicts } : (refused ?? { verdict: 'acknowledged' })
  }

  #verdictOn(line: string, { sentAt }: Sent, mayPutOff: boolean): EventOutcome {
    const { poisonOneIn, knowsRepeats } = this.options
    if (mayPutOff && !this.#known.has(line) && this.#putsOff(line, sentAt)) return { verdict: 'retry', reason: '429' }
    if (isPoison(line, poisonOneIn)) return { verdict: 'park', status: 400, answer: 'poison' }
    if (knowsRepeats && (this.#known.get(line) ?? sentAt) !== sentAt)
      return { verdict: 'conflict', status: 409, answer: 'known' }
    return { verdict: 'acknowledged' }
  }

  /** Of a try that a network doubles, both copies are put off or neither: else one would be taken that the other denies. */
  #putsOff(line: string, sentAt: number): boolean {
    const { putsOffOneIn, dice } = this.options
    if (putsOffOneIn === 0) return false
    const tried = `${sentAt} ${line}`
    const before = this.#putOff.get(tried)
    if (before !== undefined) return before
    const isPutOff = dice.chance(1 / putsOffOneIn)
    this.#putOff.set(tried, isPutOff)
    return isPutOff
  }

  #tried(line: string, sent: Sent, taken: boolean): void {
    this.tries.push({ ...sent, line, time: this.#scheduler.now, taken })
  }

  #arrived(line: string, { sentAt, stream }: Sent, headTick: number, overtook: readonly string[]): void {
    this.#known.set(line, sentAt)
    this.#store.ledger.arrivals.push({ line, stream, parked: false, headTick, overtook: [...overtook] })
  }

  /** A sink of one courier. */
  sink(
    network: Network,
    process: Process,
    { streams, batch }: { streams: number; batch: number },
    target: string,
  ): Sink {
    const { ledger } = this.#store
    const busy = new Set<number>()
    let inFlight = 0
    let closed = false
    return {
      target,
      streams,
      eventByEvent: true,
      batchMax: batch,
      send: async (first, stream, more: readonly Parcel[] = []) => {
        if (busy.has(stream)) ledger.violations.push(`two requests in flight on stream ${stream} of one courier`)
        if (closed) ledger.violations.push('a courier went on sending after its delivery had ended')
        busy.add(stream)
        inFlight++
        const lines = [first, ...more].map(({ bytes }) => bytes.toString())
        if (lines.length > batch) ledger.violations.push(`a batch of ${lines.length} events where ${batch} may be`)
        const headTick = this.#store.head?.tick ?? Number.NEGATIVE_INFINITY
        const sent = { sentAt: this.#scheduler.now, stream, inFlight }
        const outcome = await network.request<Outcome>(process, {
          call: 'send',
          effect: (fault) =>
            fault === 'halted' ? { verdict: 'halt', reason: '401' } : this.take(lines, sent, headTick),
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
