// Addressable randomness: a draw is a pure function of (world key, purpose, who, which). Nothing is stored and no order can
// matter, so shards, replays and forks see the same draws. And chance belongs to whom it happens to: an address says the
// how manieth time something happens in that one's life, or with which other, never when, nor how many came before it in
// the world. So two worlds that differ in one thing share all draws that it does not concern. These are common random
// numbers: Klein et al., "Noise-free comparison of stochastic agent-based simulations", arXiv 2409.02086.

import seedrandom from 'seedrandom'
import { sha256 } from '#sha256'
import { hexOf } from './hex.ts'
import { philox } from './philox.ts'

/** 64 bits that stand for a seed text. */
export type WorldKey = readonly [number, number]

/**
 * The world's key from the user's seed, which may be any text. It is hashed first: by itself seedrandom takes `1` and `11`
 * for the same seed, and looks at the lower byte of a character only.
 */
export function worldKey(seed: string): WorldKey {
  const generator = seedrandom(hexOf(sha256(new TextEncoder().encode(seed))))
  return [generator.int32(), generator.int32()]
}

const TWO_32 = 0x1_0000_0000

export class Random {
  /** The four 32-bit words of the latest draw; overwritten by the next. */
  readonly words = new Uint32Array(4)
  readonly #key0: number
  readonly #key1: number

  constructor(key: WorldKey) {
    this.#key0 = key[0]
    this.#key1 = key[1]
  }

  /**
   * Four words of 32 random bits.
   * @param purpose what the draw decides, 0 to 65,535; a purpose belongs to one kind of agent
   * @param who number of the agent, unique in the world among its kind, 0 to 2^32 - 1
   * @param which of that one's occurrences, 0 to 2^32 - 1: their 17th session, their 40th day; or the other of a pair
   * @param n number of the block, where an occurrence needs more than four words, 0 to 65,535
   * @throws RangeError where `which` is no such number: an instant does not fit
   */
  draw(purpose: number, who: number, which: number, n = 0): Uint32Array {
    if (!(which >= 0 && which < TWO_32)) throw new RangeError(`draw ${purpose} of ${who}: ${which} is no ordinal`)
    philox((purpose << 16) | n, who | 0, which | 0, 0, this.#key0, this.#key1, this.words)
    return this.words
  }
}

/** True with the given probability. @param word 32 random bits */
export function chance(word: number, probability: number): boolean {
  return word < probability * TWO_32
}

/** Whole number from 0 up to, not including, `limit` (at most 2^21: the product stays exact). @param word 32 random bits */
export function below(word: number, limit: number): number {
  return Math.floor((word * limit) / TWO_32)
}
