// Days of the year in the United States that a reader of streams knows by itself: it shares no calendar with the rules.

import { type CivilDate, civilDate, dayNumber, dayOfDate, weekday } from '../../engine/index.ts'

const [MONDAY, THURSDAY, SATURDAY, SUNDAY] = [0, 3, 5, 6] as const

/** The nth of a weekday in a month. */
export function nth(year: number, month: number, which: number, day: number): number {
  const first = dayOfDate({ year, month, day: 1 })
  return first + ((which - weekday(first) + 7) % 7) + 7 * (day - 1)
}

function onOrBefore(date: CivilDate, which: number): number {
  const day = dayOfDate(date)
  return day - ((weekday(day) - which + 7) % 7)
}

export const thanksgiving = (year: number): number => nth(year, 11, THURSDAY, 4)
export const christmas = (year: number): number => dayOfDate({ year, month: 12, day: 25 })
/** The Monday of the week that ends as the week of finals before Christmas begins. */
export const weekBeforeFinals = (year: number): number => onOrBefore({ year, month: 12, day: 24 }, SATURDAY) - 12
/** The days on which the clocks change. */
export const clocksForward = (year: number): number => nth(year, 3, SUNDAY, 2)
export const clocksBack = (year: number): number => nth(year, 11, SUNDAY, 1)

/** Holidays and days like them, by name, that begin in a year. */
export function namedDays(year: number): Map<number, string> {
  const lastMondayOfMay = nth(year, 6, MONDAY, 1) - 7
  return new Map([
    [dayOfDate({ year, month: 1, day: 1 }), 'New Year’s Day'],
    [nth(year, 1, MONDAY, 3), 'Martin Luther King Jr. Day'],
    [nth(year, 2, MONDAY, 3), 'Presidents’ Day'],
    [lastMondayOfMay, 'Memorial Day'],
    [dayOfDate({ year, month: 6, day: 19 }), 'Juneteenth'],
    [dayOfDate({ year, month: 7, day: 4 }), 'Independence Day'],
    [nth(year, 9, MONDAY, 1), 'Labor Day'],
    [nth(year, 10, MONDAY, 2), 'Columbus Day'],
    [dayOfDate({ year, month: 10, day: 31 }), 'Halloween'],
    [dayOfDate({ year, month: 11, day: 11 }), 'Veterans Day'],
    [thanksgiving(year), 'Thanksgiving Day'],
    [christmas(year), 'Christmas Day'],
  ])
}

/** Times of the year in which no week is like the other, month and day: breaks, exams, ends and beginnings of term. */
const UNEVEN = [
  [301, 430],
  [501, 625],
  [801, 920],
  [1118, 1231],
  [101, 106],
] as const

/** The days of the week from a Monday on that are like those of weeks around it: all but holidays; none in times that no week is like. */
export function ordinaryDaysOf(monday: number): number[] {
  const days: number[] = []
  for (let day = monday; day < monday + 7; day++) {
    const { year, month, day: dayOfMonth } = civilDate(day)
    const date = month * 100 + dayOfMonth
    if (UNEVEN.some(([from, to]) => date >= from && date <= to)) return []
    // The recess about Presidents' Day.
    const presidents = nth(year, 2, MONDAY, 3)
    if (day >= presidents - 2 && day <= presidents + 6) return []
    if (!namedDays(year).has(day)) days.push(day)
  }
  return days
}

/** The Monday of a day's week. */
export function mondayOf(day: number): number {
  return day - weekday(day)
}

const [JUNE, AUGUST] = [6, 8]

/** Whether schools are open at an instant, as most of the rows have it: September to May. */
export function isSchoolYear(instant: number): boolean {
  const { month } = civilDate(dayNumber(instant))
  return month < JUNE || month > AUGUST
}
