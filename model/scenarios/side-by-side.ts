// Two worlds' events of the same stretch, row by row: most are the same bytes, and only those that are not are looked at.

import { type Row, Table } from '../../engine/index.ts'
import { EVENT, type EventRow } from '../events/row.ts'
import { CELLS, count } from './metrics.ts'

/** Rows of one shard, with a place up to which they were read. */
class Rows {
  readonly table = new Table('events', EVENT)
  readonly row: Row<typeof EVENT>
  next = 0

  constructor() {
    this.row = this.table.accessor()
  }

  take(bytes: Uint8Array): void {
    this.table.view(bytes, bytes.length / this.table.rowBytes)
    this.next = 0
  }

  /** Where the first row at or behind an instant is, from the next on. */
  endBefore(instant: number): number {
    let [low, high] = [this.next, this.table.count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.row.at(middle).instant < instant) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Told of each row that the other world has not in that place; the row is valid until the next. */
export type OnRow = (row: EventRow, shard: number) => void

export class SideBySide {
  /** Of the hour: what both have, and what either has alone, by cell. */
  readonly common = new Int32Array(CELLS)
  readonly onlyFirst = new Int32Array(CELLS)
  readonly onlyOther = new Int32Array(CELLS)
  /** Whether anything differs in the hour. */
  differs = false
  readonly #first: readonly Rows[]
  readonly #other: readonly Rows[]
  readonly #onFirst: OnRow
  readonly #onOther: OnRow

  constructor(shards: number, onFirst: OnRow, onOther: OnRow) {
    this.#first = Array.from({ length: shards }, () => new Rows())
    this.#other = Array.from({ length: shards }, () => new Rows())
    this.#onFirst = onFirst
    this.#onOther = onOther
  }

  /** The same stretch of both, each shard's rows in order. They are read by `until`. */
  take(first: readonly Uint8Array[], other: readonly Uint8Array[]): void {
    for (const [shard, rows] of this.#first.entries()) rows.take(first[shard] as Uint8Array)
    for (const [shard, rows] of this.#other.entries()) rows.take(other[shard] as Uint8Array)
  }

  /** Goes through what happened before an instant. */
  until(instant: number): void {
    for (const shard of this.#first.keys()) this.#walk(shard, instant)
  }

  /** Begins the next hour. */
  clear(): void {
    this.common.fill(0)
    this.onlyFirst.fill(0)
    this.onlyOther.fill(0)
    this.differs = false
  }

  #walk(shard: number, instant: number): void {
    const [a, b] = [this.#first[shard] as Rows, this.#other[shard] as Rows]
    const [endA, endB] = [a.endBefore(instant), b.endBefore(instant)]
    while (a.next < endA || b.next < endB) {
      if (a.next < endA && b.next < endB && areSame(a, b)) {
        count(this.common, a.row.at(a.next++), shard)
        b.next++
        continue
      }
      const order = a.next === endA ? 1 : b.next === endB ? -1 : compare(a, b)
      this.differs = true
      if (order <= 0) {
        count(this.onlyFirst, a.row.at(a.next++), shard)
        this.#onFirst(a.row, shard)
      }
      if (order >= 0) {
        count(this.onlyOther, b.row.at(b.next++), shard)
        this.#onOther(b.row, shard)
      }
    }
  }
}

function areSame(a: Rows, b: Rows): boolean {
  const words = a.table.rowBytes >>> 2
  const [first, other] = [a.table.u32, b.table.u32]
  const [from, to] = [a.next * words, b.next * words]
  for (let word = 0; word < words; word++) if (first[from + word] !== other[to + word]) return false
  return true
}

/** By the order of all events: instant, kind of action, agent. */
function compare(a: Rows, b: Rows): number {
  const [one, other] = [a.row.at(a.next), b.row.at(b.next)]
  return one.instant - other.instant || one.kind - other.kind || one.agent - other.agent
}
