// When a student's next session is to be: evenly in marketplace time, on a quarter of the hour, alone or in a class.

import { chance, HOUR, MINUTE } from '../../engine/index.ts'
import { SESSION_TYPES } from '../events/index.ts'
import { instantAt, localAt } from '../events/localtime.ts'
import {
  GAP,
  NOTICE,
  PACE,
  PLANS,
  QUARTER,
  RETRY,
  SECOND_SUBJECT_SESSIONS,
  SESSION_TYPE,
} from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { SessionPhase } from '../state/tables.ts'
import { halves } from '../state/words.ts'
import { giveSeat, joinClass } from './classes.ts'
import { attendance } from './decline.ts'
import { expectSession } from './markets.ts'
import { after, lateness } from './weekclock.ts'

const ONE_ON_ONE = SESSION_TYPES.indexOf('one_on_one')
const GROUP = SESSION_TYPES.indexOf('group')
const INSTANT = SESSION_TYPES.indexOf('instant_book')
const TWO_32 = 0x1_0000_0000

/**
 * Plans the first session of the student at hand, or the first one after a time without.
 * @param gapShare part of the usual gap to leave; below 1 for students who are in the middle of a gap when the world is born
 */
export function planFrom(region: RegionState, from: number, gapShare: number): void {
  region.student.wishedMinute = Math.floor(from / MINUTE)
  plan(region, from, gapShare)
}

/**
 * Plans the next session of the student at hand: a gap after the one that they wished for before. So one that was moved, or
 * found no tutor, moves none of those to come.
 * @param from instant after which it may be
 */
export function plan(region: RegionState, from: number, gapShare = 1): void {
  const { student, random, world } = region
  const { number, zone } = student
  let words: Uint32Array
  let wished = student.wishedMinute * MINUTE
  do {
    words = random.draw(Purpose.plan, number, ++student.plans)
    const weekly = (PLANS[student.plan] as number) * PACE * attendance(student) * region.season(wished)
    wished = instantAt(zone, after(localAt(zone, wished), (GAP.at(words[0] as number) * gapShare) / weekly))
  } while (wished < from + NOTICE)
  student.wishedMinute = Math.floor(wished / MINUTE)
  expectSession(region, wished, from)
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
  const late = lateness(halves(words[3] as number, words[1] as number))
  let slot = Math.floor(wished / HOUR) * HOUR + QUARTER.pick(words[3] as number) * 15 * MINUTE
  if (slot < from + NOTICE / 2) slot += HOUR
  const start = student.sessionType === GROUP ? joinClass(region, slot, from) : 0
  if (start === 0) student.sessionType = ONE_ON_ONE
  world.schedule(Kind.session, student.row, Math.max(start === 0 ? slot + late : start, from + 1))
}

/** Gives up the student's place in a class, where they have one. */
export function giveUpSeat(region: RegionState): void {
  const { student } = region
  if (student.phase !== SessionPhase.planned || student.sessionType !== GROUP) return
  if (region.classAt(student.sessionSubject, student.sessionDue)) giveSeat(region)
}

/** Another try at a session that found no tutor: one-on-one, at an hour that suits the student. */
export function planRetry(region: RegionState, word: number, now: number): void {
  const { student, world } = region
  const { zone } = student
  student.sessionType = ONE_ON_ONE
  student.phase = SessionPhase.planned
  const later = after(localAt(zone, now + RETRY.shortest), (word / TWO_32) * RETRY.withinWeeks)
  world.schedule(Kind.session, student.row, instantAt(zone, later))
}
