// Times in which students take fewer lessons: those who are of two minds whether to stay, and the summer's rest.

import { dayNumber } from '../../engine/index.ts'
import { Purpose } from '../state/draws.ts'
import type { RegionState } from '../state/region.ts'
import { type StudentRow, StudentState } from '../state/tables.ts'
import { between } from '../state/words.ts'

const TWO_32 = 0x1_0000_0000
const JUNE = 6

/** Whether a student is of two minds whether to stay. */
export function wavers({ state, weeksToGo }: StudentRow): boolean {
  return state === StudentState.active && weeksToGo > 0
}

/** Chance that a student keeps a lesson, as far as it is up to whether they want to stay. */
export function attendance({ student, given }: RegionState): number {
  // Looked up for those who do not waver too: it is a while until the first does, and V8 would compile all who ask anew.
  const { kept } = given.growth.wavering
  return wavers(student) ? kept : 1
}

/** What the student at hand, who thinks of leaving, makes of it: some weeks of two minds, or none and they leave at once. */
export function waver(region: RegionState, month: number, now: number): void {
  const { student, random, given } = region
  const { newcomerWeeks, newcomersAtOnce, angryAtOnce, othersAtOnce, shortest, longest } = given.growth.wavering
  const words = random.draw(Purpose.review, student.number, student.reviews, 1)
  const whether = words[0] as number
  const weeks = words[1] as number
  const weeksThere = Math.floor((dayNumber(now) - student.joinedDay) / 7)
  const isAngry = student.calls14 >= 2 || student.unresolvedUntilDay > dayNumber(now) || student.bereavedWeeks > 0
  const usual = weeksThere < newcomerWeeks ? newcomersAtOnce : isAngry ? angryAtOnce : othersAtOnce
  // What June adds is the end of the term: no time to waver.
  const atOnce = month === JUNE ? 1 - (1 - usual) / given.growth.hazard.factors.june : usual
  const most = weeksThere < newcomerWeeks ? Math.ceil((1 + weeksThere) / 2) : longest
  student.weeksToGo = region.decides('stay.leavesAtOnce', whether, atOnce)
    ? 0
    : Math.min(most, between(weeks, shortest, longest))
}

/** Whether the student at hand is one who takes no lessons while the season is as low as it is now. */
export function restsNow(region: RegionState, now: number): boolean {
  const { first, last, share } = region.given.growth.rest
  const season = region.season(now)
  if (season >= first) return false
  const word = region.random.draw(Purpose.rest, region.student.number, 0)[0] as number
  const place = word / TWO_32 / share
  return place < 1 && season < first + (last - first) * place
}
