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
/** Three standard deviations of a day's count, as chance would spread it (Poisson: the square root of the count). */
const DEVIATIONS_SQUARED = 3 * 3
/** An hour that differs by less than this part of the window's largest difference does not keep it open. */
const FADED = 0.1

/** A window that may still grow. */
interface Run {
  readonly from: number
  /** Behind the last day that differs visibly. */
  to: number
  /** Behind the last hour that differs by much. */
  end: number
  largest: number
}

/**
 * Finds the windows of a series hour by hour, in little memory: runs of days whose count differs from the twin's by more than
 * three standard deviations of a Poisson count as large. A run begins with the first hour that differs in its direction, and
 * ends with the last that differs by a tenth of its largest difference.
 */
export class WindowFinder {
  /** The hours that differ, of the day up to the latest. */
  #day: Effect[] = []
  #difference = 0
  #count = 0
  readonly #open = new Map<number, Run>()
  readonly #closed: Stretch[] = []

  /** Takes the next hour that differs. */
  add(effect: Effect): void {
    this.#day.push(effect)
    this.#difference += effect.with - effect.without
    this.#count += Math.max(effect.with, effect.without)
    while ((this.#day[0] as Effect).at <= effect.at - DAY) {
      const old = this.#day.shift() as Effect
      this.#difference -= old.with - old.without
      this.#count -= Math.max(old.with, old.without)
    }
    if (this.#difference * this.#difference > DEVIATIONS_SQUARED * this.#count)
      this.#extend(Math.sign(this.#difference))
  }

  /** The windows up to now, in order. */
  get windows(): Stretch[] {
    return merged([...this.#closed, ...[...this.#open.values()].map(({ from, end }) => ({ from, to: end }))])
  }

  /** The day up to the latest hour differs visibly. */
  #extend(sign: number): void {
    const to = (this.#day.at(-1) as Effect).at / HOUR + 1
    let run = this.#open.get(sign)
    if (run && run.to < to - DAY_HOURS) {
      this.#closed.push({ from: run.from, to: run.end })
      run = undefined
    }
    const before = run?.to ?? Number.NEGATIVE_INFINITY
    const fresh = this.#day.filter((one) => one.at / HOUR >= before && sign * (one.with - one.without) > 0)
    const [first] = fresh
    if (!run && first) run = { from: first.at / HOUR, to, end: 0, largest: 0 }
    if (!run) return
    run.to = to
    for (const one of fresh) {
      const size = sign * (one.with - one.without)
      run.largest = Math.max(run.largest, size)
      if (size >= FADED * run.largest) run.end = one.at / HOUR + 1
    }
    this.#open.set(sign, run)
  }
}

/** The windows of a series. @param effects in order */
export function windowsOf(effects: readonly Effect[]): Stretch[] {
  const finder = new WindowFinder()
  for (const effect of effects) finder.add(effect)
  return finder.windows
}
