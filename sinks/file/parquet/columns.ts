// Rows of events to columns of Arrow, as the descriptors of their fields tell: buffers are filled by hand, for to make an
// object of each value costs several times as much.

import {
  Bool,
  Field as Column,
  type Data,
  type DataType,
  Dictionary,
  Float64,
  Int8,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow'
import { ByteWriter, type LineEncoder, type Row, type RowEventType, type RowField } from '../../../engine/index.ts'

/** Any model's row of an event. */
export type EventRow = Row<Readonly<Record<string, never>>>

/** Rows, one of which is read at a time. */
export interface Rows {
  readonly row: EventRow
  readonly count: number
}

/** How the values of a column are put down. `instants` follow one another, `texts` have much in common with the one before. */
type Kind = 'instants' | 'texts' | 'others'

interface Source {
  readonly column: Column
  readonly kind: Kind
  read(rows: Rows): Data
}

/** A type of event as a table. */
export class EventColumns {
  readonly #ids: LineEncoder<EventRow>
  readonly #sources: readonly Source[]
  readonly #schema: Schema
  readonly #struct: Struct

  constructor({ fields }: RowEventType<EventRow>, ids: LineEncoder<EventRow>) {
    this.#ids = ids
    this.#sources = Object.entries(fields).map(([name, field], place) => sourceOf(name, field, place + 2))
    const [id, cause] = [new Column('event_id', new Utf8(), false), new Column('caused_by', new Utf8(), true)]
    const columns = [id, cause, ...this.#sources.map(({ column }) => column)]
    this.#schema = new Schema(columns)
    this.#struct = new Struct(columns)
  }

  get names(): string[] {
    return this.#schema.names as string[]
  }

  /** Names of the columns of a kind. */
  ofKind(kind: Kind): string[] {
    const own = this.#sources.filter((source) => source.kind === kind).map(({ column }) => column.name)
    return kind === 'texts' ? ['event_id', 'caused_by', ...own] : own
  }

  /** Valid until the next is made, of whichever table. */
  batchOf(rows: Rows): RecordBatch {
    const children = [...this.#named(rows), ...this.#sources.map((source) => source.read(rows))]
    return new RecordBatch(this.#schema, makeData({ type: this.#struct, length: rows.count, nullCount: 0, children }))
  }

  /** What each event is called, and what led to it. */
  #named({ row, count }: Rows): [Data, Data] {
    const ids = new Texts(0, count)
    const causes = new Texts(1, count)
    const both = new ByteWriter(1 << 10)
    const isThere = new Uint8Array(Math.ceil(count / 8))
    let nulls = 0
    for (let at = 0; at < count; at++) {
      both.length = 0
      this.#ids.ids(both, row.at(at))
      const { idLength, causeLength } = this.#ids
      ids.add(both.bytes, 0, idLength)
      causes.add(both.bytes, idLength, causeLength)
      if (causeLength > 0) (isThere[at >> 3] as number) |= 1 << (at & 7)
      else nulls++
    }
    return [ids.data(), causes.data(nulls, isThere)]
  }
}

/** Room that all tables use in turns, a piece for each column of texts: a batch is encoded before the next is made. */
const rooms: ByteWriter[] = []

/** Texts one after the other. */
class Texts {
  readonly #ends: Int32Array
  readonly out: ByteWriter
  #count = 0

  /** @param room of which column of the batch */
  constructor(room: number, count: number) {
    this.#ends = new Int32Array(count + 1)
    this.out = rooms[room] ??= new ByteWriter(1 << 16)
    this.out.length = 0
  }

  add(bytes: Uint8Array, start: number, length: number): void {
    const { out } = this
    out.reserve(length)
    for (let at = 0; at < length; at++) out.bytes[out.length + at] = bytes[start + at] as number
    out.length += length
    this.end()
  }

  /** What was written since the last is one. */
  end(): void {
    this.#ends[++this.#count] = this.out.length
  }

  data(nullCount = 0, nullBitmap?: Uint8Array): Data {
    const data = this.out.bytes.subarray(0, this.out.length)
    const all = { type: new Utf8(), length: this.#count, valueOffsets: this.#ends, data }
    return makeData(nullCount === 0 ? { ...all, nullCount } : { ...all, nullCount, nullBitmap })
  }
}

/** Whole numbers of a vocabulary that 8 bits hold. */
const VOCABULARY_MAX = 127

/** @param place among the columns */
function sourceOf(name: string, field: RowField<EventRow>, place: number): Source {
  const of = (type: DataType, read: (rows: Rows) => Data, kind: Kind = 'others'): Source => ({
    ...{ column: new Column(name, type, false), kind, read },
  })
  switch (field.kind) {
    case 'id':
      return of(new Utf8(), (rows) => textsOf(rows, field, place), 'texts')
    case 'constant':
      return vocabulary(name, [field.value], () => 0)
    case 'choice':
      return vocabulary(name, field.values, (row) => field.read(row))
    case 'choices': {
      const { column, read } = listOf(name, field.values, (row) => field.read(row))
      return { column, kind: 'others', read }
    }
    case 'whole':
    case 'number':
      return of(new Int32(), (rows) =>
        valuesOf(new Int32(), rows, new Int32Array(rows.count), (row) => field.read(row)),
      )
    case 'decimal': {
      const one = 10 ** field.decimals
      return of(new Float64(), (rows) =>
        valuesOf(new Float64(), rows, new Float64Array(rows.count), (row) => field.read(row) / one),
      )
    }
    case 'flag':
      return of(new Bool(), ({ row, count }) => {
        const data = new Uint8Array(Math.ceil(count / 8))
        for (let at = 0; at < count; at++) if (field.read(row.at(at)) === 1) (data[at >> 3] as number) |= 1 << (at & 7)
        return makeData({ type: new Bool(), length: count, nullCount: 0, data })
      })
    case 'instant': {
      const type = new TimestampMillisecond('UTC')
      return of(
        type,
        ({ row, count }) => {
          const data = new BigInt64Array(count)
          for (let at = 0; at < count; at++) data[at] = BigInt(field.read(row.at(at)))
          return makeData({ type, length: count, nullCount: 0, data })
        },
        'instants',
      )
    }
  }
}

function textsOf({ row, count }: Rows, field: Extract<RowField<EventRow>, { kind: 'id' }>, room: number): Data {
  const texts = new Texts(room, count)
  for (let at = 0; at < count; at++) {
    if (field.write) field.write(texts.out, row.at(at))
    else texts.out.text(field.read(row.at(at)))
    texts.end()
  }
  return texts.data()
}

function valuesOf<Array extends Int32Array | Float64Array>(
  type: DataType,
  { row, count }: Rows,
  data: Array,
  read: (row: EventRow) => number,
): Data {
  for (let at = 0; at < count; at++) data[at] = read(row.at(at))
  return makeData({ type: type as Int32, length: count, nullCount: 0, data: data as Int32Array })
}

/** A dictionary, which is one object for all batches. */
function dictionaryOf(values: readonly string[]): { type: Dictionary<Utf8, Int8>; dictionary: Vector<Utf8> } {
  if (values.length > VOCABULARY_MAX)
    throw new RangeError(`a vocabulary of ${values.length}: at most ${VOCABULARY_MAX}`)
  return { type: new Dictionary(new Utf8(), new Int8()), dictionary: vectorFromArray([...values], new Utf8()) }
}

function vocabulary(name: string, values: readonly string[], read: (row: EventRow) => number): Source {
  const { type, dictionary } = dictionaryOf(values)
  return {
    column: new Column(name, type, false),
    kind: 'others',
    read({ row, count }) {
      const data = new Int8Array(count)
      for (let at = 0; at < count; at++) data[at] = read(row.at(at))
      return makeData({ type, length: count, nullCount: 0, data, dictionary })
    },
  }
}

function listOf(
  name: string,
  values: readonly string[],
  read: (row: EventRow) => readonly number[],
): Pick<Source, 'column' | 'read'> {
  const { type: element, dictionary } = dictionaryOf(values)
  const type = new List(new Column('element', element, false))
  return {
    column: new Column(name, type, false),
    read({ row, count }) {
      const places: number[] = []
      const valueOffsets = new Int32Array(count + 1)
      for (let at = 0; at < count; at++) {
        places.push(...read(row.at(at)))
        valueOffsets[at + 1] = places.length
      }
      const data = Int8Array.from(places)
      const child = makeData({ type: element, length: places.length, nullCount: 0, data, dictionary })
      return makeData({ type, length: count, nullCount: 0, valueOffsets, child })
    },
  }
}
