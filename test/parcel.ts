// Parcels for tests of sinks: lines as a renderer would hand them over, with the columns that their text calls for.

import type { Lines, Parcel } from '../engine/index.ts'
import { model } from '../model/index.ts'

export const TYPES = model.events.types

/** @param bytes whole lines; what is no event gets columns of zeros */
export function parcelOf(bytes: Uint8Array): Parcel {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const events = text
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      try {
        return JSON.parse(line)
      } catch {
        return {}
      }
    })
  const count = Math.max(1, events.length)
  const column = <Column extends { [index: number]: number }>(
    made: Column,
    value: (event: never) => number,
  ): Column => {
    for (const [index, event] of events.entries()) made[index] = value(event as never) || 0
    return made
  }
  type Event = { event_id?: string; caused_by?: string; event_type?: string; payload?: Record<string, string> }
  const typeOf = ({ event_type }: Event) =>
    Math.max(
      0,
      TYPES.findIndex(({ name }) => name === event_type),
    )
  const lines: Lines = {
    bytes: text,
    count,
    ends: column(new Uint32Array(count).fill(text.length), (event: Event) => {
      const place = events.indexOf(event)
      let end = 0
      for (let line = 0; line <= place; line++) end = text.indexOf(0x0a, end) + 1
      return end
    }),
    types: column(new Uint8Array(count), typeOf),
    instants: column(new Float64Array(count), ({ payload }: Event) => Date.parse(payload?.timestamp ?? '')),
    agents: column(new Uint32Array(count), (event: Event) =>
      event.payload && 'event_type' in event ? numberIn(event as Required<Event>, typeOf(event)) : 0,
    ),
    ranks: new Float64Array(count),
    steps: new Uint8Array(count),
    idLengths: column(new Uint16Array(count), ({ event_id }: Event) => event_id?.length ?? 0),
    causeLengths: column(new Uint16Array(count), ({ caused_by }: Event) => caused_by?.length ?? 0),
    partitions: new Uint32Array(count),
  }
  return { lines, first: 0, count, bytes: text }
}

function numberIn({ payload }: { payload: Record<string, unknown> }, type: number): number {
  try {
    return TYPES[type]?.numberIn(payload) ?? 0
  } catch {
    return 0
  }
}

/** @param event as it would be rendered */
export function parcelOfEvent(event: object): Parcel {
  return parcelOf(Buffer.from(`${JSON.stringify(event)}\n`))
}
