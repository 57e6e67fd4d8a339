// Instants and spans of time as people say them.

import { DAY, formatInstant, HOUR, MINUTE, OptionError, parseDuration, SECOND } from '../../engine/index.ts'

const UNITS = [
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
  ['second', SECOND],
] as const

/** `7 days 15 hours 45 minutes`. @param parts so many units at the most, the largest ones; all */
export function spanInWords(milliseconds: number, parts: number = UNITS.length): string {
  let left = Math.round(milliseconds / SECOND) * SECOND
  const said: string[] = []
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) said.push(`${count} ${unit}${count === 1 ? '' : 's'}`)
  }
  return said.length > 0 ? said.slice(0, parts).join(' ') : '0 seconds'
}

/** `2026-01-05T00:00:00Z`: to the second, which is enough for people. */
export function instantInWords(instant: number): string {
  return formatInstant(Math.floor(instant / SECOND) * SECOND).replace('.000Z', 'Z')
}

/** Whether a start is told by the clock, as `now-30d` is. */
export function isByTheClock(start: string): boolean {
  return /^(now|today)/.test(start)
}

/**
 * The instant that `now-30d` (to the minute) or `today-12w` (its midnight in UTC) stands for.
 * @param clock milliseconds since 1970
 * @throws OptionError
 */
export function startByTheClock(start: string, clock: number): number {
  const [, word, less] = /^(now|today)(?:-(\w+))?$/.exec(start) ?? []
  const span = less === undefined ? 0 : parseDuration(less)
  if (word === undefined || span === undefined)
    throw new OptionError({
      option: 'start',
      rule: 'an instant, or now or today less a duration such as now-30d, today-12w',
      value: start,
    })
  return clock - (clock % (word === 'now' ? MINUTE : DAY)) - span
}
