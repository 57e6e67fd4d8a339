// The year as a marketplace lives it: how much is learnt in which month, and the days that are unlike others: holidays, breaks,
// the weeks before exams. The United States' is in united-states.ts; a world can be born with another one.

import { civilDate, dayOfDate } from '../../engine/index.ts'
import { REGIONS, type Region } from '../events/index.ts'
import { brokenNames } from '../settings/names.ts'
import { SettingsError } from '../settings/settings-error.ts'
import { DATE_RULE, type DayOfYear, dayOfYear } from './dates.ts'
import { UNITED_STATES } from './united-states.ts'

/** A calendar as a user writes it. */
export interface CalendarInput {
  /** What it is of, such as `United States`. */
  name?: string
  /** Lessons on ordinary days about the middle of each month, January first, against the year's mean: 12 numbers from 0.05 to 5. Default: an even year. */
  months?: readonly number[]
  /** Days unlike others, up to 200. */
  days?: readonly CalendarDay[]
}

/** One day a year, or some in a row: on the clocks of whoever has lessons. */
export interface CalendarDay {
  /** What people call it. */
  name: string
  /** Lessons wished for against an ordinary day at that time of the year, 0 to 5; far above 1 not all find a tutor. Of several for a day the lowest counts, if it is below 1; else the highest. */
  lessons: number
  /** The day: `12-25`, `2027-04-02`, `4th Thursday of November`, `Monday on or after 08-10`, `Easter`, each also with `+1d` or `-2d`. */
  on?: string
  /** Instead of `on`, the first day and the last one; at most 366 days, also over New Year. */
  from?: string
  to?: string
  /** Where; everywhere, if it is not said. */
  regions?: readonly Region[]
  /** First and last year in which it begins. */
  since?: number
  until?: number
}

/** A day that is unlike others, found. */
export interface Occasion {
  readonly name: string
  readonly lessons: number
  /** Day numbers, both included. */
  readonly from: number
  readonly to: number
  /** Indexes into REGIONS. */
  readonly regions: readonly number[]
}

const DAYS_MAX = 200
const TEXT_MAX = 80
const FACTOR_MAX = 5
const MONTH_MIN = 0.05
const LENGTH_MAX = 366
const [YEAR_MIN, YEAR_MAX] = [1970, 2300]
const MONTHS = 12
const DAYS_OF_LEAP_YEAR = 366

const NAMES = ['name', 'months', 'days'] satisfies (keyof CalendarInput)[]
const NAMES_OF_DAY = [
  ...(['name', 'lessons', 'on', 'from', 'to', 'regions', 'since', 'until'] satisfies (keyof CalendarDay)[]),
]

interface Rule {
  readonly day: CalendarDay
  readonly from: DayOfYear
  readonly to: DayOfYear
  readonly regions: readonly number[]
}

/** A year as it was looked at: its first day, the one after its last, and the factor of each day in each region. */
interface Year {
  from: number
  to: number
  readonly lessons: readonly Float64Array[]
}

/** Reads one calendar. Keeps an even and an odd year, because those who plan look at two about New Year. */
export class Calendar {
  readonly #months: readonly number[]
  readonly #rules: readonly Rule[]
  readonly #years: readonly [Year, Year] = [emptyYear(), emptyYear()]
  #year: Year = this.#years[0]

  /** @param input that was found valid */
  constructor({ months, days }: CalendarInput) {
    this.#months = months ?? new Array(MONTHS).fill(1)
    this.#rules = (days ?? []).map((day) => ({
      day,
      from: dayOfYear((day.from ?? day.on) as string) as DayOfYear,
      to: dayOfYear((day.to ?? day.on) as string) as DayOfYear,
      regions: day.regions?.map((region) => REGIONS.indexOf(region)) ?? [...REGIONS.keys()],
    }))
  }

  /** Lessons at that time of the year, holidays and breaks apart, against the year's mean: between the middles of months on a line. */
  season(day: number): number {
    const { year, month, day: dayOfMonth } = civilDate(day)
    const isLate = dayOfMonth > 15
    const [before, after] = isLate ? [month - 1, month % MONTHS] : [(month + 10) % MONTHS, month - 1]
    const middle = dayOfDate({ year, month, day: 15 })
    const other = isLate
      ? dayOfDate({ year: month === 12 ? year + 1 : year, month: (month % MONTHS) + 1, day: 15 })
      : dayOfDate({ year: month === 1 ? year - 1 : year, month: ((month + 10) % MONTHS) + 1, day: 15 })
    const [from, to] = isLate ? [middle, other] : [other, middle]
    const low = this.#months[before] as number
    return low + (((this.#months[after] as number) - low) * (day - from)) / (to - from)
  }

  /** Lessons of a local day against an ordinary one at that time of the year. @param region index into REGIONS */
  lessons(region: number, day: number): number {
    if (day < this.#year.from || day >= this.#year.to) this.#lookAtYear(day)
    const { from, lessons } = this.#year
    return (lessons[region] as Float64Array)[day - from] as number
  }

  /** What begins in a year, in the order in which it is written. */
  occasions(year: number): Occasion[] {
    return this.#rules.flatMap(({ day: { name, lessons, since, until }, from: begin, to: end, regions }) => {
      if (year < (since ?? year) || year > (until ?? year)) return []
      const from = begin(year)
      if (from === undefined) return []
      const to = [end(year), end(year + 1)].find((last) => last !== undefined && last >= from)
      return to === undefined || to - from >= LENGTH_MAX ? [] : [{ name, lessons, from, to, regions }]
    })
  }

  #lookAtYear(day: number): void {
    for (const known of this.#years)
      if (day >= known.from && day < known.to) {
        this.#year = known
        return
      }
    const { year } = civilDate(day)
    const looked = this.#years[year % 2] as Year
    this.#year = looked
    looked.from = dayOfDate({ year, month: 1, day: 1 })
    looked.to = dayOfDate({ year: year + 1, month: 1, day: 1 })
    for (const factors of looked.lessons) factors.fill(1)
    for (const { lessons, from, to, regions } of [...this.occasions(year - 1), ...this.occasions(year)])
      for (const region of regions) {
        const factors = looked.lessons[region] as Float64Array
        for (let at = Math.max(from, looked.from); at <= Math.min(to, looked.to - 1); at++)
          factors[at - looked.from] = ofBoth(factors[at - looked.from] as number, lessons)
      }
  }
}

function emptyYear(): Year {
  return { from: 0, to: 0, lessons: REGIONS.map(() => new Float64Array(DAYS_OF_LEAP_YEAR)) }
}

function ofBoth(one: number, other: number): number {
  return Math.min(one, other) < 1 ? Math.min(one, other) : Math.max(one, other)
}

/** The United States', which worlds have unless they are born with another one. */
export const standardCalendar = new Calendar(UNITED_STATES)

/** Whether a calendar that was found valid says the same as the United States'. */
export function isStandard(calendar: CalendarInput): boolean {
  return JSON.stringify(calendar) === JSON.stringify(calendarFrom(UNITED_STATES))
}

/**
 * A user's calendar with nothing in it that it does not need, always in the same order.
 * @throws SettingsError that names the place: `calendar.days[3].on`
 */
export function calendarFrom(input: unknown): CalendarInput {
  refuseNames('calendar', 'part of a calendar', NAMES, input)
  const { name, months, days } = input as CalendarInput
  if (name !== undefined) checkText('calendar.name', name)
  if (months !== undefined) {
    const isYear =
      Array.isArray(months) &&
      months.length === MONTHS &&
      months.every((month) => isFactor(month) && month >= MONTH_MIN)
    check(isYear, 'calendar.months', `${MONTHS} numbers from ${MONTH_MIN} to ${FACTOR_MAX}, January first`, months)
  }
  check(
    days === undefined || (Array.isArray(days) && days.length <= DAYS_MAX),
    'calendar.days',
    `a list of up to ${DAYS_MAX} days`,
    days,
  )
  return {
    ...(name === undefined ? {} : { name }),
    ...(months === undefined ? {} : { months: [...months] }),
    ...(days === undefined ? {} : { days: days.map((day, index) => dayFrom(`calendar.days[${index}]`, day)) }),
  }
}

function dayFrom(place: string, input: unknown): CalendarDay {
  refuseNames(place, 'part of a day', NAMES_OF_DAY, input)
  const { name, lessons, on, from, to, regions, since, until } = input as CalendarDay
  checkText(`${place}.name`, name)
  check(isFactor(lessons), `${place}.lessons`, `a number from 0 to ${FACTOR_MAX}`, lessons)
  const isOneWay = on === undefined ? from !== undefined && to !== undefined : from === undefined && to === undefined
  check(isOneWay, place, 'has on, or both from and to', input)
  for (const [part, text] of Object.entries({ on, from, to }))
    if (text !== undefined) checkDate(`${place}.${part}`, text)
  if (regions !== undefined) {
    const areRegions = Array.isArray(regions) && regions.length > 0 && regions.every((one) => REGIONS.includes(one))
    check(areRegions, `${place}.regions`, `a list with any of ${REGIONS.join(', ')}`, regions)
  }
  for (const [part, year] of Object.entries({ since, until }))
    check(year === undefined || isYear(year), `${place}.${part}`, `a year from ${YEAR_MIN} to ${YEAR_MAX}`, year)
  return {
    ...{ name, lessons },
    ...(on === undefined ? {} : { on }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(regions === undefined ? {} : { regions: REGIONS.filter((region) => regions.includes(region)) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}

function refuseNames(place: string, noun: string, names: readonly string[], input: unknown): void {
  const broken = brokenNames({ option: place, noun, names }, input)
  refuse(broken && (broken.option === place ? broken : { ...broken, option: `${place}.${broken.option}` }))
}

function checkText(option: string, text: unknown): void {
  const isText = typeof text === 'string' && text.length >= 1 && text.length <= TEXT_MAX && text.isWellFormed()
  check(isText, option, `a text of 1 to ${TEXT_MAX} characters`, text)
}

function checkDate(option: string, text: unknown): void {
  check(typeof text === 'string' && text.length <= TEXT_MAX && dayOfYear(text) !== undefined, option, DATE_RULE, text)
}

function isFactor(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= FACTOR_MAX
}

function isYear(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= YEAR_MIN && (value as number) <= YEAR_MAX
}

function check(holds: boolean, option: string, rule: string, value: unknown): void {
  refuse(holds ? undefined : { option, rule, value })
}

function refuse(broken: ConstructorParameters<typeof SettingsError>[0] | undefined): void {
  if (broken) throw new SettingsError(broken)
}
