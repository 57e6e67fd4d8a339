// The envelope that every event travels in, as one line, and where its parts begin: arithmetic on the lengths that come
// beside the text, so that nobody looks for anything in a line that this process has written.
//
//     {"event_id":"ID","caused_by":"CAUSE","event_type":"TYPE","payload":{…}}⏎        or  "caused_by":null
//                     └ causedByIn bodyIn ┘                    payloadIn ┘

import type { EventType } from '../kernel/eventtype.ts'
import type { Lines } from './lines.ts'

/** What every line begins with. */
export const LINE_OPENING = '{"event_id":"'
const CAUSE_OPENING = '","caused_by":'
const NULL = 'null'
const TYPE_OPENING = ',"event_type":"'
const PAYLOAD_OPENING = '","payload":'
const CLOSING = '}\n'

/** Where an event's id begins in its line. */
export const ID_AT = LINE_OPENING.length

/** One line. @param payload as JSON */
export function lineOf(id: string, cause: string | null, type: string, payload: string): string {
  const causedBy = cause === null ? NULL : `"${cause}"`
  return `${LINE_OPENING}${id}${CAUSE_OPENING}${causedBy}${TYPE_OPENING}${type}${PAYLOAD_OPENING}${payload}${CLOSING}`
}

/** What Node's Buffer can do, as far as it is used of lines: the library's types are to need none of Node's. */
export interface LineBytes extends Uint8Array {
  toString(encoding?: 'latin1' | 'utf8', start?: number, end?: number): string
  copy(target: Uint8Array, targetStart?: number, sourceStart?: number, sourceEnd?: number): number
}

/** One event, or several that are next to one another, of a batch of lines. */
export interface Parcel {
  /** Id of the world that it is of; missing where its events go without, under their bare ids. */
  readonly worldId?: string | undefined
  readonly lines: Lines
  /** The first of its events in `lines`. */
  readonly first: number
  readonly count: number
  /** Its lines, each closed by '\n'; valid as long as the promise of `send` is not settled. */
  readonly bytes: LineBytes
}

/** A stretch of lines as a parcel; its text is cut out where somebody asks for it. */
export class Stretch implements Parcel {
  readonly worldId: string | undefined
  readonly lines: Lines
  readonly first: number
  readonly count: number
  #bytes: LineBytes | undefined

  constructor(worldId: string | undefined, lines: Lines, first: number, count: number) {
    this.worldId = worldId
    this.lines = lines
    this.first = first
    this.count = count
  }

  get bytes(): LineBytes {
    const { bytes, ends } = this.lines
    const start = startOf(this)
    const end = ends[this.first + this.count - 1] as number
    // A Buffer, as the sinks use it: several times faster than `subarray`.
    this.#bytes ??= Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    return this.#bytes
  }
}

/** Where a parcel begins in the text of its lines. */
export function startOf({ lines, first }: Pick<Parcel, 'lines' | 'first'>): number {
  return first === 0 ? 0 : (lines.ends[first - 1] as number)
}

/** What goes with one try, in order: one, or where a sink takes batches, single events of one stream. */
export type Parcels = readonly [Parcel, ...Parcel[]]

// Of a parcel's first event:

/** What it is known by wherever events of several worlds meet. */
export function keyOf(parcel: Parcel): string {
  const id = eventIdIn(parcel)
  return parcel.worldId === undefined ? id : `${parcel.worldId}/${id}`
}

export function eventIdIn({ lines, first, bytes }: Parcel): string {
  return bytes.toString('latin1', ID_AT, ID_AT + (lines.idLengths[first] as number))
}

/** Null where nothing in the stream led to it. */
export function causeIn({ lines, first, bytes }: Parcel): string | null {
  const length = lines.causeLengths[first] as number
  if (length === 0) return null
  const start = ID_AT + (lines.idLengths[first] as number) + CAUSE_OPENING.length + 1
  return bytes.toString('latin1', start, start + length)
}

/** Place of the comma before `"caused_by"`: up to there, an object that was begun with the event's id. */
export function causedByIn({ lines, first }: Parcel): number {
  return ID_AT + (lines.idLengths[first] as number) + 1
}

/** Place of the comma before `"event_type"`: from there on, with `{` in its place, is the body that is posted. */
export function bodyIn({ lines, first }: Parcel): number {
  const cause = lines.causeLengths[first] as number
  return ID_AT + (lines.idLengths[first] as number) + CAUSE_OPENING.length + (cause === 0 ? NULL.length : cause + 2)
}

/** Place of the payload. @param type of the event */
export function payloadIn(parcel: Parcel, { name }: Pick<EventType, 'name'>): number {
  return bodyIn(parcel) + TYPE_OPENING.length + name.length + PAYLOAD_OPENING.length
}

/** Where a line's payload ends, before the end of the line. */
export const BEHIND_PAYLOAD = CLOSING.length
