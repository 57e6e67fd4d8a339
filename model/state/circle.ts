// The tutors of a subject around a circle, each at several points, as many as their hours warrant. Whoever looks for a tutor
// probes at points that are their own, and takes the tutor who stands next there. So a tutor who joins or leaves changes
// only what falls into the arcs that end at their points, and nothing depends on a place in a list. This is consistent
// hashing: Karger et al., "Consistent hashing and random trees" (STOC 1997).

import { type Random, ROWS_MAX } from '../../engine/index.ts'
import { Purpose } from './draws.ts'

/** Positions on the circle: with a row they fit into one number. */
const POSITION_BITS = 26
const POSITION_SHIFT = 32 - POSITION_BITS
const POSITIONS = 1 << POSITION_BITS
const POINTS_AN_ARC = 4
/** Words of a draw. */
const WORDS = 4

export class Circle {
  readonly #random: Random
  readonly #subject: number
  /** Of each point, in the order of positions and then of rows: where it is, and the row of the tutor who stands there. */
  #positions = new Uint32Array(0)
  #rows = new Uint32Array(0)
  #count = 0
  /** Index of the first point of each arc; there are 2 to the power of `#arcBits`, of equal lengths. */
  #arcs = new Uint32Array(1)
  #arcBits = 0
  /** Points that are not in their places yet, as position and row in one number: many tutors may join at once. */
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
    for (let point = 0; point < points; point++) {
      const words = this.#random.draw(Purpose.circle, number, this.#subject, Math.floor(point / WORDS))
      this.#joining.push(((words[point % WORDS] as number) >>> POSITION_SHIFT) * ROWS_MAX + row)
    }
  }

  clear(): void {
    this.#joining = []
    this.#count = 0
    this.#index()
  }

  leave(row: number): void {
    this.#settle()
    const positions = this.#positions
    const rows = this.#rows
    let kept = 0
    for (let at = 0; at < this.#count; at++) {
      if (rows[at] === row) continue
      positions[kept] = positions[at] as number
      rows[kept++] = rows[at] as number
    }
    if (kept === this.#count) throw new Error(`row ${row} does not stand on the circle of ${this.#subject}`)
    this.#count = kept
    this.#index()
  }

  /** Index of the first point from a place on, round the circle; -1 where there is none. @param word 32 random bits */
  next(word: number): number {
    if (this.#joining.length > 0) this.#settle()
    if (this.#count === 0) return -1
    const at = this.#firstFrom(word >>> POSITION_SHIFT)
    return at === this.#count ? 0 : at
  }

  /** Row of the tutor at a point. @param index of the point, counted round and round */
  rowAt(index: number): number {
    return this.#rows[index < this.#count ? index : index % this.#count] as number
  }

  /** Index of the first point at a position or behind it; the count where there is none. */
  #firstFrom(position: number): number {
    const positions = this.#positions
    const count = this.#count
    let at = this.#arcs[position >>> (POSITION_BITS - this.#arcBits)] as number
    while (at < count && (positions[at] as number) < position) at++
    return at
  }

  /** Puts those who have joined in their places. */
  #settle(): void {
    if (this.#joining.length === 0) return
    const joining = Float64Array.from(this.#joining).sort((a, b) => a - b)
    this.#joining = []
    const count = this.#count + joining.length
    if (count > this.#rows.length) this.#makeRoom(count + (count >>> 2))
    const positions = this.#positions
    const rows = this.#rows
    // From the last on: each goes where nothing is any more that is still to be moved.
    for (let at = count - 1, from = this.#count - 1, next = joining.length - 1; next >= 0; at--) {
      const point = joining[next] as number
      if (from >= 0 && (positions[from] as number) * ROWS_MAX + (rows[from] as number) > point) {
        positions[at] = positions[from] as number
        rows[at] = rows[from--] as number
      } else {
        positions[at] = Math.floor(point / ROWS_MAX)
        rows[at] = point % ROWS_MAX
        next--
      }
    }
    this.#count = count
    this.#index()
  }

  #makeRoom(points: number): void {
    const [positions, rows] = [new Uint32Array(points), new Uint32Array(points)]
    positions.set(this.#positions)
    rows.set(this.#rows)
    this.#positions = positions
    this.#rows = rows
  }

  /** Notes where each arc of the circle begins: there are about four points to one. */
  #index(): void {
    let bits = 0
    while (POINTS_AN_ARC << bits < this.#count) bits++
    if (bits !== this.#arcBits) this.#arcs = new Uint32Array(1 << bits)
    this.#arcBits = bits
    const arcs = this.#arcs
    const width = POSITIONS / arcs.length
    for (let arc = 0, at = 0; arc < arcs.length; arc++) {
      while (at < this.#count && (this.#positions[at] as number) < arc * width) at++
      arcs[arc] = at
    }
  }
}
