// Agent tables. A table is one buffer of equal rows; an agent is a row, addressed by its number for life. Every piece of
// a world's state is a field of a row, so a world is its tables' bytes and nothing else.
//
//     buffer:  | row 0                                     | row 1 …
//              | f64 … f64 | u32 … u32 | u16 … | u8 … | pad |       a row is a multiple of its widest field
//
// One visit to an agent touches one stretch of memory. Code reads and writes rows through accessors: objects that stand
// on a row and whose properties are its fields. `edit` also notes the row as changed, which is what a tick commits.

import { freshLike } from './memory.ts'

export type FieldType = 'f64' | 'u32' | 'u16' | 'u8'
export type Fields = Readonly<Record<string, FieldType>>

/** An accessor: the fields of the row that it stands on. */
export type Row<F extends Fields> = Accessor & { -readonly [Field in keyof F]: number }

const WIDTHS: Record<FieldType, number> = { f64: 8, u32: 4, u16: 2, u8: 1 }
const FIRST_CAPACITY = 64
/** Rows that may change between two records; more than there are. */
const PLACES_MAX = 0x800_0000
/** Rows for which room is kept though they are gone. */
const ROOM_KEPT = 16_384

/** Rows that have changed. */
export interface Changes {
  /** Their numbers. */
  rows: Uint32Array
  /** In which order they changed first. */
  places: Uint32Array
}

export class Table<F extends Fields = Fields> {
  readonly name: string
  /** Whether state has nothing of it while it has no rows and none is behind it that has. */
  readonly isOptional: boolean
  readonly rowBytes: number
  /** Bytes of the widest field: 8 or 4. */
  readonly unitBytes: number
  /** Byte offset of each field in its row. */
  readonly offsets: Readonly<Record<keyof F, number>>
  /** Rows in use, freed ones included. */
  count = 0
  /** The row that `take` gives out next, plus one; 0 for none. The link to the one after it is in the row. */
  firstFree = 0
  bytes: Uint8Array = new Uint8Array(0)
  f64: Float64Array = new Float64Array(0)
  u32: Uint32Array = new Uint32Array(0)
  readonly #accessors: Accessor[] = []
  readonly #accessorClass: typeof Accessor
  #changedBits = new Uint32Array(0)
  #changedRows = new Uint32Array(0)
  #changedCount = 0
  /** The changed rows as they were before, where a log wants them. */
  #before: Uint32Array | undefined

  constructor(name: string, fields: F, { isOptional = false }: { isOptional?: boolean } = {}) {
    this.name = name
    this.isOptional = isOptional
    const { offsets, rowBytes, unitBytes } = layOut(fields)
    this.offsets = offsets as Record<keyof F, number>
    this.rowBytes = rowBytes
    this.unitBytes = unitBytes
    this.#accessorClass = accessorClass(fields, offsets, unitBytes)
    this.reserve(FIRST_CAPACITY)
  }

  /** An accessor of its own; it stands on row 0 until told otherwise. */
  accessor(): Row<F> {
    const accessor = new this.#accessorClass(this as unknown as Table)
    this.#accessors.push(accessor)
    return accessor as Row<F>
  }

  /** Appends a row of zeros, for life. Returns its number. */
  add(): number {
    const row = this.count
    if (row === this.capacity) this.reserve(row + (row >>> 1) + 1)
    this.count++
    this.touch(row)
    return row
  }

  /** A row of zeros that may have been another's before; to be given back. Returns its number. */
  take(): number {
    if (this.firstFree === 0) return this.add()
    const row = this.firstFree - 1
    this.touch(row)
    const link = (row * this.rowBytes) >>> 2
    this.firstFree = this.u32[link] as number
    this.u32[link] = 0
    return row
  }

  /** Gives back a row that was taken. */
  give(row: number): void {
    this.reset(row)
    this.u32[(row * this.rowBytes) >>> 2] = this.firstFree
    this.firstFree = row + 1
  }

  /** Makes a row one of zeros, for somebody else. */
  reset(row: number): void {
    this.touch(row)
    const start = (row * this.rowBytes) >>> 2
    const end = start + (this.rowBytes >>> 2)
    // Faster than `fill`, for so few.
    for (let word = start; word < end; word++) this.u32[word] = 0
  }

  /** Notes that a row is about to change, if it was not since `clearChanges`. */
  touch(row: number): void {
    const bit = 1 << (row & 31)
    const word = row >>> 5
    const bits = this.#changedBits[word] as number
    if ((bits & bit) !== 0) return
    this.#changedBits[word] = bits | bit
    if (this.#changedCount === this.#changedRows.length) {
      const rows = new Uint32Array(Math.max(256, this.#changedCount * 2))
      rows.set(this.#changedRows)
      this.#changedRows = rows
    }
    if (this.#before) this.#keepBefore(row, this.#before)
    this.#changedRows[this.#changedCount++] = row
  }

  /** From now on keeps of each changed row what it was before: a log has only the difference to keep. */
  keepChanges(): void {
    if (this.#changedCount > 0) throw new Error(`table ${this.name} has changes that were not kept`)
    this.#before ??= new Uint32Array(0)
  }

  /** The changed rows, ascending; only after `keepChanges`. */
  changes(): Changes {
    if (!this.#before) throw new Error(`table ${this.name} keeps no changes`)
    const count = this.#changedCount
    const order = new Float64Array(count)
    for (let place = 0; place < count; place++) order[place] = (this.#changedRows[place] as number) * PLACES_MAX + place
    // biome-ignore lint/plugin: a typed array compares numbers, and without a call for each comparison
    order.sort()
    const rows = new Uint32Array(count)
    const places = new Uint32Array(count)
    for (let at = 0; at < count; at++) {
      const place = (order[at] as number) % PLACES_MAX
      places[at] = place
      rows[at] = this.#changedRows[place] as number
    }
    return { rows, places }
  }

  /** Writes each of these rows' bytes XOR those before, row after row. @param to as long */
  writeDifferences({ rows, places }: Changes, to: Uint32Array): void {
    const before = this.#before as Uint32Array
    const words = this.rowBytes >>> 2
    let at = 0
    for (let i = 0; i < rows.length; i++) {
      const row = (rows[i] as number) * words
      const was = (places[i] as number) * words
      for (let word = 0; word < words; word++)
        to[at++] = (this.u32[row + word] as number) ^ (before[was + word] as number)
    }
  }

  #keepBefore(row: number, before: Uint32Array): void {
    const words = this.rowBytes >>> 2
    const at = this.#changedCount * words
    let room = before
    if (at + words > room.length) {
      room = new Uint32Array(Math.max(256 * words, 2 * at))
      room.set(before)
      this.#before = room
    }
    const from = row * words
    for (let word = 0; word < words; word++) room[at + word] = this.u32[from + word] as number
  }

  /** Numbers of the changed rows, in no particular order; valid until the next change. */
  get changedRows(): Uint32Array {
    return this.#changedRows.subarray(0, this.#changedCount)
  }

  clearChanges(): void {
    for (let i = 0; i < this.#changedCount; i++) this.#changedBits[(this.#changedRows[i] as number) >>> 5] = 0
    this.#changedCount = 0
    if (this.#changedRows.length <= ROOM_KEPT) return
    this.#changedRows = new Uint32Array(0)
    if (this.#before) this.#before = new Uint32Array(0)
  }

  /** Takes all rows out. Room that an unusual number of them took is given back by and by. */
  clear(): void {
    if (this.count === 0) return
    this.clearChanges()
    if (this.capacity > ROOM_KEPT && this.count < this.capacity / 8) {
      this.count = 0
      this.#move(this.capacity >>> 1)
    } else this.bytes.fill(0, 0, this.count * this.rowBytes)
    this.count = 0
    this.firstFree = 0
  }

  /**
   * Leaves its rows to whoever has them, with the memory that they lie in, and goes on without rows in other memory.
   * @param used rows that nobody needs any more, at the beginning of memory of their own, of which the rest is zeros
   */
  exchange(used: Uint8Array): void {
    this.clearChanges()
    // Shared memory is filled an element at a time, hence by the largest.
    new Float64Array(used.buffer, 0, Math.ceil(used.length / 8)).fill(0)
    this.#use(new Uint8Array(used.buffer))
    const words = (this.capacity >>> 5) + 1
    if (words > this.#changedBits.length) this.#changedBits = new Uint32Array(words)
    this.count = 0
    this.firstFree = 0
  }

  /**
   * Takes over the rows of a table that was laid out otherwise, field by field; a field that it did not have is 0.
   * Freed rows stay free.
   */
  convert(from: Table): void {
    this.reserve(from.count)
    this.count = from.count
    const shared = Object.keys(this.offsets).filter((field) => field in from.offsets)
    const [read, write] = [from.accessor(), this.accessor()] as unknown as Record<string, number>[]
    for (let row = 0; row < from.count; row++) {
      ;(read as unknown as Accessor).at(row)
      ;(write as unknown as Accessor).at(row)
      for (const field of shared)
        (write as Record<string, number>)[field] = (read as Record<string, number>)[field] as number
    }
    this.firstFree = from.firstFree
    for (let free = from.firstFree; free !== 0; ) {
      const link = from.u32[((free - 1) * from.rowBytes) >>> 2] as number
      const start = ((free - 1) * this.rowBytes) >>> 2
      this.u32.fill(0, start, start + (this.rowBytes >>> 2))
      this.u32[start] = link
      free = link
    }
  }

  /** Takes over rows that another table of the same fields held. */
  load(bytes: Uint8Array, count: number): void {
    this.reserve(count)
    this.bytes.set(bytes)
    if (count < this.count) this.bytes.fill(0, count * this.rowBytes, this.count * this.rowBytes)
    this.count = count
  }

  /** Stands on rows that another table of the same fields holds, to read them as long as they are valid. */
  view(bytes: Uint8Array, count: number): void {
    // Fields are read in units of up to 8 bytes. Not by slice(), which copies no Buffer.
    this.#use(bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes))
    this.count = count
  }

  get capacity(): number {
    return Math.floor(this.bytes.length / this.rowBytes)
  }

  /** Makes room for this many rows. Room that is never used costs address space, not memory. */
  reserve(rows: number): void {
    if (rows > this.capacity) this.#move(rows)
  }

  /** To a buffer with room for this many rows. */
  #move(rows: number): void {
    const bytes = freshLike(this.bytes, Math.ceil((rows * this.rowBytes) / 8) * 8)
    bytes.set(this.bytes.subarray(0, this.count * this.rowBytes))
    const bits = new Uint32Array((rows >>> 5) + 1)
    bits.set(this.#changedBits.subarray(0, bits.length))
    this.#changedBits = bits
    this.#use(bytes)
  }

  #use(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes
    this.bytes = bytes
    this.f64 = new Float64Array(buffer, byteOffset, length >>> 3)
    this.u32 = new Uint32Array(buffer, byteOffset, length >>> 2)
    for (const accessor of this.#accessors) accessor.follow()
  }
}

/** Stands on one row of one table; the fields are properties added by `accessorClass`. */
class Accessor {
  row = -1
  protected readonly table: Table
  protected f64!: Float64Array
  protected u32!: Uint32Array
  protected u16!: Uint16Array
  protected u8!: Uint8Array
  /** The row's start in units of the table's widest field. */
  protected base = -1
  protected readonly rowUnits: number

  constructor(table: Table) {
    this.table = table
    this.rowUnits = table.rowBytes / table.unitBytes
    this.follow()
    // Only now on row 0: V8 takes what never changed for a constant, and would compile whatever reads it anew when it does.
    this.at(0)
  }

  /** Stands on a row to read it. */
  at(row: number): this {
    this.row = row
    this.base = row * this.rowUnits
    return this
  }

  /** Stands on a row to change it. */
  edit(row: number): this {
    this.table.touch(row)
    return this.at(row)
  }

  /** Takes up the table's buffer after it has moved. */
  follow(): void {
    const { bytes, f64, u32 } = this.table
    this.f64 = f64
    this.u32 = u32
    this.u16 = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 1)
    this.u8 = bytes
  }
}

/** Fields from the widest to the narrowest, each group in the order given, so that each is aligned. */
function layOut(fields: Fields): { offsets: Record<string, number>; rowBytes: number; unitBytes: number } {
  const offsets: Record<string, number> = {}
  let offset = 0
  for (const type of ['f64', 'u32', 'u16', 'u8'] as const)
    for (const [name, fieldType] of Object.entries(fields))
      if (fieldType === type) {
        offsets[name] = offset
        offset += WIDTHS[type]
      }
  const unitBytes = Object.values(fields).includes('f64') ? 8 : 4
  return { offsets, rowBytes: Math.ceil(offset / unitBytes) * unitBytes, unitBytes }
}

/**
 * An accessor class with a property for each field. Its source is put together for each table: properties that tables
 * share would see as many shapes of accessor as there are tables, which makes every field several times slower.
 */
function accessorClass(fields: Fields, offsets: Record<string, number>, unitBytes: number): typeof Accessor {
  const known = ACCESSOR_CLASSES.get(fields)
  if (known) return known
  const properties = Object.entries(fields).map(([name, type]) => {
    if (!/^[a-z]\w*$/i.test(name) || ACCESSOR_NAMES.has(name)) throw new RangeError(`not a field name: ${name}`)
    const width = WIDTHS[type]
    const element = `this.${type}[this.base * ${unitBytes / width} + ${(offsets[name] as number) / width}]`
    return `get ${name}() { return ${element} }\nset ${name}(value) { ${element} = value }`
  })
  const made: typeof Accessor = new Function(
    'Accessor',
    `return class extends Accessor {\n${properties.join('\n')}\n}`,
  )(Accessor)
  ACCESSOR_CLASSES.set(fields, made)
  return made
}

/** Names that an accessor has for itself. */
const ACCESSOR_NAMES = new Set([
  ...Object.getOwnPropertyNames(Accessor.prototype),
  ...['row', 'table', 'f64', 'u32', 'u16', 'u8', 'base', 'rowUnits'],
])

/** One class for all tables of the same fields: code that moves from shard to shard sees one shape. */
const ACCESSOR_CLASSES = new WeakMap<Fields, typeof Accessor>()
