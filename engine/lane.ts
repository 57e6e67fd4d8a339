// What waits to be tried in one stream, in order. Its first item is in flight or next.

import { isBefore, later, type Place } from './cursor.ts'

/** One event, or a batch of them, on its way. */
export interface Item {
  /** Lines of the tick, of which [start, end) are the item's. */
  bytes: Uint8Array
  start: number
  end: number
  tick: number
  /** Events of the tick before it. */
  before: number
  count: number
}

/** Items that are done may stay in a lane until they are so many. */
const DONE_KEPT = 256

export class Lane {
  readonly stream: number
  /** Tries of the first item that failed. */
  failures = 0
  /** Somebody tries its items. */
  working = false
  /** What lies before it is behind the stream, since an earlier run. */
  start: Place = [0, 0]
  /** Items from `#done` on wait. */
  #items: Item[] = []
  #done = 0

  constructor(stream: number) {
    this.stream = stream
  }

  get first(): Item | undefined {
    return this.#items[this.#done]
  }

  /** Whether an event of a tick is behind the stream already. */
  hasBehind(tick: number, before: number): boolean {
    return isBefore([tick, before], this.start)
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** The first item is settled. */
  drop(): void {
    this.failures = 0
    if (++this.#done < this.#items.length && this.#done < DONE_KEPT) return
    this.#items = this.#items.slice(this.#done)
    this.#done = 0
  }

  /** How far the stream is. @param next what will be taken next */
  place(next: Place): Place {
    const { first } = this
    return later(first ? [first.tick, first.before] : next, this.start)
  }
}
