// What clocks on the wall show. Instants are UTC; a local time is an instant plus the offset of its zone, in milliseconds, so
// that the arithmetic of days and hours holds for it too. The zones of the United States keep daylight saving time, except
// Arizona, which is told as MST and never changes its clocks.
//
// The rule is law: from the second Sunday in March to the first in November (Energy Policy Act of 2005, from 2007 on), before
// that from the first Sunday in April to the last in October; at two o'clock by the clock that is then on the wall.

import { civilDate, DAY, dayNumber, dayOfDate, HOUR, weekday } from '../../engine/index.ts'

/** Zones as people live in them: the first four in the order of TIMEZONES, Arizona told as the third. */
export const Zone = { eastern: 0, central: 1, mountain: 2, pacific: 3, arizona: 4 } as const

const STANDARD_OFFSETS = [-5 * HOUR, -6 * HOUR, -7 * HOUR, -8 * HOUR, -7 * HOUR] as const
/** Index into TIMEZONES by zone: the names stay in summer. */
const TOLD = [0, 1, 2, 3, 2] as const
const LAW_OF_2005_FROM = 2007
const SUNDAY = 6

/** The year that was looked at last, and its summer, in milliseconds of standard time. */
let yearFrom = 0
let yearTo = 0
let summerFrom = 0
let summerTo = 0

/** Index into TIMEZONES: what a zone is called in events. */
export function timezoneOf(zone: number): number {
  return TOLD[zone] as number
}

/** Milliseconds by which the clocks of a zone are ahead of UTC at an instant; negative. @param zone of Zone */
export function offsetAt(zone: number, instant: number): number {
  const standard = STANDARD_OFFSETS[zone] as number
  if (zone === Zone.arizona) return standard
  const time = instant + standard
  if (time < yearFrom || time >= yearTo) lookAtYear(time)
  return time >= summerFrom && time < summerTo ? standard + HOUR : standard
}

/** The local time of a zone at an instant. */
export function localAt(zone: number, instant: number): number {
  return instant + offsetAt(zone, instant)
}

/**
 * The instant at which the clocks of a zone show a local time. Of an hour that comes twice, in autumn, the first; a time in the
 * hour that is left out, in spring, counts on from the hour before it.
 */
export function instantAt(zone: number, local: number): number {
  const standard = STANDARD_OFFSETS[zone] as number
  const early = local - standard - HOUR
  return offsetAt(zone, early) > standard ? early : local - standard
}

function lookAtYear(time: number): void {
  const { year } = civilDate(dayNumber(time))
  yearFrom = dayOfDate({ year, month: 1, day: 1 }) * DAY
  yearTo = dayOfDate({ year: year + 1, month: 1, day: 1 }) * DAY
  const isToday = year >= LAW_OF_2005_FROM
  const begin = isToday ? sundayFrom(year, 3, 8) : sundayFrom(year, 4, 1)
  const end = isToday ? sundayFrom(year, 11, 1) : sundayFrom(year, 10, 25)
  summerFrom = begin * DAY + 2 * HOUR
  // Two o'clock in summer is one o'clock in standard time.
  summerTo = end * DAY + HOUR
}

/** The first Sunday from a date on. */
function sundayFrom(year: number, month: number, day: number): number {
  const first = dayOfDate({ year, month, day })
  return first + ((SUNDAY - weekday(first) + 7) % 7)
}
