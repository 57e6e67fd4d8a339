// An event of the world that many feel: what it is, and how it is called.

import { civilDate } from '../../engine/index.ts'
import type { Region } from '../events/index.ts'
import type { Range } from '../settings/shocks.ts'

const TWO_32 = 0x1_0000_0000

/** An event of the world that many feel. */
export interface Shock {
  /** Such as `weather.west.2026-01-24`. */
  readonly id: string
  readonly kind:
    | 'weather'
    | 'winter_illness'
    | 'report_cards'
    | 'tests'
    | 'tutors_drawn_away'
    | 'release'
    | 'outage'
    | 'price_change'
  /** What people call it. */
  readonly name: string
  readonly place: Region | 'platform'
  /** Milliseconds since 1970; the end is not part of it. */
  readonly begin: number
  readonly end: number
  /**
   * How large it is: of weather, illness, report cards and tests the share of a day's lessons that it takes or adds at its peak; of tutors drawn
   * away that of their hours; of releases and
   * outages the factor on technical failures; of changes of price that on calls about bills.
   */
  readonly size: number
}

/** In hundredths, so that it reads well. */
export function within(word: number, [low, high]: Range): number {
  return Math.round(100 * (low + (word / TWO_32) * (high - low))) / 100
}

/** A day as ids have it: `2026-01-24`. */
export function dateOf(day: number): string {
  const { year, month, day: dayOfMonth } = civilDate(day)
  return [year, month, dayOfMonth].map((part) => String(part).padStart(2, '0')).join('-')
}
