// What tutors offer in each market of a region: minutes of this week, and how many tutors still have time for a session. Both
// are counted by zone and kind of working week, so that an hour of a market is known without a look at its tutors. It is
// rebuilt from the tutors' rows on load.

import { SUBJECTS } from '../events/index.ts'
import { DUTIES, hoursAhead } from '../settings/duty.ts'
import type { Figures } from '../settings/figures.ts'
import { hourOfWeek } from './duty.ts'

/** Of localtime's Zone. */
const ZONES = 5
const HOURS_A_WEEK = 168
const KINDS = ZONES * DUTIES.length

export class Offers {
  /** By subject, zone and kind of week. */
  readonly #minutes = new Float64Array(SUBJECTS.length * KINDS)
  readonly #tutors = new Uint32Array(SUBJECTS.length * KINDS)
  /** Tutors of a subject and zone who offer hours: most regions have one or two of the zones. */
  readonly #offering = new Uint32Array(SUBJECTS.length * ZONES)

  clear(): void {
    this.#minutes.fill(0)
    this.#tutors.fill(0)
    this.#offering.fill(0)
  }

  /** A tutor offers so many whole minutes a week in a subject, or no longer does (negative). */
  offer(subject: number, zone: number, duty: number, minutes: number): void {
    if (minutes === 0) return
    const at = subject * KINDS + zone * DUTIES.length + duty
    this.#minutes[at] = (this.#minutes[at] as number) + minutes
    const group = subject * ZONES + zone
    this.#offering[group] = (this.#offering[group] as number) + (minutes > 0 ? 1 : -1)
  }

  /** A tutor has time left for a session in a subject (1), or no longer has (-1). */
  available(subject: number, zone: number, duty: number, by: 1 | -1): void {
    const at = subject * KINDS + zone * DUTIES.length + duty
    this.#tutors[at] = (this.#tutors[at] as number) + by
  }

  /** Minutes on offer in the hour that begins at an instant: a tutor's week spread over the hours of their window. */
  minutesAt({ tutors, clock }: Figures, subject: number, instant: number): number {
    const { sharesOfWeek } = tutors
    let minutes = 0
    for (let zone = 0; zone < ZONES; zone++) {
      if (this.#offering[subject * ZONES + zone] === 0) continue
      const hour = hourOfWeek(clock.localAt(zone, instant))
      const first = subject * KINDS + zone * DUTIES.length
      for (let duty = 0; duty < DUTIES.length; duty++)
        minutes += (this.#minutes[first + duty] as number) * (sharesOfWeek[duty * HOURS_A_WEEK + hour] as number)
    }
    return Math.round(minutes)
  }

  /** Tutors who could take a booking of a subject that begins within the next three hours. */
  tutorsAt({ clock }: Figures, subject: number, instant: number): number {
    let tutors = 0
    for (let zone = 0; zone < ZONES; zone++) {
      if (this.#offering[subject * ZONES + zone] === 0) continue
      const hour = hourOfWeek(clock.localAt(zone, instant))
      const first = subject * KINDS + zone * DUTIES.length
      for (let duty = 0; duty < DUTIES.length; duty++)
        if (hoursAhead(duty, hour)) tutors += this.#tutors[first + duty] as number
    }
    return tutors
  }
}
