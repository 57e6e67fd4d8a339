// What waits to be tried in one stream, in order. Its first item is in flight or next.

import { isBefore, later, type Place } from './cursor.ts'
import type { Parcel } from './envelope.ts'
import type { Lines } from './lines.ts'

/** Lines of one tick, in memory that nobody writes to as long as one of them waits. */
export interface Batch {
  readonly tick: number
  /** Events of the tick before them. */
  readonly before: number
  readonly lines: Lines
  /** As parcels of them are to say it. */
  readonly worldId: string | undefined
}

/** Parcels that are done may stay in a lane until they are so many. */
const DONE_KEPT = 256

export class Lane {
  readonly stream: number
  /** Tries of the first item that failed. */
  failures = 0
  /** Somebody tries its items. */
  working = false
  /** What of its wait the endpoint asked for. */
  excusedMilliseconds = 0
  /** Why the delivery ends after that wait: the endpoint asked for more than there is patience. */
  givesUpFor: string | undefined
  /** What lies before it is behind the stream, since an earlier run. */
  start: Place = [Number.NEGATIVE_INFINITY, 0]
  /** What lies before it and still waits may have arrived: an earlier try of it ended in doubt. */
  doubtBefore: Place = [Number.NEGATIVE_INFINITY, 0]
  /** What waits, from `#done` on: its first line, the line behind it, and the batch. Not an object for each: many wait. */
  #lines: number[] = []
  #ends: number[] = []
  #batches: Batch[] = []
  #done = 0
  #first: Parcel | undefined
  readonly #eventByEvent: boolean

  constructor(stream: number, eventByEvent: boolean) {
    this.stream = stream
    this.#eventByEvent = eventByEvent
  }

  get first(): Parcel | undefined {
    if (this.#done < this.#lines.length) this.#first ??= this.#parcelOf(this.#done)
    return this.#first
  }

  /** Whether an event of a tick is behind the stream already. */
  hasBehind(tick: number, before: number): boolean {
    return isBefore([tick, before], this.start)
  }

  /**
   * @param line of a batch that goes event by event; else that line and those behind it up to `end`, as one
   * @returns how many events wait more
   */
  push(batch: Batch, line: number, end: number): number {
    const count = this.#eventByEvent ? 1 : end - line
    this.#lines.push(line)
    this.#ends.push(line + count)
    this.#batches.push(batch)
    return count
  }

  /** Whether the first event may have arrived with an earlier try. */
  get isInDoubt(): boolean {
    return isBefore(this.#placeBehind(0), this.doubtBefore)
  }

  /** A try of the first item ended without anybody knowing whether it arrived. */
  doubt(): void {
    this.doubtBefore = later(this.doubtBefore, this.#placeBehind(this.first?.count ?? 0))
  }

  /** The first item is settled. */
  drop(): void {
    this.failures = 0
    this.#first = undefined
    if (++this.#done < this.#lines.length && this.#done < DONE_KEPT) return
    this.#lines = this.#lines.slice(this.#done)
    this.#ends = this.#ends.slice(this.#done)
    this.#batches = this.#batches.slice(this.#done)
    this.#done = 0
  }

  /** How far the stream is. @param next what will be taken next */
  place(next: Place): Place {
    const batch = this.#batches[this.#done]
    return later(batch ? [batch.tick, batch.before + (this.#lines[this.#done] as number)] : next, this.start)
  }

  /** @param events of the first batch that waits, from the first that waits on */
  #placeBehind(events: number): Place {
    const { tick, before } = this.#batches[this.#done] as Batch
    return [tick, before + (this.#lines[this.#done] as number) + events]
  }

  #parcelOf(waiting: number): Parcel {
    const line = this.#lines[waiting] as number
    const batch = this.#batches[waiting] as Batch
    const { lines, worldId } = batch
    const { bytes, ends } = lines
    const count = (this.#ends[waiting] as number) - line
    const start = line === 0 ? 0 : (ends[line - 1] as number)
    const end = ends[line + count - 1] as number
    // A Buffer, as the sinks use it: several times faster than `subarray`.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    return { worldId, lines, first: line, count, bytes: text }
  }
}
