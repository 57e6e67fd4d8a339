// Committed ticks on their way to the couriers: the latest from memory, older ones from the log. Only what was committed
// is ever in here.

import { committedTicks } from '../log/history.ts'
import { type TickLog, WorldError } from '../log/ticklog.ts'
import type { Lines } from './lines.ts'

/** A tick's rows of events, a stretch for each shard. */
export interface OutgoingTick {
  tick: number
  events: readonly Uint8Array[]
  /** The same in order, where another thread renders them. */
  lines?: Promise<Lines> | undefined
  /** They are not what happened in it: they tell what stands before it. */
  isOpening?: true
}

export class Outbox {
  /** All ticks before it are committed. */
  #tick: number
  readonly #log: TickLog | undefined
  /** The latest ticks, without a gap up to `#tick`. */
  #latest: OutgoingTick[] = []
  #latestBytes = 0
  #readers: Reader[] = []
  readonly #onDropped: ((tick: OutgoingTick) => void) | undefined
  #closed = false
  #wake = Promise.withResolvers<void>()
  #moved = Promise.withResolvers<void>()

  /**
   * @param log without one, everything is held until all readers are done with it
   * @param tick all before it are committed
   * @param onDropped told of a tick that no reader needs any more
   */
  constructor(log: TickLog | undefined, tick: number, onDropped?: (tick: OutgoingTick) => void) {
    this.#log = log
    this.#tick = tick
    this.#onDropped = onDropped
  }

  get tick(): number {
    return this.#tick
  }

  /** Adds the next tick, just committed. */
  add(tick: number, events: readonly Uint8Array[], lines?: Promise<Lines>): void {
    if (tick !== this.#tick) {
      this.#latest = []
      this.#latestBytes = 0
    }
    this.#latest.push({ tick, events, lines })
    this.#latestBytes += size(events)
    this.#tick = tick + 1
    this.#drop()
    this.stir()
  }

  /** HEAD was seen further on than this process has brought it: the ticks between are in the log. */
  moveTo(tick: number): void {
    if (tick <= this.#tick) return
    this.#latest = []
    this.#latestBytes = 0
    this.#tick = tick
    this.stir()
  }

  /** No more ticks will come: readers end behind the last. */
  close(): void {
    this.#closed = true
    this.stir()
  }

  /**
   * The committed ticks from one on, and those that come, in order.
   * @param isOver looked at whenever the outbox stirs
   * @param owedFrom the first tick that the target has not got whole, as the store has it
   * @param standing what is to be told before all of them
   * @throws StoreError, WorldError
   */
  async *from(
    tick: number,
    isOver: () => boolean,
    owedFrom: () => Promise<number>,
    standing?: readonly Uint8Array[],
  ): AsyncGenerator<OutgoingTick> {
    const reader: Reader = { next: tick }
    this.#readers.push(reader)
    try {
      if (standing) yield { tick, events: standing, isOpening: true }
      for (;;) {
        const found = this.#latest[reader.next - (this.#latest[0]?.tick ?? this.#tick)]
        if (found) {
          // Until the reader comes back for more, it is not done with it.
          yield found
          this.#advance(reader, found.tick + 1)
        } else if (reader.next < this.#tick) yield* this.#stored(reader, owedFrom)
        else if (this.#closed || isOver()) return
        else await this.#wake.promise
      }
    } finally {
      this.#readers = this.#readers.filter((one) => one !== reader)
      this.#stirMoved()
    }
  }

  /**
   * Ticks that the log has and memory does not. Those that nobody is owed any more may be deleted any moment: a record
   * that was left behind would then be the only one of its tick and pass for the committed one. So what was read counts
   * only if the target was still owed it afterwards; where another courier has been faster, it goes on from there.
   */
  async *#stored(reader: Reader, owedFrom: () => Promise<number>): AsyncGenerator<OutgoingTick> {
    const read = await this.#read(reader.next).catch((error: Error) => error)
    const owed = await owedFrom()
    if (owed > reader.next) this.#advance(reader, owed)
    else if (read instanceof Error) throw read
    else
      for (const outgoing of read) {
        this.#advance(reader, outgoing.tick + 1)
        yield outgoing
      }
  }

  /** Some ticks from one on. */
  async #read(from: number): Promise<OutgoingTick[]> {
    if (!this.#log) throw new Error(`tick ${from} is nowhere any more`)
    const head = await this.#log.readHead()
    if (!head) throw new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
    const read: OutgoingTick[] = []
    let readBytes = 0
    for await (const { tick, shards } of committedTicks(this.#log, from, head)) {
      const events = shards.map((shard) => shard.events)
      read.push({ tick, events })
      readBytes += size(events)
      if (readBytes >= READ_BYTES) break
    }
    return read
  }

  /** Wakes the readers that wait for a tick. */
  stir(): void {
    this.#wake.resolve()
    this.#wake = Promise.withResolvers()
  }

  /** Settles when no reader is more than so many ticks behind, with the one that it is at. */
  async caughtUp(ticks: number): Promise<void> {
    while (this.#readers.some(({ next }) => this.#tick - next > ticks)) await this.#moved.promise
  }

  #advance(reader: Reader, next: number): void {
    reader.next = next
    this.#stirMoved()
  }

  #stirMoved(): void {
    this.#moved.resolve()
    this.#moved = Promise.withResolvers()
  }

  /** What all readers are done with is dropped, and what is too much to hold: the log has it too. */
  #drop(): void {
    const first = this.#readers.reduce((least, { next }) => Math.min(least, next), this.#tick)
    let dropped = 0
    while (dropped < this.#latest.length) {
      const { tick, events } = this.#latest[dropped] as OutgoingTick
      if (tick >= first && (!this.#log || this.#latestBytes <= LATEST_BYTES_MAX)) break
      this.#latestBytes -= size(events)
      if (tick < first) this.#onDropped?.(this.#latest[dropped] as OutgoingTick)
      dropped++
    }
    if (dropped > 0) this.#latest = this.#latest.slice(dropped)
  }
}

interface Reader {
  next: number
}

const LATEST_BYTES_MAX = 64 << 20
/** Events that are read at once, and a tick's more. */
const READ_BYTES = 256 << 10

function size(events: readonly Uint8Array[]): number {
  return events.reduce((sum, { length }) => sum + length, 0)
}
