// When a tutor is ill or on holiday. Each stretch of four weeks may have one of both; which, is the tutor's own chance, so
// there is nothing to store.

import { chance, civilDate, type Random } from '../../engine/index.ts'
import { Purpose } from './draws.ts'
import { TUTOR_HOLIDAY, TUTOR_ILLNESS } from './shock-figures.ts'
import { between, rest } from './words.ts'

/** Days on the tutor's own clocks, both included. */
export interface Absence {
  /** An illness is known when it begins, a holiday long before. */
  readonly kind: 'illness' | 'holiday'
  readonly from: number
  readonly to: number
}

const STRETCH_DAYS = 28

/** Why a tutor is away on a day, the longer where there are two; undefined where they are here. @param number of the tutor @param day local */
export function absenceOn(random: Random, number: number, day: number): Absence | undefined {
  const stretch = Math.floor(day / STRETCH_DAYS)
  let found: Absence | undefined
  for (const absence of [...absencesOf(random, number, stretch - 1), ...absencesOf(random, number, stretch)])
    if (absence.from <= day && absence.to >= day && (!found || absence.to > found.to)) found = absence
  return found
}

/** Absences of a tutor that touch some of the days from one to another, both included. */
export function absencesWithin(random: Random, number: number, first: number, last: number): Absence[] {
  const found: Absence[] = []
  for (let stretch = Math.floor(first / STRETCH_DAYS) - 1; stretch <= Math.floor(last / STRETCH_DAYS); stretch++)
    for (const absence of absencesOf(random, number, stretch))
      if (absence.from <= last && absence.to >= first) found.push(absence)
  return found
}

/** Those that begin in a stretch of days; none is longer than one. */
function absencesOf(random: Random, number: number, stretch: number): Absence[] {
  const words = random.draw(Purpose.absence, number, stretch) as unknown as [number, number, number, number]
  const [illWord, illDays, holidayWord, holidayDays] = words
  const first = stretch * STRETCH_DAYS
  const { month } = civilDate(first + STRETCH_DAYS / 2)
  const found: Absence[] = []
  for (const [kind, { chances, days }, whether, when] of [
    ['illness', TUTOR_ILLNESS, illWord, illDays],
    ['holiday', TUTOR_HOLIDAY, holidayWord, holidayDays],
  ] as const) {
    if (!chance(whether, chances[month - 1] as number)) continue
    const from = first + between(when, 0, STRETCH_DAYS)
    found.push({ kind, from, to: from + between(rest(when), days[0], days[1] + 1) - 1 })
  }
  return found
}
