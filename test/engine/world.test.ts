// A world of counters and notes: the same life however it is cut into ticks, stored or rebuilt, and the same as under
// the plainest kernel there could be, one that looks at every row before every step.

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KINDS_MAX } from '../../engine/kernel/agenda.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../engine/kernel/clock.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../engine/kernel/codec.ts'
import { below, Random } from '../../engine/kernel/random.ts'
import { Table } from '../../engine/kernel/table.ts'
import { type Action, World } from '../../engine/kernel/world.ts'

const START = Date.UTC(2026, 0, 5)
const COUNTERS = 6
const COUNTER = { tickDue: 'f64', bellDue: 'f64', draws: 'u32', bells: 'u16' } as const
const NOTE = { due: 'f64', writer: 'u32' } as const
const Kind = { tick: 0, bell: 1, note: 2 } as const

interface Kernel {
  run(until: number): void
  schedule(kind: number, row: number, instant: number): void
  cancel(kind: number, row: number): void
}

type KernelClass = new (tables: readonly Table[], actions: readonly Action[], now: number) => Kernel

/** Keeps no agenda: before every step it looks at every row for the least (instant, kind, row). */
class PlainKernel implements Kernel {
  readonly #actions: readonly Action[]

  constructor(_tables: readonly Table[], actions: readonly Action[]) {
    this.#actions = actions
  }

  run(until: number): void {
    for (;;) {
      let first = { instant: until, kind: 0, row: 0 }
      for (const [kind, { table }] of this.#actions.entries())
        for (let row = 0; row < table.count; row++) {
          const instant = this.#due(kind, row)
          // Less than a millisecond is the link of a freed row.
          if (instant >= 1 && instant < first.instant) first = { instant, kind, row }
        }
      if (first.instant === until) return
      this.schedule(first.kind, first.row, 0)
      this.#actions[first.kind]?.act(first.row, first.instant)
    }
  }

  schedule(kind: number, row: number, instant: number): void {
    const { table } = this.#actions[kind] as Action
    table.f64[this.#index(kind, row)] = instant
  }

  cancel(kind: number, row: number): void {
    this.schedule(kind, row, 0)
  }

  #due(kind: number, row: number): number {
    const { table } = this.#actions[kind] as Action
    return table.f64[this.#index(kind, row)] as number
  }

  #index(kind: number, row: number): number {
    const { table, due } = this.#actions[kind] as Action
    return (row * table.rowBytes + (table.offsets[due] as number)) / 8
  }
}

/** Counters tick at random, ring each other's bells, call them off, and write notes that are read and thrown away. */
class Counters {
  readonly counters = new Table('counters', COUNTER)
  readonly notes = new Table('notes', NOTE)
  readonly tables = [this.counters, this.notes]
  readonly done: string[] = []
  readonly #counter = this.counters.accessor()
  readonly #note = this.notes.accessor()
  readonly #random: Random
  readonly #pace: number
  readonly #kernel: Kernel

  /** @param pace mean milliseconds between the ticks of a counter */
  constructor(seed: number, pace: number, kernel: KernelClass = World, checkpoint?: Uint8Array) {
    this.#random = new Random([seed, 0])
    this.#pace = pace
    const now = checkpoint ? decodeCheckpoint(checkpoint, this.tables, 1) : START
    const actions: Action[] = [
      { table: this.counters, due: 'tickDue', act: (row, instant) => this.#tick(row, instant) },
      { table: this.counters, due: 'bellDue', act: (row, instant) => this.#bell(row, instant) },
      { table: this.notes, due: 'due', act: (row, instant) => this.#read(row, instant) },
    ]
    this.#kernel = new kernel(this.tables, actions, now)
    if (!checkpoint)
      for (let row = 0; row < COUNTERS; row++) this.#kernel.schedule(Kind.tick, this.counters.add(), START + row)
  }

  run(until: number): void {
    this.#kernel.run(until)
  }

  checkpoint(now: number): Uint8Array {
    return encodeCheckpoint(this.tables, 1, now)
  }

  #draw(kind: number, row: number, instant: number): [number, number, number, number] {
    this.done.push(`${instant} ${kind} ${row}`)
    const { draws } = this.#counter.edit(row)
    this.#counter.draws = draws + 1
    return [...this.#random.draw(kind, row, draws)] as [number, number, number, number]
  }

  #tick(row: number, instant: number): void {
    const [wait, what, whom, when] = this.#draw(Kind.tick, row, instant)
    this.#kernel.schedule(Kind.tick, row, instant + 1 + Math.floor((2 * this.#pace * wait) / 2 ** 32))
    const other = below(whom, COUNTERS)
    const delays = [0, 1, when & 0xff, this.#pace, 3 * this.#pace]
    const later = instant + (delays[below(when, delays.length)] as number)
    const choice = below(what, 5)
    if (choice < 2) this.#kernel.schedule(Kind.bell, other, later)
    else if (choice === 2) this.#kernel.cancel(Kind.bell, other)
    else if (choice === 3) {
      const note = this.notes.take()
      this.#note.edit(note).writer = row
      this.#kernel.schedule(Kind.note, note, later)
    } else this.#kernel.schedule(Kind.tick, other, later + 1)
  }

  #bell(row: number, instant: number): void {
    const [what, whom] = this.#draw(Kind.bell, row, instant)
    this.#counter.bells++
    // Now and then, a tick at the same instant: its kind comes before that of the bell.
    if (below(what, 4) === 0) this.#kernel.schedule(Kind.tick, below(whom, COUNTERS), instant)
  }

  #read(row: number, instant: number): void {
    const { writer } = this.#note.at(row)
    this.notes.give(row)
    this.done.push(`note ${row}`)
    this.#draw(Kind.note, writer, instant)
  }
}

const seed = fc.nat(0xffff)
/** From many ticks in one bucket of the agenda to several turns of its wheel between two ticks. */
const pace = fc.constantFrom(200, MINUTE, 6 * HOUR, 30 * DAY)
/** Stops on the way, in thousandths of the whole. */
const stops = fc.array(fc.nat(1000), { maxLength: 12 })
const SPAN_IN_PACES = 20

function instantsOf(stops: readonly number[], pace: number): number[] {
  const span = SPAN_IN_PACES * pace
  return [...stops.map((stop) => START + Math.floor((span * stop) / 1000)), START + span].sort((a, b) => a - b)
}

function lived(seed: number, pace: number, untils: readonly number[], kernel?: KernelClass): [string[], Buffer] {
  const world = new Counters(seed, pace, kernel)
  for (const until of untils) world.run(until)
  return [world.done, Buffer.from(world.checkpoint(untils.at(-1) as number))]
}

describe('a world', () => {
  it('does the same whatever its ticks', () => {
    return fc.assert(
      fc.property(seed, pace, stops, (seed, pace, stops) => {
        const untils = instantsOf(stops, pace)
        const whole = lived(seed, pace, untils.slice(-1))
        expect(whole[0].length).toBeGreaterThan(COUNTERS)
        expect(lived(seed, pace, untils)).toEqual(whole)
        expect(
          lived(
            seed,
            pace,
            Array.from({ length: 60 }, (_, n) => START + ((n + 1) * SPAN_IN_PACES * pace) / 60),
          ),
        ).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })

  it('does what a kernel does that looks at every row before every step', () => {
    return fc.assert(
      fc.property(seed, pace, stops, (seed, pace, stops) => {
        const untils = instantsOf(stops, pace)
        expect(lived(seed, pace, untils)).toEqual(lived(seed, pace, untils, PlainKernel))
      }),
      { numRuns: 20 },
    )
  })

  it('goes on the same when it is rebuilt from its tables, however often', () => {
    return fc.assert(
      fc.property(seed, pace, stops, (seed, pace, stops) => {
        const untils = instantsOf(stops, pace)
        let world = new Counters(seed, pace)
        const done: string[] = []
        for (const until of untils) {
          world.run(until)
          done.push(...world.done)
          world = new Counters(seed, pace, World, world.checkpoint(until))
        }
        const [expected, state] = lived(seed, pace, untils.slice(-1))
        expect(done).toEqual(expected)
        expect(Buffer.from(world.checkpoint(untils.at(-1) as number))).toEqual(state)
      }),
      { numRuns: 20 },
    )
  })
})

/** One table with two kinds of action, of which it is only written down what was done. */
function diary(rows = 3) {
  const table = new Table('diary', { first: 'f64', second: 'f64' } as const)
  for (let row = 0; row < rows; row++) table.add()
  const done: [kind: number, row: number, instant: number][] = []
  const actions = (['first', 'second'] as const).map((due, kind) => ({
    table,
    due,
    act: (row: number, instant: number) => void done.push([kind, row, instant - START]),
  }))
  return { table, done, actions, world: new World([table], actions, START) }
}

describe('an action', () => {
  it('is done at its instant, before what is due with it by the order of kinds, then rows', () => {
    const { world, done } = diary()
    for (const [kind, row, after] of [
      [1, 0, 5],
      [0, 2, 5],
      [1, 1, 4],
      [0, 1, 5],
    ] as const)
      world.schedule(kind, row, START + after)
    world.run(START + SECOND)
    expect(done).toEqual([
      [1, 1, 4],
      [0, 1, 5],
      [0, 2, 5],
      [1, 0, 5],
    ])
  })

  it('that is due at the end of a tick waits for the next', () => {
    const { world, done } = diary()
    world.schedule(0, 0, START + HOUR)
    world.run(START + HOUR)
    expect(done).toEqual([])
    world.run(START + HOUR + 1)
    expect(done).toEqual([[0, 0, HOUR]])
  })

  it('takes the place of the one of its kind that the row was due for, later or earlier', () => {
    for (const [before, after] of [
      [HOUR, 2 * HOUR],
      [2 * HOUR, HOUR],
      [HOUR, HOUR],
      [2 ** 32 + HOUR, HOUR],
      [HOUR, 2 ** 32 + HOUR],
      [2 ** 33 + HOUR, 2 ** 32 + HOUR],
    ] as const) {
      const { world, done } = diary()
      world.schedule(0, 0, START + before)
      world.schedule(1, 0, START + before)
      world.schedule(0, 0, START + after)
      world.run(START + 2 ** 34)
      expect(done.filter(([kind]) => kind === 0)).toEqual([[0, 0, after]])
      expect(done.filter(([kind]) => kind === 1)).toEqual([[1, 0, before]])
    }
  })

  it('that was called off is not done, nor done twice when it is called for again', () => {
    const { world, done, table } = diary()
    world.schedule(0, 0, START + HOUR)
    world.schedule(0, 1, START + HOUR)
    world.cancel(0, 0)
    world.cancel(0, 1)
    world.cancel(1, 2)
    world.schedule(0, 1, START + HOUR)
    expect(table.accessor().at(0).first).toBe(0)
    world.run(START + DAY)
    expect(done).toEqual([[0, 1, HOUR]])
  })

  it('finds its due instant back at 0, and notes its row as changed', () => {
    const { world, table } = diary()
    const accessor = table.accessor()
    world.schedule(1, 2, START + HOUR)
    expect(accessor.at(2).second).toBe(START + HOUR)
    table.clearChanges()
    world.run(START + HOUR)
    expect(table.changedRows.length).toBe(0)
    world.run(START + DAY)
    expect(accessor.at(2).second).toBe(0)
    expect([...table.changedRows]).toEqual([2])
    table.clearChanges()
    world.schedule(0, 1, START + 2 * DAY)
    expect([...table.changedRows]).toEqual([1])
    table.clearChanges()
    world.cancel(0, 1)
    expect([...table.changedRows]).toEqual([1])
  })

  it('knows the instant that it is done at as now', () => {
    const table = new Table('now', { due: 'f64' } as const)
    const seen: number[] = []
    const act = () => void seen.push(world.now)
    const world: World = new World([table], [{ table, due: 'due', act }], START)
    for (const off of [5, HOUR]) world.schedule(0, table.add(), START + off)
    world.run(START + DAY)
    expect(seen).toEqual([START + 5, START + HOUR])
    expect(world.now).toBe(START + DAY)
  })

  it.each([START - 1, START - DAY, 0, -1, Number.NaN])('cannot be due in the past, at %d', (instant) => {
    const { world, table } = diary()
    expect(() => world.schedule(1, 2, instant)).toThrow(`action 1 of row 2: ${instant} is past`)
    expect(table.accessor().at(2).second).toBe(0)
  })

  it.each([START + 0.5, START + 1 / 3, Number.POSITIVE_INFINITY])(
    'cannot be due at %d, no whole millisecond',
    (instant) => {
      const { world, table } = diary()
      expect(() => world.schedule(1, 2, instant)).toThrow(`action 1 of row 2: ${instant} is no whole millisecond`)
      expect(table.accessor().at(2).second).toBe(0)
    },
  )
})

describe('a world is refused', () => {
  it('that goes back in time', () => {
    const { world } = diary()
    world.run(START + HOUR)
    world.run(START + HOUR)
    expect(() => world.run(START + HOUR - 1)).toThrow(`until ${START + HOUR - 1}: the world is at ${START + HOUR}`)
  })

  it('with more kinds of action than its agenda can tell apart', () => {
    const { actions } = diary()
    const many = (count: number) => Array.from({ length: count }, () => actions[0] as Action)
    expect(() => new World([], many(KINDS_MAX), START)).not.toThrow()
    expect(() => new World([], many(KINDS_MAX + 1), START)).toThrow('a world has at most 32 kinds of action')
  })

  it('where an action is due in no field of its table', () => {
    const { table, actions } = diary()
    expect(() => new World([table], [...actions, { table, due: 'third', act: () => undefined }], START)).toThrow(
      'table diary has no field third',
    )
  })

  it('where an action reads by a field that its table has not', () => {
    const { table, actions } = diary()
    const reading = { table, due: 'second', reads: { third: table }, act: () => undefined }
    expect(() => new World([table], [...actions, reading], START)).toThrow('table diary has no field third')
  })

  it('with a row that was due before now, even by a millisecond', () => {
    const { table, actions } = diary()
    table.accessor().edit(1).second = START
    expect(() => new World([table], actions, START)).not.toThrow()
    expect(() => new World([table], actions, START + 1)).toThrow(`action 1 of row 1: ${START} is past`)
  })
})
