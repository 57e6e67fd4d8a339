// What a random word or an instant is read as, beyond what the kernel offers.

const TWO_32 = 0x1_0000_0000

/** The lower half of a random word as a word of its own, where 16 bits do. */
export function rest(word: number): number {
  return (word << 16) >>> 0
}

/** The lower halves of two random words as one. */
export function halves(a: number, b: number): number {
  return ((a << 16) | (b & 0xffff)) >>> 0
}

/** A whole number from `low` to below `high`, by a random word. */
export function between(word: number, low: number, high: number): number {
  return low + Math.floor((word / TWO_32) * (high - low))
}

/** The latest instant up to now with these lower 32 bits: instants of the last 49.7 days are kept by them. */
export function latestWith(low: number, now: number): number {
  return now - ((now - low) >>> 0)
}
