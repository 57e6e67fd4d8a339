// What a random word is read as, beyond what the kernel offers.

const TWO_32 = 0x1_0000_0000

/** The lower half of a random word as a word of its own, where 16 bits do. */
export function rest(word: number): number {
  return (word << 16) >>> 0
}

/** A whole number from `low` to below `high`, by a random word. */
export function between(word: number, low: number, high: number): number {
  return low + Math.floor((word / TWO_32) * (high - low))
}
