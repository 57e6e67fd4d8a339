// Rendered events: lines of text, and beside them in columns what whoever carries them needs to know.

import { ByteWriter } from '../kernel/bytewriter.ts'
import { freshLike } from '../kernel/memory.ts'

/** To begin with. */
const PAPER_BYTES = 1 << 16
const PAPER_LINES = 256

/** What is known of each line besides its text. */
export interface Columns {
  /** Where each line ends in the text: just after its '\n'. */
  readonly ends: Uint32Array
  /** Index of each event's type. */
  readonly types: Uint8Array
  /** Milliseconds since 1970. */
  readonly instants: Float64Array
  /** Number of the agent whose event it is. */
  readonly agents: Uint32Array
  /** Orders what happens at the same instant: kind and agent of the action that led to it, as one number … */
  readonly ranks: Float64Array
  /** … and what comes of the same action: 0, 1, 2, … */
  readonly steps: Uint16Array
  /** Lengths of the event's id and of its cause's; 0 where nothing in the stream led to it. */
  readonly idLengths: Uint16Array
  readonly causeLengths: Uint16Array
  /** A hash of each event's partition key: its remainder by the number of streams is the event's stream. */
  readonly partitions: Uint32Array
}

/** The memory belongs to the renderer and is valid only until it renders again; there may be unused room at the ends. */
export interface Lines extends Columns {
  /** Line after line from byte 0 on, each closed by '\n'. ASCII, but for the payloads. */
  readonly bytes: Uint8Array
  /** How many lines there are. */
  readonly count: number
  /** Where they have come over a wire that is not clean; in memory that nobody writes to any more. */
  readonly onWire?: OnWire
}

/** What is known of lines on such a wire, each by its place. */
export interface OnWire {
  /** When it leaves: its own instant, or later. */
  readonly leaves: Float64Array
  /** 1: it is to be kept back. */
  readonly keptBack: Uint8Array
}

/** @param like of this memory's kind: one thread's own, or shared */
export function columnsFor(lines: number, like: Uint8Array = OWN): Columns {
  const room = (bytes: number): ArrayBuffer => freshLike(like, lines * bytes).buffer as ArrayBuffer
  return {
    ends: new Uint32Array(room(4)),
    types: new Uint8Array(room(1)),
    instants: new Float64Array(room(8)),
    agents: new Uint32Array(room(4)),
    ranks: new Float64Array(room(8)),
    steps: new Uint16Array(room(2)),
    idLengths: new Uint16Array(room(2)),
    causeLengths: new Uint16Array(room(2)),
    partitions: new Uint32Array(room(4)),
  }
}

const OWN = new Uint8Array(0)

/** With room for twice as many lines. */
function grown(columns: Columns): Columns {
  const larger = columnsFor(2 * columns.ends.length, columns.types)
  for (const name of Object.keys(larger) as (keyof Columns)[]) larger[name].set(columns[name])
  return larger
}

/** What lines are rendered on: memory that grows as they need it. */
export class Paper {
  readonly out: ByteWriter
  columns: Columns

  /** @param like of this memory's kind */
  constructor(like: Uint8Array) {
    this.out = new ByteWriter(freshLike(like, PAPER_BYTES))
    this.columns = columnsFor(PAPER_LINES, like)
  }

  grow(): Columns {
    this.columns = grown(this.columns)
    return this.columns
  }

  /** What was written on it. */
  lines(count: number): Lines {
    const { out, columns } = this
    return { ...columns, bytes: out.bytes.subarray(0, out.length), count }
  }
}

/** In memory of their own. */
export function copyOf(lines: Lines): Lines {
  const { bytes, count, ends, onWire } = lines
  const columns = columnsFor(count)
  for (const name of Object.keys(columns) as (keyof Columns)[]) columns[name].set(lines[name].subarray(0, count))
  const text = new Uint8Array(bytes.subarray(0, count === 0 ? 0 : (ends[count - 1] as number)))
  return { ...columns, bytes: text, count, ...(onWire ? { onWire } : {}) }
}

/** Copies in memory that takes turns: each is valid until the one after the next is made. Fresh memory would cost several times as much. */
export class Copies {
  #copy = noLines()
  #before = noLines()

  of(lines: Lines): Lines {
    const { count, ends } = lines
    const length = count === 0 ? 0 : (ends[count - 1] as number)
    const { bytes, ...columns } = this.#before
    const room = bytes.length < length ? new Uint8Array(length + (length >>> 3)) : bytes
    const own = columns.ends.length < count ? columnsFor(count + (count >>> 3)) : columns
    room.set(lines.bytes.subarray(0, length))
    for (const name of Object.keys(columnsFor(0)) as (keyof Columns)[]) own[name].set(lines[name].subarray(0, count))
    this.#before = this.#copy
    this.#copy = { ...own, bytes: room, count }
    return this.#copy
  }
}

function noLines(): Lines {
  return { ...columnsFor(0), bytes: new Uint8Array(0), count: 0 }
}
