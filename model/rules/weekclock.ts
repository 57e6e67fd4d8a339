// The local week: its number, its minutes, and the days and hours in which demand falls. Local times are instants plus the
// offset of their zone, so that the arithmetic of days holds for them.

import { DAY, dayNumber, MINUTE, weekday } from '../../engine/index.ts'
import { NORMAL } from '../settings/densities.ts'
import type { Figures } from '../settings/figures.ts'
import type { WeekShape } from '../settings/people.ts'
import { PUNCTUALITY } from '../state/lessons.ts'

const HOURS = 24
const MINUTES_A_DAY = 1440
const FRIDAY = 4
const SATURDAY = 5
const WEEKEND = 5 * MINUTES_A_DAY
const AFTERNOON = 15 * 60
/** 1970 began on a Thursday; the week that held its first day has number 0. */
const DAYS_BEFORE_1970 = 3

/** Number of a local time's week, from Monday, since 1970. */
export function weekOf(local: number): number {
  return Math.floor((dayNumber(local) + DAYS_BEFORE_1970) / 7)
}

/** Local time of a week's Monday 00:00. */
export function mondayOf(week: number): number {
  return (week * 7 - DAYS_BEFORE_1970) * DAY
}

/** Minute of the local week, from Monday 00:00. */
export function minuteOfWeek(local: number): number {
  const day = dayNumber(local)
  return weekday(day) * MINUTES_A_DAY + Math.floor((local - day * DAY) / MINUTE)
}

/** Weekday, 0 for Monday, by which a share of the week's demand has passed. @param share from 0 to below 1 */
export function dayAt({ beforeDay }: WeekShape, share: number): number {
  let day = 0
  while (day < 6 && (beforeDay[day + 1] as number) <= share) day++
  return day
}

/** Minute of a weekday by which a share of the day's demand has passed. @param share from 0 to below 1 */
export function minuteAt({ beforeHour }: WeekShape, day: number, share: number): number {
  const before = beforeHour[day] as readonly number[]
  let hour = 0
  while (hour < HOURS - 1 && (before[hour + 1] as number) <= share) hour++
  const from = before[hour] as number
  const width = (before[hour + 1] as number) - from
  const part = width > 0 ? Math.max(0, (share - from) / width) : 0
  return Math.min(MINUTES_A_DAY - 1, Math.floor((hour + part) * 60))
}

/** Whether a minute of the week lies before the afternoon of a weekday: who has lessons then has no school. */
export function isSchoolTime(minute: number): boolean {
  return minute < WEEKEND && minute % MINUTES_A_DAY < AFTERNOON
}

/** Whether a minute of the week lies on a Friday or Saturday, on which nobody wants lessons who can have others. */
export function isQuiet(minute: number): boolean {
  const day = Math.floor(minute / MINUTES_A_DAY)
  return day === FRIDAY || day === SATURDAY
}

/** By how much a session begins late, in milliseconds; negative where early. @param word 32 random bits */
export function lateness({ sessions }: Pick<Figures, 'sessions'>, word: number): number {
  const { mean, deviation } = sessions.late
  const { earliest, latest } = PUNCTUALITY
  return Math.round(Math.min(latest, Math.max(earliest, mean + deviation * NORMAL.at(word))) * MINUTE)
}
