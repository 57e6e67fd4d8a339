// For how long nothing has got through to a target, as its sender is to judge it: only time in which the sender itself was
// at it counts, in a try or in a wait that it had set itself. The machine's sleep is none, nor is a wait that the endpoint
// asked for, nor one that the rate or an event's own time demands.

import type { Timer } from '../log/timer.ts'

/** So often is counted within the time that is given, … */
const BEATS = 20
/** … and at least and at most so often. */
const BEAT_MILLISECONDS = { least: 10, most: 1000 }
/** A wait that the endpoint asked for is no failure, up to so long. */
export const EXCUSED_MILLISECONDS_MAX = 300_000

export class Patience {
  readonly #timer: Timer
  readonly #milliseconds: number
  readonly #beatMilliseconds: number
  #spent = 0
  /** Tries and waits that are under way. */
  #atIt = 0
  #isWatching = false

  /** @param milliseconds that are given; infinite where there is no end to it */
  constructor(timer: Timer, milliseconds: number) {
    const { least, most } = BEAT_MILLISECONDS
    this.#timer = timer
    this.#milliseconds = milliseconds
    this.#beatMilliseconds = Math.min(Math.max(milliseconds / BEATS, least), most)
  }

  /** What is left of it; 0 where it is over. */
  get left(): number {
    return Math.max(0, this.#milliseconds - this.#spent)
  }

  begin(): void {
    this.#atIt++
  }

  end(): void {
    this.#atIt--
  }

  /** Something got through. */
  renew(): void {
    this.#spent = 0
  }

  /** Counts, until over. */
  async watch(isOver: () => boolean): Promise<void> {
    if (this.#isWatching || this.#milliseconds === Number.POSITIVE_INFINITY) return
    this.#isWatching = true
    const beat = this.#beatMilliseconds
    for (let before = this.#timer.now(); !isOver(); ) {
      await this.#timer.pause(beat)
      const now = this.#timer.now()
      // A beat that took much longer was slept through, or a clock was set.
      if (this.#atIt > 0) this.#spent += Math.min(Math.max(0, now - before), 2 * beat)
      before = now
    }
    this.#isWatching = false
  }
}
