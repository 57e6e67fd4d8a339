// Distributions as tables, built once by exact arithmetic and read with one random word.

const TWO_32 = 0x1_0000_0000

/** A choice among a few outcomes by weight. */
export class Choice {
  readonly #limits: Float64Array

  /** @param weights one for each outcome, not negative; they need not add up to one */
  constructor(weights: readonly number[]) {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    let sum = 0
    this.#limits = Float64Array.from(weights, (weight) => {
      sum += weight
      return Math.round((sum / total) * TWO_32)
    })
    this.#limits[weights.length - 1] = TWO_32
  }

  /** Index of the outcome. @param word 32 random bits */
  pick(word: number): number {
    const limits = this.#limits
    let outcome = 0
    while (word >= (limits[outcome] as number)) outcome++
    return outcome
  }
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
