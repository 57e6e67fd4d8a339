// A region is born: students in the middle of their lives, with enough tutors for them. Their sessions and calls of the last
// 30 days are not made up; the silent warm-up brings real ones.

import { below, chance, dayNumber, WEEK } from '../../engine/index.ts'
import { SUBJECTS } from '../events/index.ts'
import { AGE, MONTH, NORMAL, PAUSE, PLANS, STUDENTS_PER_TUTOR } from '../state/calibration.ts'
import { Purpose } from '../state/draws.ts'
import { Kind, type RegionState } from '../state/region.ts'
import { StudentState } from '../state/tables.ts'
import { rest } from '../state/words.ts'
import { awaitStock, enrol, withdraw } from './markets.ts'
import { plan } from './planning.ts'
import { addStudent, awaitSignUp } from './students.ts'
import { addTutor } from './tutors.ts'

const TWO_32 = 0x1_0000_0000
/** Share of students who are on a pause when the world is born; about what PAUSE leads to. */
const PAUSED_SHARE = 0.04
const WEEKS_PER_MONTH = 4.35

/** @param students that the region is to have @param now the world's birth */
export function genesis(region: RegionState, students: number, now: number): void {
  for (let subject = 0; subject < SUBJECTS.length; subject++) {
    region.market.edit(region.markets.add()).demandScore = 5000
    awaitStock(region, subject, now)
  }
  region.figures.edit(region.regions.add()).target = students
  // What such a world comes to hold, so that its tables need not move as it warms up.
  region.students.reserve(Math.ceil(students * 1.2))
  region.history.reserve(students * 8)
  region.world.reserve(students * 4)
  for (let student = 0; student < students; student++) bear(region, now)
  region.figures.members = students
  for (let tutor = 0; tutor < Math.round(students / STUDENTS_PER_TUTOR); tutor++) addTutor(region, -1, now, now)
  for (let subject = 0; subject < SUBJECTS.length; subject++) {
    const { students: wanting, usualMinutes } = region.market.at(subject)
    if (wanting > 0 && usualMinutes === 0) addTutor(region, subject, now, now)
  }
  awaitSignUp(region, now)
}

/** A student who has been with us for a while. */
function bear(region: RegionState, now: number): void {
  const { random, world } = region
  const number = region.studentNumber(region.students.count)
  const [age, state, gap, mood] = random.draw(Purpose.studentPast, number, now) as unknown as [
    number,
    number,
    number,
    number,
  ]
  const months = AGE.at(age)
  const student = addStudent(region, now, months)
  student.joinedDay = dayNumber(now - months * MONTH)
  student.quietSinceDay = dayNumber(now)
  student.sessions = Math.round(months * WEEKS_PER_MONTH * (PLANS[student.plan] as number))
  student.satisfaction = Math.min(250, Math.max(150, Math.round(232 + 12 * NORMAL.at(mood))))
  student.loyalty = rest(mood) >>> 27
  enrol(region, student, now)
  const paused = chance(state, PAUSED_SHARE)
  if (paused) {
    student.state = StudentState.paused
    withdraw(region, student, now)
  } else plan(region, now, gap / TWO_32)
  const within = paused ? PAUSE.longest : WEEK
  world.schedule(Kind.review, student.row, now + 1 + below(rest(age), within / 2000) * 2000 + below(rest(gap), 2000))
}
