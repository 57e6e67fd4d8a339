// A line that an earlier process has stored, read back with its columns: to be sent once more.

import { parseTimestamp } from '../kernel/clock.ts'
import type { EventType } from '../kernel/eventtype.ts'
import { type ParkedEvent, StoreError } from '../log/ticklog.ts'
import { lineOf, type Parcel } from './envelope.ts'
import { columnsFor, type Lines } from './lines.ts'
import { partitionOf } from './tick-events.ts'

type StoredLine = Pick<ParkedEvent, 'line' | 'rank' | 'step' | 'worldId'>

/**
 * @param stored a line, without its end, and its place among what happens at the same instant
 * @param types of the model that wrote it
 * @throws StoreError where it is no line of theirs
 */
export function storedParcel(stored: StoredLine, types: readonly EventType[]): Parcel {
  try {
    return parcelOf(stored, types)
  } catch (cause) {
    throw new StoreError(`not a rendered event: ${stored.line.slice(0, 200)}`, { cause })
  }
}

function parcelOf({ line, rank, step, worldId }: StoredLine, types: readonly EventType[]): Parcel {
  const { event_id: id, caused_by: cause, event_type: name, payload } = JSON.parse(line)
  const index = types.findIndex((type) => type.name === name)
  const type = types[index]
  if (type === undefined) throw new RangeError(`${name}: no type of event`)
  // Lengths and places count on it.
  if (`${line}\n` !== lineOf(id, cause, name, JSON.stringify(payload)) || !/^[ -~]*$/.test(`${id}${cause}`))
    throw new RangeError('not written as lines are')
  const agent = type.numberIn(payload)
  const instant = parseTimestamp(payload[instantOf(type)])
  if (agent !== agent >>> 0 || Number.isNaN(instant)) throw new RangeError('does not say whose it is, or when')
  const bytes = Buffer.from(`${line}\n`)
  const lines: Lines = { ...columnsFor(1), bytes, count: 1 }
  lines.ends[0] = bytes.length
  lines.types[0] = index
  lines.instants[0] = instant
  lines.agents[0] = agent
  // An older version did not keep which action it came of.
  lines.ranks[0] = rank ?? agent
  lines.steps[0] = step ?? 0
  lines.idLengths[0] = id.length
  lines.causeLengths[0] = cause?.length ?? 0
  lines.partitions[0] = partitionOf(agent, type.agentCode)
  return { worldId, lines, first: 0, count: 1, bytes }
}

/** Name of the field that says when an event happened. */
function instantOf({ fields }: EventType): string {
  return Object.keys(fields).find((name) => fields[name]?.kind === 'instant') ?? ''
}
