// Figures and names as a report's page says them to people.

import { grouped } from '../../engine/index.ts'
import type { Part, RowReading } from '../../model/realism/index.ts'

const NO_BREAK = '\u00a0'

/** Text as HTML and SVG take it: whatever a stream holds is text and never markup. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** A number as people read it: few digits, a true minus sign, and the unit. */
export function figure(value: number, unit: Part['unit'] = ''): string {
  const size = Math.abs(value)
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3
  const digits = size >= 10_000 ? grouped(Math.round(size)) : String(Number(size.toFixed(decimals)))
  const number = value < 0 && Number(digits) !== 0 ? `−${digits}` : digits
  if (unit === '×') return `×${number}`
  return unit === '' ? number : `${number}${NO_BREAK}${unit}`
}

/** `82 % ± 4`, `45 to 55` where a target has no middle of its own, `at most` and `at least` where one side is open. */
export function targetOf({ target, low, high, unit }: Part): string {
  if (low === null && high === 0) return figure(0, unit)
  if (low === null) return high === null ? figure(target, unit) : `at most ${figure(high, unit)}`
  if (high === null) return `at least ${figure(low, unit)}`
  const tolerance = high - target
  if (Math.abs(target - low - tolerance) > 0.02 * (high - low)) return `${figure(low)} to ${figure(high, unit)}`
  return tolerance === 0 ? figure(target, unit) : `${figure(target, unit)}${NO_BREAK}±${NO_BREAK}${figure(tolerance)}`
}

/** What a row or one of its figures is of, such as `Student rating, 5 stars`. */
export function subjectOf({ quantity }: RowReading, { name }: Part): string {
  const whole = capital(plain(quantity))
  return name === '' ? whole : `${whole}, ${plain(name)}`
}

/** A name of the contract in people's language: `billing_question` is `billing question`. */
export function plain(name: string): string {
  return name.replaceAll('`', '').replaceAll('_', ' ')
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
export const MONTH_LETTERS = MONTHS.map((month) => month.charAt(0))

export function monthName(month: number): string {
  return MONTHS[month] ?? ''
}

/** `3 Feb 2026` of anything that begins with `2026-02-03`. */
export function dayName(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number)
  return `${day} ${monthName((month ?? 1) - 1)} ${year}`
}
