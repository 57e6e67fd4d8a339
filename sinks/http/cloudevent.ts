// An event as a CloudEvent: version 1.0, structured mode, with the extensions `partitionkey` and `sequence` as the
// specification's own documents define them, and `causedby`, the `id` of the event that led to this one.

import {
  causeIn,
  type EventType,
  eventIdIn,
  formatInstant,
  type Lines,
  type Parcel,
  payloadIn,
} from '../../engine/index.ts'
/** @param types of the model @param worldUri the `source` of events that carry no world's id */
export function cloudEventOf(parcel: Parcel, types: readonly EventType[], worldUri: string): Buffer {
  const { lines, first, bytes, worldId } = parcel
  const type = types[lines.types[first] as number] as EventType
  const cause = causeIn(parcel)
  const subject = type.key(lines.agents[first] as number)
  const head = JSON.stringify({
    specversion: '1.0',
    id: eventIdIn(parcel),
    source: worldId === undefined ? worldUri : `/worlds/${worldId}`,
    type: type.name,
    time: formatInstant(lines.instants[first] as number),
    subject,
    partitionkey: subject,
    sequence: sequenceOf(lines, first),
    ...(cause === null ? {} : { causedby: cause }),
    datacontenttype: 'application/json',
  })
  // The very bytes of the line from its payload on: what was rendered is not rendered again, and the brace that closes the line
  // closes this too, or is missing from both.
  const data = bytes.subarray(payloadIn(parcel, type), bytes.length - 1)
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data])
}

/** Where an event stands in the stream, as text that sorts: `<instant>.<rank>.<step>`, the order of the world's own merge. */
function sequenceOf({ instants, ranks, steps }: Lines, line: number): string {
  const [instant, rank] = [instants[line] as number, ranks[line] as number]
  const step = steps[line] as number
  return `${digits(instant, 15)}.${digits(rank, 13)}.${digits(step, 5)}`
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}
