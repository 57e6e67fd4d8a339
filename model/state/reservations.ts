// Which half hours of each tutor's week are reserved for standing lessons, so that no two students hold one hour of one
// tutor. An index over the slots of students who are active and the classes, not state of its own.

import { MINUTE } from '../../engine/index.ts'
import { offsetAt, Zone } from '../events/localtime.ts'

/** Minutes of a cell. */
const CELL = 30
const CELLS_A_DAY = 48
const CELLS_A_WEEK = 7 * CELLS_A_DAY
const WORDS_A_WEEK = Math.ceil(CELLS_A_WEEK / 32)
const MINUTES_A_DAY = CELLS_A_DAY * CELL
export const MINUTES_A_WEEK = 7 * MINUTES_A_DAY

/** Minutes by which UTC is ahead of each zone's standard time. */
const BEHIND_UTC = Object.values(Zone).map((zone) => -offsetAt(zone, 0) / MINUTE)

/**
 * A minute of a zone's local week as one of the week in standard UTC, in which the weeks of people in different zones are
 * compared. It does not move with the clocks, as everybody's week moves with them.
 */
export function standardMinute(zone: number, minute: number): number {
  return (minute + (BEHIND_UTC[zone] as number)) % MINUTES_A_WEEK
}

/** The other way round. */
export function localMinute(zone: number, standard: number): number {
  return (standard - (BEHIND_UTC[zone] as number) + MINUTES_A_WEEK) % MINUTES_A_WEEK
}

export class Reservations {
  /** A bit for each half hour of each tutor's week. Signed, so that no word is too large for V8's small integers. */
  #cells = new Int32Array(0)

  /**
   * Whether none of a time is reserved.
   * @param tutor row @param minute of the week in standard UTC, from Monday 00:00; it may exceed the week @param minutes how long
   */
  isFree(tutor: number, minute: number, minutes: number): boolean {
    const end = cellAfter(minute, minutes)
    for (let cell = cellOf(minute); cell < end; cell++) if (this.#isReserved(tutor, cell % CELLS_A_WEEK)) return false
    return true
  }

  reserve(tutor: number, minute: number, minutes: number): void {
    if ((tutor + 1) * WORDS_A_WEEK > this.#cells.length) this.#makeRoom(tutor + 1)
    this.#mark(tutor, minute, minutes, true)
  }

  /** Gives back what was reserved. */
  release(tutor: number, minute: number, minutes: number): void {
    this.#mark(tutor, minute, minutes, false)
  }

  /** Nothing of a tutor's week is reserved any more. */
  clear(tutor: number): void {
    this.#cells.fill(0, tutor * WORDS_A_WEEK, (tutor + 1) * WORDS_A_WEEK)
  }

  /** Minutes a week that are reserved, in whole half hours. */
  minutes(tutor: number): number {
    let cells = 0
    for (let word = tutor * WORDS_A_WEEK; word < (tutor + 1) * WORDS_A_WEEK; word++)
      cells += bitsIn(this.#cells[word] ?? 0)
    return cells * CELL
  }

  /** Minutes reserved on the day that holds a minute of the week. */
  minutesOfDay(tutor: number, minute: number): number {
    const first = Math.floor((minute % MINUTES_A_WEEK) / MINUTES_A_DAY) * CELLS_A_DAY
    const word = tutor * WORDS_A_WEEK + (first >>> 5)
    const earlier = this.#cells[word] ?? 0
    const later = this.#cells[word + 1] ?? 0
    // A day is a word and a half.
    const cells = (first & 31) === 0 ? bitsIn(earlier) + bitsIn(later & 0xffff) : bitsIn(earlier >>> 16) + bitsIn(later)
    return cells * CELL
  }

  #isReserved(tutor: number, cell: number): boolean {
    return (((this.#cells[tutor * WORDS_A_WEEK + (cell >>> 5)] ?? 0) >>> (cell & 31)) & 1) === 1
  }

  #mark(tutor: number, minute: number, minutes: number, reserved: boolean): void {
    const end = cellAfter(minute, minutes)
    for (let cell = cellOf(minute); cell < end; cell++) {
      const word = tutor * WORDS_A_WEEK + ((cell % CELLS_A_WEEK) >>> 5)
      const bit = 1 << ((cell % CELLS_A_WEEK) & 31)
      const before = this.#cells[word] as number
      this.#cells[word] = reserved ? before | bit : before & ~bit
    }
  }

  #makeRoom(tutors: number): void {
    const cells = new Int32Array(Math.max(tutors + (tutors >>> 1), 64) * WORDS_A_WEEK)
    cells.set(this.#cells)
    this.#cells = cells
  }
}

function cellOf(minute: number): number {
  return Math.floor((minute % MINUTES_A_WEEK) / CELL)
}

/** The cell after the last one of a time, counted on beyond the week. */
function cellAfter(minute: number, minutes: number): number {
  return Math.ceil(((minute % MINUTES_A_WEEK) + minutes) / CELL)
}

function bitsIn(word: number): number {
  let bits = word
  bits = (bits - ((bits >>> 1) & 0x55_55_55_55)) | 0
  bits = (bits & 0x33_33_33_33) + ((bits >>> 2) & 0x33_33_33_33)
  return Math.imul((bits + (bits >>> 4)) & 0x0f_0f_0f_0f, 0x01_01_01_01) >>> 24
}
