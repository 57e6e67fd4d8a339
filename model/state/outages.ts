// The platform goes down now and then, for every region at once. Whether it did on a day is a draw of its own, so
// there is nothing to store and nothing to agree on.

import { chance, DAY, dayNumber, type Random } from '../../engine/index.ts'
import type { ShockFigures } from '../settings/shocks.ts'
import { Purpose } from './draws.ts'
import { OUTAGE } from './shock-figures.ts'
import { between } from './words.ts'

export const Platform = { up: 0, down: 1, recovering: 2 } as const

/** How the platform is at an instant. */
export class Outages {
  readonly #random: Random
  readonly #figures: ShockFigures['outage']
  readonly #isOff: boolean
  #day = -1
  /** Outages that began on the day or the two before it: one from late in the evening is felt until the day after next. */
  #windows: (readonly [from: number, to: number])[] = []

  /** @param isOff there are none */
  constructor(random: Random, figures: ShockFigures['outage'], isOff = false) {
    this.#figures = figures
    this.#random = random
    this.#isOff = isOff
  }

  at(instant: number): (typeof Platform)[keyof typeof Platform] {
    const day = dayNumber(instant)
    if (day !== this.#day) {
      this.#day = day
      this.#windows = this.between(day - 2, day)
    }
    const windows = this.#windows
    if (windows.length === 0) return Platform.up
    if (windows.some(([from, to]) => instant >= from && instant < to)) return Platform.down
    if (windows.some(([, to]) => instant >= to && instant < to + OUTAGE.recovery)) return Platform.recovering
    return Platform.up
  }

  /** Those that begin on days from one to another. */
  between(first: number, last: number): (readonly [from: number, to: number])[] {
    return Array.from({ length: last - first + 1 }, (_, at) => this.#outage(first + at)).flat()
  }

  #outage(day: number): (readonly [number, number])[] {
    if (this.#isOff) return []
    const { daily, shortest, longest } = this.#figures
    const [whether, begin, length] = this.#random.draw(Purpose.outage, 0, day)
    if (!chance(whether as number, daily)) return []
    const from = day * DAY + between(begin as number, OUTAGE.earliest, OUTAGE.latest)
    return [[from, from + between(length as number, shortest, longest)]]
  }
}
