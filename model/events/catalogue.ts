// The six events as the engine reads and renders them, and as objects.

import type { EventCatalogue, TickEvents } from '../../engine/index.ts'
import { eventOf, LineEncoder } from './encode.ts'
import { EVENT_TYPES, type Event, eventTypes } from './index.ts'
import { EVENT, type EventRow } from './row.ts'

export const events: EventCatalogue<typeof EVENT> = {
  fields: EVENT,
  types: eventTypes,
  encoder: () => new LineEncoder(),
}

const AVAILABILITY = EVENT_TYPES.indexOf('tutor_availability_updated')
const COMPLETED = EVENT_TYPES.indexOf('session_completed')
const MARKET = EVENT_TYPES.indexOf('supply_demand_update')

/** The events in order. @param of numbers of a student or a tutor, whose events they are to be */
export function eventsIn(tick: TickEvents<typeof EVENT>, of: { student?: number; tutor?: number } = {}): Event[] {
  const found: Event[] = []
  const all = of.student === undefined && of.tutor === undefined
  for (const row of tick.rows()) if (all || concerns(row, of)) found.push(eventOf(row))
  return found
}

function concerns({ type, agent, tutor }: EventRow, of: { student?: number; tutor?: number }): boolean {
  if (type === MARKET) return false
  if (type === AVAILABILITY) return agent === of.tutor
  return agent === of.student || (type <= COMPLETED && tutor === of.tutor)
}
