// A world that nobody changes and nothing hits stays as large as it was born, year for year: what is born is what life would have
// made of it.

import { expect, it } from 'vitest'
import { createWorld } from '../../model/index.ts'

const QUARTER_WEEKS = 13
const YEAR_QUARTERS = 4

it('has as many students and tutors in each quarter of its second year as in that of its first, within 3 %', {
  timeout: 600_000,
}, () => {
  const world = createWorld({ seed: 'steady', students: 8000, start: '2025-09-01', shocks: 'off', tick: '1d' })
  const quarters = Array.from({ length: 2 * YEAR_QUARTERS }, () => {
    const sums = { students: 0, tutors: 0 }
    for (let week = 0; week < QUARTER_WEEKS; week++) {
      const until = world.now + 7 * 86_400_000
      while (world.now < until) world.advance()
      sums.students += world.census.students
      sums.tutors += world.census.tutors
    }
    return sums
  })
  for (const [at, { students, tutors }] of quarters.slice(YEAR_QUARTERS).entries()) {
    const before = quarters[at] as { students: number; tutors: number }
    expect(Math.abs(students / before.students - 1), `students of quarter ${at + 1}`).toBeLessThan(0.03)
    expect(Math.abs(tutors / before.tutors - 1), `tutors of quarter ${at + 1}`).toBeLessThan(0.03)
  }
})
