// What hits a region: weather, winter illness, reports of grades, tests in a subject, tutors who are drawn away. Whether there is one, and how large, is a draw
// of the region and the day, the winter, the report or the week.

import { chance, civilDate, DAY, dayOfDate, exp, type Random } from '../../engine/index.ts'
import { marketNumber } from '../events/entities.ts'
import { REGIONS, type Region, SUBJECTS } from '../events/index.ts'
import { instantAt, Zone } from '../events/localtime.ts'
import type { Range, ShockFigures } from '../settings/shocks.ts'
import { Purpose } from './draws.ts'
import { dateOf, type Shock, within } from './shock.ts'
import { REPORT_CARDS, TESTS, TUTORS_DRAWN_AWAY, WEATHER, WINTER_ILLNESS } from './shock-figures.ts'
import { between } from './words.ts'

/** One of a region, in days on its clocks, the last included. */
interface Regional {
  readonly kind: Shock['kind']
  readonly name: string
  readonly size: number
  readonly from: number
  readonly to: number
  /** Factor on the lessons of a day. */
  lessons(day: number): number
}

/** Where most people of each region live; row 37. */
export const MAIN_ZONES = [Zone.eastern, Zone.eastern, Zone.central, Zone.pacific, Zone.central] as const
const NATION = REGIONS.length
const KINDS_OF_WEATHER = 8
const WEATHER_DAYS_MAX = 4
/** A wave of illness is felt for so many of its deviations before and after its peak. */
const DEVIATIONS = 2.5
/** From the Monday of its week to the first day of 1970. */
const MONDAY = 3

export class RegionalShocks {
  readonly #random: Random
  readonly #figures: ShockFigures
  readonly #region: number

  /** @param region index into REGIONS */
  constructor(random: Random, figures: ShockFigures, region: number) {
    this.#random = random
    this.#figures = figures
    this.#region = region
  }

  /** Those of the region that are felt on local days from one to another. */
  between(first: number, last: number): Regional[] {
    const found: Regional[] = []
    for (let day = first - WEATHER_DAYS_MAX + 1; day <= last; day++) found.push(...this.#weatherFrom(day))
    const [firstYear, lastYear] = [civilDate(first).year, civilDate(last).year]
    for (let year = firstYear - 1; year <= lastYear; year++) found.push(this.#illnessOf(year), ...this.#reportsOf(year))
    return found.filter(({ from, to }) => from <= last && to >= first)
  }

  /** The same as others hear of them, and the tests of all subjects. */
  told(first: number, last: number): Shock[] {
    const found = this.between(first, last).map((shock) => this.#told(shock))
    for (let week = weekOf(first); week <= weekOf(last); week++)
      for (const [subject, name] of SUBJECTS.entries()) {
        const size = this.testsIn(subject, week)
        const from = 7 * week - MONDAY
        const tests = { kind: 'tests', name: `tests in ${name}`, size, from, to: from + 6 } as const
        if (size > 0) found.push(this.#told(tests, `.${name.replace(' ', '-')}`))
      }
    for (const [subject, name] of SUBJECTS.entries())
      for (const hired of this.drawnAway(subject, first, last)) {
        const away = { kind: 'tutors_drawn_away', name: `tutors of ${name} drawn away`, ...hired } as const
        found.push(this.#told(away, `.${name.replace(' ', '-')}`))
      }
    return found
  }

  #told({ kind, name, size, from, to }: Omit<Regional, 'lessons'>, which = ''): Shock {
    const place = REGIONS[this.#region] as Region
    const zone = MAIN_ZONES[this.#region] as number
    const [begin, end] = [instantAt(zone, from * DAY), instantAt(zone, (to + 1) * DAY)]
    return { id: `${kind}.${place}.${dateOf(from)}${which}`, kind, name, place, begin, end, size }
  }

  /** Share of lessons that tests in a subject add in a week; 0 for none. */
  testsIn(subject: number, week: number): number {
    const { weekly, more } = this.#figures.tests
    const words = this.#random.draw(Purpose.tests, marketNumber(this.#region, subject), week)
    if (!chance(words[0] as number, weekly)) return 0
    const size = within(words[1] as number, more)
    return isIn(civilDate(7 * week - MONDAY).month, TESTS.months) ? size : 0
  }

  /** What draws tutors of a subject away on local days from one to another. */
  drawnAway(subject: number, first: number, last: number): { size: number; from: number; to: number }[] {
    const { hours, chance: share } = this.#figures.tutorsDrawnAway
    const { everyDays, days } = TUTORS_DRAWN_AWAY
    const found: { size: number; from: number; to: number }[] = []
    for (let stretch = Math.floor(first / everyDays) - 1; stretch <= Math.floor(last / everyDays); stretch++) {
      const words = this.#random.draw(Purpose.tutorsDrawnAway, marketNumber(this.#region, subject), stretch)
      const [whether, begin, size, length] = words as unknown as [number, number, number, number]
      if (!chance(whether, share)) continue
      const from = stretch * everyDays + between(begin, 0, everyDays)
      const to = from + between(length, days[0], days[1] + 1) - 1
      if (from <= last && to >= first) found.push({ size: within(size, hours), from, to })
    }
    return found
  }

  #weatherFrom(day: number): Regional[] {
    const { month } = civilDate(day)
    const place = REGIONS[this.#region] as Region
    const { often, loss: factor } = this.#figures.weather
    for (const [index, { name, months, daily, loss, days }] of WEATHER[place].entries()) {
      if (!isIn(month, months)) continue
      const words = this.#random.draw(Purpose.weather, this.#region * KINDS_OF_WEATHER + index, day)
      const [whether, size, length] = words as unknown as [number, number, number]
      if (!chance(whether, daily * often[place])) continue
      const taken = within(size, [loss[0] * factor, loss[1] * factor])
      const last = day + between(length, days[0], days[1] + 1) - 1
      return [{ kind: 'weather', name, size: taken, from: day, to: last, lessons: () => 1 - taken }]
    }
    return []
  }

  /** The wave of the winter that begins in a year. */
  #illnessOf(year: number): Regional {
    const { peakMonth, loss } = this.#figures.winterIllness
    const { peakMonths, apartDays, deviationDays } = WINTER_ILLNESS
    const [monthWord, dayWord] = this.#random.draw(Purpose.winterIllness, NATION, year) as unknown as [number, number]
    const month = peakMonths[peakMonth.pick(monthWord)] as number
    const nation = dayOfDate({ year: month < 7 ? year + 1 : year, month, day: 1 + between(dayWord, 0, 28) })
    const words = this.#random.draw(Purpose.winterIllness, this.#region, year) as unknown as [number, number, number]
    const peak = nation + between(words[0], -apartDays, apartDays + 1)
    const deviation = within(words[1], deviationDays)
    const size = within(words[2], loss)
    const reach = Math.ceil(DEVIATIONS * deviation)
    const lessons = (day: number): number => {
      const z = (day - peak) / deviation
      return 1 - size * exp((-z * z) / 2)
    }
    return { kind: 'winter_illness', name: 'winter illness', size, from: peak - reach, to: peak + reach, lessons }
  }

  #reportsOf(year: number): Regional[] {
    const { more } = this.#figures.reportCards
    const { dates, apartDays, days } = REPORT_CARDS
    return dates.map(([month, day], index) => {
      const words = this.#random.draw(Purpose.reportCards, this.#region, year * dates.length + index)
      const from = dayOfDate({ year, month, day }) + between(words[0] as number, -apartDays, apartDays + 1)
      const size = within(words[1] as number, more)
      const to = from + between(words[2] as number, days[0], days[1] + 1) - 1
      return { kind: 'report_cards', name: 'report cards', size, from, to, lessons: () => 1 + size }
    })
  }
}

/** Whether a month is one of a range, which may go over New Year. */
function isIn(month: number, [from, to]: Range): boolean {
  return from <= to ? month >= from && month <= to : month >= from || month <= to
}

/** Weeks since 1970, which began on a Thursday. */
export function weekOf(day: number): number {
  return Math.floor((day + MONDAY) / 7)
}
