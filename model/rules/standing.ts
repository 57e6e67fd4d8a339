// The opening of a delivery, what a target that is new to the world has to know: how the students who have a score are, what the
// tutors offer, how the markets stand. Looked up at one instant, before anything that happens in it; nothing changes by it.

import { Table } from '../../engine/index.ts'
import { EVENT_TYPES, type EventType, SUBJECTS } from '../events/index.ts'
import { Cause, EVENT, type EventRow } from '../events/row.ts'
import type { RegionState } from '../state/region.ts'
import { StudentState, TutorState } from '../state/tables.ts'
import { tellMarket } from './markets.ts'
import { tellOffer } from './tutorweek.ts'
import { healthAt, tellHealth } from './windows.ts'

/** Students are told first, then tutors, then markets: the order of the events' kinds. */
const Told = { student: 0, tutor: 1, market: 2 } as const

/** Rows of events, in order. */
export function standing(region: RegionState, now: number): Table<typeof EVENT> {
  const events = new Table('standing', EVENT)
  const event = events.accessor()
  const tell = (type: EventType, kind: number, agent: number): EventRow => {
    event.at(events.add())
    event.type = EVENT_TYPES.indexOf(type)
    event.kind = kind
    event.agent = agent
    event.instant = now
    event.cause = Cause.standing
    return event
  }
  for (const [number, row] of byNumber(region.students, region.student)) {
    const { state } = region.student.at(row)
    const { sessions7, sessions30, calls14, rating } = healthAt(region, row, now)
    if (rating === null || state === StudentState.gone || state === StudentState.away) continue
    tellHealth(tell('customer_health_update', Told.student, number), sessions7, sessions30, calls14, rating)
  }
  for (const [number, row] of byNumber(region.tutors, region.tutor)) {
    const { state } = region.tutor.at(row)
    // Newcomers have not said yet what they offer.
    if (state === TutorState.active || state === TutorState.leaving)
      tellOffer(tell('tutor_availability_updated', Told.tutor, number), region.tutor)
  }
  for (let subject = 0; subject < SUBJECTS.length; subject++) {
    const update = tell('supply_demand_update', Told.market, region.marketNumber(subject))
    tellMarket(update, region, subject, now)
  }
  return events
}

/** Numbers and rows of agents, in the order of numbers: rows are seats. */
function byNumber(table: { count: number }, agent: { at(row: number): { number: number } }): [number, number][] {
  const numbered = Array.from({ length: table.count }, (_, row): [number, number] => [agent.at(row).number, row])
  return numbered.sort(([a], [b]) => a - b)
}
