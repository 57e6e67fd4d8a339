// Simulated time. An instant is a whole number of milliseconds since 1970 in UTC; a duration is milliseconds too.
// Nothing here reads a clock.

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

/** Whole days since 1970-01-01. */
export function dayNumber(instant: number): number {
  return Math.floor(instant / DAY)
}

/** 0 Monday to 6 Sunday. */
export function weekday(day: number): number {
  return (day + 3) % 7
}

export interface CivilDate {
  year: number
  /** 1 to 12. */
  month: number
  /** 1 to 31. */
  day: number
}

/** Proleptic Gregorian date of a day number, by the era arithmetic of Howard Hinnant's `civil_from_days`. */
export function civilDate(day: number): CivilDate {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** Day number of a date; the inverse of `civilDate`. */
export function dayOfDate({ year, month, day }: CivilDate): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))
const THREE_DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'))

/** The timestamp of an instant: `2026-01-05T00:00:00.000Z`. */
export function formatInstant(instant: number): string {
  const number = dayNumber(instant)
  const { year, month, day } = civilDate(number)
  const time = instant - number * DAY
  const hour = Math.floor(time / HOUR)
  const minute = Math.floor(time / MINUTE) - hour * 60
  const second = Math.floor(time / SECOND) % 60
  const date = `${String(year).padStart(4, '0')}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`
  return `${date}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[second]}.${THREE_DIGITS[time % SECOND]}Z`
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const [DASH, T, COLON, DOT, Z] = [45, 84, 58, 46, 90] as const

const DAY_OF_MONTH = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)'
const YEAR = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])'
const DIVISIBLE_BY_4 = '(?:0[48]|[2468][048]|[13579][26])'
const LEAP_DAY = `(?:[0-9]{2}${DIVISIBLE_BY_4}|${DIVISIBLE_BY_4}00)-02-29`
const DATE = `(?:${YEAR}-(?:${DAY_OF_MONTH}|02-(?:0[1-9]|1[0-9]|2[0-8]))|${LEAP_DAY})`

/**
 * The texts that `parseTimestamp` takes, for those who have only a pattern: the calendar from the year 1 on, with what the
 * dialects of regular expressions have in common.
 */
export const TIMESTAMP = new RegExp(`^${DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$`)

/**
 * Instant of a timestamp as `formatInstant` writes it; NaN for any other text, for days that no calendar has and for the
 * year 0, which ours has not. By hand: a tenth of the time of a regular expression.
 */
export function parseTimestamp(text: string): number {
  if (text !== latestText) {
    latestText = text
    latestInstant = instantOf(text)
  }
  return latestInstant
}

/** The latest answer: a line is parsed once to be checked and once to be used, and lines of one instant follow one another. */
let latestText = ''
let latestInstant = Number.NaN

function instantOf(text: string): number {
  if (text.length !== 24 || !isPunctuated(text)) return Number.NaN
  const year = wholeNumberIn(text, 0, 4)
  const month = wholeNumberIn(text, 5, 7)
  const day = wholeNumberIn(text, 8, 10)
  const hour = wholeNumberIn(text, 11, 13)
  const minute = wholeNumberIn(text, 14, 16)
  const second = wholeNumberIn(text, 17, 19)
  const milliseconds = wholeNumberIn(text, 20, 23)
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month))) return Number.NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  const time = hour * HOUR + minute * MINUTE + second * SECOND + milliseconds
  return dayOfDate({ year, month, day }) * DAY + time
}

function isPunctuated(text: string): boolean {
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === DOT &&
    text.charCodeAt(23) === Z
  )
}

function daysOfMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : (DAYS_OF_MONTH[month - 1] as number)
}

/** The number that the digits of a stretch of text make; NaN where there are none, or others. */
export function wholeNumberIn(text: string, from: number, to: number): number {
  if (from >= to) return Number.NaN
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

/** Simulated time ends here: an instant has 13 digits of milliseconds, in ids as in orders. 2286-11-20T17:46:40Z. */
export const TIME_END = 10_000_000_000_000

/** Instant of `2026-01-05`, `2026-01-05T00:00[:00[.000]]Z` or the like with an offset such as `+02:00`; else undefined. */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d{3}))?)?(Z|[+-]\d\d:\d\d))?$/.exec(text)
  if (!match) return undefined
  const [, date, time = '00:00', seconds = '00', milliseconds = '000', zone = 'Z'] = match
  const instant = parseTimestamp(`${date}T${time}:${seconds}.${milliseconds}Z`) - offsetOf(zone)
  return Number.isNaN(instant) ? undefined : instant
}

/** No place on earth is further from UTC. */
const OFFSET_HOURS_MAX = 14

/** Milliseconds by which a zone such as `+02:00` is ahead of UTC; NaN where none is. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0
  const [hours, minutes] = [wholeNumberIn(zone, 1, 3), wholeNumberIn(zone, 4, 6)]
  if (hours > OFFSET_HOURS_MAX || minutes > 59) return Number.NaN
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}

const UNITS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: WEEK }

/** Milliseconds of `90s`, `15m`, `1h`, `30d`, `2w`; undefined where the text is no such duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,16})(ms|s|m|h|d|w)$/.exec(text)
  const milliseconds = match ? Number(match[1]) * (UNITS[match[2] as string] as number) : undefined
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined
}

/** In the largest unit up to days that divides it; `parseDuration` reads it back. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's'])
    if (milliseconds % (UNITS[unit] as number) === 0) return `${milliseconds / (UNITS[unit] as number)}${unit}`
  return `${milliseconds}ms`
}
