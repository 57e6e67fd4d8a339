// The year: months, holidays and exams, weeks that differ by more than chance, and clocks that change.

import { civilDate, DAY, dayNumber, dayOfDate, formatInstant, HOUR, WEEK, weekday } from '../../engine/index.ts'
import { REGIONS } from '../events/index.ts'
import { localAt, Zone } from '../events/localtime.ts'
import {
  christmas,
  clocksBack,
  clocksForward,
  mondayOf,
  namedDays,
  ordinaryDaysOf,
  thanksgiving,
  weekBeforeFinals,
} from './dates.ts'
import { looks } from './looks.ts'
import type { Measuring } from './measures.ts'
import { MAIN_ZONES, MARKETS, weekOf } from './seen.ts'
import { INSTANT } from './sessions.ts'
import { correlationOf, Mean, meanOf } from './statistics.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS_OF_MONTH_MIN = 25
/** Weeks on each side that tell what a week should be like. */
const NEIGHBOURS = 4
const NEIGHBOURS_MIN = 3
const REFERENCE_STUDENTS = 4000
/** Sessions a week of a market, below which chance is all there is. */
const MARKET_WEEK_MIN = 5
const DAYS_SHOWN = 4000

export function measureYear(measuring: Measuring): void {
  const days = new Days(measuring)
  months(measuring, days)
  holidays(measuring, days)
  springBreaks(measuring, days)
  dispersion(measuring, days)
  failures(measuring, days)
  clocks(measuring)
  shown(measuring, days)
}

/** Counts by local day. */
class Days {
  readonly #days: Measuring['seen']['days']
  /** Whole days of the stream. */
  readonly first: number
  readonly last: number

  constructor({ seen }: Measuring) {
    this.#days = seen.days
    this.first = dayNumber(localAt(Zone.eastern, seen.first)) + 1
    this.last = dayNumber(localAt(Zone.pacific, seen.last)) - 1
  }

  has(day: number): boolean {
    return day >= this.first && day <= this.last
  }

  /** @param region all of them where it is not said */
  of(day: number, what: 'sessions' | 'completed' | 'failed' | 'calls', region?: number): number {
    if (region !== undefined) return this.#days.get(day * REGIONS.length + region)?.[what] ?? 0
    return REGIONS.reduce((sum, _, one) => sum + this.of(day, what, one), 0)
  }

  /** Sum over days from `from` on. */
  sum(from: number, length: number, what: 'sessions' | 'completed' | 'failed' = 'sessions', region?: number): number {
    let sum = 0
    for (let day = from; day < from + length; day++) sum += this.of(day, what, region)
    return sum
  }

  /** Whole weeks, by their Mondays. */
  get mondays(): number[] {
    const mondays: number[] = []
    for (let monday = mondayOf(this.first + 6); monday + 6 <= this.last; monday += 7) mondays.push(monday)
    return mondays
  }

  get years(): number[] {
    const [from, to] = [civilDate(this.first).year, civilDate(this.last).year]
    return Array.from({ length: Math.min(100, to - from + 1) }, (_, at) => from + at)
  }
}

/** Targets of row 23. */
const SEASON = [1.08, 1.12, 1.15, 1.15, 1.12, 0.78, 0.62, 0.75, 1.05, 1.15, 1.08, 0.95]

function months({ figures }: Measuring, days: Days): void {
  const counts = MONTHS.map(() => ({ days: 0, sessions: 0 }))
  for (let day = days.first; day <= days.last; day++) {
    const month = counts[civilDate(day).month - 1] as { days: number; sessions: number }
    month.days++
    month.sessions += days.of(day, 'sessions')
  }
  const whole = counts.flatMap((month, at) => (month.days >= DAYS_OF_MONTH_MIN ? [at] : []))
  // One month says nothing of the others.
  if (whole.length >= 6) {
    const rate = (at: number): number => (counts[at]?.sessions as number) / (counts[at]?.days as number)
    const level = meanOf(whole.map(rate)) / meanOf(whole.map((at) => SEASON[at] as number))
    for (const at of whole) figures.put('23', MONTHS[at] as string, rate(at) / level, counts[at]?.sessions as number)
  }
  const ratio = (from: number, before: number): number =>
    days.has(before) && days.has(from + 13) ? days.sum(from, 14) / 14 / (days.sum(before, 21) / 21) : Number.NaN
  const may = days.years.map((year) => ratio(firstOf(year, 5), firstOf(year, 5) - 7 - 14)).filter(Number.isFinite)
  const december = days.years
    .map((year) => ratio(firstOf(year, 12), thanksgiving(year) - 3 - 21))
    .filter(Number.isFinite)
  figures.put('24', 'May', meanOf(may), may.length * 1000)
  figures.put('24', 'December', meanOf(december), december.length * 1000)
}

function firstOf(year: number, month: number): number {
  return dayOfDate({ year, month, day: 1 })
}

function holidays({ figures }: Measuring, days: Days): void {
  const found = new Map<string, Mean>()
  const add = (name: string, sessions: number, like: number): void => {
    const mean = found.get(name) ?? new Mean()
    found.set(name, mean)
    if (Number.isFinite(like) && like > 0) mean.add(sessions / like, like)
  }
  for (const year of days.years) {
    const feast = thanksgiving(year)
    const before = [-28, -21, -14].map((by) => feast + by)
    if (days.has(feast) && before.every((day) => days.has(day)))
      add('Thanksgiving Day', days.of(feast, 'sessions'), meanOf(before.map((day) => days.of(day, 'sessions'))))

    // Ordinary weeks on both sides of December; between them on a line.
    const autumn = [mondayOf(feast) - 21, mondayOf(feast) - 14, mondayOf(feast) - 7]
    const winterFrom = mondayOf(dayOfDate({ year: year + 1, month: 1, day: 8 }) + 6)
    const winter = [winterFrom, winterFrom + 7, winterFrom + 14]
    if (!days.has(autumn[0] as number) || !days.has((winter[2] as number) + 6)) continue
    const like = (day: number): number => {
      const at = (weeks: number[]): number => meanOf(weeks.map((monday) => days.of(monday + weekday(day), 'sessions')))
      const [from, to] = [(autumn[1] as number) + 3, (winter[1] as number) + 3]
      const share = (day - from) / (to - from)
      return at(autumn) * (1 - share) + at(winter) * share
    }
    const over = (name: string, from: number, length: number): void => {
      for (let day = from; day < from + length; day++) add(name, days.of(day, 'sessions'), like(day))
    }
    over('Christmas Day', christmas(year), 1)
    over('26 to 31 December', christmas(year) + 1, 6)
    over('week before finals', weekBeforeFinals(year), 7)
  }
  for (const [name, { value, count }] of found) figures.put('64', name, value, count)
}

/** The week of March and April in which a region falls most behind the others, against its own mean of these months. */
function springBreaks({ figures }: Measuring, days: Days): void {
  const lowest: number[] = []
  let sessions = 0
  for (const year of days.years) {
    const mondays = days.mondays.filter((monday) => {
      const { year: of, month } = civilDate(monday + 3)
      return of === year && (month === 3 || month === 4)
    })
    if (mondays.length < 8) continue
    for (const region of REGIONS.keys()) {
      const own = mondays.map((monday) => days.sum(monday, 7, 'sessions', region))
      const others = mondays.map((monday, at) => days.sum(monday, 7) - (own[at] as number))
      const level = meanOf(own) / meanOf(others)
      lowest.push(Math.min(...own.map((count, at) => count / (others[at] as number) / level)))
      sessions += own.reduce((sum, count) => sum + count, 0)
    }
  }
  figures.put('65', 'lowest week of a region against the rest', meanOf(lowest), sessions)
}

/** Variance over Poisson of counts in ordinary weeks, holidays left out, each against those around it. */
function dispersion({ seen, lives, figures }: Measuring, days: Days): void {
  const mondays = days.mondays.filter((monday) => ordinaryDaysOf(monday).length > 0)
  const weights = weekdayShares(days, mondays)
  const shareOf = (monday: number): number =>
    ordinaryDaysOf(monday).reduce((sum, day) => sum + (weights[weekday(day)] as number), 0)
  const weekIndex = new Map(mondays.map((monday) => [monday, days.sum(monday, 7)]))
  const around = (monday: number): number[] =>
    mondays.filter((other) => other !== monday && Math.abs(other - monday) <= 7 * NEIGHBOURS)
  const spread = (count: (monday: number) => number, expectedBy: (monday: number) => number): Mean => {
    const over = new Mean()
    for (const monday of mondays) {
      const others = around(monday)
      if (others.length < NEIGHBOURS_MIN) continue
      const parts = others.reduce((sum, other) => sum + expectedBy(other), 0)
      const expected = (others.reduce((sum, other) => sum + count(other), 0) / parts) * expectedBy(monday)
      if (expected < MARKET_WEEK_MIN) continue
      // What is expected has chance in it too.
      const variance = expected * (1 + expectedBy(monday) / parts)
      over.add(((count(monday) - expected) * (count(monday) - expected)) / variance)
    }
    return over
  }
  const byRegion = new Mean()
  for (const region of REGIONS.keys()) {
    const { value, count } = spread(
      (monday) => ordinaryDaysOf(monday).reduce((sum, day) => sum + days.of(day, 'sessions', region), 0),
      shareOf,
    )
    if (count > 0) byRegion.add(value, count)
  }
  let active = 0
  const instants = new Set<number>()
  for (const { instant } of looks(seen, lives)) {
    active++
    instants.add(instant)
  }
  const students = active / instants.size / seen.followed
  const scaled = 1 + ((byRegion.value - 1) * REFERENCE_STUDENTS) / students
  figures.put('62', 'sessions', scaled, byRegion.count)

  const byMarket = new Mean()
  for (let market = 0; market < MARKETS; market++) {
    const inWeek = (monday: number): number => seen.marketWeeks.get(weekOf(monday) * MARKETS + market) ?? 0
    const { value, count } = spread(inWeek, (monday) => weekIndex.get(monday) as number)
    if (count > 0) byMarket.add(value, count)
  }
  figures.put('61', '', byMarket.value, byMarket.count)
}

/** Sessions of each weekday, Monday first, as means over the ordinary days of some weeks. */
function weekdayShares(days: Days, mondays: readonly number[]): number[] {
  const means = Array.from({ length: 7 }, () => new Mean())
  for (const day of mondays.flatMap(ordinaryDaysOf)) means[weekday(day)]?.add(days.of(day, 'sessions'))
  return means.map(({ value }) => (Number.isFinite(value) ? value : 0))
}

/** Whether a week with more failures than usual in a region is followed by another one. */
function failures({ figures, series }: Measuring, days: Days): void {
  const { mondays } = days
  const [before, after]: [number[], number[]] = [[], []]
  for (const region of REGIONS.keys()) {
    const share = (monday: number): number =>
      days.sum(monday, 7, 'failed', region) / days.sum(monday, 7, 'completed', region)
    const shares = mondays.map(share)
    const usual = meanOf(shares.filter(Number.isFinite))
    for (let at = 1; at < shares.length; at++) {
      const [a, b] = [shares[at - 1] as number, shares[at] as number]
      if (!Number.isFinite(a + b)) continue
      before.push(a - usual)
      after.push(b - usual)
    }
  }
  figures.put('63', '', correlationOf(before, after), before.length)
  series.weeks = {
    first: mondays[0] === undefined ? '' : dateOf(mondays[0]),
    sessions: mondays.map((monday) => days.sum(monday, 7)),
    failures: mondays.map((monday) => days.sum(monday, 7, 'failed')),
  }
}

/** How far the hours of sessions move in UTC as clocks change. */
function clocks({ seen, figures }: Measuring): void {
  const { columns, length } = seen.sessions
  for (const [name, changes] of [
    ['March', clocksForward],
    ['November', clocksBack],
  ] as const) {
    const shift = new Mean()
    let sessions = 0
    const years = new Set([civilDate(dayNumber(seen.first)).year, civilDate(dayNumber(seen.last)).year])
    for (const year of years) {
      const change = changes(year) * DAY + 10 * HOUR
      if (change - 2 * WEEK < seen.first || change + 2 * WEEK > seen.last) continue
      const [earlier, later] = [new Mean(), new Mean()]
      for (let at = 0; at < length; at++) {
        const start = columns.start[at] as number
        if (Math.abs(start - change) > 2 * WEEK || columns.type[at] === INSTANT) continue
        // In standard time, so that no evening is cut in two.
        const zone = MAIN_ZONES[columns.region[at] as number] as number
        const hour = ((start + (STANDARD[zone] as number)) % DAY) / HOUR
        ;(start < change ? earlier : later).add(hour)
      }
      shift.add(later.value - earlier.value)
      sessions += earlier.count + later.count
    }
    figures.put('66', name, shift.value, sessions)
  }
}

const STANDARD = [-5, -6, -7, -8].map((hours) => hours * HOUR)

function shown({ seen, series }: Measuring, days: Days): void {
  const first = dayNumber(localAt(Zone.eastern, seen.first))
  const last = Math.min(dayNumber(localAt(Zone.eastern, seen.last)), first + DAYS_SHOWN)
  const list = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  const named = days.years.flatMap((year) => [...namedDays(year)]).filter(([day]) => day >= first && day <= last)
  series.days = {
    first: dateOf(first),
    sessions: list.map((day) => days.of(day, 'sessions')),
    failures: list.map((day) => days.of(day, 'failed')),
    calls: list.map((day) => days.of(day, 'calls')),
    named: Object.fromEntries(named.map(([day, name]) => [dateOf(day), name])),
  }
}

function dateOf(day: number): string {
  return formatInstant(day * DAY).slice(0, 10)
}
