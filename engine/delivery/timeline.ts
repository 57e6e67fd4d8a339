// Where simulated time lies in the machine's: what happens in the one leaves when its instant comes in the other.
//
//     simulated   ──┬────────────┬───────────┬──►   an instant comes `(instant − anchor) / factor` after the anchor's time
//     machine       anchor's at  due         now

import type { Timer } from '../log/timer.ts'

/** How simulated time goes by in the machine's. */
export interface Pace {
  /** Simulated time over the machine's; above 0. */
  factor: number
  /**
   * `elapsed`, the default: a clock that cannot be set, and may stand still while the machine is suspended. `wall`: the
   * machine's date, which goes on meanwhile and can be set; what it jumps over is late and goes at once, and nothing is early.
   */
  clock?: 'elapsed' | 'wall'
  /** An instant, and what the clock says when it comes. Without one the world goes on from where it is. */
  anchor?: { instant: number; at: number }
}

/** Each event when its own timestamp comes. */
export const LIVE: Pace = { factor: 1, clock: 'wall', anchor: { instant: 0, at: 0 } }

/** The clock is looked at so often while something waits for it: after a jump nothing is later than this. */
const LOOK_MILLISECONDS = 100

export class Timeline {
  readonly factor: number
  /** The instant that the world goes on from. */
  readonly from: number
  readonly #instant: number
  readonly #at: number
  readonly #clock: () => number
  readonly #timer: Timer

  /** @param from where the world goes on: the instant that comes now, unless the pace has an anchor */
  constructor({ factor, clock = 'elapsed', anchor }: Pace, machine: Timer & { elapsed(): number }, from: number) {
    this.factor = factor
    this.from = from
    this.#timer = machine
    this.#clock = clock === 'wall' ? () => machine.now() : () => machine.elapsed()
    this.#instant = anchor?.instant ?? from
    this.#at = anchor?.at ?? this.#clock()
  }

  /** The instant that comes just now. */
  get present(): number {
    return this.#instant + (this.#clock() - this.#at) * this.factor
  }

  /** Milliseconds of the machine's until an instant comes; 0 or less once it has. */
  until(instant: number): number {
    return this.#at + (instant - this.#instant) / this.factor - this.#clock()
  }

  /** Settles when an instant has come, or so many milliseconds before it, or soon after it is over. */
  async reach(instant: number, isOver: () => boolean, leadMilliseconds = 0): Promise<void> {
    for (let wait = this.until(instant); wait > leadMilliseconds && !isOver(); wait = this.until(instant))
      await this.#timer.pause(Math.min(wait - leadMilliseconds, LOOK_MILLISECONDS))
  }
}
