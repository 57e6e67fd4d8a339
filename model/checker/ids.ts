// The event ids of the last 31 simulated days. Every id carries its instant, so an id need not be remembered longer:
// repeated later, it would contradict its own timestamp.
//
//     day 20,458 ─► [ h1 h2 | 0 0 | h1 h2 | … ]     64 bits of hash an id, open addressing, at most 3/4 full
//     day 20,459 ─► [ … ]                            forgotten as a whole
//
// About 14 bytes an id; with 10 million remembered, two ids are taken for one with a probability of 3 in a million.

import { DAY } from '../../engine/index.ts'
import { instantIn } from '../events/entities.ts'

export const REMEMBERED = 31 * DAY

export class Ids {
  #days = new Map<number, Hashes>()
  #firstDay = Number.NEGATIVE_INFINITY
  #lastDay = Number.NEGATIVE_INFINITY

  /** Forgets the days that lie wholly before `now` − 31 days. */
  moveTo(now: number): void {
    const today = Math.floor(now / DAY)
    if (today === this.#lastDay) return
    this.#lastDay = today
    this.#firstDay = Math.floor((now - REMEMBERED) / DAY)
    for (const day of this.#days.keys()) if (day < this.#firstDay) this.#days.delete(day)
  }

  /** False where the id was there already. */
  add(id: string): boolean {
    const day = Math.floor(instantIn(id) / DAY)
    if (!(day >= this.#firstDay && day <= this.#lastDay)) return true
    let hashes = this.#days.get(day)
    if (hashes === undefined) {
      hashes = new Hashes()
      this.#days.set(day, hashes)
    }
    return hashes.add(id)
  }

  has(id: string): boolean {
    return this.#days.get(Math.floor(instantIn(id) / DAY))?.has(id) ?? false
  }
}

class Hashes {
  #slots = new Int32Array(2048)
  #count = 0

  has(id: string): boolean {
    hash(id)
    return this.#slots[this.#find(HASH[0], HASH[1])] !== 0
  }

  add(id: string): boolean {
    hash(id)
    const slot = this.#find(HASH[0], HASH[1])
    if (this.#slots[slot] !== 0) return false
    this.#slots[slot] = HASH[0]
    this.#slots[slot + 1] = HASH[1]
    if (++this.#count * 8 > this.#slots.length * 3) this.#grow()
    return true
  }

  /** Where the pair is, or the empty slot where it belongs. */
  #find(first: number, second: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = (first << 1) & mask
    while (slots[slot] !== 0 && !(slots[slot] === first && slots[slot + 1] === second)) slot = (slot + 2) & mask
    return slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    for (let from = 0; from < old.length; from += 2) {
      const [first, second] = [old[from] as number, old[from + 1] as number]
      if (first === 0) continue
      const slot = this.#find(first, second)
      this.#slots[slot] = first
      this.#slots[slot + 1] = second
    }
  }
}

/** Of the id hashed last: two 32-bit halves. The first is never 0, which marks an empty slot. */
const HASH: [number, number] = [0, 0]

function hash(text: string): void {
  let first = 0x1747b28c
  let second = 0x5bd1e995
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Turned at each step: without it the low bits of both halves would be the same function of the text.
    first = Math.imul(((first << 5) | (first >>> 27)) ^ code, 0x9e3779b1)
    second = Math.imul(((second << 5) | (second >>> 27)) ^ code, 0x5f356495)
  }
  HASH[0] = mixed(first) || 1
  HASH[1] = mixed(second)
}

function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
