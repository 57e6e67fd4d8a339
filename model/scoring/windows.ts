// In which hours a series differs from its twin so much that a watcher could see it: the windows that detectors have to find.

import { DAY, HOUR } from '../../engine/index.ts'
import { merged, type Stretch } from './hours.ts'

/** One hour of a series that differs. */
export interface Effect {
  /** When the hour begins. */
  readonly at: number
  readonly with: number
  readonly without: number
}

const DAY_HOURS = DAY / HOUR
/** Standard deviations of a count of a day, as chance would spread it (Poisson: its square root). */
const DEVIATIONS = 3
/** Where the last of the difference fades away, the window is over. */
const SHARE = 0.95

interface Day extends Stretch {
  readonly sign: number
}

/**
 * The windows of a series: runs of days that end in an hour that differs and whose count differs from the twin's by more than
 * three standard deviations of a Poisson count as large; cut to the hours that hold the first 95 % of the difference.
 * @param effects in order
 */
export function windowsOf(effects: readonly Effect[]): Stretch[] {
  const days = visibleDays(effects)
  const runs = [1, -1].flatMap((sign) =>
    merged(days.filter((day) => day.sign === sign)).map((run) => cut(run, effects, sign)),
  )
  return merged(runs)
}

/** Of each hour that differs the day that ends with it, if it differs visibly. */
function visibleDays(effects: readonly Effect[]): Day[] {
  const days: Day[] = []
  let [first, difference, count] = [0, 0, 0]
  for (const one of effects) {
    difference += one.with - one.without
    count += Math.max(one.with, one.without)
    for (let old = effects[first] as Effect; old.at <= one.at - DAY; old = effects[++first] as Effect) {
      difference -= old.with - old.without
      count -= Math.max(old.with, old.without)
    }
    const to = one.at / HOUR + 1
    if (difference * difference > DEVIATIONS * DEVIATIONS * count)
      days.push({ from: to - DAY_HOURS, to, sign: Math.sign(difference) })
  }
  return days
}

/** From the first hour that differs in this direction to the one by which nearly all of the difference is there. */
function cut(run: Stretch, effects: readonly Effect[], sign: number): Stretch {
  const inside = effects.filter(({ at }) => at / HOUR >= run.from && at / HOUR < run.to)
  const sizes = inside.map((one) => sign * (one.with - one.without))
  const first = sizes.findIndex((size) => size > 0)
  const whole = sizes.slice(first).reduce((sum, size) => sum + size, 0)
  let sum = 0
  let last = first
  while (last < sizes.length - 1) {
    sum += sizes[last] as number
    if (sum >= SHARE * whole) break
    last++
  }
  return { from: (inside[first] as Effect).at / HOUR, to: (inside[last] as Effect).at / HOUR + 1 }
}
