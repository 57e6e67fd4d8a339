// What the events of a type look like, made of the type's description alone: for those who want to try something on an
// event before there is one.

import { formatInstant, parseTimestamp } from './clock.ts'
import type { EventType, Field } from './eventtype.ts'

/** An event as an object, with what every line has. */
export interface ExampleEvent {
  event_id: string
  caused_by: string | null
  event_type: string
  payload: Record<string, unknown>
}

/** When example events happen; milliseconds since 1970. */
export const EXAMPLE_INSTANT = parseTimestamp('2026-01-05T17:01:12.000Z')
/** Number of the agent whose they are. */
export const EXAMPLE_AGENT = 1042

/** Two: with the first or least of all values and without a cause, and with the last or largest ones and a cause. */
export function exampleEvents(type: EventType): ExampleEvent[] {
  const { name, key, fields, exampleId = `${key(EXAMPLE_AGENT)}.${name}` } = type
  return ([0, -1] as const).map((end) => ({
    event_id: exampleId,
    caused_by: end === 0 ? null : exampleId,
    event_type: name,
    payload: Object.fromEntries(
      Object.entries(fields).map(([field, kind]) => [field, exampleValue(kind, end, key(EXAMPLE_AGENT))]),
    ),
  }))
}

/** @param end of what the value can be: 0 the first, -1 the last */
function exampleValue(field: Field, end: 0 | -1, agent: string): unknown {
  switch (field.kind) {
    case 'instant':
      return formatInstant(EXAMPLE_INSTANT)
    case 'constant':
      return field.value
    case 'id':
      return field.example ?? agent
    case 'choice':
    case 'number':
      return field.values.at(end)
    case 'choices':
      return end === 0 ? field.values.slice(0, field.min) : field.values.slice(-field.max)
    case 'whole':
    case 'decimal':
      return end === 0 ? field.min : field.max
    case 'flag':
      return end === -1
  }
}
