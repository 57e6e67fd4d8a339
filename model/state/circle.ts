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
/** Words of a draw. */
const WORDS = 4

export class Circle {
  readonly #random: Random
  readonly #subject: number
  #points = new Float64Array(0)
  #count = 0
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
    for (const point of this.#pointsOf(row, number, points)) {
      // Others may stand at the same position: the point is the first of them, or one of the next.
      let at = this.next(Math.floor(point / ROWS_MAX) * POSITION_WIDTH)
      while (this.#points[at] !== point) at++
      this.#points.copyWithin(at, at + 1, this.#count--)
    }
  }

  /** Index of the first point from a place on; -1 where there is none. @param word 32 random bits */
  next(word: number): number {
    if (this.#joining.length > 0) this.#settle()
    const points = this.#points
    const count = this.#count
    if (count === 0) return -1
    const wanted = (word >>> POSITION_SHIFT) * ROWS_MAX
    // Points are spread evenly, so the place is near this one.
    let low = Math.floor((word / TWO_32) * count)
    let high = low
    for (let step = 1; low > 0 && (points[low - 1] as number) >= wanted; step *= 2) {
      high = low
      low = Math.max(0, low - step)
    }
    for (let step = 1; high < count && (points[high] as number) < wanted; step *= 2) {
      low = high + 1
      high = Math.min(count, high + step)
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((points[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return low === count ? 0 : low
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
  }
}
