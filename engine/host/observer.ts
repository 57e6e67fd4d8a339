// Who looks on while a world lives: dashboards, labels, metrics. An observer reads what was committed and changes nothing;
// one that is too slow is dropped behind and told so, and nobody waits for it, unless it has to see everything.

import type { ShardTick } from '../log/record.ts'

/** A tick that was committed; of a world that is not kept, a span of ticks that were simulated at once. */
export interface ObservedTick {
  /** The tick, or the last one of the span. */
  readonly tick: number
  /** What it did to each shard; a world that is not kept has no changes. */
  readonly shards: readonly (Pick<ShardTick, 'events'> & Partial<ShardTick>)[]
}

export interface Observer {
  /** The world waits for it and never goes on without it; what `observe` throws ends the stretch. */
  readonly isWaitedFor?: boolean
  /** Called in order, one call at a time: the next waits until this one has settled. */
  observe(tick: ObservedTick): void | Promise<void>
  /** Ticks were left out because this observer was too slow; a log still has them. @param to the last one left out */
  missed?(from: number, to: number): void
  /** `observe` threw; without this it ends the process as any error that nobody hears. */
  failed?(error: unknown): void
}

/** Ticks that may wait for an observer before it is dropped behind. */
const WAITING_MAX = 64

/** What waits for one observer. */
export class Watch {
  readonly #observer: Observer
  #waiting: ObservedTick[] = []
  #missed: { from: number; to: number } | undefined
  #turn: Promise<void> | undefined
  /** Of an observer that is waited for. */
  #error: unknown

  constructor(observer: Observer) {
    this.#observer = observer
  }

  get isWaitedFor(): boolean {
    return this.#observer.isWaitedFor ?? false
  }

  add(tick: ObservedTick): void {
    if (this.#waiting.length === WAITING_MAX && !this.isWaitedFor) this.#dropAll()
    this.#waiting.push(tick)
    this.#turn ??= this.#work()
  }

  /** Settles when the observer has what waits for it. @throws what `observe` threw, of an observer that is waited for */
  async settle(): Promise<void> {
    while (this.#turn) await this.#turn
    if (this.#error !== undefined) throw this.#error
  }

  #dropAll(): void {
    const [first] = this.#waiting as [ObservedTick]
    this.#missed = { from: this.#missed?.from ?? first.tick, to: (this.#waiting.at(-1) as ObservedTick).tick }
    this.#waiting = []
  }

  async #work(): Promise<void> {
    // Never over before it is noted as under way.
    await null
    for (;;) {
      // Told before what came after it.
      if (this.#missed) {
        const { from, to } = this.#missed
        this.#missed = undefined
        this.#observer.missed?.(from, to)
      }
      const next = this.#waiting.shift()
      if (!next) {
        // In the same turn as the look at what waits: what is added from now on begins anew.
        this.#turn = undefined
        return
      }
      try {
        await this.#observer.observe(next)
      } catch (error) {
        if (this.isWaitedFor) this.#error ??= error
        else if (this.#observer.failed) this.#observer.failed(error)
        else throw error
      }
    }
  }
}
