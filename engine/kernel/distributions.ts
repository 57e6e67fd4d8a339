// Distributions as tables, built once by exact arithmetic and read with one random word.

const TWO_32 = 0x1_0000_0000

/** A choice among a few outcomes by weight. */
export class Choice {
  /** Where one stretch of words ends and the next begins, and the outcome of each. */
  readonly #limits: Float64Array
  readonly #outcomes: Uint8Array

  /**
   * @param weights one for each outcome, not negative, not all 0; they need not add up to one
   * @param usual weights that these stand for: as few words as can be have another outcome than by those
   */
  constructor(weights: readonly number[], usual: readonly number[] = weights) {
    const stretches = between(usual, weights)
    this.#limits = Float64Array.from(stretches, ({ until }) => until)
    this.#outcomes = Uint8Array.from(stretches, ({ outcome }) => outcome)
  }

  /** Index of the outcome. @param word 32 random bits */
  pick(word: number): number {
    const limits = this.#limits
    let stretch = 0
    while (word >= (limits[stretch] as number)) stretch++
    return this.#outcomes[stretch] as number
  }
}

interface Stretch {
  until: number
  outcome: number
}

/** How many of all words each outcome has. */
function wordsOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  const limits = weights.map((weight) => {
    sum += weight
    return Math.round((sum / total) * TWO_32)
  })
  limits[weights.length - 1] = TWO_32
  return limits.map((limit, at) => limit - (limits[at - 1] ?? 0))
}

/** Each outcome keeps what it had, as far as it still has so many; the rest goes to those that have more now. */
function between(usual: readonly number[], weights: readonly number[]): Stretch[] {
  const before = wordsOf(usual)
  const after = wordsOf(weights)
  const missing = after.map((words, outcome) => Math.max(0, words - (before[outcome] as number)))
  const stretches: Stretch[] = []
  let until = 0
  const give = (words: number, outcome: number): void => {
    until += words
    stretches.push({ until, outcome })
  }
  let heir = 0
  for (const [outcome, words] of before.entries()) {
    const kept = Math.min(words, after[outcome] as number)
    give(kept, outcome)
    for (let left = words - kept; left > 0; ) {
      while (missing[heir] === 0) heir++
      const given = Math.min(left, missing[heir] as number)
      give(given, heir)
      missing[heir] = (missing[heir] as number) - given
      left -= given
    }
  }
  return stretches
}

const CELLS = 1024
const CELL_BITS = 22
const STEPS = 8192

/** A continuous distribution as its inverse cumulative function: 1,024 cells, linear within a cell. */
export class Quantiles {
  readonly #density: (x: number) => number
  readonly #low: number
  readonly #high: number
  /** Made when first asked for: a program that loads a model need not live in it. */
  #values: Float64Array | undefined

  private constructor(density: (x: number) => number, low: number, high: number) {
    this.#density = density
    this.#low = low
    this.#high = high
  }

  /** The distribution with this density (up to a factor) on [low, high]; what lies outside is cut off. */
  static fromDensity(density: (x: number) => number, low: number, high: number): Quantiles {
    return new Quantiles(density, low, high)
  }

  /** A value of the distribution. @param word 32 random bits */
  at(word: number): number {
    const values = this.#values ?? this.#tabulate()
    const cell = word >>> CELL_BITS
    const from = values[cell] as number
    return from + ((values[cell + 1] as number) - from) * ((word & ((1 << CELL_BITS) - 1)) / (1 << CELL_BITS))
  }

  #tabulate(): Float64Array {
    const low = this.#low
    const width = (this.#high - low) / STEPS
    const cumulative = new Float64Array(STEPS + 1)
    for (let step = 0; step < STEPS; step++)
      cumulative[step + 1] = (cumulative[step] as number) + this.#density(low + (step + 0.5) * width)
    const total = cumulative[STEPS] as number
    const values = new Float64Array(CELLS + 1)
    let step = 0
    for (let cell = 0; cell <= CELLS; cell++) {
      const wanted = (total * cell) / CELLS
      while (step < STEPS - 1 && (cumulative[step + 1] as number) < wanted) step++
      const start = cumulative[step] as number
      const mass = (cumulative[step + 1] as number) - start
      values[cell] = low + (step + (mass > 0 ? (wanted - start) / mass : 0)) * width
    }
    this.#values = values
    return values
  }
}
