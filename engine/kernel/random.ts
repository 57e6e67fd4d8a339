// Addressable randomness: a draw is a pure function of (world key, purpose, agent, instant, n). Nothing is stored and no
// order can matter, so shards, replays and forks see the same draws.

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
   * @param agent number of the agent, unique in the world among its kind
   * @param instant simulated milliseconds since 1970
   * @param n number of the block, where one purpose needs more than four words, 0 to 65,535
   */
  draw(purpose: number, agent: number, instant: number, n = 0): Uint32Array {
    const high = Math.floor(instant / TWO_32)
    const low = instant - high * TWO_32
    philox((purpose << 16) | n, agent | 0, low | 0, high | 0, this.#key0, this.#key1, this.words)
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
