// Looks at all students once a week: what their numbers were, what had happened to them lately, and whether they left soon after.

import { DAY, HOUR, WEEK } from '../../engine/index.ts'
import type { Lives, StudentLife } from './lives.ts'
import type { Seen } from './seen.ts'

/** A student at an instant, as the events until then have it. */
export interface Look {
  life: StudentLife
  instant: number
  /** Record of the latest health update; −1 before the first. */
  health: number
  /** Number of the student's sessions that had begun, and of calls that had been logged. */
  sessions: number
  calls: number
  /** Since the latest session's end. */
  quietDays: number
  /** Since the student was first heard of. */
  tenureDays: number
  /** Whether they leave before the next look, as well as can be told; null where the stream ends before. */
  leaves: boolean | null
  /** Whether the last event of all comes in the 30 days to come. */
  fallsSilent: boolean | null
}

const WINDOW = 30 * DAY
/** What happens in the last days of a stream is not yet known to be a departure. */
const UNKNOWN_TAIL = 31 * DAY

export function* looks(seen: Seen, { students }: Lives): Generator<Look> {
  const begin = seen.first + WINDOW
  const { columns } = seen.sessions
  for (const life of students) {
    let [health, sessions, calls, stay] = [0, 0, 0, 0]
    for (let instant = begin; instant <= seen.last; instant += WEEK) {
      while (
        health < life.health.length &&
        (seen.health.columns.instant[life.health[health] as number] as number) <= instant
      )
        health++
      while (sessions < life.sessions.length && (columns.start[life.sessions[sessions] as number] as number) <= instant)
        sessions++
      while (
        calls < life.calls.length &&
        (seen.calls.columns.instant[life.calls[calls] as number] as number) <= instant
      )
        calls++
      while (stay < life.stays.length && (life.stays[stay]?.to as number) <= instant) stay++
      const current = life.stays[stay]
      if (current === undefined) break
      if (current.from > instant) continue
      const latest = sessions > 0 ? (life.sessions[sessions - 1] as number) : -1
      const end =
        latest < 0 ? Number.NaN : Math.max(columns.end[latest] as number, (columns.start[latest] as number) + HOUR / 2)
      const isKnownFor = (time: number): boolean => instant + time + UNKNOWN_TAIL <= seen.last
      const final = life.stays.at(-1)
      yield {
        life,
        instant,
        health: health > 0 ? (life.health[health - 1] as number) : -1,
        sessions,
        calls,
        quietDays: (instant - end) / DAY,
        tenureDays: (instant - life.first) / DAY,
        leaves: isKnownFor(WEEK) ? current.hasLeft && current.to <= instant + WEEK : null,
        fallsSilent:
          isKnownFor(WINDOW) && life.last > instant ? final?.hasLeft === true && life.last <= instant + WINDOW : null,
      }
    }
  }
}
