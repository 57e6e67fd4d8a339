// SHA-256 in plain integer arithmetic (FIPS 180-4), for bundles in which there is no Node. Bundlers take it in the place of
// sha256.ts by the `browser` condition of package.json.

const BLOCK_BYTES = 64
const ROUNDS = 64

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const PRIMES = primes(ROUNDS)
const CONSTANTS = Uint32Array.from(PRIMES, (prime) => fractionOfRoot(prime, 3n))
const FIRST_STATE = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fractionOfRoot(prime, 2n))

/** 32 bytes. @param parts as if they were one */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const padded = new Uint8Array(Math.ceil((length + 9) / BLOCK_BYTES) * BLOCK_BYTES)
  let at = 0
  for (const part of parts) {
    padded.set(part, at)
    at += part.length
  }
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor((length * 8) / 0x1_0000_0000))
  view.setUint32(padded.length - 4, (length * 8) >>> 0)
  const state = FIRST_STATE.slice()
  const schedule = new Uint32Array(ROUNDS)
  for (let block = 0; block < padded.length; block += BLOCK_BYTES) compress(state, schedule, view, block)
  const digest = new DataView(new ArrayBuffer(32))
  for (const [index, word] of state.entries()) digest.setUint32(4 * index, word)
  return new Uint8Array(digest.buffer)
}

/** Of what comes piece by piece. */
export class Sha256 {
  readonly #parts: Uint8Array[] = []

  update(part: Uint8Array): void {
    this.#parts.push(part)
  }

  digest(): Uint8Array {
    return sha256(...this.#parts)
  }
}

function compress(state: Uint32Array, schedule: Uint32Array, view: DataView, block: number): void {
  for (let round = 0; round < 16; round++) schedule[round] = view.getUint32(block + 4 * round)
  const w = (round: number): number => schedule[round] as number
  for (let round = 16; round < ROUNDS; round++) {
    const early = rotated(w(round - 15), 7) ^ rotated(w(round - 15), 18) ^ (w(round - 15) >>> 3)
    const late = rotated(w(round - 2), 17) ^ rotated(w(round - 2), 19) ^ (w(round - 2) >>> 10)
    schedule[round] = (w(round - 16) + early + w(round - 7) + late) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let round = 0; round < ROUNDS; round++) {
    const ofE = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + ofE + choice + (CONSTANTS[round] as number) + w(round)) | 0
    const ofA = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + ofA + majority) | 0
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] = ((state[index] as number) + word) | 0
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let number = 2; found.length < count; number++)
    if (found.every((prime) => number % prime !== 0)) found.push(number)
  return found
}

/** By whole numbers, since the roots of floating point are not exact: the floor of the root, 32 bits behind the point. */
function fractionOfRoot(number: number, degree: 2n | 3n): number {
  const radicand = BigInt(number) << (32n * degree)
  let [low, high] = [0n, 1n << 40n]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    const power = degree === 2n ? middle * middle : middle * middle * middle
    if (power <= radicand) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffff_ffffn)
}
