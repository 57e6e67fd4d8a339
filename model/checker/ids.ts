// The event ids of the last 31 simulated days. Every id carries its instant, so an id need not be remembered longer:
// repeated later, it would contradict its own timestamp.
//
//     day 20,458 ─► [ h1 h2 | 0 0 | h1 h2 | … ]     64 bits of hash an id, open addressing, at most 3/4 full
//     day 20,459 ─► [ … ]                            forgotten as a whole
//
// About 14 bytes an id; with 10 million remembered, two ids are taken for one with a probability of 3 in a million.

import { DAY, instantOfId } from './instants.ts'

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
    const day = Math.floor(instantOfId(id) / DAY)
    if (!(day >= this.#firstDay && day <= this.#lastDay)) return true
    let hashes = this.#days.get(day)
    if (hashes === undefined) {
      hashes = new Hashes()
      this.#days.set(day, hashes)
    }
    return hashes.add(id)
  }

  has(id: string): boolean {
    return this.#days.get(Math.floor(instantOfId(id) / DAY))?.has(id) ?? false
  }
}

class Hashes {
  #slots = new Uint32Array(2048)
  #count = 0

  has(id: string): boolean {
    const slot = this.#find(hash(id, 0x9747b28c, 0x9e3779b1), hash(id, 0x5bd1e995, 0x5f356495))
    return this.#slots[slot] !== 0
  }

  add(id: string): boolean {
    const first = hash(id, 0x9747b28c, 0x9e3779b1)
    const second = hash(id, 0x5bd1e995, 0x5f356495)
    const slot = this.#find(first, second)
    if (this.#slots[slot] !== 0) return false
    this.#slots[slot] = first
    this.#slots[slot + 1] = second
    if (++this.#count * 8 > this.#slots.length * 3) this.#grow()
    return true
  }

  /** Where the pair is, or the empty slot where it belongs. */
  #find(first: number, second: number): number {
    const mask = this.#slots.length - 1
    let slot = (first * 2) & mask
    while (this.#slots[slot] !== 0 && !(this.#slots[slot] === first && this.#slots[slot + 1] === second)) {
      slot = (slot + 2) & mask
    }
    return slot
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let slot = 0; slot < old.length; slot += 2) {
      const first = old[slot] as number
      const second = old[slot + 1] as number
      if (first === 0) continue
      const place = this.#find(first, second)
      this.#slots[place] = first
      this.#slots[place + 1] = second
    }
  }
}

/** 32 bits, never 0: that marks an empty slot. */
function hash(text: string, seed: number, factor: number): number {
  let bits = seed
  for (let at = 0; at < text.length; at++) {
    // Turned at each step: without it the low bits of both halves would be the same function of the text.
    bits = Math.imul(((bits << 5) | (bits >>> 27)) ^ text.charCodeAt(at), factor)
  }
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0 || 1
}
