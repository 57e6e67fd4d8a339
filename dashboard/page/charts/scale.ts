// From values and instants to pixels: scales, round steps of an axis, and the paths that lines, steps, bars and areas are.

export type Scale = (value: number) => number

export function scale(from: number, to: number, low: number, high: number): Scale {
  const factor = from === to ? 0 : (high - low) / (to - from)
  return (value) => low + (value - from) * factor
}

/** The largest value that an axis shows: a round number, not below `largest`. */
export function top(largest: number, least = 1): number {
  const wanted = Math.max(largest, least)
  const power = 10 ** Math.floor(Math.log10(wanted))
  for (const factor of [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]) if (factor * power >= wanted) return factor * power
  return 10 * power
}

/** Round counts from 0 on, at most `most` steps up to `highest`. */
export function steps(highest: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, 1) / most))
  const sizes = [1, 2, 2.5, 5, 10].map((factor) => factor * power).filter(Number.isInteger)
  const step = sizes.find((size) => highest / size <= most) ?? 1
  return Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, place) => place * step)
}

const at = (pixels: number): string => String(Math.round(pixels * 10) / 10)

/** A line through the points that are there; where one is missing it ends and begins again. */
export function linePath(points: readonly (readonly [number, number | null])[]): string {
  let path = ''
  let isOn = false
  for (const [x, y] of points) {
    if (y === null) isOn = false
    else {
      path += `${isOn ? 'L' : 'M'}${at(x)} ${at(y)}`
      isOn = true
    }
  }
  return path
}

/** A line of what holds until something else does. */
export function stepPath(points: readonly (readonly [number, number])[], end: number): string {
  let path = ''
  for (const [x, y] of points) path += path === '' ? `M${at(x)} ${at(y)}` : `H${at(x)}V${at(y)}`
  return path === '' ? '' : `${path}H${at(end)}`
}

/** Bars that stand side by side: `[left, top, bottom]` each, all of one width. */
export function barsPath(bars: readonly (readonly [number, number, number])[], width: number): string {
  let path = ''
  for (const [left, upper, lower] of bars)
    if (lower > upper) path += `M${at(left)} ${at(lower)}V${at(upper)}h${at(width)}V${at(lower)}z`
  return path
}

/** What lies between two lines over the same places. */
export function areaPath(xs: readonly number[], upper: readonly number[], lower: readonly number[]): string {
  if (xs.length === 0) return ''
  let path = ''
  for (let place = 0; place < xs.length; place += 1)
    path += `${place === 0 ? 'M' : 'L'}${at(xs[place] ?? 0)} ${at(upper[place] ?? 0)}`
  for (let place = xs.length - 1; place >= 0; place -= 1) path += `L${at(xs[place] ?? 0)} ${at(lower[place] ?? 0)}`
  return `${path}z`
}
