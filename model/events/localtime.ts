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

/** A year and its summer, in milliseconds of standard time. */
interface Year {
  from: number
  to: number
  summerFrom: number
  summerTo: number
}

/** An even and an odd year as they were looked at last, because those who plan look at two about New Year. */
const YEARS: readonly [Year, Year] = [emptyYear(), emptyYear()]
let year = YEARS[0]

/** Index into TIMEZONES: what a zone is called in events. */
export function timezoneOf(zone: number): number {
  return TOLD[zone] as number
}

/** Milliseconds by which the clocks of a zone are ahead of UTC at an instant; negative. @param zone of Zone */
export function offsetAt(zone: number, instant: number): number {
  const standard = STANDARD_OFFSETS[zone] as number
  if (zone === Zone.arizona) return standard
  const time = instant + standard
  if (time < year.from || time >= year.to) year = yearOf(time)
  // Nothing is added in winter too: V8 would compile all who ask for the time anew in March, when an hour is for the first time.
  return standard + (time >= year.summerFrom && time < year.summerTo ? HOUR : 0)
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

/** The year that a time of standard time lies in. */
function yearOf(time: number): Year {
  const other = year === YEARS[0] ? YEARS[1] : YEARS[0]
  if (time >= other.from && time < other.to) return other
  const { year: number } = civilDate(dayNumber(time))
  const looked = YEARS[number % 2] as Year
  const isToday = number >= LAW_OF_2005_FROM
  looked.from = dayOfDate({ year: number, month: 1, day: 1 }) * DAY
  looked.to = dayOfDate({ year: number + 1, month: 1, day: 1 }) * DAY
  looked.summerFrom = (isToday ? sundayFrom(number, 3, 8) : sundayFrom(number, 4, 1)) * DAY + 2 * HOUR
  // Two o'clock in summer is one o'clock in standard time.
  looked.summerTo = (isToday ? sundayFrom(number, 11, 1) : sundayFrom(number, 10, 25)) * DAY + HOUR
  return looked
}

function emptyYear(): Year {
  return { from: 0, to: 0, summerFrom: 0, summerTo: 0 }
}

/** The first Sunday from a date on. */
function sundayFrom(year: number, month: number, day: number): number {
  const first = dayOfDate({ year, month, day })
  return first + ((SUNDAY - weekday(first) + 7) % 7)
}
