// The event ids of the last 31 simulated days. Every id carries its instant, so an id need not be remembered longer:
// repeated later, it would contradict its own timestamp.
//
//     day 20,458 ─► [ h1 h2 | 0 0 | h1 h2 | … ]     64 bits of hash an id, open addressing, at most 3/4 full
//     day 20,459 ─► [ … ]                            forgotten as a whole
//
// About 14 bytes an id; with 10 million remembered, two ids are taken for one with a probability of 3 in a million. An id
// that is what the generator would write is hashed by the numbers that it is made of, any other one by its text.

import { DAY } from '../../engine/index.ts'
import { instantIn } from '../events/entities.ts'
import { EventId, Scanner, SLACK } from './scanner.ts'

export const REMEMBERED = 31 * DAY
/** As many days can it be that an id is of; a power of 2. */
const RING = 32

/** Longer than any id of which numbers make the whole. */
const TEXT_LENGTH_MAX = 128

export class Ids {
  /** Of the days from the first to the last, each at the remainder of its number by their count. */
  readonly #days = new Array<Hashes | undefined>(RING)
  #firstDay = Number.NEGATIVE_INFINITY
  #lastDay = Number.NEGATIVE_INFINITY
  readonly #scanner = new Scanner()
  readonly #bytes = new Uint8Array(3 * TEXT_LENGTH_MAX + SLACK)
  readonly #view = new DataView(this.#bytes.buffer)
  readonly #id = new EventId()

  /** Forgets the days that lie wholly before `now` − 31 days. */
  moveTo(now: number): void {
    const today = Math.floor(now / DAY)
    if (today === this.#lastDay) return
    const first = Math.floor((now - REMEMBERED) / DAY)
    if (first - this.#firstDay >= RING) this.#days.fill(undefined)
    else for (let day = this.#firstDay; day < first; day++) this.#days[day & (RING - 1)] = undefined
    this.#firstDay = first
    this.#lastDay = today
  }

  /** False where the id was there already. */
  add(id: EventId): boolean {
    hashNumbers(id)
    return this.#add(id.instant)
  }

  has(id: EventId): boolean {
    hashNumbers(id)
    return this.#has(id.instant)
  }

  addText(text: string): boolean {
    return this.#add(this.#hash(text))
  }

  hasText(text: string): boolean {
    return this.#has(this.#hash(text))
  }

  /** @returns the instant that the id tells */
  #hash(text: string): number {
    if (text.length <= TEXT_LENGTH_MAX) {
      const { written } = UTF_8.encodeInto(text, this.#bytes)
      // What is left there of a longer one does not go on with its digits.
      this.#bytes[written] = 0
      if (this.#scanner.eventId(this.#view, 0, written, this.#id)) {
        hashNumbers(this.#id)
        return this.#id.instant
      }
    }
    hashText(text)
    return instantIn(text)
  }

  #add(instant: number): boolean {
    const day = Math.floor(instant / DAY)
    if (!(day >= this.#firstDay && day <= this.#lastDay)) return true
    let hashes = this.#days[day & (RING - 1)]
    if (hashes === undefined) {
      // As large as the day before has become: most days bring as much.
      hashes = new Hashes(this.#days[(day - 1) & (RING - 1)]?.size)
      this.#days[day & (RING - 1)] = hashes
    }
    return hashes.add()
  }

  #has(instant: number): boolean {
    const day = Math.floor(instant / DAY)
    if (!(day >= this.#firstDay && day <= this.#lastDay)) return false
    return this.#days[day & (RING - 1)]?.has() ?? false
  }
}

const UTF_8 = new TextEncoder()

/** Of one day. Both ask for what was hashed last. */
class Hashes {
  #slots: Int32Array
  #count = 0

  constructor(size = 2048) {
    this.#slots = new Int32Array(size)
  }

  get size(): number {
    return this.#slots.length
  }

  has(): boolean {
    return this.#slots[this.#find(HASH[0] as number, HASH[1] as number)] !== 0
  }

  add(): boolean {
    const slot = this.#find(HASH[0] as number, HASH[1] as number)
    if (this.#slots[slot] !== 0) return false
    this.#slots[slot] = HASH[0] as number
    this.#slots[slot + 1] = HASH[1] as number
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
const HASH = new Int32Array(2)
const [FIRST_SEED, SECOND_SEED] = [0x1747b28c, 0x5bd1e995] as const
const TWO_TO_32 = 4_294_967_296

function hashNumbers({ kind, agent, instant }: EventId): void {
  // Of either number, 34 and 44 bits at the most, what is left of its lower 32.
  const rest = (Math.floor(instant / TWO_TO_32) << 16) | (Math.floor(agent / TWO_TO_32) << 8) | kind
  const first = firstStep(firstStep(firstStep(FIRST_SEED, instant | 0), agent | 0), rest)
  const second = secondStep(secondStep(secondStep(SECOND_SEED, instant | 0), agent | 0), rest)
  keep(first, second)
}

function hashText(text: string): void {
  let first: number = FIRST_SEED
  let second: number = SECOND_SEED
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    first = firstStep(first, code)
    second = secondStep(second, code)
  }
  keep(first, second)
}

// Turned at each step, and not by the same: else some bits of both halves would be the same function of what is hashed.
function firstStep(bits: number, more: number): number {
  return Math.imul(((bits << 5) | (bits >>> 27)) ^ more, 0x9e3779b1)
}

function secondStep(bits: number, more: number): number {
  return Math.imul(((bits << 13) | (bits >>> 19)) ^ more, 0x5f356495)
}

function keep(first: number, second: number): void {
  HASH[0] = mixed(first) || 1
  HASH[1] = mixed(second)
}

function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}
