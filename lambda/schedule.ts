// From the time that a run was scheduled for to the ticks that should be behind the world by then: one tick a minute of
// the schedule, whatever its rate, so a run that was missed is made up for by the next.

import { DAY, formatInstant, lastTickOf, MINUTE, TIME_END } from '../engine/index.ts'
import { type Settings, settingsFrom } from '../model/index.ts'
import { type Environment, inputFrom } from './environment.ts'

/** Settings of a world that runs by a schedule. */
export interface ScheduledSettings extends Settings {
  /** The scheduled minute of its first run, at the end of which tick 0 is over; milliseconds since 1970. */
  readonly firstRun: number
}

/**
 * Of a world that is born with this run. Its first tick is the one that ends as the run is scheduled: with ticks of a
 * minute, simulated time is the time on the wall.
 * @param scheduled milliseconds since 1970
 */
export function settingsAt(scheduled: number, environment: Environment): ScheduledSettings {
  const firstRun = minuteOf(scheduled)
  const { tickMilliseconds } = settingsFrom({ tick: environment.tick })
  const start = formatInstant(firstRun - tickMilliseconds)
  return { ...settingsFrom(inputFrom(environment, start)), firstRun }
}

/** How many ticks should be committed once a run of this time is over. @param scheduled milliseconds since 1970 */
export function ticksDue(scheduled: number, { firstRun }: ScheduledSettings): number {
  return (minuteOf(scheduled) - firstRun) / MINUTE + 1
}

/** Real days that a world is warned so long before its simulated time ends. */
const WARNED_DAYS = 90

/** In one line that a schedule comes to the end of simulated time soon; undefined while it does not. @param tick the next one */
export function endWarning(tick: number, settings: ScheduledSettings): string | undefined {
  const days = ((lastTickOf(settings) - tick) * MINUTE) / DAY
  if (days > WARNED_DAYS) return undefined
  const ends = `simulated time ends at ${formatInstant(TIME_END)}`
  return days > 0 ? `${ends}: in ${days.toFixed(1)} days at a tick a minute` : `${ends}: the world has come to its end`
}

function minuteOf(instant: number): number {
  return Math.floor(instant / MINUTE) * MINUTE
}
