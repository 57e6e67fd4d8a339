// When in the week a tutor teaches: between an earliest and a latest local hour on weekdays, and on neither, one or both days
// of the weekend. What chance gave a tutor at birth is an index into DUTIES, so tutors of one kind can be counted together.

import { Choice, DAY, dayNumber, exp, HOUR, ln, weekday } from '../../engine/index.ts'
import { localAt } from '../events/localtime.ts'
import { HOURS_OF_WEEK } from './calibration.ts'
import type { TutorRow } from './tables.ts'

const HOURS_A_DAY = 24
const HOURS_A_WEEK = 168
const SATURDAY = 5
const SUNDAY = 6

/** Local hours of a day in which sessions begin, from the first to before the second. */
type Span = readonly [opens: number, closes: number]

/** Weekdays, each with its share of tutors in percent: most have school, studies or another job until the afternoon; A. */
const WEEKDAY_SPANS: readonly (readonly [Span, number])[] = [
  [[8, 16], 6],
  [[8, 20], 10],
  [[9, 22], 14],
  [[12, 21], 12],
  [[14, 22], 14],
  [[15, 22], 15],
  [[16, 23], 16],
  [[17, 24], 13],
]
/** Days of the weekend, with their share of tutors in percent: row 21 has Sundays twice as busy as Saturdays; A. */
const WEEKENDS: readonly (readonly [readonly number[], number])[] = [
  [[], 20],
  [[SATURDAY], 8],
  [[SUNDAY], 32],
  [[SATURDAY, SUNDAY], 40],
]
/** Those who teach by day rest in the evening; the others sleep in; A. */
const WEEKEND_SPANS: readonly [early: Span, late: Span] = [
  [8, 18],
  [9, 21],
]
const EARLY_BEFORE = 20
/** The few who want a lesson later than this find tutors of the latest hours; A. */
const LATE_FROM = 23

/** Hours of a window in which somebody can teach all day. */
const LONG_DAY = 8

/** A kind of working week. */
export interface Duty {
  weekdays: Span
  weekend: Span
  /** 5 for Saturday, 6 for Sunday. */
  weekendDays: readonly number[]
}

export const DUTIES: readonly Duty[] = WEEKDAY_SPANS.flatMap(([weekdays]) =>
  WEEKENDS.map(([weekendDays]) => ({ weekdays, weekend: weekendSpan(weekdays), weekendDays })),
)
/** Index into DUTIES. */
export const DUTY = new Choice(WEEKDAY_SPANS.flatMap(([, share]) => WEEKENDS.map(([, weekend]) => share * weekend)))
/** Of tutors to whom teaching is a profession: long days, and weekends too. */
export const PROFESSIONAL_DUTY = new Choice(
  DUTIES.map(({ weekdays: [opens, closes], weekendDays }) => (closes - opens >= LONG_DAY ? weekendDays.length : 0)),
)

/** Of each kind of week, one after another, its 168 local hours from Monday 00:00 on: 1 on duty, 0 off. */
const ON_DUTY = Uint8Array.from(DUTIES.flatMap(hoursOf))

/** Tutors put their hours where they are wanted, though less than students do: this power of an hour's demand; A. */
const FOLLOWS_DEMAND = 0.75
/** Of each kind of week the share of its hours that are on offer in each hour; adds up to 1. */
const SHARES = Float64Array.from(
  DUTIES.flatMap((_, duty) => {
    const weights = HOURS_OF_WEEK.map((share, hour) =>
      ON_DUTY[duty * HOURS_A_WEEK + hour] === 1 ? exp(FOLLOWS_DEMAND * ln(share)) : 0,
    )
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.map((weight) => weight / total)
  }),
)
/** How far ahead somebody who looks for a tutor books, in hours; A. */
const BOOKED_AHEAD = 3
/** Of each kind of week whether a session can begin within so many hours from an hour on: 1 or 0. */
const HOURS_AHEAD = ON_DUTY.map((_, at) => {
  const week = Math.floor(at / HOURS_A_WEEK) * HOURS_A_WEEK
  const hours = Array.from({ length: BOOKED_AHEAD }, (_, ahead) => week + ((at - week + ahead) % HOURS_A_WEEK))
  return hours.some((hour) => ON_DUTY[hour] === 1) ? 1 : 0
})

/** Share of a week's hours on offer that lies in an hour of it. @param duty index into DUTIES @param hour 0 to 167 */
export function shareOfWeek(duty: number, hour: number): number {
  return SHARES[duty * HOURS_A_WEEK + hour] as number
}

/** Whether a session can begin within three hours from an hour of the week on. @param duty index into DUTIES */
export function hoursAhead(duty: number, hour: number): boolean {
  return HOURS_AHEAD[duty * HOURS_A_WEEK + hour] === 1
}

/**
 * Whether the tutor at hand takes lessons that begin in an hour.
 * @param hour 0 to 167 of the tutor's local week, Monday 00:00 first
 */
export function worksAt({ duty }: TutorRow, hour: number): boolean {
  return ON_DUTY[duty * HOURS_A_WEEK + hour] === 1
}

/** Whether the tutor at hand takes lessons that begin at an instant. */
export function isOnDuty(tutor: TutorRow, instant: number): boolean {
  return worksAt(tutor, hourOfWeek(localAt(tutor.zone, instant)))
}

/** 0 for Monday 00:00 to 167. @param local time on the wall, in milliseconds */
export function hourOfWeek(local: number): number {
  const day = dayNumber(local)
  return weekday(day) * HOURS_A_DAY + Math.floor((local - day * DAY) / HOUR)
}

function weekendSpan([, closes]: Span): Span {
  const [early, late] = WEEKEND_SPANS
  return closes <= EARLY_BEFORE ? early : closes > LATE_FROM ? [late[0], LATE_FROM] : late
}

function hoursOf({ weekdays, weekend, weekendDays }: Duty): number[] {
  return Array.from({ length: HOURS_A_WEEK }, (_, hour) => {
    const day = Math.floor(hour / HOURS_A_DAY)
    const ofDay = hour % HOURS_A_DAY
    const [opens, closes] = day < SATURDAY ? weekdays : weekend
    const works = day < SATURDAY || weekendDays.includes(day)
    return works && ofDay >= opens && ofDay < closes ? 1 : 0
  })
}
