// Readings for tests of a report's page: every row of the calibration with figures as a test wants them.

import type { Shown } from '../../cli/report/verdict.ts'
import {
  type Bounds,
  boundsOf,
  type Part,
  Reader,
  type Reading,
  ROWS,
  type Series,
  unitOf,
} from '../../model/realism/index.ts'

/** What a stream without any event comes to. */
const EMPTY = new Reader().end().series

/**
 * A stream as a report shows it.
 * @param measure what was measured of a figure; null where the stream has too little of it
 */
export function shownAs(
  name: string,
  measure: (part: Omit<Part, 'measured' | 'within'>, row: string) => number | null,
  series: Partial<Series> = {},
): Shown {
  const rows = ROWS.map((row) => {
    const { id, topic, quantity, basis } = row
    const parts = Object.keys(row.figures).map((name): Part => {
      const figure = { name, unit: unitOf(row, name), ...boundsOf(row, name), samples: 1000 }
      const measured = measure(figure, id)
      return { ...figure, measured, within: measured === null ? null : isWithin(figure, measured) }
    })
    const told = parts.filter(({ within }) => within !== null)
    if (told.length === 0) return { id, topic, quantity, basis, parts, within: null, why: 'the stream is too short' }
    return { id, topic, quantity, basis, parts, within: told.every(({ within }) => within) }
  })
  const reading: Reading = {
    stream: {
      lines: 1000,
      events: 1000,
      unreadable: 0,
      eventsByType: {
        session_started: 1000,
        session_completed: 0,
        ib_call_logged: 0,
        tutor_availability_updated: 0,
        customer_health_update: 0,
        supply_demand_update: 0,
      },
      first: '2026-01-05T00:00:00.000Z',
      last: '2026-02-04T00:00:00.000Z',
      days: 30,
      students: 100,
      tutors: 20,
    },
    rows,
    series: { ...EMPTY, ...series },
  }
  return { name, reading, checked: { events: 1000, violations: 0, violationsByRule: {} } }
}

const isWithin = ({ low, high }: Bounds, measured: number): boolean =>
  (low === null || measured >= low) && (high === null || measured <= high)

export const onTarget = ({ target }: { target: number }): number => target
