// Exponential and logarithm from + − × ÷ alone, so that every machine gets the same bits: the language leaves the
// last bits of Math.exp and Math.log to the engine. Used to build tables, not on hot paths.

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** e to the power x, for |x| at most 700; relative error below 1e-15. */
export function exp(x: number): number {
  const twos = Math.round(x / (LN2_HIGH + LN2_LOW))
  const rest = x - twos * LN2_HIGH - twos * LN2_LOW
  let sum = 1
  for (let term = 20; term >= 1; term--) sum = 1 + (sum * rest) / term
  return sum * powerOfTwo(twos)
}

/** Natural logarithm of x > 0; relative error below 1e-15 away from 1. */
export function ln(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) throw new RangeError(`ln of ${x}`)
  let mantissa = x
  let twos = 0
  for (; mantissa > Math.SQRT2; twos++) mantissa /= 2
  for (; mantissa < Math.SQRT1_2; twos--) mantissa *= 2
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let sum = 0
  for (let odd = 41; odd >= 1; odd -= 2) sum = sum * square + 1 / odd
  return twos * LN2_HIGH + (twos * LN2_LOW + 2 * ratio * sum)
}

function powerOfTwo(exponent: number): number {
  let power = 1
  for (let i = 0; i < exponent; i++) power *= 2
  for (let i = 0; i > exponent; i--) power /= 2
  return power
}
