// What lies between a process and everything it calls. Each call is one await point, numbered through the schedule; it
// takes a seeded time, and anything may go wrong with it.

import type { Dice } from './dice.ts'
import type { Process, Scheduler } from './scheduler.ts'

/** What is called: whether it has an effect decides what can go wrong. */
export type Call = 'read' | 'write' | 'hold' | 'state' | 'send' | 'pause' | 'step'

export type Fault =
  /** The process is gone before the request is. */
  | 'killed unsent'
  /** The process is gone, its request is under way. */
  | 'killed under way'
  | 'rejected before'
  /** The effect happens and the reply is lost. */
  | 'rejected after'
  /** Rejected now; the effect happens at some later time. */
  | 'late'
  /** The effect happens again later. */
  | 'duplicated'
  /** The same, and the second reply is the one that comes. */
  | 'second reply'
  /** Frozen before the request is sent: it goes out stale. */
  | 'frozen unsent'
  | 'frozen under way'
  /** What is written is not what was given. */
  | 'damaged'
  /** An endpoint's 401. */
  | 'halted'

const EVERYWHERE: readonly Fault[] = ['killed unsent', 'killed under way', 'frozen unsent', 'frozen under way']
const LOST: readonly Fault[] = ['rejected before', 'rejected after', 'late', 'duplicated', 'second reply']

/** What can happen to a call. */
export const POSSIBLE: Readonly<Record<Call, readonly Fault[]>> = {
  read: [...EVERYWHERE, 'rejected before'],
  write: [...EVERYWHERE, ...LOST],
  hold: [...EVERYWHERE, ...LOST],
  state: [...EVERYWHERE, ...LOST, 'damaged'],
  send: [...EVERYWHERE, ...LOST, 'halted'],
  pause: EVERYWHERE,
  step: EVERYWHERE,
}

/** Decides what goes wrong. */
export interface Faults {
  next(call: Call): Fault | undefined
}

/** Milliseconds, each [least, most]. */
export interface Latencies {
  call: readonly [number, number]
  /** Until an effect that lands late lands. */
  late: readonly [number, number]
  freeze: readonly [number, number]
}

/** What a request that was lost looks like to who made it. */
class NetworkError extends Error {
  override name = 'NetworkError'
}

export interface Request<T> {
  call: Call
  /** What it does where it arrives; may throw, which is its answer. */
  effect(fault?: Fault): T
  /** What is answered when nobody knows; without it the call rejects. */
  lost?(reason: Fault): T
}

export class Network {
  readonly scheduler: Scheduler
  faults: Faults
  readonly #dice: Dice
  readonly #latencies: Latencies

  constructor(scheduler: Scheduler, faults: Faults, dice: Dice, latencies: Latencies) {
    this.scheduler = scheduler
    this.faults = faults
    this.#dice = dice
    this.#latencies = latencies
  }

  /** Milliseconds until something simulated is done. */
  pause(process: Process, milliseconds: number, call: 'pause' | 'step' = 'pause'): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const fault = this.faults.next(call)
    if (fault?.startsWith('killed')) process.kill()
    if (fault?.startsWith('frozen')) process.freeze(this.#draw('freeze'))
    process.at(this.scheduler.now + milliseconds, resolve)
    return promise
  }

  request<T>(process: Process, request: Request<T>): Promise<T> {
    const fault = this.faults.next(request.call)
    if (fault === 'killed unsent') {
      process.kill()
      return Promise.withResolvers<T>().promise
    }
    if (fault?.startsWith('frozen')) process.freeze(this.#draw('freeze'))
    const exchange = Promise.withResolvers<T>()
    if (fault === 'frozen unsent')
      process.at(this.scheduler.now, () => this.#exchange(process, request, exchange, fault))
    else this.#exchange(process, request, exchange, fault)
    return exchange.promise
  }

  #exchange<T>(process: Process, request: Request<T>, reply: PromiseWithResolvers<T>, fault: Fault | undefined): void {
    const { scheduler } = this
    const { now } = scheduler
    const answer = (time: number, outcome: Outcome<T>) =>
      process.at(time, () => (outcome.ok ? reply.resolve(outcome.value) : reply.reject(outcome.error)))
    const lose = (reason: Fault) =>
      answer(
        now + this.#draw('call'),
        settled(() => lost(request, reason)),
      )
    const land = (time: number) => scheduler.at(time, () => void settled(() => request.effect(fault)))
    const arrives = now + this.#draw('call')
    if (fault === 'killed under way') {
      process.kill()
      land(this.#dice.chance(0.5) ? arrives : now + this.#draw('late'))
    } else if (fault === 'rejected before') lose(fault)
    else if (fault === 'rejected after') {
      land(arrives)
      lose(fault)
    } else if (fault === 'late') {
      lose(fault)
      land(now + this.#draw('late'))
    } else {
      if (fault === 'duplicated') land(arrives + this.#draw('late'))
      let last = arrives
      if (fault === 'second reply') {
        land(arrives)
        last += this.#draw(this.#dice.chance(0.5) ? 'call' : 'late')
      }
      scheduler.at(last, () =>
        answer(
          last + this.#draw('call'),
          settled(() => request.effect(fault)),
        ),
      )
    }
  }

  #draw(kind: keyof Latencies): number {
    return this.#dice.between(...this.#latencies[kind])
  }
}

type Outcome<T> = { ok: true; value: T } | { ok: false; error: unknown }

function settled<T>(run: () => T): Outcome<T> {
  try {
    return { ok: true, value: run() }
  } catch (error) {
    return { ok: false, error }
  }
}

function lost<T>({ call, lost: answer }: Request<T>, reason: Fault): T {
  if (answer) return answer(reason)
  throw new NetworkError(`${call} ${reason}`)
}
