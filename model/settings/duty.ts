// When in the week tutors teach: between an earliest and a latest local hour on weekdays, and on neither, one or both days of the
// weekend. Kinds of week are fixed, so that a tutor's row can name one by its number; how many tutors have which is a setting.

import { Choice, exp, ln } from '../../engine/index.ts'

const HOURS_A_DAY = 24
const HOURS_A_WEEK = 168
const SATURDAY = 5
const SUNDAY = 6

/** Local hours of a day in which sessions begin, from the first to before the second. */
type Span = readonly [opens: number, closes: number]

/** By the names of their weights. */
const WEEKDAY_SPANS = {
  from_8_to_16: [8, 16],
  from_8_to_20: [8, 20],
  from_9_to_22: [9, 22],
  from_12_to_21: [12, 21],
  from_14_to_22: [14, 22],
  from_15_to_22: [15, 22],
  from_16_to_23: [16, 23],
  from_17_to_24: [17, 24],
} as const satisfies Record<string, Span>
const WEEKENDS = {
  neither: [],
  saturday: [SATURDAY],
  sunday: [SUNDAY],
  both: [SATURDAY, SUNDAY],
} as const satisfies Record<string, readonly number[]>

export type WeekdayShares = Readonly<Record<keyof typeof WEEKDAY_SPANS, number>>
export type WeekendShares = Readonly<Record<keyof typeof WEEKENDS, number>>

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
/** How far ahead somebody who looks for a tutor books, in hours: what `available_tutors` of a market counts. */
const BOOKED_AHEAD = 3

/** A kind of working week. */
export interface Duty {
  weekdays: Span
  weekend: Span
  /** 5 for Saturday, 6 for Sunday. */
  weekendDays: readonly number[]
}

export const DUTIES: readonly Duty[] = Object.values(WEEKDAY_SPANS).flatMap((weekdays) =>
  Object.values(WEEKENDS).map((weekendDays) => ({ weekdays, weekend: weekendSpan(weekdays), weekendDays })),
)

/** Of tutors to whom teaching is a profession, index into DUTIES: long days, and weekends too. */
export const PROFESSIONAL_DUTY = new Choice(
  DUTIES.map(({ weekdays: [opens, closes], weekendDays }) => (closes - opens >= LONG_DAY ? weekendDays.length : 0)),
)

/** Of each kind of week, one after another, its 168 local hours from Monday 00:00 on: 1 on duty, 0 off. */
const ON_DUTY = Uint8Array.from(DUTIES.flatMap(hoursOf))

/** Of each kind of week whether a session can begin within so many hours from an hour on: 1 or 0. */
const HOURS_AHEAD = ON_DUTY.map((_, at) => {
  const week = Math.floor(at / HOURS_A_WEEK) * HOURS_A_WEEK
  const hours = Array.from({ length: BOOKED_AHEAD }, (_, ahead) => week + ((at - week + ahead) % HOURS_A_WEEK))
  return hours.some((hour) => ON_DUTY[hour] === 1) ? 1 : 0
})

/** Index into DUTIES by the shares of weekdays and weekends. @param usual those that these stand for */
export function dutyChoice(
  shares: readonly [WeekdayShares, WeekendShares],
  usual: readonly [WeekdayShares, WeekendShares],
): Choice {
  const weightsOf = ([weekdays, weekends]: readonly [WeekdayShares, WeekendShares]): number[] =>
    Object.values(weekdays).flatMap((share) => Object.values(weekends).map((weekend) => share * weekend))
  return new Choice(weightsOf(shares), weightsOf(usual))
}

/**
 * Of each kind of week the share of its hours that are on offer in each hour; adds up to 1 for each.
 * @param demand share of each hour of the week
 * @param follows power of an hour's demand by which tutors put their hours where they are wanted
 */
export function sharesOfWeek(demand: readonly number[], follows: number): Float64Array {
  const wanted = demand.map((share) => (share > 0 ? exp(follows * ln(share)) : 0))
  return Float64Array.from(
    DUTIES.flatMap((_, duty) => {
      const onDuty = wanted.map((_, hour) => ON_DUTY[duty * HOURS_A_WEEK + hour] as number)
      const weights = wanted.map((weight, hour) => (onDuty[hour] === 1 ? weight : 0))
      const total = sum(weights)
      // Where nobody wants any of their hours, one is as good as another.
      return total > 0 ? weights.map((weight) => weight / total) : onDuty.map((hour) => hour / sum(onDuty))
    }),
  )
}

/** Whether a session can begin within three hours from an hour of the week on. @param duty index into DUTIES */
export function hoursAhead(duty: number, hour: number): boolean {
  return HOURS_AHEAD[duty * HOURS_A_WEEK + hour] === 1
}

/** Whether a tutor takes lessons that begin in an hour. @param hour 0 to 167 of the tutor's local week, Monday 00:00 first */
export function isOnDuty(duty: number, hour: number): boolean {
  return ON_DUTY[duty * HOURS_A_WEEK + hour] === 1
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
