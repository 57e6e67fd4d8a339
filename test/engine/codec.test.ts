// Checkpoints and change records: they restore what was, are the same for the same state, and no damage goes unseen.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '#sha256'
import {
  applyChanges,
  CodecError,
  decodeCheckpoint,
  encodeChanges,
  encodeCheckpoint,
} from '../../engine/kernel/codec.ts'
import { Table } from '../../engine/kernel/table.ts'

const VERSION = 7
const NOW = Date.UTC(2026, 0, 5)
const PEOPLE = { due: 'f64', town: 'u32', age: 'u8' } as const
const LINKS = { next: 'u32', kind: 'u16' } as const
const DIGEST_BYTES = 32

/** Two tables of a state; the rows of the second come and go. */
class State {
  readonly people = new Table('people', PEOPLE)
  readonly links = new Table('links', LINKS)
  readonly tables: readonly Table[] = [this.people, this.links]
  readonly taken: number[] = []
  readonly #person = this.people.accessor()
  readonly #link = this.links.accessor()

  constructor() {
    for (const table of this.tables) table.keepChanges()
  }

  apply({ what, which, value }: Edit): void {
    if (what === 'add') this.#person.edit(this.people.add()).due = value
    else if (what === 'edit' && this.people.count > 0) {
      const person = this.#person.edit(which % this.people.count)
      person.due = value
      person.town = which
      person.age = which >>> 3
    } else if (what === 'take') {
      const row = this.links.take()
      this.taken.push(row)
      this.#link.edit(row).next = which
    } else if (what === 'give' && this.taken.length > 0) {
      const [row] = this.taken.splice(which % this.taken.length, 1) as [number]
      this.links.give(row)
    }
  }

  clearChanges(): void {
    for (const table of this.tables) table.clearChanges()
  }

  checkpoint(): Buffer {
    return Buffer.from(encodeCheckpoint(this.tables, VERSION, NOW))
  }

  changes(): Buffer {
    return Buffer.from(encodeChanges(this.tables, VERSION, NOW))
  }

  static of(edits: readonly Edit[]): State {
    const state = new State()
    for (const edit of edits) state.apply(edit)
    return state
  }

  static restored(checkpoint: Uint8Array): State {
    const state = new State()
    decodeCheckpoint(checkpoint, state.tables, VERSION)
    return state
  }
}

interface Edit {
  what: 'add' | 'edit' | 'take' | 'give'
  which: number
  value: number
}

const edit: fc.Arbitrary<Edit> = fc.record({
  what: fc.constantFrom('add', 'edit', 'edit', 'take', 'give'),
  which: fc.nat(),
  value: fc.double(),
})
const edits = fc.array(edit, { maxLength: 120 })

describe('a checkpoint', () => {
  it('brings back every row, and what is free', () => {
    return fc.assert(
      fc.property(edits, fc.nat(2 ** 45), (edits, now) => {
        const before = State.of(edits)
        const after = new State()
        const bytes = encodeCheckpoint(before.tables, VERSION, now)
        expect(decodeCheckpoint(bytes, after.tables, VERSION)).toBe(now)
        expect(after.people.count).toBe(before.people.count)
        expect(after.checkpoint()).toEqual(before.checkpoint())
        for (const what of ['take', 'take', 'take', 'add'] as const)
          for (const state of [before, after]) state.apply({ what, which: 5, value: 5 })
        expect(after.checkpoint()).toEqual(before.checkpoint())
      }),
    )
  })

  it('is read from the middle of other bytes', () => {
    const state = State.of([{ what: 'add', which: 0, value: 42 }])
    const bytes = Buffer.concat([Buffer.from([1, 2, 3]), state.checkpoint(), Buffer.from([4])])
    expect(State.restored(bytes.subarray(3, -1)).checkpoint()).toEqual(state.checkpoint())
  })

  it('is the same for the same state, however that came about', () => {
    return fc.assert(
      fc.property(edits, fc.nat(300), (edits, room) => {
        const straight = State.of(edits)
        const roundabout = new State()
        roundabout.links.reserve(room)
        for (const one of edits) {
          roundabout.apply(one)
          // Written, and written over; looked at; stored.
          const { count } = roundabout.people
          if (count > 0) {
            const person = roundabout.people.accessor().edit(one.which % count)
            const { due, age } = person
            person.due = -1
            person.age = 99
            person.due = due
            person.age = age
          }
          if (one.which % 7 === 0) roundabout.clearChanges()
        }
        expect(roundabout.checkpoint()).toEqual(straight.checkpoint())
        expect(State.restored(roundabout.checkpoint()).checkpoint()).toEqual(straight.checkpoint())
      }),
    )
  })

  it('differs between states that differ in one bit', () => {
    return fc.assert(
      fc.property(edits, fc.nat(), fc.nat(7), (edits, place, bit) => {
        const state = State.of([...edits, { what: 'add', which: 0, value: 0 }])
        const before = state.checkpoint()
        const at = place % (state.people.count * state.people.rowBytes)
        state.people.bytes[at] = (state.people.bytes[at] as number) ^ (1 << bit)
        expect(state.checkpoint()).not.toEqual(before)
      }),
    )
  })

  it('ends with the SHA-256 of all that stands before it', () => {
    const bytes = State.of([{ what: 'take', which: 1, value: 1 }]).checkpoint()
    expect(bytes.subarray(-DIGEST_BYTES)).toEqual(sha256(bytes.subarray(0, -DIGEST_BYTES)))
  })
})

describe('a change record', () => {
  it('applied to the state before gives the state after, tick upon tick', () => {
    return fc.assert(
      fc.property(edits, fc.array(edits, { maxLength: 4 }), (edits, ticks) => {
        const live = State.of(edits)
        const copy = State.restored(live.checkpoint())
        for (const tick of ticks) {
          live.clearChanges()
          for (const one of tick) live.apply(one)
          expect(applyChanges(live.changes(), copy.tables, VERSION)).toBe(NOW)
          expect(copy.checkpoint()).toEqual(live.checkpoint())
        }
      }),
    )
  })

  it('does not depend on the order of the edits', () => {
    const rows = fc.uniqueArray(fc.nat(59), { maxLength: 60 })
    return fc.assert(
      fc.property(rows, (rows) => {
        const records = [rows, rows.toReversed()].map((order) => {
          const state = State.of(Array.from({ length: 60 }, () => ({ what: 'add', which: 0, value: 0 })))
          state.clearChanges()
          for (const row of order) state.people.accessor().edit(row).due = row
          return state.changes()
        })
        expect(records[0]).toEqual(records[1])
      }),
    )
  })

  it('holds the changed rows and no others', () => {
    const state = State.of(Array.from({ length: 1000 }, () => ({ what: 'add', which: 0, value: 3 })))
    state.clearChanges()
    const nothing = state.changes().length
    for (const row of [5, 700]) state.people.touch(row)
    expect(state.changes().length).toBe(nothing + 2 * (4 + state.people.rowBytes))
  })

  it.each([1, 63, 64, 65, 1000])('and a checkpoint carry %d rows into tables with less room', (rows) => {
    const grown = (state: State) => {
      for (let row = 0; row < rows; row++) {
        state.apply({ what: 'add', which: 0, value: row })
        state.apply({ what: 'take', which: row, value: 0 })
      }
      return state
    }
    const live = grown(new State())
    expect(State.restored(live.checkpoint()).checkpoint()).toEqual(live.checkpoint())
    const copy = State.restored(live.checkpoint())
    live.clearChanges()
    applyChanges(grown(live).changes(), copy.tables, VERSION)
    expect(copy.checkpoint()).toEqual(live.checkpoint())
  })

  it('without a change leaves the state as it is', () => {
    const state = State.of([{ what: 'add', which: 0, value: 3 }])
    state.clearChanges()
    const before = state.checkpoint()
    applyChanges(state.changes(), state.tables, VERSION)
    expect(state.checkpoint()).toEqual(before)
  })
})

describe.each([
  ['checkpoint', (state: State) => state.checkpoint(), decodeCheckpoint],
  ['change record', (state: State) => state.changes(), applyChanges],
] as const)('a damaged %s', (_, encode, decode) => {
  const some = State.of(
    Array.from({ length: 40 }, (__, n) => ({
      what: (['add', 'take', 'edit', 'give'] as const)[n % 4] as Edit['what'],
      which: n * 7919,
      value: n / 3,
    })),
  )
  const bytes = encode(some)

  /** Says how the state was refused; nothing if it was taken, or left a trace. */
  function refused(damaged: Uint8Array): string | undefined {
    const state = State.restored(some.checkpoint())
    const before = state.checkpoint()
    try {
      decode(damaged, state.tables, VERSION)
    } catch (error) {
      if (error instanceof CodecError && state.checkpoint().equals(before)) return error.message
    }
    return undefined
  }

  it('is refused for any one byte, and leaves no trace', () => {
    for (let at = 0; at < bytes.length; at++)
      for (const mask of [1, 0x80, 0xff]) {
        const damaged = Buffer.from(bytes)
        damaged[at] = (damaged[at] as number) ^ mask
        if (!refused(damaged)) expect.fail(`byte ${at} ^ ${mask} of ${bytes.length} went unseen`)
      }
  })

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < bytes.length; length++)
      if (!refused(bytes.subarray(0, length))) expect.fail(`a cut after ${length} of ${bytes.length} went unseen`)
  })

  it('is refused with anything before it, behind it or within it', () => {
    const more = fc.uint8Array({ minLength: 1, maxLength: 80 })
    return fc.assert(
      fc.property(more, fc.oneof(fc.constantFrom(0, bytes.length), fc.nat(bytes.length)), (more, at) => {
        expect(refused(Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]))).toBeTruthy()
      }),
      { numRuns: 500 },
    )
  })

  it('is refused when bytes have changed places', () => {
    const places = fc.tuple(fc.nat(bytes.length - 1), fc.nat(bytes.length - 1))
    return fc.assert(
      fc.property(places, ([a, b]) => {
        fc.pre(bytes[a] !== bytes[b])
        const damaged = Buffer.from(bytes)
        damaged[a] = bytes[b] as number
        damaged[b] = bytes[a] as number
        expect(refused(damaged)).toBeTruthy()
      }),
      { numRuns: 500 },
    )
  })

  it('is refused when it is something else altogether', () => {
    for (const other of [new Uint8Array(0), Buffer.from('{"tick":1}'), new Uint8Array(1000), Buffer.alloc(100, 0xff)])
      expect(refused(other)).toBe('not the state of a world')
  })
})

describe('a state that is whole but not the one wanted is refused by name', () => {
  const state = State.of([{ what: 'add', which: 0, value: 1 }])

  function refusal(decode: () => unknown): string {
    try {
      decode()
    } catch (error) {
      if (error instanceof CodecError) return error.message
    }
    return 'taken'
  }

  /** With these 16 bits in their place and the digest that belongs to them. */
  function forged(at: number, value: number): Buffer {
    const bytes = state.checkpoint()
    bytes.writeUInt16LE(value, at)
    bytes.set(sha256(bytes.subarray(0, -DIGEST_BYTES)), bytes.length - DIGEST_BYTES)
    return bytes
  }

  it.each([
    ['another format', () => State.restored(forged(4, 9)), 'state has format 9, expected 1'],
    [
      'a change record for a checkpoint',
      () => State.restored(state.changes()),
      'state has kind of record 2, expected 1',
    ],
    [
      'a checkpoint for a change record',
      () => applyChanges(state.checkpoint(), new State().tables, VERSION),
      'state has kind of record 1, expected 2',
    ],
    [
      'another model',
      () => decodeCheckpoint(state.checkpoint(), new State().tables, VERSION + 1),
      'state has model version 7, expected 8',
    ],
    [
      'fewer tables',
      () => decodeCheckpoint(state.checkpoint(), new State().tables.slice(0, 1), VERSION),
      'state has number of tables 2, expected 1',
    ],
    [
      'other rows',
      () => decodeCheckpoint(state.checkpoint(), [new Table('thin', LINKS), new Table('links', LINKS)], VERSION),
      'state has row bytes of thin 16, expected 8',
    ],
  ])('%s', (_, decode, message) => {
    expect(refusal(decode)).toBe(message)
  })
})

describe('optional tables at the end', () => {
  /** @param rows of each of two optional tables behind one that is not */
  function state(...rows: [number, number]): { tables: Table[]; fill: () => void } {
    const tables = [
      new Table('people', PEOPLE),
      ...['first', 'second'].map((name) => new Table(name, LINKS, { isOptional: true })),
    ] as unknown as Table[]
    for (const table of tables) table.keepChanges()
    const fill = (): void => {
      tables[0]?.add()
      for (const [index, count] of rows.entries()) for (let row = 0; row < count; row++) tables[index + 1]?.add()
    }
    return { tables, fill }
  }

  it('are no part of the bytes while they are empty, and read as empty from bytes without them', () => {
    const { tables, fill } = state(0, 0)
    const without = tables.slice(0, 1)
    fill()
    expect(encodeChanges(tables, VERSION, NOW)).toEqual(encodeChanges(without, VERSION, NOW))
    const bytes = encodeCheckpoint(tables, VERSION, NOW)
    expect(bytes).toEqual(encodeCheckpoint(without, VERSION, NOW))
    const read = state(2, 1)
    read.fill()
    decodeCheckpoint(bytes, read.tables, VERSION)
    expect(read.tables.map(({ count }) => count)).toEqual([1, 0, 0])
  })

  it.each([
    [1, 0],
    [0, 1],
    [2, 3],
  ])('are kept where they, or what is behind them, have rows: %i and %i', (...rows) => {
    const { tables, fill } = state(...(rows as [number, number]))
    const before = encodeCheckpoint(tables, VERSION, NOW)
    fill()
    const [after, changes] = [encodeCheckpoint(tables, VERSION, NOW), encodeChanges(tables, VERSION, NOW)]
    for (const bytes of [[after], [before, changes]]) {
      const { tables: read } = state(0, 0)
      decodeCheckpoint(bytes[0] as Uint8Array, read, VERSION)
      if (bytes[1]) applyChanges(bytes[1], read, VERSION)
      expect(read.map(({ count }) => count)).toEqual([1, ...rows])
      expect(encodeCheckpoint(read, VERSION, NOW)).toEqual(after)
    }
  })

  it('are not taken for others that are missing', () => {
    const { tables } = state(0, 0)
    const bytes = encodeCheckpoint([], VERSION, NOW)
    expect(() => decodeCheckpoint(bytes, tables, VERSION)).toThrow('number of tables 0, expected 3')
  })
})
