// Rendered events: lines of text, and beside them in columns what whoever carries them needs to know.

/** The memory belongs to the renderer and is valid only until it renders again; there may be unused room at the ends. */
export interface Lines {
  /** Line after line from byte 0 on, each closed by '\n'. ASCII, but for the payloads. */
  readonly bytes: Uint8Array
  /** How many lines there are. */
  readonly count: number
  /** Where each line ends in `bytes`: just after its '\n'. */
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
  readonly steps: Uint8Array
  /** Lengths of the event's id and of its cause's; 0 where nothing in the stream led to it. */
  readonly idLengths: Uint16Array
  readonly causeLengths: Uint16Array
  /** A hash of each event's partition key: its remainder by the number of streams is the event's stream. */
  readonly partitions: Uint32Array
}

const COLUMNS = [
  'ends',
  'types',
  'instants',
  'agents',
  'ranks',
  'steps',
  'idLengths',
  'causeLengths',
  'partitions',
] as const

/** Columns of lines that are being rendered; they grow. */
export class Columns {
  ends = new Uint32Array(256)
  types = new Uint8Array(256)
  instants = new Float64Array(256)
  agents = new Uint32Array(256)
  ranks = new Float64Array(256)
  steps = new Uint8Array(256)
  idLengths = new Uint16Array(256)
  causeLengths = new Uint16Array(256)
  partitions = new Uint32Array(256)

  get capacity(): number {
    return this.ends.length
  }

  grow(): void {
    for (const name of COLUMNS) {
      const column = this[name]
      const larger = new (column.constructor as new (length: number) => typeof column)(2 * column.length)
      larger.set(column)
      Object.assign(this, { [name]: larger })
    }
  }
}

/** In memory of their own. */
export function copyOf(lines: Lines): Lines {
  const { bytes, count, ends } = lines
  const columns = COLUMNS.map((name) => [name, lines[name].slice(0, count)])
  return {
    ...(Object.fromEntries(columns) as Lines),
    bytes: new Uint8Array(bytes.subarray(0, count === 0 ? 0 : (ends[count - 1] as number))),
    count,
  }
}
