// Slots: the standing appointments of a student, each at an hour of their local week with a tutor of their own or in a class.
// A slot's tutor is found with its first lesson, stays as long as the student likes them, and keeps the hour reserved
// while the student is active.

import { chance } from '../../engine/index.ts'
import type { Figures } from '../settings/figures.ts'
import { MINUTES, SLOTS_OF_PLAN } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { NEARBY, RELIABILITY_ONE } from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import { MINUTES_A_WEEK } from '../state/reservations.ts'
import { Rhythm } from '../state/tables.ts'
import { rest } from '../state/words.ts'
import { leaveClass } from './classes.ts'
import { canHold, suitsStudent } from './matching.ts'
import { dayAt, isQuiet, minuteAt } from './weekclock.ts'

const TWO_32 = 0x1_0000_0000
const MINUTES_A_DAY = 1440
/** Places of the lessons of a week: its slots from 0, then doubled ones, then an instant booking. */
export const PLACES = 8
export const DOUBLES = 5
export const WISH = 7

/** Gives the new student at hand the slots of their plan. */
export function openSlots(region: RegionState): void {
  const { student, slots, slot, random, given } = region
  const { number, plan, subject, otherSubject } = student
  const { hourSpread } = given.slots
  const habits = random.draw(Purpose.habits, number, 0)
  const day = (habits[0] as number) / TWO_32
  const hour = (habits[1] as number) / TWO_32
  const rhythmWord = habits[2] as number
  student.reliability = Math.round(given.sessions.reliability.student.at(habits[3] as number) * RELIABILITY_ONE)
  const count = SLOTS_OF_PLAN[plan] as number
  let link = 0
  for (let place = count - 1; place >= 0; place--) {
    const words = random.draw(Purpose.slot, number, place)
    slot.at(slots.take())
    slot.next = link
    slot.subject = otherSubject > 0 && place % 2 === 1 ? otherSubject - 1 : subject
    // Spread over the week, and so that each day has its share.
    slot.minute = minuteOf(
      given,
      (day + place / count) % 1,
      around(hour, words[0] as number, hourSpread),
      words[1] as number,
    )
    slot.minutes = MINUTES[given.sessions.length.pick(words[2] as number)] as number
    slot.rhythm = rhythmOf(given, plan, rhythmWord, words[3] as number)
    link = slot.row + 1
  }
  student.slots = link
}

function rhythmOf({ slots, sessions }: Figures, plan: number, studentWord: number, slotWord: number): number {
  if (plan === 0) return (studentWord & 1) === 0 ? Rhythm.evenWeeks : Rhythm.oddWeeks
  if (chance(studentWord, slots.flexible)) return Rhythm.flexible
  return chance(slotWord, sessions.classSlots / (1 - slots.flexible)) ? Rhythm.ofClass : Rhythm.weekly
}

/** Takes back the slots of the student at hand, who is not active any more. */
export function closeSlots(region: RegionState): void {
  const { student, slots, slot } = region
  for (let link = student.slots; link !== 0; ) {
    const { next } = slot.at(link - 1)
    slots.give(link - 1)
    link = next
  }
  student.slots = 0
}

/** The student at hand is not active for now: their hours and their seats in classes are free. */
export function letGo(region: RegionState): void {
  const { student, slot } = region
  for (let link = student.slots; link !== 0; link = slot.next) {
    slot.edit(link - 1)
    if (slot.rhythm === Rhythm.ofClass) leaveClass(region)
    else region.release(student.row, student.zone)
  }
}

/** The student at hand is active again: each tutor who is still there has them back, at their hour or one near it. */
export function takeUp(region: RegionState): void {
  const { student, slot } = region
  for (let link = student.slots; link !== 0; link = slot.next) {
    slot.edit(link - 1)
    if (slot.holder === 0) continue
    const tutor = slot.holder - 1
    slot.holder = 0
    if (region.isThere(tutor, slot.generation)) settle(region, tutor)
  }
}

/** Stands on the slot that the lesson at hand is of. False where it is an instant booking. */
export function atSlot({ student, slot }: Pick<RegionState, 'student' | 'slot'>): boolean {
  const place = student.lesson % PLACES
  if (place === WISH) return false
  let link = student.slots
  for (let left = place % DOUBLES; left > 0; left--) link = slot.at(link - 1).next
  slot.at(link - 1)
  return true
}

/** Row of the tutor of the slot at hand, -1 where there is none; lets go of one who has left. */
export function tutorOfSlot(region: RegionState): number {
  const { student, slot, groupClass } = region
  if (slot.holder === 0) return -1
  if (slot.rhythm === Rhythm.ofClass) {
    const { tutor, generation } = groupClass.at(slot.holder - 1)
    return tutor !== 0 && region.isThere(tutor - 1, generation) ? tutor - 1 : -1
  }
  if (region.isThere(slot.holder - 1, slot.generation)) return slot.holder - 1
  slot.edit(slot.row).holder = 0
  student.bereavedWeeks = region.given.tutors.bereavedWeeks
  return -1
}

/** Row of a tutor whom the student at hand has for a subject, -1 where there is none. Leaves the slot at hand. */
export function tutorOfSubject(region: RegionState, subject: number): number {
  const { student, slot } = region
  for (let link = student.slots; link !== 0; link = slot.next) {
    const { holder, generation, rhythm, subject: taught } = slot.at(link - 1)
    if (taught === subject && holder !== 0 && rhythm !== Rhythm.ofClass && region.isThere(holder - 1, generation))
      return holder - 1
  }
  return -1
}

/** The slot at hand becomes a tutor's, if they have its hour or one near it free. @param tutor row */
function settle(region: RegionState, tutor: number): boolean {
  const { student, slot } = region
  const { row, minute, rhythm } = slot
  if (rhythm === Rhythm.flexible) {
    slot.edit(row).holder = tutor + 1
    slot.generation = region.tutor.at(tutor).generation
    return true
  }
  for (const by of [0, ...NEARBY]) {
    const moved = (minute + by + MINUTES_A_WEEK) % MINUTES_A_WEEK
    if (by !== 0 && (!suitsStudent(region, moved) || (isQuiet(moved) && !isQuiet(minute)))) continue
    if (!canHold(region, tutor, student.zone, moved, slot.minutes)) continue
    slot.edit(row).minute = moved
    slot.holder = tutor + 1
    slot.generation = region.tutor.at(tutor).generation
    region.hold(student.row, student.zone)
    return true
  }
  slot.at(row)
  return false
}

/** A tutor becomes the one of the slot at hand, and of the student's others in the subject that have none. @param tutor row */
export function takeTutor(region: RegionState, tutor: number): void {
  const { student, slot } = region
  const { subject } = slot
  settle(region, tutor)
  for (let link = student.slots; link !== 0; link = slot.next) {
    slot.at(link - 1)
    if (slot.holder === 0 && slot.subject === subject && slot.rhythm !== Rhythm.ofClass) settle(region, tutor)
  }
}

/** The student at hand looks for another tutor for the slot at hand, and for whatever else they had that one for. */
export function leaveTutor(region: RegionState, tutor: number): void {
  const { student, slot } = region
  const at = slot.row
  for (let link = student.slots; link !== 0; link = slot.next) {
    slot.at(link - 1)
    if (slot.holder !== tutor + 1 || slot.rhythm === Rhythm.ofClass) continue
    region.release(student.row, student.zone)
    slot.edit(slot.row).holder = 0
  }
  slot.at(at)
}

/** Every few months a slot of the student at hand, who is active, moves for good, or a slot without a class joins one. */
export function changeHabits(region: RegionState): void {
  const { student, slot, random, given } = region
  const words = random.draw(Purpose.habitChange, student.number, student.reviews)
  const whether = words[0] as number
  const dayWord = words[1] as number
  const hourWord = words[2] as number
  const quarterWord = words[3] as number
  const count = SLOTS_OF_PLAN[student.plan] as number
  if (!chance(whether, given.slots.habitChangeWeekly * count)) return
  let link = student.slots
  for (let left = rest(whether) % count; left > 0; left--) link = slot.at(link - 1).next
  const { row, rhythm, holder, minute, minutes } = slot.at(link - 1)
  if (rhythm === Rhythm.ofClass) return
  const moved = minuteOf(
    given,
    dayWord / TWO_32,
    around(habitualHour(region), hourWord, 2 * given.slots.hourSpread),
    quarterWord,
  )
  if (!suitsStudent(region, moved)) return
  slot.edit(row)
  if (holder === 0) slot.minute = moved
  else {
    region.release(student.row, student.zone)
    if (canHold(region, holder - 1, student.zone, moved, minutes)) slot.minute = moved
    else slot.minute = minute
    region.hold(student.row, student.zone)
  }
}

/** The hour that suits the student at hand, as a share of a day's demand. */
export function habitualHour({ student, random }: RegionState): number {
  return (random.draw(Purpose.habits, student.number, 0)[1] as number) / TWO_32
}

/** A share of a day's demand near another. */
export function around(share: number, word: number, by: number): number {
  const near = Math.abs(share + (2 * (word / TWO_32) - 1) * by)
  return near < 1 ? near : Math.max(0, 2 - near - Number.EPSILON)
}

/** Minute of the week by shares of its demand and of its day's, on a quarter of the hour. */
function minuteOf({ people, slots }: Figures, ofWeek: number, ofDay: number, word: number): number {
  const { week } = people
  const day = dayAt(week, ofWeek)
  return day * MINUTES_A_DAY + Math.floor(minuteAt(week, day, ofDay) / 60) * 60 + slots.quarter.pick(word) * 15
}
