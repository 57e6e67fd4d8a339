// What a model's events are to whoever reads and renders them: the rows that they are kept as, and the types that say
// what a row means.

import type { ByteWriter } from '../kernel/bytewriter.ts'
import type { RowEventType } from '../kernel/eventtype.ts'
import { payloadReader } from '../kernel/payload.ts'
import type { Fields, Row } from '../kernel/table.ts'
import { lineOf } from './envelope.ts'

/** Fields that every row of an event has. */
export interface EventFields extends Fields {
  /** When it happened; milliseconds since 1970. */
  instant: 'f64'
  /** Number of the agent whose event it is, unique in the world among its kind. */
  agent: 'u32'
  /** Kind of the action that led to it. */
  kind: 'u8'
  /** Index of its type. */
  type: 'u8'
}

export interface EventCatalogue<F extends EventFields = EventFields> {
  readonly fields: F
  /** In the order of the rows' `type`. */
  readonly types: readonly RowEventType<Row<F>>[]
  /** One that nobody else uses. */
  encoder(): LineEncoder<Row<F>>
}

/** Writes rows as lines. */
export interface LineEncoder<EventRow> {
  /** Of the line that was written last: lengths of its id and of its cause's; 0 where nothing led to it. */
  readonly idLength: number
  readonly causeLength: number
  write(out: ByteWriter, row: EventRow): void
  /** Writes the event's id, and that of its cause behind it: as they are in the line, and as long. */
  ids(out: ByteWriter, row: EventRow): void
}

/** A type of event that says itself what it is called and what led to it. */
export interface NamedEventType<EventRow> extends RowEventType<EventRow> {
  /** The event's id: a natural key, unique in its world. ASCII, and nothing that JSON escapes. */
  id(row: EventRow): string
  /** Id of the event that led to it; missing or null where nothing in the stream did. */
  cause?(row: EventRow): string | null
}

/** A catalogue whose lines are written as the types say: any model's, at the speed of JSON.stringify. */
export function catalogue<F extends EventFields>(
  fields: F,
  types: readonly NamedEventType<Row<F>>[],
): EventCatalogue<F> {
  return { fields, types, encoder: () => new JsonEncoder(types) }
}

/** What JSON writes as it is, a byte for each character. */
const PLAIN = /^[ !#-[\]-~]*$/

class JsonEncoder<EventRow extends { readonly type: number }> implements LineEncoder<EventRow> {
  idLength = 0
  causeLength = 0
  readonly #types: readonly NamedEventType<EventRow>[]
  readonly #payloads: readonly ((row: EventRow) => object)[]

  constructor(types: readonly NamedEventType<EventRow>[]) {
    this.#types = types
    this.#payloads = types.map(({ fields }) => payloadReader(fields))
  }

  write(out: ByteWriter, row: EventRow): void {
    const [id, cause] = this.#named(row)
    const { name } = this.#types[row.type] as NamedEventType<EventRow>
    out.text(lineOf(id, cause, name, JSON.stringify(this.#payloads[row.type]?.(row))))
  }

  ids(out: ByteWriter, row: EventRow): void {
    const [id, cause] = this.#named(row)
    out.text(id + (cause ?? ''))
  }

  #named(row: EventRow): [id: string, cause: string | null] {
    const type = this.#types[row.type] as NamedEventType<EventRow>
    const id = type.id(row)
    const cause = type.cause?.(row) ?? null
    for (const name of [id, cause ?? '']) if (!PLAIN.test(name)) throw new RangeError(`not an event's id: ${name}`)
    this.idLength = id.length
    this.causeLength = cause?.length ?? 0
    return [id, cause]
  }
}
