// Group classes. A market's calendar has some for each day, at hours of their own; how many, its size decides. A student who
// wants one takes the day nearest to the wished one and, of its classes, one that a hash of their own picks. So who else goes
// to classes matters only where the seats of one run out, or where nobody else comes.

import { DAY, dayNumber, HOUR, MINUTE, weekday } from '../../engine/index.ts'
import { instantAt, localAt } from '../events/localtime.ts'
import { CLASS, GROUP_SHARE, HOURS_OF_WEEK, MEAN_MINUTES, NOTICE, PACE, QUARTER, ZONES } from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import type { RegionState } from '../state/region.ts'
import type { ClassRow } from '../state/tables.ts'
import { halves, rest } from '../state/words.ts'
import { after, lateness } from './weekclock.ts'

const HOURS = 24
const TWO_31 = 0x8000_0000
const TWO_32 = 0x1_0000_0000
/** Each class has two blocks of a draw, of which there are 65,536. */
const PLACES_MAX = 32_768
/** Share of a week's sessions by weekday, Monday first. */
const DAYS_OF_WEEK = Array.from({ length: 7 }, (_, day) =>
  HOURS_OF_WEEK.slice(HOURS * day, HOURS * (day + 1)).reduce((sum, share) => sum + share, 0),
)
/** Days around the wished one, the nearest first. */
const DAYS_AROUND = [0, 1, -1, 2, -2, 3, -3, 4, -4] as const

/**
 * Takes the student at hand into a class of the subject that they want.
 * @param wished instant
 * @returns its start; 0 where there is none within reach
 */
export function joinClass(region: RegionState, wished: number, from: number): number {
  const subject = region.student.sessionSubject
  const { number, plans, zone } = region.student
  const today = dayNumber(localAt(zone, wished))
  for (const days of DAYS_AROUND) {
    const day = today + days
    const classes = classesOn(region, subject, day)
    if (classes === 0) continue
    // Which of them is the student's own chance, and hardly depends on how many there are.
    const place = jump(region.random.draw(Purpose.plan, number, plans, 1)[0] as number, classes)
    const start = startOf(region, subject, day, place)
    if (start < from + NOTICE) continue
    const known = region.classAt(subject, start)
    if (known && (known.begun > 0 || known.seatsTaken >= CLASS.seats)) continue
    const taken = known ?? Object.assign(region.addClass(subject, start), { day, place })
    region.groupClass.edit(taken.row).seatsTaken++
    return start
  }
  return 0
}

/** One student fewer is to come to the class at hand. */
export function giveSeat(region: RegionState): void {
  const { groupClass } = region
  groupClass.edit(groupClass.row).seatsTaken--
  if (groupClass.seatsTaken === 0) region.dropClass()
}

/** Whether the class at hand takes place: nobody is taught in a class of one. */
export function takesPlace({ begun, seatsTaken }: ClassRow): boolean {
  return begun > 0 || seatsTaken > 1
}

/** Words by which the class at hand finds its tutor: the class's own, whoever comes first. */
export function classWords(region: RegionState, { subject, day, place }: ClassRow): Uint32Array {
  return region.random.draw(Purpose.groupClass, region.marketNumber(subject), day, 2 * place + 1)
}

/** How many classes a market has on a local day: so many that they would be well attended. */
function classesOn(region: RegionState, subject: number, day: number): number {
  const { wantedMinutes } = region.market.at(subject)
  const sessions = (wantedMinutes / MEAN_MINUTES) * PACE * (DAYS_OF_WEEK[weekday(day)] as number)
  const wanted = (sessions * region.season(day * DAY) * GROUP_SHARE) / CLASS.students
  const [word] = region.random.draw(Purpose.classes, region.marketNumber(subject), day) as unknown as [number]
  return Math.min(PLACES_MAX, Math.floor(wanted + word / TWO_32))
}

/** When a class starts: at an hour that suits a zone of the region, on a quarter, and late as other sessions are. */
function startOf(region: RegionState, subject: number, day: number, place: number): number {
  const words = region.random.draw(Purpose.groupClass, region.marketNumber(subject), day, 2 * place)
  const [zoneWord, hourWord, quarterWord] = words as unknown as [number, number, number]
  const zone = (ZONES[region.index] as (typeof ZONES)[number]).pick(zoneWord)
  const hour = after(day * DAY, (hourWord / TWO_32) * (DAYS_OF_WEEK[weekday(day)] as number))
  const slot = Math.floor(hour / HOUR) * HOUR + QUARTER.pick(quarterWord) * 15 * MINUTE
  return instantAt(zone, slot) + lateness(halves(rest(quarterWord) >>> 16, words[3] as number))
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
