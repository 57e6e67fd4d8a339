// Everything that can come due in a region, and which rule answers it; in the order of Kind.

import type { Action } from '../../engine/index.ts'
import type { RegionState } from '../state/region.ts'
import { call } from './calls.ts'
import { act } from './interventions.ts'
import { endHour, takeStock } from './markets.ts'
import { growSeats } from './seats.ts'
import { session } from './sessions.ts'
import { review } from './students.ts'
import { takeOnTutors } from './tutors.ts'
import { tutorWeek } from './tutorweek.ts'
import { windowsMove } from './windows.ts'

export function actionsOf(region: RegionState): Action[] {
  const { tutors, students, slots, history, calls, markets, interventionRows } = region
  const past = { oldestOf7: history, oldestOf30: history }
  return [
    { table: tutors, due: 'weekDue', act: (row, now) => tutorWeek(region, row, now) },
    {
      table: students,
      due: 'sessionDue',
      reads: { ...past, slots, newestSession: history },
      act: (row, now) => session(region, row, now),
    },
    { table: calls, due: 'due', act: (row, now) => call(region, row, now) },
    { table: students, due: 'healthDue', reads: past, act: (row, now) => windowsMove(region, row, now) },
    { table: students, due: 'reviewDue', act: (row, now) => review(region, row, now) },
    {
      table: markets,
      due: 'dayDue',
      act(subject, now) {
        takeStock(region, subject, now)
        takeOnTutors(region, subject, now)
        // Once a day: the first of its markets is as good as another.
        if (subject === 0) growSeats(region, now)
      },
    },
    { table: markets, due: 'hourDue', act: (subject, now) => endHour(region, subject, now) },
    { table: interventionRows, due: 'due', act: (row, now) => act(region, row, now) },
  ]
}
