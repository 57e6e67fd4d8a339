// What waits to be tried in one stream, in order. Its first items are in flight or next: one, or where the sink takes batches,
// as many as go together now.

import { isBefore, later, type Place } from './cursor.ts'
import { type Parcel, type Parcels, Stretch } from './envelope.ts'
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
  /** Tries in a row that failed. */
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
  readonly #eventByEvent: boolean
  readonly #itemsMax: number
  /** Items that a try may have now. */
  #items: number

  /** @param itemsMax that a try may have */
  constructor(stream: number, eventByEvent: boolean, itemsMax: number) {
    this.stream = stream
    this.#eventByEvent = eventByEvent
    this.#itemsMax = itemsMax
    this.#items = itemsMax
  }

  get isWaiting(): boolean {
    return this.#done < this.#lines.length
  }

  /** What is to be tried next; there is something. */
  next(): Parcels {
    const first = this.#parcelOf(this.#done)
    const parcels: [Parcel, ...Parcel[]] = [first]
    const end = Math.min(this.#done + this.#items, this.#lines.length)
    for (let waiting = this.#done + 1; waiting < end; waiting++) parcels.push(this.#parcelOf(waiting))
    return parcels
  }

  /** So many items were refused together: one of them is at fault, and half of them is less to look among. */
  halve(items: number): void {
    this.#items = items >> 1
  }

  /** What was tried was taken: the next try may have more again. */
  widen(): void {
    this.#items = Math.min(2 * this.#items, this.#itemsMax)
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

  /** Whether an item's first event may have arrived with an earlier try. @param place among those that wait */
  isInDoubt(place: number): boolean {
    const { tick, before } = this.#batches[this.#done + place] as Batch
    return isBefore([tick, before + (this.#lines[this.#done + place] as number)], this.doubtBefore)
  }

  /** Of so many items, from the first on, nobody knows whether they arrived. */
  doubt(items: number): void {
    const last = this.#done + items - 1
    const { tick, before } = this.#batches[last] as Batch
    this.doubtBefore = later(this.doubtBefore, [tick, before + (this.#ends[last] as number)])
  }

  /** Of the first items, those that are settled leave. What stays was overtaken, and is still in its order. */
  dropAmong(settled: readonly boolean[]): void {
    let to = this.#done + settled.length
    for (let from = to - 1; from >= this.#done; from--) {
      if (settled[from - this.#done]) continue
      to--
      this.#lines[to] = this.#lines[from] as number
      this.#ends[to] = this.#ends[from] as number
      this.#batches[to] = this.#batches[from] as Batch
    }
    this.drop(to - this.#done)
  }

  /** So many items, from the first on, are settled. */
  drop(items: number): void {
    this.failures = 0
    this.#done += items
    if (this.#done < this.#lines.length && this.#done < DONE_KEPT) return
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

  #parcelOf(waiting: number): Parcel {
    const line = this.#lines[waiting] as number
    const { lines, worldId } = this.#batches[waiting] as Batch
    return new Stretch(worldId, lines, line, (this.#ends[waiting] as number) - line)
  }
}
