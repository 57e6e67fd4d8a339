// Days of a calendar as people name them, and the day that each name means in a year:
//
//     12-25                      every year               last Monday of May
//     2027-04-02                 in one year              Saturday on or before 12-24
//     4th Thursday of November                            Easter          Western, by the Gregorian calendar
//
// Any of them can be moved: `4th Thursday of November +1d`, `Easter -2d`.

import { civilDate, dayOfDate, weekday } from '../../engine/index.ts'

/** The day number that a name means in a year; undefined where it means none, as 02-29 in most. */
export type DayOfYear = (year: number) => number | undefined

/** What texts `dayOfYear` takes, for messages. */
export const DATE_RULE =
  'a day such as 12-25, 2027-04-02, 4th Thursday of November, last Monday of May, Saturday on or before 12-24 or Easter, also with +1d or -2d'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
]
const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', 'last']
const LAST = ORDINALS.indexOf('last')
const [FORM, MOVED, FIXED, NTH, NEAR] = [
  /^(.*?)(?:\s*([+-]\d{1,3})d)?$/,
  2,
  /^(?:(\d{4})-)?(\d\d)-(\d\d)$/,
  /^(1st|2nd|3rd|4th|5th|last) (\w+) of (\w+)$/,
  /^(\w+) on or (after|before) (\d\d)-(\d\d)$/,
] as const

/** How a name is read; undefined where it is none. */
export function dayOfYear(name: string): DayOfYear | undefined {
  const parts = FORM.exec(name.trim().toLowerCase())
  const base = parts && baseOf(parts[1] as string)
  if (!base) return undefined
  const moved = Number(parts[MOVED] ?? 0)
  return (year) => {
    const day = base(year)
    return day === undefined ? undefined : day + moved
  }
}

function baseOf(name: string): DayOfYear | undefined {
  if (name === 'easter') return easter
  const fixed = FIXED.exec(name)
  if (fixed) {
    const [, only, month, day] = fixed
    return isDate(Number(month), Number(day))
      ? (year) => (only === undefined || Number(only) === year ? dayIn(year, Number(month), Number(day)) : undefined)
      : undefined
  }
  const nth = NTH.exec(name)
  if (nth) {
    const [ordinal, of, month] = [ORDINALS, WEEKDAYS, MONTHS].map((names, at) => names.indexOf(nth[at + 1] as string))
    return ordinal === -1 || of === -1 || month === -1
      ? undefined
      : (year) => nthOf(year, (month as number) + 1, of as number, ordinal as number)
  }
  const near = NEAR.exec(name)
  const of = near ? WEEKDAYS.indexOf(near[1] as string) : -1
  if (!near || of < 0 || !isDate(Number(near[3]), Number(near[4]))) return undefined
  return (year) => {
    const day = dayIn(year, Number(near[3]), Number(near[4]))
    if (day === undefined) return
    return near[2] === 'after' ? day + ((of - weekday(day) + 7) % 7) : day - ((weekday(day) - of + 7) % 7)
  }
}

function isDate(month: number, day: number): boolean {
  // A leap year has all dates there are.
  return dayIn(2028, month, day) !== undefined
}

function dayIn(year: number, month: number, day: number): number | undefined {
  const number = dayOfDate({ year, month, day })
  const date = civilDate(number)
  return date.month === month && date.day === day ? number : undefined
}

/** @param ordinal index into ORDINALS */
function nthOf(year: number, month: number, of: number, ordinal: number): number | undefined {
  const first = dayOfDate({ year, month, day: 1 })
  const next =
    month === 12 ? dayOfDate({ year: year + 1, month: 1, day: 1 }) : dayOfDate({ year, month: month + 1, day: 1 })
  const day = first + ((of - weekday(first) + 7) % 7) + 7 * (ordinal === LAST ? 4 : ordinal)
  if (day < next) return day
  return ordinal === LAST ? day - 7 : undefined
}

/** Easter Sunday: the anonymous Gregorian algorithm, as in Meeus, "Astronomical Algorithms" (1991), chapter 8. */
function easter(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const ofCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451)
  const days = epact + toSunday - 7 * late + 114
  return dayOfDate({ year, month: Math.floor(days / 31), day: (days % 31) + 1 })
}
