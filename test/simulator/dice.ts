// Chance for the simulator: one small seeded generator, so that a schedule is its number.

const TWO_32 = 0x1_0000_0000

export class Dice {
  #state: number

  /** @param numbers any; the same ones give the same throws */
  constructor(...numbers: readonly number[]) {
    let state = 0x9e3779b9
    for (const number of numbers) state = mix((state ^ number) + 0x6d2b79f5)
    this.#state = state
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    return (mix(this.#state) >>> 0) / TWO_32
  }

  /** Whole, from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** In [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return mixed ^ (mixed >>> 14)
}
