// Instants in exact arithmetic: milliseconds since 1970 against the one timestamp format of the wire, and the
// instants that ids carry.

export const MINUTE = 60_000
export const DAY = 86_400_000

const ZERO = 48
const DASH = 45
const COLON = 58
const UNDERSCORE = 95
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Milliseconds of `YYYY-MM-DDTHH:MM:SS.mmmZ`; NaN for any other text and for days that no calendar has. */
export function parseInstant(text: string): number {
  if (text.length !== 24 || !punctuated(text)) return Number.NaN
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const milli = digits(text, 20, 23)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month))) return Number.NaN
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * MINUTE + second * 1000 + milli
}

/** The timestamp of an instant, as the wire writes it. */
export function formatInstant(instant: number): string {
  const days = Math.floor(instant / DAY)
  const rest = instant - days * DAY
  // Years counted from March, so that the leap day is a year's last (days 0 to 146,096 of a cycle of 400 years).
  const cycle = Math.floor((days + 719_468) / 146_097)
  const day = days + 719_468 - cycle * 146_097
  const year = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365)
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const march = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * march + 2) / 5) + 1
  const month = march < 10 ? march + 3 : march - 9
  const date = `${padded(year + cycle * 400 + (month <= 2 ? 1 : 0), 4)}-${padded(month, 2)}-${padded(dayOfMonth, 2)}`
  const minutes = Math.floor(rest / MINUTE)
  const time = `${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}`
  return `${date}T${time}:${padded(Math.floor(rest / 1000) % 60, 2)}.${padded(rest % 1000, 3)}Z`
}

/** The instant in a session's, a call's or an event's id; NaN where there is none. */
export function instantOfId(id: string): number {
  if (id.charCodeAt(4) === UNDERSCORE) return digits(id, 5, id.indexOf('_', 5))
  return digits(id, id.lastIndexOf('.') + 1, id.length)
}

function digits(text: string, from: number, to: number): number {
  if (from >= to) return Number.NaN
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

function punctuated(text: string): boolean {
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === 84 /* T */ &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === 46 /* . */ &&
    text.charCodeAt(23) === 90 /* Z */
  )
}

function daysOfMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && leap ? 29 : (DAYS_OF_MONTH[month - 1] as number)
}

function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const march = month <= 2 ? month + 9 : month - 3
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  return 365 * marchYear + leapDays + Math.floor((153 * march + 2) / 5) + day - 1 - 719_468
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, '0')
}
