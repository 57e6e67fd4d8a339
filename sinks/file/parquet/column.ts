// The values of one column of a row group, read from rows and encoded as a page: a dictionary where values repeat, differences
// where they follow one another.

import { ByteWriter, type Row, type RowField } from '../../../engine/index.ts'
import { Bytes } from './bytes.ts'
import { bitsFor, Encoding, Texts, writeDeltas, writeHybrid, writeLevels, writeTexts } from './encodings.ts'
import { elementsOf, Physical, type SchemaElement, textElement } from './schema.ts'

/** Any model's row of an event. */
export type EventRow = Row<Readonly<Record<string, never>>>

/** Rows, one of which is read at a time. */
export interface Rows {
  readonly row: EventRow
  readonly count: number
}

/** A page that is not compressed yet. */
export interface Page {
  isDictionary: boolean
  encoding: Encoding
  values: number
  bytes: Uint8Array<ArrayBuffer>
}

/** A column of a row group. */
export interface Chunk {
  pages: Page[]
  /** Of all values, where readers can skip by them. */
  least?: Uint8Array
  most?: Uint8Array
  nulls: number
}

export interface Column {
  /** From the column's own name to that of its values. */
  readonly elements: readonly SchemaElement[]
  encode(rows: Rows): Chunk
}

/** A dictionary of whole numbers is looked up by number: it spans no more. */
const SPAN_MAX = 1 << 16
/** Differences of numbers that span more would not fit. */
const DELTA_SPAN = 2 ** 31
/** A dictionary of texts pays while there are no more of them than these, and a share of the rows. */
const TEXTS_MIN = 1024
const TEXTS_SHARE = 0.2

export function columnOf(name: string, field: RowField<EventRow>): Column {
  const elements = elementsOf(name, field.kind)
  switch (field.kind) {
    case 'id':
      return new IdColumn(elements, field)
    case 'constant':
      return new DictionaryColumn(elements, [field.value].map(textValue), () => 0)
    case 'choice':
      return new DictionaryColumn(elements, field.values.map(textValue), (row) => field.read(row))
    case 'choices':
      return new ListColumn(elements, field.values.map(textValue), (row) => field.read(row))
    case 'whole':
      return numbers(elements, field.min, field.max, 1, (row) => field.read(row))
    case 'number':
      return numbers(elements, Math.min(...field.values), Math.max(...field.values), 1, (row) => field.read(row))
    case 'decimal': {
      const one = 10 ** field.decimals
      return numbers(elements, Math.round(field.min * one), Math.round(field.max * one), one, (row) => field.read(row))
    }
    case 'flag':
      return new FlagColumn(elements, (row) => field.read(row))
    case 'instant':
      return new NumberColumn(elements, 1, (row) => field.read(row))
  }
}

/** @param one so many units of what is read are 1 */
function numbers(
  elements: SchemaElement[],
  least: number,
  most: number,
  one: number,
  read: (row: EventRow) => number,
): Column {
  if (most - least >= SPAN_MAX) return new NumberColumn(elements, one, read)
  return new FewNumbersColumn(elements, least, most, one, read)
}

/** As a dictionary has it: its length before it. */
function textValue(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  const out = new Bytes()
  out.uint32(bytes.length)
  out.append(bytes)
  return out.take()
}

const scratch = new Bytes(1 << 20)

function page(encoding: Encoding, values: number, isDictionary = false): Page {
  return { isDictionary, encoding, values, bytes: scratch.take() }
}

function dictionaryPage(values: readonly Uint8Array[]): Page {
  for (const value of values) scratch.append(value)
  return page(Encoding.plain, values.length, true)
}

/** Places in a dictionary, behind what the levels of the page have taken. */
function placesPage(places: ArrayLike<number>, count: number, values: number, most: number): Page {
  const bits = bitsFor(most)
  scratch.byte(bits)
  if (count > 0) writeHybrid(scratch, places, count, bits)
  return page(Encoding.dictionary, values)
}

let ints = new Int32Array(0)
let doubles = new Float64Array(0)

/** Room for so many whole numbers, which all columns share. */
function intsFor(count: number): Int32Array {
  if (count > ints.length) ints = new Int32Array(count)
  return ints
}

function doublesFor(count: number): Float64Array {
  if (count > doubles.length) doubles = new Float64Array(count)
  return doubles
}

/** A vocabulary: what is read is a place in it. */
class DictionaryColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #values: readonly Uint8Array[]
  readonly #read: (row: EventRow) => number

  constructor(elements: readonly SchemaElement[], values: readonly Uint8Array[], read: (row: EventRow) => number) {
    this.elements = elements
    this.#values = values
    this.#read = read
  }

  encode({ row, count }: Rows): Chunk {
    const places = intsFor(count)
    for (let at = 0; at < count; at++) places[at] = this.#read(row.at(at))
    const pages = [dictionaryPage(this.#values), placesPage(places, count, count, this.#values.length - 1)]
    return { pages, nulls: 0 }
  }
}

/** Several of a vocabulary in each row. */
class ListColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #values: readonly Uint8Array[]
  readonly #read: (row: EventRow) => readonly number[]

  constructor(
    elements: readonly SchemaElement[],
    values: readonly Uint8Array[],
    read: (row: EventRow) => readonly number[],
  ) {
    this.elements = elements
    this.#values = values
    this.#read = read
  }

  encode({ row, count }: Rows): Chunk {
    const places: number[] = []
    const repetitions: number[] = []
    const definitions: number[] = []
    for (let at = 0; at < count; at++) {
      const several = this.#read(row.at(at))
      for (const [order, place] of several.entries()) {
        places.push(place)
        repetitions.push(order === 0 ? 0 : 1)
        definitions.push(1)
      }
      if (several.length > 0) continue
      repetitions.push(0)
      definitions.push(0)
    }
    const dictionary = dictionaryPage(this.#values)
    writeLevels(scratch, repetitions, repetitions.length)
    writeLevels(scratch, definitions, definitions.length)
    const values = placesPage(places, places.length, definitions.length, this.#values.length - 1)
    return { pages: [dictionary, values], nulls: 0 }
  }
}

class FlagColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #read: (row: EventRow) => number

  constructor(elements: readonly SchemaElement[], read: (row: EventRow) => number) {
    this.elements = elements
    this.#read = read
  }

  encode({ row, count }: Rows): Chunk {
    const bytes = new Uint8Array(Math.ceil(count / 8))
    for (let at = 0; at < count; at++) if (this.#read(row.at(at)) === 1) (bytes[at >> 3] as number) |= 1 << (at & 7)
    scratch.append(bytes)
    return { pages: [page(Encoding.plain, count)], nulls: 0 }
  }
}

/** Instants, and numbers of a wide range. */
class NumberColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #one: number
  readonly #read: (row: EventRow) => number
  readonly #type: Physical

  constructor(elements: readonly SchemaElement[], one: number, read: (row: EventRow) => number) {
    this.elements = elements
    this.#one = one
    this.#read = read
    this.#type = elements.at(-1)?.type as Physical
  }

  encode({ row, count }: Rows): Chunk {
    const values = doublesFor(count)
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let at = 0; at < count; at++) {
      const value = this.#read(row.at(at)) / this.#one
      values[at] = value
      if (value < least) least = value
      if (value > most) most = value
    }
    const isPlain =
      this.#type === Physical.double || (this.#type === Physical.int32 && most - least >= DELTA_SPAN) || count === 0
    if (isPlain) for (let at = 0; at < count; at++) scratch.append(plain(this.#type, values[at] as number))
    else writeDeltas(scratch, values, count)
    return {
      pages: [page(isPlain ? Encoding.plain : Encoding.delta, count)],
      ...{ least: plain(this.#type, least), most: plain(this.#type, most), nulls: 0 },
    }
  }
}

/** Numbers of a narrow range: a dictionary of those that there are. */
class FewNumbersColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #least: number
  readonly #one: number
  readonly #read: (row: EventRow) => number
  readonly #type: Physical
  /** By number: its place in the dictionary, plus one. */
  readonly #placeOf: Uint32Array

  constructor(
    elements: readonly SchemaElement[],
    least: number,
    most: number,
    one: number,
    read: (row: EventRow) => number,
  ) {
    this.elements = elements
    this.#least = least
    this.#one = one
    this.#read = read
    this.#type = elements.at(-1)?.type as Physical
    this.#placeOf = new Uint32Array(most - least + 1)
  }

  encode({ row, count }: Rows): Chunk {
    const places = intsFor(count)
    const found: number[] = []
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let at = 0; at < count; at++) {
      const number = this.#read(row.at(at))
      // What is outside its range has no place to be found by, and is put down each time.
      let place = this.#placeOf[number - this.#least] ?? 0
      if (place === 0) {
        place = found.push(number)
        this.#placeOf[number - this.#least] = place
        least = Math.min(least, number)
        most = Math.max(most, number)
      }
      places[at] = place - 1
    }
    for (const number of found) this.#placeOf[number - this.#least] = 0
    const values = found.map((number) => plain(this.#type, number / this.#one))
    return {
      pages: [dictionaryPage(values), placesPage(places, count, count, found.length - 1)],
      ...{ least: plain(this.#type, least / this.#one), most: plain(this.#type, most / this.#one), nulls: 0 },
    }
  }
}

function plain(type: Physical, value: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(type === Physical.int32 ? 4 : 8))
  if (type === Physical.double) bytes.setFloat64(0, value, true)
  else if (type === Physical.int32) bytes.setInt32(0, value, true)
  else {
    const high = Math.floor(value / 2 ** 32)
    bytes.setUint32(0, value - high * 2 ** 32, true)
    bytes.setInt32(4, high, true)
  }
  return new Uint8Array(bytes.buffer)
}

type IdField = Extract<RowField<EventRow>, { kind: 'id' }>

/** Natural keys of the payload. */
class IdColumn implements Column {
  readonly elements: readonly SchemaElement[]
  readonly #field: IdField
  readonly #out = new ByteWriter(1 << 10)
  readonly #texts = new Texts()
  #repeats = true

  constructor(elements: readonly SchemaElement[], field: IdField) {
    this.elements = elements
    this.#field = field
  }

  encode({ row, count }: Rows): Chunk {
    const out = this.#out
    const texts = this.#texts
    const field = this.#field
    texts.clear(count)
    out.length = 0
    for (let at = 0; at < count; at++) {
      const start = out.length
      if (field.write) field.write(out, row.at(at))
      else out.text(field.read(row.at(at)))
      texts.add(start, out.length - start)
    }
    texts.bytes = out.bytes
    if (this.#repeats) {
      const chunk = asDictionary(texts)
      if (chunk) return chunk
      // Nor will it be in the row groups to come.
      this.#repeats = false
    }
    return { pages: [textsPage(texts, count)], nulls: 0 }
  }
}

function textsPage(texts: Texts, values: number): Page {
  if (texts.count === 0) return page(Encoding.plain, values)
  writeTexts(scratch, texts)
  return page(Encoding.deltaBytes, values)
}

/** Texts that repeat; nothing where too few do. */
function asDictionary(texts: Texts): Chunk | undefined {
  const { bytes, starts, lengths, count } = texts
  const places = intsFor(count)
  const slots = new Int32Array(1 << bitsFor(2 * (TEXTS_MIN + TEXTS_SHARE * count)))
  const found: number[] = []
  for (let at = 0; at < count; at++) {
    let slot = hashOf(bytes, starts[at] as number, lengths[at] as number) & (slots.length - 1)
    for (;;) {
      const place = slots[slot] as number
      if (place === 0) {
        if (found.length > TEXTS_MIN + TEXTS_SHARE * at) return undefined
        slots[slot] = found.push(at)
        places[at] = found.length - 1
        break
      }
      if (isSame(texts, found[place - 1] as number, at)) {
        places[at] = place - 1
        break
      }
      slot = (slot + 1) & (slots.length - 1)
    }
  }
  for (const at of found) {
    const [start, length] = [starts[at] as number, lengths[at] as number]
    scratch.uint32(length)
    scratch.append(bytes.subarray(start, start + length))
  }
  const dictionary = page(Encoding.plain, found.length, true)
  return { pages: [dictionary, placesPage(places, count, count, found.length - 1)], nulls: 0 }
}

function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = length
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x9e3779b1)
  return (hash ^ (hash >>> 15)) >>> 0
}

function isSame({ bytes, starts, lengths }: Texts, one: number, other: number): boolean {
  const length = lengths[one] as number
  if (length !== lengths[other]) return false
  const [from, to] = [starts[one] as number, starts[other] as number]
  for (let at = 0; at < length; at++) if (bytes[from + at] !== bytes[to + at]) return false
  return true
}

/** Writes the ids of a row's event and of its cause, as `LineEncoder` does. */
export interface IdWriter {
  readonly idLength: number
  readonly causeLength: number
  ids(out: ByteWriter, row: EventRow): void
}

/** What each event is called, and what led to it: the first two columns. */
export class IdColumns {
  static readonly elements = [textElement('event_id'), textElement('caused_by', true)] as const
  readonly #writer: IdWriter
  readonly #out = new ByteWriter(1 << 10)
  readonly #ids = new Texts()
  readonly #causes = new Texts()

  constructor(writer: IdWriter) {
    this.#writer = writer
  }

  encode({ row, count }: Rows): [Chunk, Chunk] {
    const out = this.#out
    const [ids, causes] = [this.#ids, this.#causes]
    const isThere = intsFor(count)
    ids.clear(count)
    causes.clear(count)
    out.length = 0
    for (let at = 0; at < count; at++) {
      const start = out.length
      this.#writer.ids(out, row.at(at))
      const { idLength, causeLength } = this.#writer
      ids.add(start, idLength)
      isThere[at] = causeLength === 0 ? 0 : 1
      if (causeLength > 0) causes.add(start + idLength, causeLength)
    }
    ids.bytes = out.bytes
    causes.bytes = out.bytes
    writeLevels(scratch, isThere, count)
    const causedBy = { pages: [textsPage(causes, count)], nulls: count - causes.count }
    return [{ pages: [textsPage(ids, count)], nulls: 0 }, causedBy]
  }
}
