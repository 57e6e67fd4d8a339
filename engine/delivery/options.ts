// What a courier can be told, what it tells, and why a delivery ends.

import { counted } from '../kernel/counts.ts'
import { OperationalError, type OperationalErrorOptions } from '../kernel/errors.ts'
import type { Identity, TickLog } from '../log/ticklog.ts'
import type { Timer } from '../log/timer.ts'
import type { WireOptions } from './carriage.ts'
import type { Lines } from './lines.ts'
import type { Refusal } from './refusals.ts'
import type { Sink } from './sink.ts'

export interface CourierOptions {
  sink: Sink
  timer: Timer
  /** Of the world; without one, events go under their bare ids. */
  identity?: Identity | undefined
  /** In [0, 1): spreads what failed together. */
  random(): number
  /** A tick's rows of events as lines, in order. */
  render(events: readonly Uint8Array[]): Iterable<Lines>
  /** How events get over wires that are not clean; of those that earlier runs were told of too. Only for sinks that take lines. */
  wire?: WireOptions
  /** Where the cursor is kept, and what is refused; without it both are forgotten. */
  log?: TickLog
  /** Whether a target that is new is first told what stands; whoever has begun to hear it hears the rest in any case. */
  opening?: boolean
  /** What stands before a tick: rows of events. */
  standing?(tick: number): Promise<readonly Uint8Array[]>
  /** How long nothing may get through while it is tried; for ever. `Patience` says what counts. */
  giveUpMilliseconds?: number
  /** Bounds of the wait before another try: 100 and 10,000. */
  backoffFloorMilliseconds?: number
  backoffCeilingMilliseconds?: number
  /** How often a target that is down is tried: 10,000. */
  canaryMilliseconds?: number
  /** Events that may wait before no more are taken: 20,000. */
  queueLimit?: number
  /** How often the cursor is written: 250. */
  cursorMilliseconds?: number
  /** Events a second at the most. */
  maxRate?: number
}

/** Figures so far. */
export interface Progress {
  delivered: number
  /** Of these, events that are nothing to the target, and were not sent. */
  omitted: number
  /** Tries that failed and were followed by another one. */
  retried: number
  /** Refused for good, and the kinds of refusal. */
  parked: number
  readonly refusals: readonly Refusal[]
  /** Taken and not yet settled. */
  queued: number
  /** What the target called the event that it took last, where it said so. */
  receipt?: string
  /** Of what was taken, the events that tell what stood when the delivery began. */
  opening: number
}

export type DeliveryErrorCode =
  /** The target will take nothing, whatever happens. */
  | 'DELIVERY_HALTED'
  /** Nothing got through for too long. */
  | 'DELIVERY_GIVEN_UP'
  /** Somebody has let go of the target meanwhile. */
  | 'DELIVERY_RELEASED'

export interface DeliveryErrorOptions extends OperationalErrorOptions<DeliveryErrorCode> {
  /** As the cursor names it. */
  target: string
  /** Events that were taken and not delivered. */
  undelivered: number
  /** Of the answer that halted the delivery, where there was one. */
  status?: number | undefined
}

/** Nothing more can be delivered to the target. */
export class DeliveryError extends OperationalError implements DeliveryErrorOptions {
  override name = 'DeliveryError'
  declare readonly code: DeliveryErrorCode
  readonly target: string
  readonly undelivered: number
  readonly status: number | undefined

  constructor(what: string, { target, undelivered, status, ...options }: DeliveryErrorOptions) {
    super(`${target}: ${what}; ${counted(undelivered, 'event')} undelivered`, options)
    this.target = target
    this.undelivered = undelivered
    this.status = status
  }
}
