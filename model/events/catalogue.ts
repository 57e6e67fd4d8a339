// The six events as the engine reads and renders them, and as objects.

import type { EventCatalogue, TickEvents } from '../../engine/index.ts'
import { eventOf, LineEncoder } from './encode.ts'
import { type Event, eventTypes } from './index.ts'
import { EVENT, type EventRow } from './row.ts'

export const events: EventCatalogue<typeof EVENT> = {
  fields: EVENT,
  types: eventTypes,
  encoder: () => new LineEncoder(),
}

/** The events in order. @param of numbers of a student or a tutor, whose events they are to be */
export function eventsIn(tick: TickEvents<typeof EVENT>, of: { student?: number; tutor?: number } = {}): Event[] {
  const found: Event[] = []
  const all = of.student === undefined && of.tutor === undefined
  for (const row of tick.rows()) if (all || concerns(row, of)) found.push(eventOf(row))
  return found
}

/** By type: whose its events are, and whether they name a tutor besides. */
const AGENTS = eventTypes.map(({ entity }) => entity.agent.name)
const NAME_TUTOR = eventTypes.map(({ fields, entity }) => 'tutor_id' in fields && entity.agent.name !== 'tutor')

function concerns({ type, agent, tutor }: EventRow, of: { student?: number; tutor?: number }): boolean {
  if (NAME_TUTOR[type] && tutor === of.tutor) return true
  const name = AGENTS[type]
  return name !== undefined && name !== 'market' && agent === of[name]
}
