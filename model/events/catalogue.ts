// The six events as the engine reads and renders them, and as objects.

import { type EventCatalogue, Table, type TickEvents } from '../../engine/index.ts'
import { eventOf, LineEncoder } from './encode.ts'
import { type Event, eventTypes } from './index.ts'
import { EVENT, type EventRow } from './row.ts'

export const events: EventCatalogue<typeof EVENT> = {
  fields: EVENT,
  types: eventTypes,
  encoder: () => new LineEncoder(),
}

/** Numbers of a student or a tutor. */
interface Whose {
  student?: number
  tutor?: number
}

/** The events in order. @param of whose events they are to be */
export function eventsIn(tick: TickEvents<typeof EVENT>, of: Whose = {}): Event[] {
  const found: Event[] = []
  const all = of.student === undefined && of.tutor === undefined
  for (const row of tick.rows()) if (all || concerns(row, of)) found.push(eventOf(row))
  return found
}

/** By type: whose its events are, and whether they name a tutor besides. */
const AGENTS = eventTypes.map(({ entity }) => entity.agent.name)
const NAME_TUTOR = eventTypes.map(({ fields, entity }) => 'tutor_id' in fields && entity.agent.name !== 'tutor')

/** Those of a shard's rows that somebody's events are: to look through all rows so costs a tenth of having them in order. */
export function rowsOf(rows: Uint8Array, of: Whose): Uint8Array {
  const { offsets, rowBytes } = LAYOUT
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  const found: Uint8Array[] = []
  for (let at = 0; at < rows.length; at += rowBytes) {
    const agent = view.getUint32(at + offsets.agent, true)
    const tutor = view.getUint32(at + offsets.tutor, true)
    const isNamed = agent === of.student || agent === of.tutor || tutor === of.tutor
    if (isNamed && concerns({ type: rows[at + offsets.type] as number, agent, tutor }, of))
      found.push(rows.subarray(at, at + rowBytes))
  }
  const own = new Uint8Array(found.length * rowBytes)
  for (const [place, row] of found.entries()) own.set(row, place * rowBytes)
  return own
}

const LAYOUT = new Table('events', EVENT)

function concerns({ type, agent, tutor }: Pick<EventRow, 'type' | 'agent' | 'tutor'>, of: Whose): boolean {
  if (NAME_TUTOR[type] && tutor === of.tutor) return true
  const name = AGENTS[type]
  return name !== undefined && name !== 'market' && agent === of[name]
}
