// A machine whose time goes by when a test says so: it can be suspended, and its clock can be set.

import type { Machine } from '../engine/index.ts'

/** Turns of the event loop after which whatever was awake has done its work, where nobody has asked for anything meanwhile. */
const QUIET_TURNS = 5

export class SetMachine implements Machine {
  #wall: number
  #elapsed = 0
  #attempts = 0
  #asked = 0
  readonly #sleepers = new Set<{ until: number; wake: () => void }>()

  /** @param wall milliseconds since 1970 */
  constructor(wall: number) {
    this.#wall = wall
  }

  now = (): number => this.#wall
  elapsed = (): number => this.#elapsed
  random = (): number => 0.5
  newAttempt = (): string => `attempt-${++this.#attempts}`

  pause(milliseconds: number): Promise<void> {
    this.#asked++
    if (milliseconds <= 0) return turn()
    return new Promise((wake) => this.#sleepers.add({ until: this.#elapsed + milliseconds, wake }))
  }

  /** Sets the clock: daylight saving, a time server, a hand. Suspended, a machine wakes with its clock set forward. */
  setBy(milliseconds: number): void {
    this.#wall += milliseconds
  }

  /** Lets time go by, and everybody do what is theirs to do meanwhile. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#elapsed + milliseconds
    for (;;) {
      await this.#settle()
      const next = [...this.#sleepers].reduce((least, { until }) => Math.min(least, until), end)
      this.#wall += next - this.#elapsed
      this.#elapsed = next
      const awake = [...this.#sleepers].filter(({ until }) => until <= next)
      if (awake.length === 0 && next >= end) return
      for (const sleeper of awake) {
        this.#sleepers.delete(sleeper)
        sleeper.wake()
      }
    }
  }

  async #settle(): Promise<void> {
    for (let quiet = 0, asked = this.#asked; quiet < QUIET_TURNS; quiet++) {
      await turn()
      if (asked !== this.#asked) quiet = 0
      asked = this.#asked
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
