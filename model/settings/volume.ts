// How many sessions a world's settings ask for: what sizes a world by its events, and what a stream is judged by.

import { type GivenFigures, SETTINGS, valueIn } from './catalogue.ts'
import { PLANS } from './plans.ts'

/** Half of whom a stream of a year shows have come after its begin. */
export const NEWCOMERS = 0.5

/**
 * Sessions a week that a student asks for, of average season: lessons that take place, and those booked at once on top.
 * @param newcomers share of those who came later, whose plans are others
 */
export function sessionsAsked(given: GivenFigures = {}, newcomers = 0): number {
  const born = meanPlan(given, 'people.plans')
  const paidFor = born + newcomers * (meanPlan(given, 'people.plans_of_newcomers') - born)
  const kept = Math.min(valueIn(given, 'slots.kept_percent'), valueIn(given, 'slots.kept_most_percent'))
  return (paidFor * kept) / (100 - valueIn(given, 'sessions.instant_percent'))
}

/** Parts of a whole in percent, in the order of the catalogue. */
export function sharesIn(given: GivenFigures, whole: string): number[] {
  const parts = SETTINGS.filter(({ wholeOf }) => wholeOf === whole).map(({ name }) => valueIn(given, name))
  const sum = parts.reduce((total, part) => total + part, 0)
  return parts.map((part) => (100 * part) / sum)
}

function meanPlan(given: GivenFigures, whole: string): number {
  return sharesIn(given, whole).reduce((sum, share, plan) => sum + (share / 100) * (PLANS[plan] as number), 0)
}
