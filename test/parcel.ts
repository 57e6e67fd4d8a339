// Parcels for tests of sinks: lines as a renderer would hand them over, with the columns that their text calls for.

import { columnsFor } from '../engine/delivery/lines.ts'
import { type Lines, type Parcel, storedParcel } from '../engine/index.ts'
import { model } from '../model/index.ts'

export const TYPES = model.events.types

/** @param bytes whole lines; of what is no event of the model, columns say no more than the lengths of its ids */
export function parcelOf(bytes: Uint8Array): Parcel {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const written = text.toString().replace(/\n$/, '').split('\n')
  const lines: Lines = { ...columnsFor(written.length), bytes: text, count: written.length }
  let end = 0
  for (const [place, line] of written.entries()) {
    end += Buffer.byteLength(line) + 1
    const one = columnsOf(line)
    for (const name of Object.keys(one) as (keyof typeof one)[]) lines[name].set(one[name], place)
    lines.ends[place] = end
  }
  return { lines, first: 0, count: lines.count, bytes: text }
}

function columnsOf(line: string): ReturnType<typeof columnsFor> {
  try {
    const { bytes, count, ...columns } = storedParcel({ line }, TYPES).lines
    return columns
  } catch {
    const columns = columnsFor(1)
    columns.idLengths[0] = /^{"event_id":"([^"]*)"/.exec(line)?.[1]?.length ?? 0
    columns.causeLengths[0] = /,"caused_by":"([^"]*)"/.exec(line)?.[1]?.length ?? 0
    return columns
  }
}

/** @param event as it would be rendered */
export function parcelOfEvent(event: object): Parcel {
  return parcelOf(Buffer.from(`${JSON.stringify(event)}\n`))
}

/** As a sink takes it that takes rows. @param lines in the form of them, of which it is a copy */
export function parcelOfRows({ bytes, count, ...columns }: Lines): Parcel {
  const rows = Buffer.from(bytes)
  return { lines: { ...columns, bytes: rows, count }, first: 0, count, bytes: rows }
}
