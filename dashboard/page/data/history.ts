// What charts show, cut from the hours at an instant. The hour and the day that are not over yet come from the state, so
// that a chart ends with what has happened until then, and the same instant looks the same however one came to it.

import { midnights } from '../time/zone.ts'
import type { State } from './api.ts'
import { DAY, HOUR, type Hours, metricOfReason } from './live.ts'

export const WEEK_HOURS = 168
export const DAYS = 30

const hourOf = (at: number): number => Math.floor(at / HOUR) * HOUR

export interface Ended {
  at: number[]
  ended: number[]
  broken: number[]
}

/** Sessions that ended in each hour of the seven days before an instant; the last one is the hour under way. */
export function endedByHour(hours: Hours, state: State): Ended {
  const last = hourOf(state.at)
  const at = Array.from({ length: WEEK_HOURS + 1 }, (_, place) => last - (WEEK_HOURS - place) * HOUR)
  const column = (metric: string, today: number): number[] =>
    at.map((start) =>
      start === last ? today - sum(hours, metric, state.day_at, last) : (hours.value(metric, start) ?? 0),
    )
  const { sessions_completed_today: ended, sessions_broken_off_today: broken } = state.figures
  return {
    at,
    ended: column('sessions_completed', ended).map((value) => Math.max(0, value)),
    broken: column('sessions_broken_off', broken).map((value) => Math.max(0, value)),
  }
}

function sum(hours: Hours, metric: string, from: number, to: number): number {
  let total = 0
  for (let at = from; at < to; at += HOUR) total += hours.value(metric, at) ?? 0
  return total
}

export interface CallDays {
  days: number[]
  /** Of each reason, in the order of the world's. */
  counts: number[][]
}

/** Calls of each of the last thirty days, the one under way with what it has had. */
export function callsByDay(
  hours: Hours,
  state: State,
  reasons: readonly string[],
  start: number,
  zone: string,
): CallDays {
  const days = midnights(state.day_at - (DAYS - 0.5) * DAY, state.day_at, zone)
  const counts = reasons.map((reason, place) =>
    days.map((from, index) => {
      if (from === state.day_at) return state.calls_by_reason_today[place] ?? 0
      const until = days[index + 1] ?? state.day_at
      return until <= start ? 0 : sum(hours, metricOfReason(reason), from, until)
    }),
  )
  return { days, counts }
}

export interface Risk {
  at: number[]
  low: number[]
  medium: number[]
  high: number[]
}

const RISK_STEP = 3 * HOUR

/** How many students were at which risk, over thirty days. */
export function riskOverTime(hours: Hours, state: State, start: number): Risk {
  const risk: Risk = { at: [], low: [], medium: [], high: [] }
  const first = Math.max(
    Math.ceil(start / HOUR) * HOUR + HOUR,
    Math.ceil((state.at - DAYS * DAY) / RISK_STEP) * RISK_STEP,
  )
  for (let at = first; at < state.at; at += RISK_STEP) {
    // An hour's value is that of its end.
    const [low, medium, high] = ['low', 'medium', 'high'].map((level) => hours.value(`students/${level}`, at - HOUR))
    if (low == null || medium == null || high == null) continue
    risk.at.push(at)
    risk.low.push(low)
    risk.medium.push(medium)
    risk.high.push(high)
  }
  const { students_low, students_medium, students_high } = state.figures
  risk.at.push(state.at)
  risk.low.push(students_low)
  risk.medium.push(students_medium)
  risk.high.push(students_high)
  return risk
}

/** The largest number of sessions that ever ended in one hour, so that an axis stands still while the time moves. */
export function largestHour(hours: Hours): number {
  return Math.max(0, ...(hours.columns.get('sessions_completed') ?? []).map((value) => value ?? 0))
}
