// Active students of each market of a region: those with a session in the last or the next 14 days. A student's row says until
// which day that holds; here it is counted by that day. Rebuilt from the rows on load.

import { SUBJECTS } from '../events/index.ts'

/** Days before and after a session in which its student is active; A. */
export const ACTIVE_DAYS = 14
/** Nobody counts for longer: 14 days after a session that is 28 days after the last day on which another counts. */
const AHEAD = 4 * ACTIVE_DAYS + 1
/** A power of two beyond that. */
const DAYS_KEPT = 64

export class Presence {
  /** Students of a subject by the last day on which they are active, in a ring of days. */
  readonly #until = new Uint32Array(SUBJECTS.length * DAYS_KEPT)

  clear(): void {
    this.#until.fill(0)
  }

  /** One student more (1) or fewer (-1) is active until a day. Nothing happens where that is over by `today`. */
  count(subject: number, untilDay: number, by: 1 | -1, today: number): void {
    if (untilDay < today) return
    const at = subject * DAYS_KEPT + (untilDay % DAYS_KEPT)
    this.#until[at] = (this.#until[at] as number) + by
  }

  /** Students of a subject who are active on a day. */
  activeOn(subject: number, today: number): number {
    let students = 0
    for (let day = today; day < today + AHEAD; day++)
      students += this.#until[subject * DAYS_KEPT + (day % DAYS_KEPT)] as number
    return students
  }

  /** A day is over: whoever was active until then no longer is. */
  forget(subject: number, day: number): void {
    this.#until[subject * DAYS_KEPT + (day % DAYS_KEPT)] = 0
  }
}
