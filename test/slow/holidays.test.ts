// The public holidays of the United States, held against a library that many keep right.

import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { DAY, dayNumber } from '../../engine/index.ts'
import { standardCalendar } from '../../model/state/calendar.ts'

interface Holidays {
  getHolidays(year: number): { date: string; name: string; type: string; substitute?: boolean }[]
}

const Library = createRequire(new URL('../holidays/package.json', import.meta.url))('date-holidays') as new (
  country: string,
) => Holidays
const holidays = new Library('US')
const YEARS = Array.from({ length: 97 }, (_, at) => 2003 + at)
/** As the calendar writes them. */
const plain = (name: string): string => name.replaceAll('’', "'").replace(' Day Day', ' Day')

/** Days by name of one year, as `2026-11-26 Thanksgiving Day`. */
function ours(year: number): string[] {
  return standardCalendar
    .occasions(year)
    .filter(({ from, to }) => from === to)
    .map(({ name, from }) => `${new Date(from * DAY).toISOString().slice(0, 10)} ${plain(name)}`)
}

/** @param types of the library */
function theirs(year: number, types: readonly string[]): string[] {
  return holidays
    .getHolidays(year)
    .filter(({ type, substitute }) => types.includes(type) && !substitute)
    .map(({ date, name }) => `${date.slice(0, 10)} ${plain(name)}`)
}

it.each(YEARS)('%i: every public holiday is in the calendar, on its day', (year) => {
  const public_ = theirs(year, ['public'])
  expect(public_.length).toBeGreaterThanOrEqual(10)
  expect(ours(year)).toEqual(expect.arrayContaining(public_))
})

it('the days that the calendar has beside them are where the library has them too', () => {
  const names = [
    'Easter Sunday',
    "Mother's Day",
    'Halloween',
    'Christmas Eve',
    "New Year's Eve",
    'Day after Thanksgiving Day',
  ]
  for (const year of YEARS) {
    const known = theirs(year, ['observance', 'optional', 'bank', 'school'])
    const named = known.filter((day) => names.some((name) => day.endsWith(name)))
    expect(named.length).toBe(names.length)
    expect(ours(year)).toEqual(expect.arrayContaining(named))
  }
})

it('a holiday has fewer lessons than an ordinary day in every region', () => {
  for (const year of YEARS)
    for (const day of theirs(year, ['public']))
      for (let region = 0; region < 5; region++)
        expect(standardCalendar.lessons(region, dayNumber(Date.parse(day.slice(0, 10))))).toBeLessThan(0.9)
})
