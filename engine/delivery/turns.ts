// Who of a courier's lanes may try next. While a target answers, all may. When every lane fails, one goes on trying, the
// canary; once it gets through, the others follow, one more with each success: what has just come back is not run over.

export class Turns {
  /** Turns taken, and how many there may be. */
  #taken = 0
  #max: number
  readonly #lanes: number
  #waiting: (() => void)[] = []
  #failuresInARow = 0
  #stopped = false

  constructor(lanes: number) {
    this.#lanes = lanes
    this.#max = lanes
  }

  /** So many tries have failed in a row that it cannot be one lane's own. */
  get isDown(): boolean {
    return this.#failuresInARow > Math.max(20, 2 * this.#lanes)
  }

  /** Whoever holds a turn is the only one. */
  get isLone(): boolean {
    return this.#taken <= 1
  }

  /** The right to one try: at once (undefined), or when the promise settles. Once stopped, nobody waits any more. */
  take(): Promise<void> | undefined {
    if (this.#taken >= this.#max && !this.#stopped) return this.#wait()
    this.#taken++
    return undefined
  }

  give(): void {
    this.#taken--
    for (let free = this.#max - this.#taken; free > 0 && this.#waiting.length > 0; free--) this.#waiting.shift()?.()
  }

  succeeded(): void {
    this.#failuresInARow = 0
    if (this.#max < this.#lanes) this.#max++
  }

  failed(): void {
    this.#failuresInARow++
    if (this.isDown) this.#max = 1
  }

  stop(): void {
    this.#stopped = true
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async #wait(): Promise<void> {
    while (this.#taken >= this.#max && !this.#stopped) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken++
  }
}
