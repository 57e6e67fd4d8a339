// Classes: standing groups of two to eight that meet each week at their hour with their tutor. A market has so many as its
// size warrants, each with hour and seats of its own. Who wants a class takes, of the few that a hash of their own
// points to, the one with a free seat whose hour suits them best. So who else goes to classes matters only where the seats
// of one run out, or where nobody else comes.

import { MINUTE } from '../../engine/index.ts'
import { SESSION_TYPES } from '../events/index.ts'
import { MEAN_MINUTES, MINUTES } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { CLASS_SEATS_LEAST, TUTOR_RUNS_LATE } from '../state/lessons.ts'
import type { RegionState } from '../state/region.ts'
import { localMinute, standardMinute } from '../state/reservations.ts'
import { Rhythm, SessionPhase } from '../state/tables.ts'
import { rest } from '../state/words.ts'
import { canHold, suitsStudent } from './matching.ts'
import { dayAt, lateness, minuteAt, mondayOf } from './weekclock.ts'

const GROUP = SESSION_TYPES.indexOf('group')
const TWO_31 = 0x8000_0000
const TWO_32 = 0x1_0000_0000
const MINUTES_A_DAY = 1440
const PLACES_MAX = 65_536
/** Words of a draw: so many classes are looked at. */
const LOOKED_AT = 4

/**
 * Takes the student at hand into a class of the subject of the slot at hand, at the class's hour.
 * @returns whether there is one with a free seat
 */
export function joinClass(region: RegionState): boolean {
  const { student, slot, random } = region
  const count = classesOf(region, slot.subject)
  if (count === 0) return false
  const words = random.draw(Purpose.slot, student.number, slot.subject, 1)
  const places = [words[0], words[1], words[2], words[3]].map((word) => jump(word as number, count))
  let best = -1
  let distance = Number.POSITIVE_INFINITY
  for (let at = 0; at < LOOKED_AT; at++) {
    // A class that there is has what it was opened with, whatever has been set since.
    const known = region.classAt(slot.subject, places[at] as number)
    const found = known ?? traitsOf(region, slot.subject, places[at] as number)
    const taken = known ? (region.rosters[known.row] as number[]) : []
    const hour = minuteHere(student.zone, found)
    const off = Math.abs((hour % MINUTES_A_DAY) - (slot.minute % MINUTES_A_DAY))
    if (taken.length >= found.seats || taken.includes(student.row) || off >= distance) continue
    if (!suitsStudent(region, hour)) continue
    best = places[at] as number
    distance = off
  }
  if (best < 0) return false
  const joined =
    region.classAt(slot.subject, best) ??
    Object.assign(region.addClass(slot.subject, best), traitsOf(region, slot.subject, best))
  slot.edit(slot.row).holder = joined.row + 1
  slot.minute = minuteHere(student.zone, joined)
  slot.minutes = joined.minutes
  region.hold(student.row, student.zone)
  return true
}

/** The student at hand gives up the seat of the slot at hand, and wants one in a class again when they are back. */
export function leaveClass(region: RegionState): void {
  const { student, slot, groupClass } = region
  if (slot.rhythm !== Rhythm.ofClass || slot.holder === 0) return
  region.release(student.row, student.zone)
  groupClass.at(slot.holder - 1)
  if (region.rosters[groupClass.row]?.length === 0) region.dropClass()
  slot.holder = 0
}

/** When the class at hand begins in a week: at the same instant for all of its students. */
export function startOfClass(region: RegionState, week: number): number {
  const { zone, minute } = region.groupClass
  return (
    region.given.clock.instantAt(zone, mondayOf(week) + minute * MINUTE) +
    lateness(region.given, classWords(region, week)[0] as number)
  )
}

/** Words of a week of the class at hand, whoever comes. @param n number of the block */
export function classWords(region: RegionState, week: number, n = 0): Uint32Array {
  const { subject, place } = region.groupClass
  return region.random.draw(Purpose.classWeek, region.marketNumber(subject), n * PLACES_MAX + place, week)
}

/** A tutor takes on the class at hand for good, if they have its hour free. @param tutor row */
export function keepClassTutor(region: RegionState, tutor: number): void {
  const { groupClass } = region
  const { row, zone, minute, minutes } = groupClass
  if (!canHold(region, tutor, zone, minute, minutes)) return
  groupClass.edit(row).tutor = tutor + 1
  groupClass.generation = region.tutor.at(tutor).generation
  region.holdClass()
}

/** Whether others come to the class at hand: now, or shortly if its tutor runs late. Nobody is taught in a class of one. */
export function othersCome({ groupClass, rosters, student }: RegionState, now: number): boolean {
  const { row } = student
  const come = (rosters[groupClass.row] as number[]).some((other) => {
    const { phase, sessionType, sessionDue } = student.at(other)
    const isWaiting = phase === SessionPhase.planned && sessionType === GROUP
    return other !== row && isWaiting && sessionDue >= now && sessionDue <= now + 2 * TUTOR_RUNS_LATE
  })
  student.at(row)
  return come
}

interface Traits {
  zone: number
  minute: number
  minutes: number
  seats: number
}

/** What chance gives a class of a market. */
function traitsOf(region: RegionState, subject: number, place: number): Traits {
  const { zones, week } = region.given.people
  const words = region.random.draw(Purpose.groupClass, region.marketNumber(subject), place)
  const { given } = region
  const [dayWord, hourWord, zoneWord, seatsWord] = words as unknown as [number, number, number, number]
  const day = dayAt(week, dayWord / TWO_32)
  const hour = Math.floor(minuteAt(week, day, hourWord / TWO_32) / 60)
  return {
    zone: (zones[region.index] as (typeof zones)[number]).pick(zoneWord),
    minute: day * MINUTES_A_DAY + hour * 60 + given.slots.quarter.pick(rest(zoneWord)) * 15,
    minutes: MINUTES[given.sessions.length.pick(rest(seatsWord))] as number,
    seats: CLASS_SEATS_LEAST + given.sessions.classSeats.pick(seatsWord),
  }
}

/** Minute of a student's local week at which a class meets. */
function minuteHere(zone: number, { zone: ofClass, minute }: Pick<Traits, 'zone' | 'minute'>): number {
  return localMinute(zone, standardMinute(ofClass, minute))
}

/** How many classes a market has: so many that they would be well attended. */
function classesOf(region: RegionState, subject: number): number {
  const { wantedMinutes } = region.market.at(subject)
  const { classSlots, classStudents } = region.given.sessions
  const wanted = ((wantedMinutes / MEAN_MINUTES) * classSlots) / classStudents
  const word = region.random.draw(Purpose.classes, region.marketNumber(subject), 0)[0] as number
  return Math.min(PLACES_MAX, Math.floor(wanted + word / TWO_32))
}

/**
 * One of `count` places. Where there is one place more, few words move, and all of them to that one: Lamping, Veach, "A
 * fast, minimal memory, consistent hash algorithm" (2014), on a generator of 32 bits.
 */
function jump(word: number, count: number): number {
  let place = 0
  for (let next = 0, key = word; next < count; ) {
    place = next
    key = (Math.imul(key, 1_664_525) + 1_013_904_223) >>> 0
    next = Math.floor((place + 1) * (TWO_31 / ((key >>> 1) + 1)))
  }
  return place
}
