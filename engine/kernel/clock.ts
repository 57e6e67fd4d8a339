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

/** `2026-01-05T00:00:00.000Z`. */
export function formatInstant(instant: number): string {
  const day = dayNumber(instant)
  const { year, month, day: dayOfMonth } = civilDate(day)
  const rest = instant - day * DAY
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`
  const time = `${two(rest / HOUR)}:${two((rest % HOUR) / MINUTE)}:${two((rest % MINUTE) / SECOND)}`
  return `${date}T${time}.${String(rest % SECOND).padStart(3, '0')}Z`
}

/** Instant of `2026-01-05` or `2026-01-05T00:00:00[.000]Z`; undefined where the text is no such instant. */
export function parseInstant(text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?Z)?$/.exec(text)
  if (!match) return undefined
  const [year, month, day, hours, minutes, seconds, milliseconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const number = dayOfDate({ year, month, day })
  const date = civilDate(number)
  if (date.month !== month || date.day !== day || hours > 23 || minutes > 59 || seconds > 59) return undefined
  return number * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + milliseconds
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
