// When a tutor is ill or on holiday. Each stretch of four weeks may have one of both; which, is the tutor's own chance, so
// there is nothing to store.

import { chance, civilDate, type Random } from '../../engine/index.ts'
import type { TutorFigures } from '../settings/tutors.ts'
import { Purpose } from './draws.ts'
import { between, rest } from './words.ts'

/** Days on the tutor's own clocks, both included. */
export interface Absence {
  /** An illness is known when it begins, a holiday long before. */
  readonly kind: 'illness' | 'holiday'
  readonly from: number
  readonly to: number
}

const STRETCH_DAYS = 28

type AbsenceFigures = TutorFigures['absences']

/** Why a tutor is away on a day, the longer where there are two; undefined where they are here. @param number of the tutor @param day local */
export function absenceOn(random: Random, figures: AbsenceFigures, number: number, day: number): Absence | undefined {
  let found: Absence | undefined
  for (const absence of absencesWithin(random, figures, number, day, day))
    if (!found || absence.to > found.to) found = absence
  return found
}

/** Absences of a tutor that touch some of the days from one to another, both included. */
export function absencesWithin(
  random: Random,
  figures: AbsenceFigures,
  number: number,
  first: number,
  last: number,
): Absence[] {
  const { illness, holiday, chanceMax } = figures
  const found: Absence[] = []
  // None is longer than a stretch.
  for (let stretch = Math.floor(first / STRETCH_DAYS) - 1; stretch <= Math.floor(last / STRETCH_DAYS); stretch++) {
    const words = random.draw(Purpose.absence, number, stretch)
    const illWord = words[0] as number
    const illDays = words[1] as number
    const holidayWord = words[2] as number
    const holidayDays = words[3] as number
    // In most stretches there is none, and no month to be looked up.
    if (!chance(Math.min(illWord, holidayWord), chanceMax)) continue
    const begin = stretch * STRETCH_DAYS
    const { month } = civilDate(begin + STRETCH_DAYS / 2)
    for (const absence of [
      absenceOf('illness', illness, illWord, illDays, begin, month),
      absenceOf('holiday', holiday, holidayWord, holidayDays, begin, month),
    ])
      if (absence && absence.from <= last && absence.to >= first) found.push(absence)
  }
  return found
}

/** One of a stretch that begins on a day, if there is one. */
function absenceOf(
  kind: Absence['kind'],
  { chances, days }: AbsenceFigures['illness'],
  whether: number,
  when: number,
  begin: number,
  month: number,
): Absence | undefined {
  if (!chance(whether, chances[month - 1] as number)) return undefined
  const from = begin + between(when, 0, STRETCH_DAYS)
  return { kind, from, to: from + between(rest(when), days[0], days[1] + 1) - 1 }
}
