// A region is born: students in the middle of their lives, with enough tutors for them. Their sessions and calls of the last
// 30 days are not made up; the silent warm-up brings real ones.

import { below, chance, dayNumber, WEEK } from '../../engine/index.ts'
import { FIRST_STUDENT } from '../events/entities.ts'
import { REGIONS, SUBJECTS } from '../events/index.ts'
import { NORMAL } from '../settings/densities.ts'
import { MONTH, PLANS } from '../settings/plans.ts'
import { Purpose } from '../state/draws.ts'
import { studentNumbers } from '../state/numbering.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { StudentState } from '../state/tables.ts'
import { rest } from '../state/words.ts'
import { enrol, openMarket, withdraw } from './markets.ts'
import { plan } from './planning.ts'
import { awaitArrival, seatsFor } from './seats.ts'
import { addStudent } from './students.ts'
import { addTutor } from './tutors.ts'

const WEEKS_PER_MONTH = 4.35

/** @param targets students that each region of the world is to have @param now the world's birth */
export function genesis(region: RegionState, targets: readonly number[], now: number): void {
  const students = targets[region.index] as number
  const seats = seatsFor(region, students)
  for (let subject = 0; subject < SUBJECTS.length; subject++) region.markets.add()
  region.figures.edit(region.regions.add()).seats = seats
  for (const [index, name] of REGIONS.entries()) region.figures[name] = targets[index] as number
  // What such a world comes to hold, so that its tables need not move as it warms up.
  region.students.reserve(seats)
  region.history.reserve(students * 8)
  region.calls.reserve(students / 16)
  region.world.reserve(students * 4)
  for (let seat = 0; seat < seats; seat++) {
    region.students.add()
    if (seat < students) bear(region, seat, now)
    // Of a seat that was free before anybody looked, part of the wait is over.
    else awaitArrival(region, seat, now, 0.5)
  }
  // Now that it is known how large the markets are, and so how many classes there are to join.
  for (let seat = 0; seat < students; seat++) {
    if (region.student.at(seat).state !== StudentState.active) continue
    region.student.edit(seat)
    plan(region, now)
  }
  const { studentsATutor, firstSubjectShares } = region.given.tutors
  for (let subject = 0; subject < SUBJECTS.length; subject++) {
    openMarket(region, subject, now)
    const expected = Math.round((students / studentsATutor) * (firstSubjectShares[subject] as number))
    const tutors = region.market.at(subject).students > 0 ? Math.max(1, expected) : expected
    for (let tutor = 0; tutor < tutors; tutor++) addTutor(region, subject, now, now)
  }
}

/** A student who has been with us for a while. */
function bear(region: RegionState, seat: number, now: number): void {
  const { random, world } = region
  const { age: ages, pauses } = region.given.growth
  const number = FIRST_STUDENT + studentNumbers.numberOf(region.index, seat, 0)
  const [age, state, gap, mood] = random.draw(Purpose.past, number, 0) as unknown as [number, number, number, number]
  const months = ages.at(age)
  const student = addStudent(region, seat, number, months)
  student.joinedDay = dayNumber(now - months * MONTH)
  student.quietSinceDay = dayNumber(now)
  student.sessions = Math.round(months * WEEKS_PER_MONTH * (PLANS[student.plan] as number))
  student.satisfaction = Math.min(250, Math.max(150, Math.round(232 + 12 * NORMAL.at(mood))))
  student.loyalty = rest(mood) >>> 27
  enrol(region, student)
  const paused = chance(state, pauses.atBirth)
  if (paused) {
    student.state = StudentState.paused
    student.weeksToGo = 1 + below(rest(state), pauses.longest - 1)
    withdraw(region, student, now)
  }
  world.schedule(Kind.review, student.row, now + 1 + below(rest(age), WEEK / 2000) * 2000 + below(rest(gap), 2000))
}
