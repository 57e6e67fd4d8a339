// Who teaches whom: the first tutor who is free, in an order that does not depend on who else is: the regular tutor; the three
// on the subject's circle to whom the words of whoever looks point, the best one first; those to whom more words point; those
// who stand next. So somebody's tutor is another one only where the one that they had is
// taken, or one that they would rather have is free.

import { chance, dayNumber } from '../../engine/index.ts'
import { REGULAR_SHARE } from '../state/calibration.ts'
import type { RegionState } from '../state/region.ts'
import { MINUTES_A_DAY_MAX } from '../state/supply.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'
import { regularHasLeft } from './students.ts'

/** Where the words point to no free tutor, so many points in a row are asked. */
const ASKED_MAX = 1024

/**
 * Row of a free tutor, or -1.
 * @param subject of the session @param minutes that the tutor must have left, today and this week
 * @param instant whether they must accept instant booking
 * @param withRegular whether the regular tutor of the student at hand would be best
 * @param words four random words of whoever looks
 */
export function findTutor(
  region: RegionState,
  subject: number,
  minutes: number,
  instant: boolean,
  withRegular: boolean,
  words: Uint32Array,
  now: number,
): number {
  const { tutor } = region
  const day = dayNumber(now)
  if (withRegular && chance(words[0] as number, REGULAR_SHARE)) {
    const row = region.student.regularTutor - 1
    if (row >= 0 && !regularHasLeft(region) && teaches(tutor, subject) && isFree(tutor, minutes, instant, now, day))
      return row
  }
  const circle = region.circles[subject] as (typeof region.circles)[number]
  if (circle.count === 0) return -1
  const word1 = words[1] as number
  const word2 = words[2] as number
  const word3 = words[3] as number
  let best = circle.rowAt(circle.next(word1))
  let second = circle.rowAt(circle.next(word2))
  let third = circle.rowAt(circle.next(word3))
  if (isBetter(tutor, second, best)) [best, second] = [second, best]
  if (isBetter(tutor, third, second)) [second, third] = [third, second]
  if (isBetter(tutor, second, best)) [best, second] = [second, best]
  if (isFree(tutor.at(best), minutes, instant, now, day)) return best
  if (isFree(tutor.at(second), minutes, instant, now, day)) return second
  if (isFree(tutor.at(third), minutes, instant, now, day)) return third
  const fourth = circle.rowAt(circle.next(spread(word1)))
  if (isFree(tutor.at(fourth), minutes, instant, now, day)) return fourth
  const fifth = circle.rowAt(circle.next(spread(word2)))
  if (isFree(tutor.at(fifth), minutes, instant, now, day)) return fifth
  const first = circle.next(spread(word3))
  for (let asked = 0; asked < Math.min(ASKED_MAX, circle.count); asked++) {
    const row = circle.rowAt(first + asked)
    if (isFree(tutor.at(row), minutes, instant, now, day)) return row
  }
  return -1
}

/** Another word: the lower bits, which a place on the circle hardly depends on. */
function spread(word: number): number {
  return (word << 11) >>> 0
}

function isBetter(tutor: TutorRow, row: number, than: number): boolean {
  return tutor.at(row).quality > tutor.at(than).quality
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
