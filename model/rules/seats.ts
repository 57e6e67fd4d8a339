// Seats of a region: whoever leaves one for good is followed there by somebody new, after a while that is the newcomer's own and
// that follows the year; a region that is to have another size opens seats or gives some up.

import { civilDate, DAY, dayNumber, dayOfDate, ln } from '../../engine/index.ts'
import { FIRST_STUDENT } from '../events/entities.ts'
import { REGIONS, type Region } from '../events/index.ts'
import { Purpose } from '../state/draws.ts'
import { studentNumbers } from '../state/numbering.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { type StudentRow, StudentState } from '../state/tables.ts'
import { between } from '../state/words.ts'

const TWO_32 = 0x1_0000_0000
/** A changed size is carried out seat by seat, half of it in a quarter of this time; the last students say goodbye after it. */
const CHANGE_OF_SIZE = 36 * DAY
/** … and the contract wants it done within eight weeks. */
const CHANGE_IS_OVER = 56 * DAY
const GROWTH_MAX = 16

/** Seats that a region needs to have so many students: a few are free at any time. */
export function seatsFor({ given }: RegionState, students: number): number {
  return Math.round(students * given.growth.seatsAStudent)
}

/** Reviews of whoever sits on a seat that an intervention has opened are counted from here on: nobody follows them there. */
const GUEST_REVIEWS = 0x8000

/** Whether the seat of the student at hand is no longer one: the next that they think about staying, they leave. */
export function isClosing({ student, figures }: RegionState): boolean {
  return student.row >= figures.at(0).seats && !isGuest(student)
}

/** Whether the student at hand, or who is to come, has a seat beside the region's own. */
export function isGuest({ reviews }: StudentRow): boolean {
  return reviews >= GUEST_REVIEWS
}

/** Whoever signs up on the seat of the student at hand begins to count their reviews. */
export function countReviews(student: StudentRow, guest: boolean): void {
  student.reviews = guest ? GUEST_REVIEWS : 0
}

/** Somebody is to sign up between two instants on a seat beside the region's own. */
export function openGuestSeat(region: RegionState, from: number, until: number): void {
  const { student, students, world, random } = region
  const row = students.add()
  const word = random.draw(Purpose.arrival, nextNumber(region, row), 0)[0] as number
  countReviews(student.edit(row), true)
  world.schedule(Kind.review, row, between(word, from + 1, until))
}

/** Sign-ups that a day is expected to bring: by how many seats wait for somebody, and the pace at this time of the year. */
export function signUpsDaily({ figures, student, students, given }: RegionState, now: number): number {
  const { arrival, signUps } = given.growth
  const { seats } = figures.at(0)
  let waiting = 0
  for (let row = 0; row < Math.min(seats, students.count); row++) {
    const { state, reviewDue } = student.at(row)
    if (state === StudentState.gone && reviewDue !== 0) waiting++
  }
  return waiting / (arrival.shortest / DAY + arrival.meanDays / paceAt(signUps, now))
}

/** Number of whoever comes to a free seat next; 0 where the seat has seen as many as it can. */
export function nextNumber({ index, student }: RegionState, row: number): number {
  const { number } = student.at(row)
  if (number === 0) return FIRST_STUDENT + studentNumbers.numberOf(index, row, 0)
  const generation = studentNumbers.locate(number - FIRST_STUDENT).generation + 1
  return generation < studentNumbers.generations ? FIRST_STUDENT + studentNumbers.numberOf(index, row, generation) : 0
}

/** Makes it due that somebody takes a free seat, if the region is to have it. @param waited share of the wait that is over */
export function awaitArrival(region: RegionState, row: number, now: number, waited = 0): void {
  const { figures, random, world, given } = region
  const { arrival, signUps } = given.growth
  const number = nextNumber(region, row)
  const { seats, seatsBefore, changedDay } = figures.at(0)
  if (row >= seats || number === 0) return
  const word = random.draw(Purpose.arrival, number, 0)[0] as number
  // Newcomers are the likeliest to leave: where many came at once, who follows them comes sooner.
  const meanDays = row >= seatsBefore && dayNumber(now) < changedDay ? arrival.meanDaysInGrowth : arrival.meanDays
  const days = -ln((word + 1) / TWO_32) * meanDays * (1 - waited)
  world.schedule(Kind.review, row, arrivalAfter(signUps, now + arrival.shortest, days))
}

/** The instant by which as many sign up as in so many days of an average year. */
function arrivalAfter(signUps: readonly number[], from: number, days: number): number {
  let instant = from
  for (let rest = days; ; ) {
    const { year, month, day } = civilDate(dayNumber(instant))
    const half = day <= 15 ? 0 : 1
    const pace = paceAt(signUps, instant)
    const end = dayOfDate(half === 0 ? { year, month, day: 16 } : { year, month: month + 1, day: 1 }) * DAY
    const within = ((end - instant) / DAY) * pace
    if (rest <= within) return instant + Math.ceil((rest / pace) * DAY)
    rest -= within
    instant = end
  }
}

/** Pace of sign-ups at the time of the year. */
function paceAt(signUps: readonly number[], instant: number): number {
  const { month, day } = civilDate(dayNumber(instant))
  return signUps[2 * (month - 1) + (day <= 15 ? 0 : 1)] as number
}

/** How many of the seats by which a region grows are taken by an instant, about. */
export function seatsGrown({ figures }: RegionState, now: number): number {
  const { seats, seatsBefore, changedDay } = figures.at(0)
  const share = (now - changedDay * DAY + CHANGE_IS_OVER) / CHANGE_OF_SIZE
  return (seats - seatsBefore) * Math.sqrt(Math.min(1, Math.max(0, share)))
}

/**
 * The region is to have another number of students: seats are opened and taken, or their students leave, each at a time of
 * their own, half of them within two weeks and all within eight.
 */
export function changeSize(region: RegionState, seats: number, now: number): void {
  const { figures, student, students, world } = region
  const before = figures.at(0).seats
  if (seats === before) return
  figures.edit(0).seats = seats
  figures.seatsBefore = Math.min(before, seats)
  figures.changedDay = dayNumber(now + CHANGE_IS_OVER)
  while (students.count < seats) students.add()
  world.reserve(students.count * 4)
  for (let row = before; row < seats; row++) {
    if (student.at(row).state === StudentState.gone)
      world.schedule(Kind.review, row, timeToChange(region, nextNumber(region, row), now))
  }
  for (let row = seats; row < before; row++) {
    const { state, number } = student.at(row)
    if (state === StudentState.gone) world.cancel(Kind.review, row)
    else if (state !== StudentState.leaving) world.schedule(Kind.review, row, timeToChange(region, number, now))
  }
}

/** A day of a region that grows or shrinks by a share each month. It stays within sixteen times what was asked for, either way. */
export function growSeats(region: RegionState, now: number): void {
  const { daily } = region.given.growth
  if (daily === 0) return
  const { seats } = region.figures.at(0)
  const day = dayNumber(now)
  const more = Math.floor(seats * daily * (day + 1)) - Math.floor(seats * daily * day)
  const asked = seatsFor(region, region.figures.at(0)[REGIONS[region.index] as Region])
  const most = Math.max(seats, asked * GROWTH_MAX)
  const least = Math.min(seats, Math.ceil(asked / GROWTH_MAX))
  changeSize(region, Math.min(most, Math.max(least, seats + more)), now)
}

function timeToChange({ random }: RegionState, number: number, now: number): number {
  const word = random.draw(Purpose.closing, number, 0)[0] as number
  const share = word / TWO_32
  return now + 1 + Math.floor(share * share * CHANGE_OF_SIZE)
}
