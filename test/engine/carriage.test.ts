// What leaves over a wire that is not clean: the same, however the events are cut into ticks and batches, and wherever somebody
// goes on.

import { describe, expect, it } from 'vitest'
import { Carriage, type WireOptions } from '../../engine/delivery/carriage.ts'
import { type Cursor, type Fate, formatInstant, type Lines, type Wire } from '../../engine/index.ts'
import { parcelOf } from '../parcel.ts'

const SEED = Math.floor(Math.random() * 1e9)
const HOUR = 3_600_000
const LATE_MAX = 3 * HOUR
const FATES: readonly Fate[] = ['whole', 'whole', 'dropped', 'duplicated', 'malformed', 'delayed', 'delayed']

interface Event {
  id: string
  instant: number
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** An event's fate and lateness are in its id. */
const WIRE: Wire = {
  lateMillisecondsMax: LATE_MAX,
  fate: (id) => FATES[Number(id.split('.')[1])] as Fate,
  lateMilliseconds: (id) => Number(id.split('.')[2]),
}

function eventsOf(random: (below: number) => number): Event[] {
  let instant = 0
  return Array.from({ length: 400 }, (_, number) => {
    instant += random(4) * random(600_000)
    // Some are late to the very instant of another, or of a tick's end.
    const late = random(3) === 0 ? (1 + random(3)) * HOUR - (instant % HOUR) : 1 + random(LATE_MAX)
    return { id: `${number}.${random(FATES.length)}.${Math.min(late, LATE_MAX)}`, instant }
  })
}

const lineOf = ({ id, instant }: Event): string =>
  `{"event_id":"${id}","caused_by":null,"event_type":"session_started","payload":{"timestamp":"${formatInstant(instant)}"}}\n`

function linesOf(events: readonly Event[]): Lines {
  const { lines } = parcelOf(Buffer.from(events.map(lineOf).join('')))
  for (const [line, { instant }] of events.entries()) lines.instants[line] = instant
  return lines
}

/** What leaves by then, worked out in one go. */
function expected(events: readonly Event[], until: number, isDirty = true): string[] {
  const left = events.flatMap((event, place) => {
    const fate = isDirty ? WIRE.fate(event.id, event.instant) : 'whole'
    const late = fate === 'delayed' ? WIRE.lateMilliseconds(event.id, event.instant) : 0
    const one = { event, place, fate, leaves: event.instant + late, late: Number(late > 0) }
    return fate === 'dropped' ? [] : fate === 'duplicated' ? [one, one] : [one]
  })
  return left
    .filter(({ leaves }) => leaves < until)
    .sort((a, b) => a.leaves - b.leaves || a.late - b.late || a.place - b.place)
    .map(({ event, fate }) => (fate === 'malformed' ? `${lineOf(event).slice(0, -2)} \n` : lineOf(event)))
}

const textsOf = ({ bytes, ends, count }: Lines): string[] =>
  Array.from({ length: count }, (_, line) =>
    Buffer.from(bytes.subarray(line === 0 ? 0 : ends[line - 1], ends[line])).toString(),
  )

function optionsOf(told: unknown, tickMilliseconds: number): WireOptions {
  return { told, wireOf: () => WIRE, tickMilliseconds, endOf: (tick) => (tick + 1) * tickMilliseconds }
}

/** A tick's events in batches of the renderer's one memory. */
function* batchesOf(events: readonly Event[], batch: number): Generator<Lines> {
  for (let from = 0; from < events.length; from += batch) {
    const lines = linesOf(events.slice(from, from + batch))
    yield lines
    lines.bytes.fill(0)
  }
}

describe(`a wire that is not clean (seed ${SEED})`, () => {
  const random = randomFrom(SEED)

  it('brings the same in any ticks and batches, by when it leaves', () => {
    for (let run = 0; run < 20; run++) {
      const events = eventsOf(random)
      const tick = [HOUR / 4, HOUR, 6 * HOUR][random(3)] as number
      const carriage = Carriage.from(optionsOf('dirty', tick), undefined, 0, false) as Carriage
      const ticks = Math.ceil(((events.at(-1) as Event).instant + 1) / tick)
      const left: string[] = []
      for (let at = 0; at < ticks; at++) {
        const within = events.filter(({ instant }) => Math.floor(instant / tick) === at)
        for (const lines of carriage.carry(at, batchesOf(within, 1 + random(5)))) left.push(...textsOf(lines))
      }
      expect(left).toEqual(expected(events, ticks * tick))
    }
  })

  it('brings each tick as before to whoever goes on from a cursor, over another wire too', () => {
    for (let run = 0; run < 40; run++) {
      const events = eventsOf(random)
      const ticks = Math.ceil(((events.at(-1) as Event).instant + 1) / HOUR)
      const within = (at: number) => events.filter(({ instant }) => Math.floor(instant / HOUR) === at)
      const carried = (carriage: Carriage | undefined, at: number): string[] => {
        const rendered = batchesOf(within(at), 7)
        const texts: string[] = []
        for (const lines of carriage?.carry(at, rendered) ?? rendered) texts.push(...textsOf(lines))
        return texts
      }
      // A first run is told of the wire; what it has begun in some stream, the next, which is not, brings as it did.
      const first = Carriage.from(optionsOf('dirty', HOUR), undefined, 0, false) as Carriage
      const tick = random(ticks)
      const begun = Math.min(ticks, tick + random(3))
      const brought = Array.from({ length: begun + 1 }, (_, at) => carried(first, at))
      const cursor: Cursor = { version: 1, streams: 2, tick, ahead: { 1: [begun, 1] }, wire: first.at(tick) }
      const next = Carriage.from(optionsOf(undefined, HOUR), cursor, ticks, false)
      const since = next?.since(tick) ?? tick
      expect(since).toBe(Math.min(tick, cursor.wire?.since ?? tick))
      const again = Array.from({ length: ticks + 4 - since }, (_, at) => carried(next, since + at))
      expect(again.slice(tick - since, begun + 1 - since)).toEqual(brought.slice(tick))
      const before = events.filter(({ instant }) => instant < (begun + 1) * HOUR)
      const whole = [
        ...expected(before, Number.POSITIVE_INFINITY),
        ...expected(events.slice(before.length), Number.POSITIVE_INFINITY, false),
      ]
      expect([...brought.slice(0, tick), ...again.slice(tick - since)].flat().sort()).toEqual(whole.sort())
    }
  })
})
