// When a student's next session is to be: evenly in marketplace time, on a quarter of the hour, alone or in a class.

import { chance, HOUR, MINUTE } from '../../engine/index.ts'
import { SESSION_TYPES } from '../events/index.ts'
import {
  CLASS,
  GAP,
  NORMAL,
  NOTICE,
  PACE,
  PLANS,
  PUNCTUALITY,
  QUARTER,
  RETRY,
  SECOND_SUBJECT_SESSIONS,
  SESSION_TYPE,
  ZONE_OFFSETS,
} from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { SessionPhase } from '../state/tables.ts'
import { halves } from '../state/words.ts'
import { after } from './weekclock.ts'

const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_32 = 0x1_0000_0000

/**
 * Plans the next session of the student at hand.
 * @param from instant after which it may be
 * @param gapShare part of the usual gap to leave; below 1 for students who are in the middle of a gap when the world is born
 */
export function plan(region: RegionState, from: number, gapShare = 1): void {
  const { student, random, world } = region
  const words = random.draw(Purpose.plan, region.studentNumber(student.row), from)
  const weekly = (PLANS[student.plan] as number) * PACE * region.season(from)
  const offset = ZONE_OFFSETS[student.zone] as number
  const wished = after(from + NOTICE + offset, (GAP.at(words[0] as number) * gapShare) / weekly) - offset
  student.sessionSubject =
    student.otherSubject > 0 && chance(words[2] as number, SECOND_SUBJECT_SESSIONS)
      ? student.otherSubject - 1
      : student.subject
  student.sessionType = SESSION_TYPE.pick(words[1] as number)
  student.attempts = 0
  if (student.sessionType === INSTANT) {
    student.phase = SessionPhase.requested
    return world.schedule(Kind.session, student.row, wished)
  }
  student.phase = SessionPhase.planned
  let slot = Math.floor(wished / HOUR) * HOUR + QUARTER.pick(words[3] as number) * 15 * MINUTE
  if (slot < from + NOTICE / 2) slot += HOUR
  if (student.sessionType === GROUP) slot = joinClass(region, slot, from)
  if (student.sessionType === ONE_ON_ONE) slot += lateness(halves(words[3] as number, words[1] as number))
  world.schedule(Kind.session, student.row, Math.max(slot, from + 1))
}

/** Takes a seat in the market's open class or opens one; else the student has a session of their own. */
function joinClass(region: RegionState, slot: number, from: number): number {
  const { student, random } = region
  const market = region.market.edit(student.sessionSubject)
  if (market.openClass > from + NOTICE && market.openSeatsTaken < CLASS.seats) {
    if (Math.abs(market.openClass - slot) <= CLASS.reach) {
      market.openSeatsTaken++
      return market.openClass
    }
    student.sessionType = ONE_ON_ONE
    return slot
  }
  const [late] = random.draw(Purpose.groupClass, region.marketNumber(student.sessionSubject), slot)
  const start = slot + lateness(late as number)
  // Not at the very instant of the class before: the two would be one class.
  market.openClass = start === market.openClass ? start + MINUTE : start
  market.openSeatsTaken = 1
  return market.openClass
}

function lateness(word: number): number {
  const { mean, deviation, earliest, latest } = PUNCTUALITY
  return Math.round(Math.min(latest, Math.max(earliest, mean + deviation * NORMAL.at(word))) * MINUTE)
}

/** Another try at a session that found no tutor: one-on-one, at an hour that suits the student. */
export function planRetry(region: RegionState, word: number, now: number): void {
  const { student, world } = region
  const offset = ZONE_OFFSETS[student.zone] as number
  student.sessionType = ONE_ON_ONE
  student.phase = SessionPhase.planned
  const later = after(now + RETRY.shortest + offset, (word / TWO_32) * RETRY.withinWeeks) - offset
  world.schedule(Kind.session, student.row, later)
}
