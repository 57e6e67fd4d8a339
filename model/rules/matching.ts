// Who is free to teach, and who does where a student has no tutor of their own at hand: the first who is free, in an order
// that does not depend on who else is: the three on the subject's circle to whom the words of whoever looks point, the
// best one first; those to whom more words point; those who stand next. So somebody's tutor is another one only where the one
// that they had is taken, or one that they would rather have is free.

import { dayNumber, MINUTE } from '../../engine/index.ts'
import { isOnDuty } from '../settings/duty.ts'
import { worksAt } from '../state/duty.ts'
import { ACTUAL_MINUTES, RESERVED_A_DAY_MAX, RESERVED_SHARE_MAX } from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import { localMinute, standardMinute } from '../state/reservations.ts'
import { type TutorRow, TutorState } from '../state/tables.ts'
import { minutesInEightDays } from './tutors.ts'
import { isSchoolTime, minuteOfWeek } from './weekclock.ts'

/** Where the words point to no free tutor, so many points in a row are asked. */
const ASKED_MAX = 1024
const QUARTER = 15 * MINUTE
/** Minutes that a tutor teaches in a UTC day at most; A. */
const MINUTES_A_DAY_MAX = 360
/**
 * … and in eight such days in a row, which is what seven times 24 hours may touch. With the end of one session before them,
 * 95 minutes at most, that stays below the contract's 40 hours in any week.
 */
const MINUTES_IN_EIGHT_DAYS_MAX = 40 * 60 - 95
const MINUTES_A_DAY = 1440
/** Lessons of a student begin no earlier and no later than at these minutes of the day, and so far apart. */
const DAY_BEGINS = 8 * 60
const DAY_ENDS = 23 * 60 - 15
const APART = 90

/** What the session at hand wants of a tutor. */
export interface Wanted {
  /** Scheduled. */
  minutes: number
  /** That the tutor must have left, today and this week: as long as the session may take. */
  longest: number
  /** Whether the tutor may be kept, if all goes well. */
  forGood: boolean
  /** Whether they must accept instant booking. */
  instant: boolean
  now: number
  /** The quarter of an hour that it is about: lessons begin a little early or late. */
  quarter: number
  /** Number of the day in UTC, and minute of the week in standard UTC. */
  day: number
  standard: number
}

/** One for all sessions, which come one after the other. Of fractions to begin with, or V8 compiles all anew. */
const want: Wanted = {
  ...{ minutes: 0, longest: 0, forGood: false, instant: false },
  ...{ now: Number.NaN, quarter: Number.NaN, day: 0, standard: 0 },
}

/** @param zone in which the week is counted @param minutes scheduled @returns valid until the next session is at hand */
export function wanted({ given }: RegionState, zone: number, minutes: number, instant: boolean, now: number): Wanted {
  const quarter = Math.round(now / QUARTER) * QUARTER
  want.minutes = minutes
  want.longest = Math.min(ACTUAL_MINUTES.longest, minutes + given.sessions.longer)
  want.forGood = !instant
  want.instant = instant
  want.now = now
  want.quarter = quarter
  want.day = dayNumber(now)
  want.standard = standardMinute(zone, minuteOfWeek(given.clock.localAt(zone, quarter)))
  return want
}

/**
 * Row of a free tutor, or -1.
 * @param subject of the session @param words four random words of whoever looks
 */
export function findTutor(region: RegionState, subject: number, want: Wanted, words: Uint32Array): number {
  const { tutor } = region
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
  if (isFree(region, best, want)) return best
  if (isFree(region, second, want)) return second
  if (isFree(region, third, want)) return third
  const fourth = circle.rowAt(circle.next(spread(word1)))
  if (isFree(region, fourth, want)) return fourth
  const fifth = circle.rowAt(circle.next(spread(word2)))
  if (isFree(region, fifth, want)) return fifth
  const first = circle.next(spread(word3))
  for (let asked = 0; asked < Math.min(ASKED_MAX, circle.count); asked++) {
    const row = circle.rowAt(first + asked)
    if (isFree(region, row, want)) return row
  }
  return -1
}

/** Whether a tutor is free for somebody who is not their student. @param row of the tutor */
function isFree(region: RegionState, row: number, want: Wanted): boolean {
  return (
    region.tutor.at(row).minutesLeft >= want.longest &&
    isFreeForOwn(region, row, want) &&
    (want.forGood || isOpen(region, row, want.day))
  )
}

/** Whether a tutor takes strangers: neither the hours that they keep nor what they taught of late fill their week. */
function isOpen({ reservations, tutor, given }: RegionState, row: number, day: number): boolean {
  const { openBelow } = given.slots
  return reservations.minutes(row) <= openBelow && minutesInEightDays(tutor.at(row), day) <= openBelow
}

/** Whether a tutor can take a session of one of their students at another hour than that one's own. @param row of the tutor */
export function isFreeForOwn(region: RegionState, row: number, want: Wanted): boolean {
  return (
    canTeach(region, row, want) &&
    worksAt(region.tutor, region.given.clock, want.quarter) &&
    region.reservations.isFree(row, want.standard, want.minutes)
  )
}

/**
 * Whether a tutor can take a session in the hour that they keep for it. Their students come first: what they offer to others
 * may be used up by then. But who is about to leave teaches no more than they offer. @param row of the tutor
 */
export function canTeach({ tutor }: RegionState, row: number, { longest, instant, now, day }: Wanted): boolean {
  tutor.at(row)
  return (
    tutor.busyUntil < now &&
    tutor.hours > 0 &&
    tutor.away === 0 &&
    (tutor.state === TutorState.active || tutor.minutesLeft >= longest) &&
    tutor.state !== TutorState.gone &&
    (!instant || tutor.acceptsInstantBook === 1) &&
    (tutor.today === day ? tutor.minutesToday : 0) + longest <= MINUTES_A_DAY_MAX &&
    minutesInEightDays(tutor, day) + longest <= MINUTES_IN_EIGHT_DAYS_MAX
  )
}

/** Whether a tutor has an hour of a student's week to keep. @param tutor row @param minute of the week in the student's zone */
export function canHold(region: RegionState, tutor: number, zone: number, minute: number, minutes: number): boolean {
  const { reservations } = region
  const standard = standardMinute(zone, minute)
  const { zone: tutorZone, usualHours, duty } = region.tutor.at(tutor)
  return (
    isOnDuty(duty, Math.floor(localMinute(tutorZone, standard) / 60)) &&
    reservations.isFree(tutor, standard, minutes) &&
    reservations.minutesOfDay(tutor, standard) + minutes <= RESERVED_A_DAY_MAX &&
    reservations.minutes(tutor) + minutes <= usualHours * 0.6 * RESERVED_SHARE_MAX
  )
}

/** Whether the slot at hand could be at another minute of its student's week, beside their other slots. */
export function suitsStudent({ student, slot }: RegionState, minute: number): boolean {
  const { row } = slot
  const ofDay = minute % MINUTES_A_DAY
  if (ofDay < DAY_BEGINS || ofDay > DAY_ENDS || (isSchoolTime(minute) && !isSchoolTime(slot.minute))) return false
  let suits = true
  for (let link = student.slots; link !== 0; link = slot.next) {
    slot.at(link - 1)
    if (link - 1 !== row && Math.abs(slot.minute - minute) < APART) suits = false
  }
  slot.at(row)
  return suits
}

/** Another word: the lower bits, which a place on the circle hardly depends on. */
function spread(word: number): number {
  return (word << 11) >>> 0
}

function isBetter(tutor: TutorRow, row: number, than: number): boolean {
  return tutor.at(row).quality > tutor.at(than).quality
}
