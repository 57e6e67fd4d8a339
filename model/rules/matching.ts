// Who teaches whom: the regular tutor where free, else one of the subject's tutors in the region, the better of two.

import { below, chance, dayNumber } from '../../engine/index.ts'
import { MINUTES_A_DAY_MAX, REGULAR_SHARE } from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import type { RegionState } from '../state/region.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'

const TRIES = 6
/** Where random picks find no free tutor, this many in a row of the list are asked. */
const ASKED_MAX = 256

/**
 * Row of a free tutor for the region's student at hand, or -1.
 * @param subject of the session
 * @param minutes that the tutor must have left, today and this week
 * @param instant whether they must accept instant booking
 */
export function findTutor(
  region: RegionState,
  subject: number,
  minutes: number,
  instant: boolean,
  now: number,
): number {
  const { student, tutor, random } = region
  const day = dayNumber(now)
  const words = random.draw(Purpose.match, region.studentNumber(student.row), now)
  const regular = student.regularTutor - 1
  if (regular >= 0 && chance(words[0] as number, REGULAR_SHARE)) {
    tutor.at(regular)
    if (teaches(tutor, subject) && isFree(tutor, minutes, instant, now, day)) return regular
  }
  const rows = region.tutorsOf[subject] as number[]
  if (rows.length === 0) return -1
  let found = -1
  let foundQuality = 0
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const word = attempt < 3 ? (words[attempt + 1] as number) : ((words[attempt - 2] as number) << 11) >>> 0
    const row = rows[below(word, rows.length)] as number
    if (row === found || !isFree(tutor.at(row), minutes, instant, now, day)) continue
    if (found < 0) {
      found = row
      foundQuality = tutor.quality
    } else return tutor.quality > foundQuality ? row : found
  }
  if (found >= 0) return found
  const first = below(words[3] as number, rows.length)
  for (let asked = 0; asked < Math.min(ASKED_MAX, rows.length); asked++) {
    const row = rows[(first + asked) % rows.length] as number
    if (isFree(tutor.at(row), minutes, instant, now, day)) return row
  }
  return -1
}

function isFree(tutor: TutorRow, minutes: number, instant: boolean, now: number, day: number): boolean {
  return (
    tutor.busyUntil < now &&
    tutor.minutesLeft >= minutes &&
    tutor.state !== TutorState.gone &&
    (!instant || tutor.acceptsInstantBook === 1) &&
    (tutor.today === day ? tutor.minutesToday : 0) + minutes <= MINUTES_A_DAY_MAX
  )
}

function teaches(tutor: TutorRow, subject: number): boolean {
  const wanted = subject + 1
  return tutor.subject1 === wanted || tutor.subject2 === wanted || tutor.subject3 === wanted
}
