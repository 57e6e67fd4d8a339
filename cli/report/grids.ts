// Heat maps: the hours of a week, the days of a year, demand less supply by market.

import { sharesOf } from './bars.ts'
import { box, svg, words } from './svg.ts'
import { dayName, escaped, figure, monthName } from './words.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
/** Shades of a field, `f0` to `f9` in the style sheet. */
const SHADES = 9
const DAY_MILLISECONDS = 86_400_000

/** Sessions by hour of the week, in percent of all. @param hours 168 from Monday 0:00 on @param high pixels a day */
export function week(label: string, hours: readonly number[], high = 17): string {
  const shares = sharesOf(hours)
  // In a real week the evening peak is about 3 %. Evenly spread sessions, 0.6 % each, stay pale beside it.
  const full = Math.max(2.5, ...shares)
  const [left, top, wide] = [34, 4, 16]
  const marks = shares.map((share, hour) => {
    const [day, of] = [Math.floor(hour / 24), hour % 24]
    const title = `${WEEKDAYS[day]} ${of}:00: ${figure(share, '%')}`
    return box(left + of * wide, top + day * high, wide - 1, high - 1, `f${shade(share / full)}`, title)
  })
  const days = WEEKDAYS.map((day, index) => words(left - 6, top + (index + 0.5) * high + 4, day, 'tick', 'end'))
  const times = [0, 6, 12, 18].map((hour) => words(left + hour * wide + wide / 2, top + 7 * high + 13, `${hour}:00`))
  return svg({ width: 420, height: top + 7 * high + 20 }, label, [...marks, ...days, ...times])
}

/**
 * A calendar with a block for each month.
 * @param first `YYYY-MM-DD`
 * @param counts a number a day from there on
 * @param named days that have a name
 */
export function calendar(first: string, counts: readonly number[], named: Readonly<Record<string, string>>): string {
  const full = quantile(counts, 0.98)
  const blocks = new Map<string, string[]>()
  for (const [index, count] of counts.entries()) {
    const day = new Date(Date.parse(`${first}T00:00:00Z`) + index * DAY_MILLISECONDS)
    const iso = day.toISOString().slice(0, 10)
    const weekday = (day.getUTCDay() + 6) % 7
    const before = (weekday - (day.getUTCDate() - 1) + 35) % 7
    const line = Math.floor((day.getUTCDate() - 1 + before) / 7)
    const holiday = named[iso] ?? ''
    const title = `${WEEKDAYS[weekday]} ${dayName(iso)}${holiday && `, ${holiday}`}: ${figure(count)} sessions`
    const fields = blocks.get(iso.slice(0, 7)) ?? []
    fields.push(box(weekday * 14, 18 + line * 14, 13, 13, `f${shade(count / full)}${holiday && ' holiday'}`, title))
    blocks.set(iso.slice(0, 7), fields)
  }
  const months = [...blocks].map(([month, fields]) => {
    const name = `${monthName(Number(month.slice(5)) - 1)} ${month.slice(0, 4)}`
    return svg({ width: 98, height: 103 }, `sessions a day, ${name}`, [words(0, 11, name, 'name', 'start'), ...fields])
  })
  return `<div class="months">${months.join('')}</div>`
}

/** Means of demand less supply: subjects by regions. */
export function markets(
  label: string,
  { subjects, regions, difference }: { subjects: string[]; regions: string[]; difference: (number | null)[][] },
): string {
  const [left, top, wide, high] = [118, 20, 60, 21]
  const marks = subjects.flatMap((subject, row) => [
    words(left - 8, top + row * high + 14, subject, 'name', 'end'),
    ...regions.flatMap((region, column) => {
      const value = difference[row]?.[column]
      if (value === null || value === undefined) return []
      const [x, y] = [left + column * wide, top + row * high]
      const title = `${subject}, ${region}: demand less supply ${figure(value)}`
      return [
        box(x, y, wide - 2, high - 2, `d${towards(value)}`, title),
        words(x + wide / 2 - 1, y + 14, figure(Math.round(value)), `on-d${towards(value)}`),
      ]
    }),
  ])
  const heads = regions.map((region, column) => words(left + column * wide + wide / 2, 12, region))
  return svg({ width: 420, height: top + subjects.length * high + 4 }, label, [...heads, ...marks])
}

function shade(share: number): number {
  return Math.max(0, Math.min(SHADES, Math.round(share * SHADES)))
}

/** From −3 (far too many tutors) to 3 (far too few), as a class of the style sheet names it. */
function towards(value: number): string {
  const step = Math.max(-3, Math.min(3, Math.round(value / 10)))
  return step < 0 ? `m${-step}` : `p${step}`
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.max(1, sorted[Math.floor((sorted.length - 1) * share)] ?? 1)
}

/** A key to the shades. */
export function shadesKey(from: string, to: string): string {
  const fields = Array.from({ length: SHADES + 1 }, (_, index) => box(index * 14, 0, 13, 10, `f${index}`))
  return `<span class="key">${escaped(from)} ${svg({ width: 140, height: 10 }, `${from} to ${to}`, fields)} ${escaped(to)}</span>`
}
