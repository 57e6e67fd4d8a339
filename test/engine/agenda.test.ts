// The agenda against a sorted list: whatever is pushed, and whenever, comes out in the order (instant, kind, row).

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Agenda, KINDS_MAX, ROWS_MAX } from '../../engine/kernel/agenda.ts'
import { DAY, HOUR } from '../../engine/kernel/clock.ts'
import { Table } from '../../engine/kernel/table.ts'
import { World } from '../../engine/kernel/world.ts'

interface Entry {
  instant: number
  kind: number
  row: number
}

const NOW = Date.UTC(2026, 0, 5)
const BUCKET = 32_768
const TURN = 2 ** 32

function inOrder(a: Entry, b: Entry): number {
  return a.instant - b.instant || a.kind - b.kind || a.row - b.row
}

/** Everything before `until`, as the agenda gives it out. */
function drain(agenda: Agenda, until: number): Entry[] {
  const entries: Entry[] = []
  while (agenda.next(until)) entries.push({ instant: agenda.instant, kind: agenda.kind, row: agenda.row })
  return entries
}

/** An instant some way off: often the same one, the edge of a bucket or of a period, or one day among months of nothing. */
const ahead = fc.oneof(
  fc.constant({ edges: 0, milliseconds: 0 }),
  fc.record({ edges: fc.constant(0), milliseconds: fc.oneof(fc.nat(3), fc.nat(3 * BUCKET), fc.nat(20 * DAY)) }),
  fc.record({ edges: fc.integer({ min: 1, max: 300 }), milliseconds: fc.integer({ min: -1, max: 1 }) }),
)

function instantAhead(from: number, { edges, milliseconds }: { edges: number; milliseconds: number }): number {
  const start = edges === 0 ? from : (Math.floor(from / BUCKET) + edges) * BUCKET
  return Math.max(from, start + milliseconds)
}

describe('an agenda', () => {
  const operation = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('push' as const), ahead, kind: fc.nat(3), row: fc.nat(5) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('read' as const), ahead, atMost: fc.oneof(fc.nat(4), fc.constant(1000)) }),
    },
  )

  it('is a sorted list, however pushes and reads take turns', () => {
    return fc.assert(
      fc.property(fc.nat(2 * BUCKET), fc.array(operation, { maxLength: 80 }), (shift, operations) => {
        const agenda = new Agenda(NOW + shift)
        const pending: Entry[] = []
        // Nothing may be pushed before what was given out, nor before an `until` for which there was nothing more.
        let reached = NOW + shift
        for (const one of operations) {
          const instant = instantAhead(reached, one.ahead)
          if (one.do === 'push') {
            agenda.push(instant, one.kind, one.row)
            pending.push({ instant, kind: one.kind, row: one.row })
            continue
          }
          for (let reads = 0; reads < one.atMost; reads++) {
            pending.sort(inOrder)
            const first = pending[0]
            const due = first !== undefined && first.instant < instant
            expect(agenda.next(instant)).toBe(due)
            if (!due) {
              reached = instant
              break
            }
            expect({ instant: agenda.instant, kind: agenda.kind, row: agenda.row }).toEqual(first)
            pending.shift()
            reached = first.instant
          }
        }
        expect(drain(agenda, reached + 45 * DAY)).toEqual(pending.sort(inOrder))
      }),
      { numRuns: 150 },
    )
  })

  it('sorts a bucket of any size', () => {
    const sizes = fc.oneof(fc.nat(300), fc.nat(5000))
    return fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: BUCKET }), (size, salt, spread) => {
        const agenda = new Agenda(NOW)
        const start = (Math.floor(NOW / BUCKET) + 1) * BUCKET
        const entries = Array.from({ length: size }, (_, i) => {
          const scattered = Math.imul(i + salt, 0x9e37_79b1) >>> 0
          return { instant: start + (scattered % spread), kind: scattered >>> 28, row: (scattered >>> 8) % 1000 }
        })
        for (const { instant, kind, row } of entries) agenda.push(instant, kind, row)
        expect(drain(agenda, start + BUCKET)).toEqual(entries.sort(inOrder))
      }),
      { numRuns: 30 },
    )
  })

  it('stops short of `until`, even in the middle of a bucket', () => {
    const agenda = new Agenda(NOW)
    for (const off of [0, 1, 2]) agenda.push(NOW + 1000 + off, 0, off)
    expect(drain(agenda, NOW + 1000)).toEqual([])
    expect(drain(agenda, NOW + 1001).map(({ row }) => row)).toEqual([0])
    expect(drain(agenda, NOW + 1003).map(({ row }) => row)).toEqual([1, 2])
  })

  it('takes in what becomes due at the very instant that is being read', () => {
    const agenda = new Agenda(NOW)
    agenda.push(NOW, 1, 5)
    agenda.push(NOW, 2, 5)
    expect(agenda.next(NOW + 1)).toBe(true)
    for (const [kind, row] of [
      [3, 0],
      [0, 9],
      [1, 6],
    ] as const)
      agenda.push(NOW, kind, row)
    expect(drain(agenda, NOW + 1).map(({ kind, row }) => [kind, row])).toEqual([
      [0, 9],
      [1, 6],
      [2, 5],
      [3, 0],
    ])
  })

  it('holds every kind and row that there may be', () => {
    const agenda = new Agenda(NOW)
    const entries = [0, KINDS_MAX - 1].flatMap((kind) => [0, ROWS_MAX - 1].map((row) => ({ instant: NOW, kind, row })))
    for (const off of [0, BUCKET]) for (const { kind, row } of entries.toReversed()) agenda.push(NOW + off, kind, row)
    expect(drain(agenda, NOW + 1)).toEqual(entries)
    expect(drain(agenda, NOW + BUCKET + 1)).toEqual(entries.map((entry) => ({ ...entry, instant: NOW + BUCKET })))
  })

  it('refuses what lies before the bucket at hand', () => {
    const agenda = new Agenda(NOW)
    expect(() => agenda.push(NOW - BUCKET, 0, 0)).toThrow(RangeError)
    agenda.next(NOW + HOUR)
    expect(() => agenda.push(NOW, 0, 0)).toThrow(RangeError)
  })

  it('keeps what it holds when room is made', () => {
    const agenda = new Agenda(NOW)
    for (let row = 0; row < 2000; row++) agenda.push(NOW + HOUR + row, 0, row)
    agenda.reserve(100_000)
    agenda.reserve(10)
    expect(drain(agenda, NOW + DAY).map(({ row }) => row)).toEqual(Array.from({ length: 2000 }, (_, row) => row))
  })

  it.each([0, 1, 15, 16, 31])('makes room by itself for more than it had room for, which was for %i', (room) => {
    const agenda = new Agenda(NOW)
    agenda.reserve(room)
    for (let row = 0; row < 60_000; row++) agenda.push(NOW + DAY, 0, row)
    expect(drain(agenda, NOW + 2 * DAY).map(({ row }) => row)).toEqual(Array.from({ length: 60_000 }, (_, row) => row))
  })
})

describe('an agenda that a world drives', () => {
  /** What acts, when each of the entries is scheduled at once. */
  function actionsOf(entries: readonly Entry[], untils: readonly number[]): Entry[] {
    const done: Entry[] = []
    const table = new Table('rows', { due0: 'f64', due1: 'f64', due2: 'f64' } as const)
    for (let row = 0; row < entries.length; row++) table.add()
    const act = (kind: number) => (row: number, instant: number) => done.push({ instant, kind, row })
    const actions = [0, 1, 2].map((kind) => ({ table, due: `due${kind}`, act: act(kind) }))
    const world = new World([table], actions, NOW)
    for (const { instant, kind, row } of entries) world.schedule(kind, row, instant)
    for (const until of untils) world.run(until)
    return done
  }

  const farOff = fc.oneof(
    fc.nat(300 * DAY),
    fc.tuple(fc.nat(6), fc.integer({ min: 0, max: 2 })).map(([turns, off]) => turns * TURN + off),
  )

  it('gives out what is a year ahead, over turns of its wheel, in order and once', () => {
    const spans = fc.array(fc.tuple(farOff, fc.nat(2)), { maxLength: 40 })
    return fc.assert(
      fc.property(spans, fc.array(farOff, { maxLength: 5 }), (wishes, stops) => {
        const entries = wishes.map(([span, kind], row) => ({ instant: NOW + span, kind, row }))
        const untils = [...stops, 7 * TURN].map((span) => NOW + span).sort((a, b) => a - b)
        expect(actionsOf(entries, untils)).toEqual(entries.sort(inOrder))
      }),
      { numRuns: 12 },
    )
  })

  it('passes months of nothing', () => {
    const last = { instant: NOW + 12 * TURN + 7, kind: 1, row: 0 }
    expect(actionsOf([last], [last.instant, last.instant + 1])).toEqual([last])
  })
})
