// A row of figures at any instant of a world's history: the row at the beginning of each hour, and within the hour what has
// changed it, in order.
//
//     hours    | row at 00:00 | row at 01:00 | row at 02:00 | …     a copy each
//     effects    ·  ··   ·  ··   ·   · ···       (instant, place, by how much)

import { HOUR } from '../../engine/index.ts'
import { ROW_LENGTH } from './metrics.ts'

/** Effects that an hour begins with room for. */
const ROOM = 64

class Hour {
  readonly row: Int32Array
  count = 0
  #offsets = new Uint32Array(ROOM)
  #places = new Uint16Array(ROOM)
  #changes = new Int32Array(ROOM)

  constructor(row: Int32Array) {
    this.row = row
  }

  add(offset: number, place: number, change: number): void {
    if (this.count === this.#offsets.length) this.#resize(2 * this.count)
    this.#offsets[this.count] = offset
    this.#places[this.count] = place
    this.#changes[this.count++] = change
  }

  /** Nothing more comes. */
  seal(): void {
    this.#resize(this.count)
  }

  /** Puts onto a row what has happened up to an offset, it included. */
  apply(offset: number, row: Int32Array): void {
    for (let at = 0; at < this.count && (this.#offsets[at] as number) <= offset; at++) {
      const place = this.#places[at] as number
      row[place] = (row[place] as number) + (this.#changes[at] as number)
    }
  }

  #resize(length: number): void {
    const resized = <Column extends Uint32Array | Uint16Array | Int32Array>(column: Column, grown: Column): Column => {
      grown.set(column.subarray(0, Math.min(length, column.length)))
      return grown
    }
    this.#offsets = resized(this.#offsets, new Uint32Array(length))
    this.#places = resized(this.#places, new Uint16Array(length))
    this.#changes = resized(this.#changes, new Int32Array(length))
  }
}

export class Tally {
  /** The hour that its history begins in. */
  readonly from: number
  /** As it is by now. */
  readonly #latest = new Int32Array(ROW_LENGTH)
  readonly #hours: Hour[]

  /** @param start of the history; milliseconds since 1970 */
  constructor(start: number) {
    this.from = Math.floor(start / HOUR) * HOUR
    this.#hours = [new Hour(this.#latest.slice())]
  }

  /** @param instant not before that of the change before */
  add(instant: number, place: number, change: number): void {
    this.reach(instant)
    const hour = this.#hours.at(-1) as Hour
    hour.add(instant - this.from - (this.#hours.length - 1) * HOUR, place, change)
    this.#latest[place] = (this.#latest[place] as number) + change
  }

  /** Begins the hours up to an instant: nothing that comes is before it. */
  reach(instant: number): void {
    const hours = Math.floor((instant - this.from) / HOUR) + 1
    while (this.#hours.length < hours) {
      this.#hours.at(-1)?.seal()
      this.#hours.push(new Hour(this.#latest.slice()))
    }
  }

  /** The row with all that has happened up to an instant, it included; the first one before the history. */
  at(instant: number): Int32Array {
    const index = Math.floor((instant - this.from) / HOUR)
    if (index >= this.#hours.length) return this.#latest.slice()
    const hour = this.#hours[Math.max(0, index)] as Hour
    const row = hour.row.slice()
    hour.apply(instant - this.from - Math.max(0, index) * HOUR, row)
    return row
  }

  /** The row at the beginning of an hour, to be read only: of what happens at that very instant nothing is in it. */
  atHour(instant: number): Int32Array {
    const index = Math.floor((instant - this.from) / HOUR)
    return this.#hours[Math.max(0, index)]?.row ?? this.#latest
  }
}
