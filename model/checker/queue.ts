// First in, first out, for what leaves a window a fixed time after it happened: events arrive in time order, so they
// leave in it too. A ring over typed arrays, doubled when full.

export class Queue<Owner> {
  #instants = new Float64Array(1024)
  #amounts = new Int32Array(1024)
  #owners = new Array<Owner | undefined>(1024)
  /** Of the one that was taken out last. */
  amount = 0
  #head = 0
  #length = 0

  push(instant: number, owner: Owner, amount: number): void {
    if (this.#length === this.#instants.length) this.#grow()
    const slot = (this.#head + this.#length++) & (this.#instants.length - 1)
    this.#instants[slot] = instant
    this.#amounts[slot] = amount
    this.#owners[slot] = owner
  }

  /** When the oldest happened; Infinity where there is none. */
  get oldest(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#instants[this.#head] as number)
  }

  /** Takes the oldest out, which must exist. */
  shift(): Owner {
    const slot = this.#head
    const owner = this.#owners[slot] as Owner
    this.#owners[slot] = undefined
    this.#head = (slot + 1) & (this.#instants.length - 1)
    this.#length--
    this.amount = this.#amounts[slot] as number
    return owner
  }

  /** Looks at those that happened before an instant, oldest first. */
  visit(before: number, look: (owner: Owner, amount: number, instant: number) => void): void {
    const mask = this.#instants.length - 1
    for (let at = 0; at < this.#length; at++) {
      const slot = (this.#head + at) & mask
      const instant = this.#instants[slot] as number
      if (instant >= before) return
      look(this.#owners[slot] as Owner, this.#amounts[slot] as number, instant)
    }
  }

  #grow(): void {
    const { length } = this.#instants
    const instants = new Float64Array(length * 2)
    const amounts = new Int32Array(length * 2)
    const owners = new Array<Owner | undefined>(length * 2)
    for (let at = 0; at < length; at++) {
      const slot = (this.#head + at) & (length - 1)
      instants[at] = this.#instants[slot] as number
      amounts[at] = this.#amounts[slot] as number
      owners[at] = this.#owners[slot]
    }
    this.#instants = instants
    this.#amounts = amounts
    this.#owners = owners
    this.#head = 0
  }
}
