// The tutors of a subject around a circle, each at several points, as many as their hours warrant. Whoever looks for a tutor
// probes at points that are their own, and takes the tutor who stands next there. So a tutor who joins or leaves changes
// only what falls into the arcs that end at their points, and nothing depends on a place in a list. This is consistent
// hashing: Karger et al., "Consistent hashing and random trees" (STOC 1997).
//
//     points:  position on the circle (26 bits) | row of the tutor (27 bits), as one number, ascending

import { type Random, ROWS_MAX } from '../../engine/index.ts'
import { Purpose } from './draws.ts'

const TWO_32 = 0x1_0000_0000
const POSITION_BITS = 26
const POSITION_SHIFT = 32 - POSITION_BITS
const POSITION_WIDTH = 1 << POSITION_SHIFT
const POINTS_AN_ARC = 4
/** Words of a draw. */
const WORDS = 4

export class Circle {
  readonly #random: Random
  readonly #subject: number
  #points = new Float64Array(0)
  #count = 0
  /** Index of the first point of each arc; there are 2 to the power of `#arcBits`, of equal lengths. */
  #arcs = new Uint32Array(0)
  #arcBits = 0
  /** Points that are not in their places yet: many tutors may join at once. */
  #joining: number[] = []

  /** @param subject index into SUBJECTS */
  constructor(random: Random, subject: number) {
    this.#random = random
    this.#subject = subject
  }

  /** How many points there are. */
  get count(): number {
    return this.#count + this.#joining.length
  }

  /** @param number of the tutor in the world @param points at how many they stand */
  join(row: number, number: number, points: number): void {
    for (const point of this.#pointsOf(row, number, points)) this.#joining.push(point)
  }

  leave(row: number, number: number, points: number): void {
    this.#settle()
    for (const point of this.#pointsOf(row, number, points)) {
      let low = 0
      let high = this.#count - 1
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((this.#points[middle] as number) < point) low = middle + 1
        else high = middle
      }
      if (this.#points[low] === point) this.#points.copyWithin(low, low + 1, this.#count--)
    }
    this.#index()
  }

  /** Index of the first point from a place on; -1 where there is none. @param word 32 random bits */
  next(word: number): number {
    if (this.#joining.length > 0) this.#settle()
    const points = this.#points
    const count = this.#count
    if (count === 0) return -1
    const wanted = (word >>> POSITION_SHIFT) * ROWS_MAX
    let at = this.#arcs[this.#arcBits === 0 ? 0 : word >>> (32 - this.#arcBits)] as number
    while (at < count && (points[at] as number) < wanted) at++
    return at === count ? 0 : at
  }

  /** Row of the tutor at a point. @param index of the point, counted round and round */
  rowAt(index: number): number {
    return (this.#points[index % this.#count] as number) % ROWS_MAX
  }

  *#pointsOf(row: number, number: number, points: number): Generator<number> {
    for (let point = 0; point < points; point++) {
      const word = this.#random.draw(Purpose.circle, number, this.#subject, Math.floor(point / WORDS))[point % WORDS]
      yield ((word as number) >>> POSITION_SHIFT) * ROWS_MAX + row
    }
  }

  #settle(): void {
    if (this.#joining.length === 0) return
    const joining = Float64Array.from(this.#joining).sort((a, b) => a - b)
    this.#joining = []
    const before = this.#points
    const count = this.#count + joining.length
    const points = count > before.length ? new Float64Array(count + (count >>> 2)) : before
    // From the back, as what was there before may move within the same memory.
    let from = this.#count - 1
    for (let at = count - 1, next = joining.length - 1; next >= 0; at--) {
      if (from >= 0 && (before[from] as number) > (joining[next] as number)) points[at] = before[from--] as number
      else points[at] = joining[next--] as number
    }
    if (points !== before) points.set(before.subarray(0, from + 1))
    this.#points = points
    this.#count = count
    this.#index()
  }

  /** Notes where each arc of the circle begins: there are about four points to one. */
  #index(): void {
    let bits = 0
    while (POINTS_AN_ARC << bits < this.#count) bits++
    const arcs = this.#arcBits === bits && this.#arcs.length > 0 ? this.#arcs : new Uint32Array(1 << bits)
    const width = TWO_32 / arcs.length / POSITION_WIDTH
    for (let arc = 0, at = 0; arc < arcs.length; arc++) {
      const wanted = arc * width * ROWS_MAX
      while (at < this.#count && (this.#points[at] as number) < wanted) at++
      arcs[arc] = at
    }
    this.#arcs = arcs
    this.#arcBits = bits
  }
}
