// Philox 4x32-10: a counter-based generator. 128 bits of counter and 64 bits of key in, 128 random bits out, so a draw
// needs no state: it is addressed. Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).

const ROUNDS = 10
const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85

/** Fills `out` with the four words at counter (c0, c1, c2, c3) under key (k0, k1). All words are 32 bits. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number, out: Uint32Array): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(c0, MULTIPLIER_0 >>> 16, MULTIPLIER_0 & 0xffff)
    const high1 = multiplyHigh(c2, MULTIPLIER_1 >>> 16, MULTIPLIER_1 & 0xffff)
    const low0 = Math.imul(c0, MULTIPLIER_0)
    const low1 = Math.imul(c2, MULTIPLIER_1)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + WEYL_0) | 0
    k1 = (k1 + WEYL_1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/** Upper 32 bits of a 32 by 32 bit product, from four 16-bit products. */
function multiplyHigh(a: number, bHigh: number, bLow: number): number {
  const aHigh = a >>> 16
  const aLow = a & 0xffff
  const lowHigh = Math.imul(aLow, bHigh)
  const highLow = Math.imul(aHigh, bLow)
  const middle = (Math.imul(aLow, bLow) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff)
  return (Math.imul(aHigh, bHigh) + (lowHigh >>> 16) + (highLow >>> 16) + (middle >>> 16)) | 0
}
