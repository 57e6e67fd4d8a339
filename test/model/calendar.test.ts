// The year of a marketplace: names of days and the days they mean, the United States' holidays, breaks and exams, and
// calendars that users bring.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate, DAY, dayNumber, dayOfDate, weekday } from '../../engine/index.ts'
import { REGIONS, type Region } from '../../model/events/index.ts'
import { type CalendarDay, type CalendarInput, createWorld, restoreWorld, settingsFrom } from '../../model/index.ts'
import { Calendar, calendarFrom, standardCalendar } from '../../model/state/calendar.ts'
import { dayOfYear } from '../../model/state/dates.ts'
import { UNITED_STATES } from '../../model/state/united-states.ts'

const YEARS = Array.from({ length: 40 }, (_, at) => 2003 + at)
const dayOf = (date: string): number => dayNumber(Date.parse(date))
const dateOf = (day: number | undefined): string | undefined =>
  day === undefined ? undefined : new Date(day * DAY).toISOString().slice(0, 10)
const meant = (name: string, year: number): string | undefined => dateOf(dayOfYear(name)?.(year))
const region = (name: Region): number => REGIONS.indexOf(name)
const lessons = (date: string, where: Region = 'midwest'): number =>
  standardCalendar.lessons(region(where), dayOf(date))

describe('a name of a day', () => {
  it.each([
    ['12-25', 2026, '2026-12-25'],
    ['2027-04-02', 2027, '2027-04-02'],
    ['2027-04-02', 2026, undefined],
    ['02-29', 2028, '2028-02-29'],
    ['02-29', 2027, undefined],
    ['4th Thursday of November', 2026, '2026-11-26'],
    ['4th Thursday of November +1d', 2026, '2026-11-27'],
    ['last Monday of May', 2026, '2026-05-25'],
    ['5th Monday of March', 2026, '2026-03-30'],
    ['5th Monday of April', 2026, undefined],
    ['Saturday on or before 12-24', 2026, '2026-12-19'],
    ['Monday on or after 08-06', 2026, '2026-08-10'],
    ['Easter', 2026, '2026-04-05'],
    ['easter -2d', 2027, '2027-03-26'],
  ])('%s in %i means %s', (name, year, date) => {
    expect(meant(name, year)).toBe(date)
  })

  it.each([
    '',
    '13-01',
    '02-30',
    '6th Monday of May',
    '1st Mon of May',
    'Easter 2d',
    '12-25 + 1',
    'Saturday before 12-24',
  ])('%j is none', (name) => {
    expect(dayOfYear(name)).toBeUndefined()
  })

  it('Easter is the Sunday after the full moon that the tables of the Church have', () => {
    const known = { 2019: '04-21', 2024: '03-31', 2025: '04-20', 2038: '04-25', 2285: '03-22', 2100: '03-28' }
    for (const [year, date] of Object.entries(known)) expect(meant('Easter', Number(year))).toBe(`${year}-${date}`)
    for (let year = 2003; year < 2300; year++) expect(weekday(dayOfYear('Easter')?.(year) as number)).toBe(6)
  })
})

describe('the calendar of the United States', () => {
  it('leaves hardly a lesson for Thanksgiving and Christmas, and few up to New Year', () => {
    for (const year of YEARS) {
      expect(lessons(meant('4th Thursday of November', year) as string)).toBeLessThanOrEqual(0.25)
      expect(lessons(`${year}-12-25`)).toBeLessThanOrEqual(0.1)
      for (const day of [26, 28, 31]) expect(lessons(`${year}-12-${day}`)).toBeLessThanOrEqual(0.5)
    }
  })

  it('has more to learn in the week before finals', () => {
    for (const year of YEARS)
      for (const where of REGIONS) expect(lessons(`${year}-12-10`, where)).toBeGreaterThanOrEqual(1.2)
  })

  it('has spring breaks that differ by region and by year', () => {
    const breaks = (year: number, where: Region): string[] =>
      standardCalendar
        .occasions(year)
        .filter(({ name, regions }) => name === 'Spring break' && regions.includes(region(where)))
        .map(({ from }) => dateOf(from)?.slice(5) as string)
    for (const where of REGIONS) {
      expect(breaks(2026, where).length).toBeGreaterThan(0)
      expect(breaks(2026, where)).not.toEqual(breaks(2025, where))
    }
    expect(new Set(REGIONS.map((where) => breaks(2026, where).join())).size).toBe(REGIONS.length)
  })

  it('has the least to learn in July, then in August, then in June, and much in every month of school', () => {
    const wished = Array.from({ length: 12 }, () => ({ lessons: 0, days: 0 }))
    for (let day = dayOf('2024-01-01'); day < dayOf('2034-01-01'); day++) {
      const month = wished[civilDate(day).month - 1] as (typeof wished)[number]
      const ordinary = REGIONS.reduce((sum, _, at) => sum + standardCalendar.lessons(at, day) / REGIONS.length, 0)
      month.lessons += ordinary * standardCalendar.season(day)
      month.days++
    }
    const means = wished.map(({ lessons, days }) => lessons / days)
    const order = [...means.keys()].sort((a, b) => (means[a] as number) - (means[b] as number))
    expect(order.slice(0, 3)).toEqual([6, 7, 5])
    for (const month of order.slice(3)) expect(means[month]).toBeGreaterThan(0.85)
  })

  it('has a season that jumps on no day', () => {
    for (let day = dayOf('2026-01-01'); day < dayOf('2028-01-10'); day++)
      expect(Math.abs(standardCalendar.season(day + 1) - standardCalendar.season(day))).toBeLessThan(0.02)
  })

  it('answers the same whatever was asked before', () => {
    const days = fc.integer({ min: dayOf('2003-01-01'), max: dayOf('2060-12-31') })
    return fc.assert(
      fc.property(days, days, fc.nat({ max: REGIONS.length - 1 }), (one, other, where) => {
        const asked = new Calendar(UNITED_STATES)
        asked.lessons(where, other)
        expect(standardCalendar.lessons(where, one)).toBe(asked.lessons(where, one))
      }),
      { numRuns: 200, seed: 3 },
    )
  })
})

describe('a calendar of one’s own', () => {
  const one = (day: Partial<CalendarDay>): CalendarInput => ({
    days: [{ name: 'x', lessons: 0.5, on: '05-01', ...day }],
  })

  it('of several for a day the lowest counts, of several above an ordinary day the highest', () => {
    const on = (...factors: number[]): number =>
      new Calendar({ days: factors.map((factor) => ({ name: 'x', lessons: factor, on: '05-01' })) }).lessons(
        0,
        dayOf('2026-05-01'),
      )
    expect([on(), on(1.2, 1.4), on(1.2, 0.8), on(0.8, 0.3, 2)]).toEqual([1, 1.4, 0.8, 0.3])
  })

  it('has breaks over New Year, in their regions and years only', () => {
    const { from, to, regions, since, until } = {
      from: '12-30',
      to: '01-02',
      since: 2026,
      until: 2026,
      regions: ['west'] as const,
    }
    const calendar = new Calendar({ days: [{ name: 'x', lessons: 0, from, to, regions, since, until }] })
    const closed = (where: Region): string[] =>
      YEARS.flatMap((year) => Array.from({ length: 366 }, (_, at) => dayOfDate({ year, month: 1, day: 1 }) + at))
        .filter((day) => calendar.lessons(region(where), day) === 0)
        .map((day) => dateOf(day) as string)
    expect([...new Set(closed('west'))]).toEqual(['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'])
    expect(closed('midwest')).toEqual([])
  })

  it.each([
    [5, 'calendar'],
    [{ months: [1, 2, 3] }, 'calendar.months'],
    [{ months: new Array(12).fill(0) }, 'calendar.months'],
    [{ month: [] }, 'calendar.month'],
    [{ days: {} }, 'calendar.days'],
    [{ days: new Array(201).fill({ name: 'x', lessons: 1, on: '01-01' }) }, 'calendar.days'],
    [{ days: [null] }, 'calendar.days[0]'],
    [one({ name: '' }), 'calendar.days[0].name'],
    [one({ lessons: -1 }), 'calendar.days[0].lessons'],
    [one({ lessons: Number.NaN }), 'calendar.days[0].lessons'],
    [one({ on: 'Eastern' }), 'calendar.days[0].on'],
    [one({ from: '01-01' }), 'calendar.days[0]'],
    [{ days: [{ name: 'x', lessons: 1, from: '01-01' }] }, 'calendar.days[0]'],
    [one({ regions: ['north' as Region] }), 'calendar.days[0].regions'],
    [one({ since: 20.5 }), 'calendar.days[0].since'],
    [one({ lesson: 1 } as object), 'calendar.days[0].lesson'],
  ])('%j is refused, and the error names %s', (input, option) => {
    expect(() => calendarFrom(input)).toThrow(expect.objectContaining({ name: 'SettingsError', option }))
  })

  it('is the world’s own from birth: it empties the days that it says, and goes on with a checkpoint', () => {
    const calendar: CalendarInput = { days: [{ name: 'strike', from: '2026-01-05', to: '2026-01-11', lessons: 0 }] }
    const settings = { students: 300, warmup: '0d', calendar }
    const world = createWorld(settings)
    expect(world.settings.calendar).toEqual(calendar)
    expect(restoreWorld(world.checkpoint()).settings).toEqual(world.settings)
  })

  it('that says what the standard one says is the standard one', () => {
    expect(settingsFrom({ calendar: UNITED_STATES })).toEqual(settingsFrom({}))
    expect(settingsFrom({ calendar: {} })).toHaveProperty('calendar', {})
    expect(settingsFrom({ shocks: 'on' })).toEqual(settingsFrom({}))
  })
})
