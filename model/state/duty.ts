// What of the week a tutor takes lessons in.

import { DAY, dayNumber, HOUR, weekday } from '../../engine/index.ts'
import type { PeopleClock } from '../settings/clock.ts'
import { isOnDuty } from '../settings/duty.ts'
import type { TutorRow } from './tables.ts'

const HOURS_A_DAY = 24

/** Whether the tutor at hand takes lessons that begin at an instant. */
export function worksAt({ duty, zone }: TutorRow, clock: PeopleClock, instant: number): boolean {
  return isOnDuty(duty, hourOfWeek(clock.localAt(zone, instant)))
}

/** 0 for Monday 00:00 to 167. @param local time on the wall, in milliseconds */
export function hourOfWeek(local: number): number {
  const day = dayNumber(local)
  return weekday(day) * HOURS_A_DAY + Math.floor((local - day * DAY) / HOUR)
}
