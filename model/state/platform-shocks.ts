// What hits the platform, and so everybody: releases that bring failures, outages, changes of price. Each is a draw of the release, the
// day or the quarter.

import { chance, civilDate, DAY, dayNumber, dayOfDate, HOUR, type Random } from '../../engine/index.ts'
import type { ShockFigures } from '../settings/shocks.ts'
import { Purpose } from './draws.ts'
import type { Outages } from './outages.ts'
import { dateOf, type Shock, within } from './shock.ts'
import { PRICE_CHANGE, RELEASE } from './shock-figures.ts'
import { between, rest } from './words.ts'

const NOON = 12 * HOUR

export class PlatformShocks {
  readonly #random: Random
  readonly #figures: ShockFigures
  readonly #outages: Outages

  constructor(random: Random, figures: ShockFigures, outages: Outages) {
    this.#random = random
    this.#figures = figures
    this.#outages = outages
  }

  /** Those of the platform that are felt on UTC days from one to another. */
  between(first: number, last: number): Shock[] {
    const found: Shock[] = []
    const { everyDays } = RELEASE
    for (let at = Math.floor(first / everyDays) - 1; at <= Math.floor(last / everyDays); at++)
      found.push(...this.#releaseOf(at))
    for (let year = civilDate(first).year - 1; year <= civilDate(last).year; year++)
      for (let quarter = 0; quarter < 4; quarter++) found.push(...this.#priceChangeOf(year, quarter))
    for (const [begin, end] of this.#outages.between(first - 1, last))
      found.push(ofPlatform('outage', 'outage', this.#figures.outage.failures, begin, end))
    return found.filter(({ begin, end }) => begin < (last + 1) * DAY && end > first * DAY)
  }

  #releaseOf(ordinal: number): Shock[] {
    const { bad, days, failures } = this.#figures.release
    const { everyDays } = RELEASE
    const words = this.#random.draw(Purpose.release, 0, ordinal) as unknown as [number, number, number]
    if (!chance(words[0], bad)) return []
    // On a Tuesday afternoon: days since 1970 began on a Thursday.
    const begin = (ordinal * everyDays + 5) * DAY + between(rest(words[1]), 17, 22) * HOUR
    const end = begin + Math.round(within(words[1], days) * DAY)
    return [ofPlatform('release', 'bad release', within(words[2], failures), begin, end)]
  }

  #priceChangeOf(year: number, quarter: number): Shock[] {
    const { quarterly, calls } = this.#figures.priceChange
    const words = this.#random.draw(Purpose.priceChange, 0, year * 4 + quarter) as unknown as [number, number]
    if (!chance(words[0], quarterly)) return []
    const begin = dayOfDate({ year, month: 3 * quarter + 1, day: 1 }) * DAY + NOON
    return [
      ofPlatform('price_change', 'change of price', within(words[1], calls), begin, begin + PRICE_CHANGE.days * DAY),
    ]
  }
}

function ofPlatform(kind: Shock['kind'], name: string, size: number, begin: number, end: number): Shock {
  return { id: `${kind}.${dateOf(dayNumber(begin))}`, kind, name, place: 'platform', begin, end, size }
}
