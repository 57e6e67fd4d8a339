// How many people a region has.

import type { RegionState } from './region.ts'
import { StudentState, TutorState } from './tables.ts'

/** Students who are customers, and tutors who teach. */
export function census(region: RegionState): { students: number; tutors: number } {
  let tutors = 0
  for (let row = 0; row < region.tutors.count; row++) {
    const { state } = region.tutor.at(row)
    if (state === TutorState.active || state === TutorState.leaving) tutors++
  }
  let students = 0
  for (let row = 0; row < region.students.count; row++) {
    const { state } = region.student.at(row)
    if (state !== StudentState.gone && state !== StudentState.away) students++
  }
  return { students, tutors }
}
