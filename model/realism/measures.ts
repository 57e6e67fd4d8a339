// From what was kept of a stream to its reading: each file beside this one measures a part.

import { DAY, formatInstant } from '../../engine/index.ts'
import { measureCalls } from './calls.ts'
import { CAUSE_ROWS } from './cause-rows.ts'
import { measureCauses } from './causes.ts'
import { Figures } from './figures.ts'
import { LIFE_ROWS } from './life-rows.ts'
import { Lives } from './lives.ts'
import { measureMarkets } from './markets.ts'
import { measureOutages } from './outages.ts'
import type { Reading, Series } from './reading.ts'
import type { CalibrationRow } from './row.ts'
import type { Seen } from './seen.ts'
import { SESSION_ROWS } from './session-rows.ts'
import { measureSessions } from './sessions.ts'
import { measureShortages } from './shortages.ts'
import { measureSlots } from './slots.ts'
import { measureStresses } from './stresses.ts'
import { STUDENT_ROWS } from './student-rows.ts'
import { measureStudents } from './students.ts'
import { measureTutors } from './tutors.ts'
import { measureYear } from './year.ts'

export const ROWS: readonly CalibrationRow[] = [...SESSION_ROWS, ...STUDENT_ROWS, ...LIFE_ROWS, ...CAUSE_ROWS]

/** What all measures are given and add to. */
export interface Measuring {
  seen: Seen
  lives: Lives
  figures: Figures
  series: Series
}

/** @param told figures that no event can tell @param rows by which the stream is judged */
export function readingOf(
  seen: Seen,
  told: readonly (readonly [string, string, number, number])[] = [],
  rows: readonly CalibrationRow[] = ROWS,
): Reading {
  const isEmpty = seen.first > seen.last
  if (isEmpty) {
    seen.first = 0
    seen.last = 0
  }
  const measuring: Measuring = { seen, lives: new Lives(seen), figures: new Figures(rows), series: emptySeries() }
  for (const measure of [
    measureSessions,
    measureSlots,
    measureStudents,
    measureTutors,
    measureCalls,
    measureMarkets,
    measureYear,
    measureCauses,
    measureShortages,
    measureStresses,
    measureOutages,
  ])
    measure(measuring)
  for (const figure of told) measuring.figures.put(...figure)
  const { eventsByType, lines, unreadable, first, last, followed } = seen
  return {
    stream: {
      lines,
      events: lines - unreadable,
      unreadable,
      eventsByType,
      first: isEmpty ? null : formatInstant(first),
      last: isEmpty ? null : formatInstant(last),
      days: (last - first) / DAY,
      students: Math.round(seen.students.size / followed),
      tutors: Math.round(seen.tutors.size / followed),
    },
    rows: measuring.figures.readings,
    series: measuring.series,
  }
}

function emptySeries(): Series {
  return {
    days: { first: '', sessions: [], failures: [], calls: [], named: {} },
    weekHours: [],
    gaps: [],
    people: [],
    survival: { days: [], share: [], students: 0 },
    ratings: { student: [], tutor: [], first: [], failed: [] },
    minutes: { completed: [], failed: [] },
    load: { tutors: [], students: [] },
    offered: [],
    health: { scores: [], seen: [], left: [], auc: null, risk: {} },
    markets: { available: [], demand: [], supply: [], differences: {}, subjects: [], regions: [], difference: [] },
    calls: { hours: [], reasons: {}, seconds: [], delays: [] },
    months: { days: [], sessions: [], newcomers: [], departures: [] },
    weeks: { first: '', sessions: [], failures: [] },
    subjects: {},
    types: {},
    classes: [],
  }
}
