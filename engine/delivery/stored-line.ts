// A line that an earlier process has stored, read back with its columns: to be sent once more.

import { parseInstant } from '../kernel/clock.ts'
import type { EventType } from '../kernel/eventtype.ts'
import { StoreError } from '../log/ticklog.ts'
import { lineOf, type Parcel } from './envelope.ts'
import { partitionOf } from './tick-events.ts'

/**
 * @param text one line, without its end
 * @param types of the model that wrote it
 * @throws StoreError where it is none
 */
export function storedParcel(text: string, types: readonly EventType[]): Parcel {
  const { event_id: id, caused_by: cause, event_type: name, payload } = JSON.parse(text)
  const type = types.findIndex((one) => one.name === name)
  const instant = parseInstant(payload?.timestamp ?? '')
  if (type < 0 || instant === undefined || `${text}\n` !== lineOf(id, cause, name, JSON.stringify(payload)))
    throw new StoreError(`not a rendered event: ${text.slice(0, 200)}`)
  const { agentCode, numberIn } = types[type] as EventType
  const agent = numberIn(payload)
  const bytes = Buffer.from(`${text}\n`)
  const lines = {
    ...{ bytes, count: 1, ends: Uint32Array.of(bytes.length) },
    ...{ types: Uint8Array.of(type), instants: Float64Array.of(instant), agents: Uint32Array.of(agent) },
    // Which action it came of is not in the line.
    ...{ ranks: Float64Array.of(agent), steps: Uint8Array.of(0) },
    ...{ idLengths: Uint16Array.of(id.length), causeLengths: Uint16Array.of(cause?.length ?? 0) },
    partitions: Uint32Array.of(partitionOf(agent, agentCode)),
  }
  return { lines, first: 0, count: 1, bytes }
}
