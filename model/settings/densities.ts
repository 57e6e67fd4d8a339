// The densities that quantities of people are drawn from.

import { exp, ln, Quantiles } from '../../engine/index.ts'

export const lognormalDensity = (median: number, sigma: number) => (x: number) => {
  const z = ln(x / median) / sigma
  return exp((-z * z) / 2) / x
}

/** x^(shape − 1) · e^(−x / scale), as a density. */
export const gammaDensity = (shape: number, scale: number) => (x: number) => exp((shape - 1) * ln(x) - x / scale)

/** Standard normal, cut off at four deviations. */
export const NORMAL = Quantiles.fromDensity((x) => exp((-x * x) / 2), -4, 4)
