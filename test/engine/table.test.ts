// Tables against the plainest thing that could do the same: an array of objects.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fields, type FieldType, type Row, Table } from '../../engine/kernel/table.ts'

const WIDE = {
  flag: 'u8',
  due: 'f64',
  tutor: 'u32',
  minutes: 'u16',
  amount: 'f64',
  rating: 'u8',
  sessions: 'u16',
} as const
const NARROW = { rating: 'u8', next: 'u32', minutes: 'u16' } as const
const ARRAYS = { f64: Float64Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array }

type Values = Record<string, number>

/** The same table as an array of objects; freed rows are undefined. */
class Plain {
  rows: (Values | undefined)[] = []
  changed = new Set<number>()
  readonly fields: Fields

  constructor(fields: Fields) {
    this.fields = fields
  }

  begin(row: number): void {
    this.rows[row] = Object.fromEntries(Object.keys(this.fields).map((name) => [name, 0]))
    this.changed.add(row)
  }

  write(row: number, field: string, value: number): void {
    const values = this.rows[row] as Values
    values[field] = new ARRAYS[this.fields[field] as FieldType]([value])[0] as number
    this.changed.add(row)
  }
}

type Operation =
  | { do: 'add' | 'take' | 'clearChanges' | 'clear' }
  | { do: 'give' | 'touch'; row: number }
  | { do: 'write'; row: number; field: number; value: number; accessor: number }
  | { do: 'reserve'; rows: number }

const value = fc.oneof(
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.constantFrom(255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, -1, 1.9, -0, 1_767_571_200_000),
  fc.double(),
)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('add' as const, 'take' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('give' as const, 'touch' as const), row: fc.nat() }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      row: fc.nat(),
      field: fc.nat(),
      value,
      accessor: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clearChanges' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reserve' as const), rows: fc.nat(300) }) },
)

/** Does the same to a table and to its plain twin, and compares them after every step. */
class Pair {
  readonly table: Table
  readonly plain: Plain
  readonly accessors: Row<Fields>[]

  constructor(fields: Fields) {
    this.table = new Table('pair', fields)
    this.plain = new Plain(fields)
    this.accessors = Array.from({ length: 3 }, () => this.table.accessor())
  }

  apply(operation: Operation): void {
    const { table, plain } = this
    const used = [...plain.rows.keys()].filter((row) => plain.rows[row])
    const pick = (row: number) => used[row % used.length] as number
    switch (operation.do) {
      case 'add': {
        const row = table.add()
        expect(row).toBe(plain.rows.length)
        plain.begin(row)
        break
      }
      case 'take': {
        const free = [...plain.rows.keys()].filter((row) => !plain.rows[row])
        const row = table.take()
        expect(free.length > 0 ? free : [plain.rows.length]).toContain(row)
        plain.begin(row)
        break
      }
      case 'give': {
        if (used.length === 0) break
        const row = pick(operation.row)
        table.give(row)
        plain.rows[row] = undefined
        plain.changed.add(row)
        break
      }
      case 'touch': {
        if (used.length === 0) break
        table.touch(pick(operation.row))
        plain.changed.add(pick(operation.row))
        break
      }
      case 'write': {
        if (used.length === 0) break
        const row = pick(operation.row)
        const names = Object.keys(plain.fields)
        const field = names[operation.field % names.length] as string
        const accessor = this.accessors[operation.accessor] as Row<Fields>
        accessor.edit(row)[field] = operation.value
        plain.write(row, field, operation.value)
        break
      }
      case 'clearChanges':
        table.clearChanges()
        plain.changed.clear()
        break
      case 'clear':
        table.clear()
        plain.rows = []
        plain.changed.clear()
        break
      case 'reserve':
        table.reserve(operation.rows)
        expect(table.capacity).toBeGreaterThanOrEqual(operation.rows)
        break
    }
  }

  expectEqual(): void {
    const { table, plain, accessors } = this
    expect(table.count).toBe(plain.rows.length)
    expect([...table.changedRows].sort((a, b) => a - b)).toEqual([...plain.changed].sort((a, b) => a - b))
    for (const [row, values] of plain.rows.entries()) {
      if (!values) continue
      const accessor = accessors[row % accessors.length] as Row<Fields>
      accessor.at(row)
      expect(accessor.row).toBe(row)
      expect(Object.fromEntries(Object.keys(values).map((field) => [field, accessor[field]]))).toEqual(values)
    }
  }
}

describe.each([
  ['fields of every width', WIDE],
  ['no field of 8 bytes', NARROW],
])('a table with %s', (_, fields: Fields) => {
  it('is an array of objects: rows come, change and go, seen by every accessor, and the changed ones are known', () => {
    return fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const pair = new Pair(fields)
        for (const one of operations) {
          pair.apply(one)
          pair.expectEqual()
        }
      }),
      { numRuns: 200 },
    )
  })

  it('grows to any number of rows without losing one', () => {
    const pair = new Pair(fields)
    for (let row = 0; row < 1000; row++) {
      pair.apply({ do: 'add' })
      pair.apply({ do: 'write', row, field: row, value: row, accessor: row % 3 })
      if (row === 500) pair.apply({ do: 'clearChanges' })
    }
    pair.expectEqual()
  })

  it('that is cleared is as good as new, however many rows it held', () => {
    return fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(300), fc.nat(40_000)), { maxLength: 4 }), (fillings) => {
        const pair = new Pair(fields)
        for (const rows of fillings) {
          for (let row = 0; row < rows; row++) pair.table.add()
          pair.table.bytes.fill(0xff, 0, rows * pair.table.rowBytes)
          pair.apply({ do: 'clear' })
          pair.expectEqual()
        }
        for (let row = 0; row < 100; row++) pair.apply({ do: 'take' })
        pair.expectEqual()
      }),
      { numRuns: 20 },
    )
  })

  it('takes over the rows of another', () => {
    return fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.nat(100), (operations, before) => {
        const from = new Pair(fields)
        for (const one of operations) if (one.do !== 'give') from.apply(one)
        const to = new Pair(fields)
        for (let row = 0; row < before; row++) to.apply({ do: 'add' })
        to.table.bytes.fill(0xff, 0, before * to.table.rowBytes)
        to.table.load(from.table.bytes.slice(0, from.table.count * from.table.rowBytes), from.table.count)
        to.table.clearChanges()
        to.plain.changed.clear()
        to.plain.rows = from.plain.rows
        to.expectEqual()
        for (const one of operations) if (one.do === 'add') to.apply(one)
        to.expectEqual()
      }),
      { numRuns: 50 },
    )
  })

  it('lays every field out for itself and on its own width', () => {
    const { offsets, rowBytes, unitBytes } = new Table('layout', fields)
    const taken = Object.entries(fields).flatMap(([name, type]) => {
      const width = ARRAYS[type].BYTES_PER_ELEMENT
      const offset = (offsets as Values)[name] as number
      expect(offset % width).toBe(0)
      return Array.from({ length: width }, (__, byte) => offset + byte)
    })
    expect(new Set(taken).size).toBe(taken.length)
    expect(Math.max(...taken)).toBeLessThan(rowBytes)
    expect(rowBytes % unitBytes).toBe(0)
    expect(rowBytes - taken.length).toBeLessThan(unitBytes)
  })
})

describe('an accessor', () => {
  it('keeps its row while the table grows under it', () => {
    const table = new Table('growing', WIDE)
    const accessor = table.accessor()
    accessor.edit(table.add()).due = 5
    const { f64 } = table
    while (table.f64 === f64) table.add()
    expect(accessor.due).toBe(5)
    accessor.due = 6
    expect(table.accessor().due).toBe(6)
  })

  it('on one table is of the same class as on another table of the same fields, and of its own for other fields', () => {
    const classes = [new Table('one', WIDE), new Table('two', WIDE), new Table('three', { ...WIDE })].map(
      (table) => table.accessor().constructor,
    )
    expect(classes[0]).toBe(classes[1])
    expect(classes[0]).not.toBe(classes[2])
  })

  it('that only reads leaves no change', () => {
    const table = new Table('read', WIDE)
    const accessor = table.accessor()
    const row = table.add()
    table.clearChanges()
    expect(accessor.at(row).rating).toBe(0)
    expect(table.changedRows.length).toBe(0)
  })
})

it.each(['', '1st', 'a b', 'a;b', 'a-b', '_x', 'é', 'row', 'table', 'at', 'edit', 'base', 'u8', 'constructor'])(
  'a field may not be named %j',
  (name) => {
    expect(() => new Table('names', { [name]: 'u8' })).toThrow(`not a field name: ${name}`)
  },
)

it('stands on rows wherever in memory they lie', () => {
  const from = new Table('from', WIDE)
  from.add()
  from.accessor().at(from.add()).due = 17.5
  const rows = from.bytes.subarray(0, from.count * from.rowBytes)
  for (let offset = 0; offset < 16; offset++)
    for (const memory of [Buffer.alloc(rows.length + offset), new Uint8Array(rows.length + offset)]) {
      memory.set(rows, offset)
      const table = new Table('view', WIDE)
      table.view(memory.subarray(offset), from.count)
      expect(table.accessor().at(1).due, `offset ${offset}`).toBe(17.5)
    }
})
