// How alarms look at a schedule's figures, which come once a run, whatever its rate. CloudWatch evaluates periods of up to
// a day and seven days in all, and takes a period without a figure for a good one: a period that is shorter than two rounds
// of the schedule may well have none.

/** So many of the latest periods have to be bad. */
export interface Evaluation {
  periodMinutes: number
  datapoints: number
  of: number
}

/** As often as CloudWatch is asked where runs come more often. */
const PERIOD_MINUTES_MIN = 5
const DAY_MINUTES = 1440
const DAYS_MAX = 7

/** One bad run will do, and the alarm stands until the next ones were good. @param minutes between runs */
export function once(minutes: number): Evaluation {
  return { ...periods(2 * minutes), datapoints: 1 }
}

/** Run after run is bad: in three periods in a row, or where those would be too long, in any two. */
export function sustained(minutes: number): Evaluation {
  const rounds = periods(2 * minutes)
  if (rounds.of === 1) return { ...rounds, datapoints: 3, of: 3 }
  // Runs are not to the minute: of two that follow one another, both may come within one day.
  return rounds.of < DAYS_MAX
    ? { ...rounds, datapoints: 2, of: Math.min(DAYS_MAX, rounds.of + 2) }
    : { ...rounds, datapoints: 1 }
}

/** Three rounds of the schedule, without a break. */
export function throughout(minutes: number): Evaluation {
  const rounds = periods(3 * minutes)
  return { ...rounds, datapoints: rounds.of }
}

/** Whether seven days without a run say that one is missing. */
export function isSeenWeekly(minutes: number): boolean {
  return minutes < DAYS_MAX * DAY_MINUTES
}

/** Periods of up to a day that are so many minutes together, or as many as there may be. */
function periods(minutes: number): { periodMinutes: number; of: number } {
  const periodMinutes = Math.min(DAY_MINUTES, Math.max(PERIOD_MINUTES_MIN, minutes))
  return { periodMinutes, of: Math.min(DAYS_MAX, Math.ceil(minutes / periodMinutes)) }
}
