// Marketplace time: the week stretched so that demand is even. A student's sessions are evenly spread in it, and so
// follow the hours and weekdays of the calibration on the wall.

import { DAY, dayNumber, HOUR, MINUTE, WEEK, weekday } from '../../engine/index.ts'
import { HOURS_OF_WEEK, NORMAL, PUNCTUALITY } from '../state/calibration.ts'

const HOURS = 168
const CELLS = 4096

/** Share of a week's demand before each hour of the week. */
const BEFORE = Float64Array.from({ length: HOURS + 1 }, (_, hour) =>
  HOURS_OF_WEEK.slice(0, hour).reduce((sum, share) => sum + share, 0),
)
/** First hour of the week to look at for a share, by its first 12 bits. */
const FIRST_HOUR = Uint8Array.from({ length: CELLS }, (_, cell) => {
  let hour = 0
  while (hour < HOURS - 1 && (BEFORE[hour + 1] as number) <= cell / CELLS) hour++
  return hour
})

/** Monday 00:00 of a local time's week. */
function weekStart(local: number): number {
  const day = dayNumber(local)
  return (day - weekday(day)) * DAY
}

/**
 * The local time by which `weeks` weeks' worth of demand have passed since `local`.
 * @param local instant plus the offset of its zone, in milliseconds
 */
export function after(local: number, weeks: number): number {
  const monday = weekStart(local)
  const hour = Math.floor((local - monday) / HOUR)
  const share = (local - monday) / HOUR - hour
  const before = BEFORE[hour] as number
  const target = before + ((BEFORE[hour + 1] as number) - before) * share + weeks
  const wholeWeeks = Math.floor(target)
  const rest = target - wholeWeeks
  let found = FIRST_HOUR[Math.floor(rest * CELLS)] as number
  while (found < HOURS - 1 && (BEFORE[found + 1] as number) <= rest) found++
  const from = BEFORE[found] as number
  const width = (BEFORE[found + 1] as number) - from
  const part = width > 0 ? Math.min(1, (rest - from) / width) : 0
  return monday + wholeWeeks * WEEK + Math.floor((found + part) * HOUR)
}

/** By how much a session begins late, in milliseconds; negative where early. @param word 32 random bits */
export function lateness(word: number): number {
  const { mean, deviation, earliest, latest } = PUNCTUALITY
  return Math.round(Math.min(latest, Math.max(earliest, mean + deviation * NORMAL.at(word))) * MINUTE)
}
