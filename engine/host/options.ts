// What a host can be told, and what it tells.

import type { Progress } from '../delivery/options.ts'
import type { Sink } from '../delivery/sink.ts'
import type { Pace } from '../delivery/timeline.ts'
import type { TickLog } from '../log/ticklog.ts'
import type { Timer } from '../log/timer.ts'
import type { Model, ModelShard, WorldSettings } from './model.ts'
import type { Observer } from './observer.ts'

/** What only the machine can give: time, chance that belongs to nobody, and names that nobody has used before. */
export interface Machine extends Timer {
  /** Milliseconds of a clock that is never set. */
  elapsed(): number
  /** Settles early where the signal is aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** In [0, 1). */
  random(): number
  newAttempt(): string
}

/** How events get to their targets; every bound has a default, see CourierOptions. */
export interface DeliveryOptions {
  giveUpMilliseconds?: number
  canaryMilliseconds?: number
  cursorMilliseconds?: number
  /** Events a second at the most. */
  maxRate?: number
}

/** A world that is not kept, as `Host.leave` left it. */
export interface Left {
  /** The next one. */
  tick: number
  modelVersion: number
  /** Of each shard. */
  states: readonly Uint8Array[]
}

export interface HostOptions<
  Settings extends WorldSettings,
  Input,
  Shard extends ModelShard<Input> = ModelShard<Input>,
> {
  model: Model<Settings, Input, Shard>
  /** Of a world that is not there yet; one that is has its own. Needed where there is no log. */
  settings?: Settings
  /** Name of a world that is not kept: what it delivers goes under an id made of it. Default `default`. */
  world?: string
  /** Where the world is kept; without one it ends with its process. */
  log?: TickLog
  /** Where a world that is not kept goes on from, its states handed over; its birth. */
  left?: Left
  sinks?: readonly Sink[]
  machine: Machine
  /** Threads at the most, 1 to the model's number of shards; small worlds take fewer. Default 1. */
  workers?: number
  /** The shards that are this world, which then live in this thread; all. */
  shards?: readonly number[]
  /** Ticks that are committed at once at full pace, at the most. */
  ticksAtOnceMax?: number
  delivery?: DeliveryOptions
  /** Whether a target that is new to the world is first told what stands; false. */
  opening?: boolean
  observers?: readonly Observer[]
  /** What befalls events of the world on their way to sinks that take lines, as the model's `wireOf` reads it; nothing. */
  wire?(settings: Settings): unknown
  /** How much of its history a log keeps at least, by the machine's time; all of it. */
  keepMilliseconds?: number
  /** A warm-up that takes longer is saved on the way. */
  warmUpSaveMilliseconds?: number
  /** Told in one line of what went wrong without harm. */
  onTrouble?(trouble: string): void
  /** Told of the ticks that a warm-up has come to. Returns whether it is to stop there for now. */
  onWarmUp?(tick: number): boolean | Promise<boolean>
}

/** One stretch of a world's life. */
export interface Stretch {
  /** The tick to stop before; without one the world lives on until stopped, or to the end of time. */
  until?: number
  /** Aborted, the world stops at the next tick with everything committed. */
  signal?: AbortSignal
  /** Each event goes when its instant comes by this pace; without one, all as fast as it goes. */
  pace?: Pace
  /** A target that nothing can be delivered to ends the stretch; true. What it is owed stays in the log. */
  endsWithDelivery?: boolean
  /** Told when all targets are open, before anything is simulated or delivered. */
  onBegun?(): void
  /** Told how a sink goes on, in one line. */
  onNote?(note: string): void
  /** Told after each commit. @param tick the next one */
  onAdvanced?(tick: number, events: number): void
  /** Told when the last tick is committed; delivery may go on. */
  onSimulated?(): void
}

export interface Lived {
  /** Ticks that this stretch has gone from and to. */
  from: number
  to: number
  events: number
  /** The instant that it has gone on from, … */
  since: number
  /** … and to: what happened before it has left, or waits for its target; the rest has yet to come. */
  present: number
  /** By the index of their type. */
  byType: number[]
  /** Of each sink. */
  progress: Progress[]
  /** Why a target got no more, of each sink; undefined where nothing stood in the way. */
  failures: (Error | undefined)[]
  /** Commits that another process was faster with. */
  conflicts: number
}
