// Statistics beyond those of simple-statistics.

import { mean, quantileSorted, sampleCorrelation } from 'simple-statistics'

/** Counts by name or number. */
export class Counts<Name extends string | number = number> extends Map<Name, number> {
  add(name: Name, by = 1): void {
    this.set(name, (this.get(name) ?? 0) + by)
  }
  get total(): number {
    let sum = 0
    for (const count of this.values()) sum += count
    return sum
  }
  /** Percent of the total, of one name or several together. */
  percent(...names: Name[]): number {
    return (100 * names.reduce((sum, name) => sum + (this.get(name) ?? 0), 0)) / this.total
  }
}

/** A mean that is added to. */
export class Mean {
  sum = 0
  count = 0
  add(value: number, weight = 1): void {
    this.sum += value * weight
    this.count += weight
  }
  get value(): number {
    return this.sum / this.count
  }
}

/** NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : mean(values as number[])
}

/** NaN of nothing. @param share 0 to 1 */
export function quantileOf(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN
  return quantileSorted(
    values.toSorted((a, b) => a - b),
    share,
  )
}

export const medianOf = (values: readonly number[]): number => quantileOf(values, 0.5)

/** Population variance; 0 of one value, NaN of none. */
export function varianceOf(values: readonly number[]): number {
  const middle = meanOf(values)
  return meanOf(values.map((value) => (value - middle) * (value - middle)))
}

/** Pearson's correlation; NaN where one side does not vary. */
export function correlationOf(xs: readonly number[], ys: readonly number[]): number {
  return xs.length < 3 ? Number.NaN : sampleCorrelation(xs as number[], ys as number[])
}

/** Spearman's rank correlation, ties at their middle rank. */
export function rankCorrelationOf(xs: readonly number[], ys: readonly number[]): number {
  return correlationOf(ranks(xs), ranks(ys))
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value || a.at - b.at)
  const ranked = new Array<number>(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && order[to]?.value === order[from]?.value) to++
    for (const { at } of order.slice(from, to)) ranked[at] = (from + to - 1) / 2
    from = to
  }
  return ranked
}

/** Area under the curve of a warning by low scores. @param stay of those who stayed, by score @param leave of those who left */
export function areaUnderCurve(stay: ArrayLike<number>, leave: ArrayLike<number>): number {
  let stayed = 0
  let left = 0
  let ahead = 0
  for (let score = stay.length - 1; score >= 0; score--) {
    const [here, gone] = [stay[score] as number, leave[score] as number]
    ahead += gone * (stayed + here / 2)
    stayed += here
    left += gone
  }
  return ahead / (stayed * left)
}

/**
 * Rate ratio of Mantel and Haenszel: of those exposed against those alike, where alike means of one stratum. What is counted is
 * cases by time at risk (or by looks, where cases are few).
 */
export class Matched {
  /** By stratum: cases and time of those exposed, and of the others. */
  readonly #strata = new Map<string | number, [number, number, number, number]>()
  exposedCases = 0
  exposedCount = 0

  add(stratum: string | number, isExposed: boolean, cases: number, time: number): void {
    let cells = this.#strata.get(stratum)
    if (cells === undefined) {
      cells = [0, 0, 0, 0]
      this.#strata.set(stratum, cells)
    }
    const at = isExposed ? 0 : 2
    cells[at] = (cells[at] as number) + cases
    cells[at + 1] = (cells[at + 1] as number) + time
    if (!isExposed) return
    this.exposedCases += cases
    this.exposedCount += time
  }

  get ratio(): number {
    let above = 0
    let below = 0
    for (const [cases, time, otherCases, otherTime] of this.#strata.values()) {
      const all = time + otherTime
      if (all === 0) continue
      above += (cases * otherTime) / all
      below += (otherCases * time) / all
    }
    return above / below
  }

  /** Mean difference of those exposed from those alike, where cases are sums of a quantity. */
  get difference(): number {
    const mean = new Mean()
    for (const [sum, count, otherSum, otherCount] of this.#strata.values())
      if (count > 0 && otherCount > 0)
        mean.add(sum / count - otherSum / otherCount, (count * otherCount) / (count + otherCount))
    return mean.value
  }
}
