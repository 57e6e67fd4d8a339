// Who teaches whom: the first tutor who is free, in an order that does not depend on who else is: the regular tutor; the three
// on the subject's circle to whom the words of whoever looks point, the best one first; those to whom more words point; those
// who stand next. So somebody's tutor is another one only where the one that they had is
// taken, or one that they would rather have is free.

import { chance, dayNumber } from '../../engine/index.ts'
import { MINUTES_A_DAY_MAX, REGULAR_SHARE } from '../state/calibration.ts'
import type { RegionState } from '../state/region.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'
import { hasLeft } from './students.ts'

/** Where the words point to no free tutor, so many points in a row are asked. */
const ASKED_MAX = 1024

/** What somebody looks for. */
export interface Wanted {
  /** Of the session. */
  subject: number
  /** That the tutor must have left, today and this week. */
  minutes: number
  /** Whether they must accept instant booking. */
  instant: boolean
  /** Number of the tutor who would be best; 0 for none. */
  regular: number
}

/** Row of a free tutor, or -1. @param words four random words of whoever looks */
export function findTutor(region: RegionState, wanted: Wanted, words: Uint32Array, now: number): number {
  const { tutor } = region
  const { subject, regular } = wanted
  const day = dayNumber(now)
  if (regular !== 0 && chance(words[0] as number, REGULAR_SHARE)) {
    const row = region.rowOfTutor(regular)
    if (!hasLeft(tutor.at(row), regular) && teaches(tutor, subject) && isFree(tutor, wanted, now, day)) return row
  }
  const circle = region.circles[subject] as (typeof region.circles)[number]
  if (circle.count === 0) return -1
  const [, word1, word2, word3] = words as unknown as [number, number, number, number]
  const near = [word1, word2, word3].map((word) => circle.rowAt(circle.next(word)))
  near.sort((a, b) => tutor.at(b).quality - tutor.at(a).quality)
  for (const row of near) if (isFree(tutor.at(row), wanted, now, day)) return row
  for (const word of [spread(word1), spread(word2)]) {
    const row = circle.rowAt(circle.next(word))
    if (isFree(tutor.at(row), wanted, now, day)) return row
  }
  const first = circle.next(spread(word3))
  for (let asked = 0; asked < Math.min(ASKED_MAX, circle.count); asked++) {
    const row = circle.rowAt(first + asked)
    if (isFree(tutor.at(row), wanted, now, day)) return row
  }
  return -1
}

/** Another word: the lower bits, which a place on the circle hardly depends on. */
function spread(word: number): number {
  return (word << 11) >>> 0
}

function isFree(tutor: TutorRow, { minutes, instant }: Wanted, now: number, day: number): boolean {
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
