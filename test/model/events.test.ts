// The events themselves: as objects and as lines they say the same, each is of its schema, and keys and causes agree.

import { describe, expect, it } from 'vitest'
import { DAY, type Lines, MINUTE } from '../../engine/index.ts'
import { eventsIn } from '../../model/events/catalogue.ts'
import { createWorld, EVENT_TYPES, type Event, naturalKey } from '../../model/index.ts'
import { eventSchema } from '../../model/posted/schemas.ts'

const DAYS = 60
const TICKS_PER_DAY = 4
const SEEDS = ['a', 'b', 'c']

/** A batch as text, copied out of memory that the next one overwrites. */
interface Batch {
  text: string
  lines: string[]
  partitions: number[]
}

function read({ bytes, count, ends, partitions }: Lines): Batch {
  const all = Buffer.from(bytes)
  const lines = Array.from({ length: count }, (_, line) =>
    all.toString('utf8', line === 0 ? 0 : ends[line - 1], ends[line]),
  )
  return { text: all.toString(), lines, partitions: [...partitions.subarray(0, count)] }
}

/** The stream of a world, as objects and as lines, tick by tick. */
function live(seed: string): { events: Event[]; batches: Batch[]; until: number }[] {
  const world = createWorld({ seed, students: 300, tick: '6h' })
  return Array.from({ length: DAYS * TICKS_PER_DAY }, () => {
    const stream = world.advance()
    return { events: eventsIn(stream), batches: Array.from(stream.batches(), read), until: world.now }
  })
}

describe.each(SEEDS)('the stream of seed %s', (seed) => {
  const ticks = live(seed)
  const events = ticks.flatMap((tick) => tick.events)
  const byId = new Map(events.map((event) => [event.event_id, event]))

  it('has the bytes that JSON.stringify makes of its events', () => {
    for (const { events: expected, batches } of ticks) {
      const text = expected.map((event) => `${JSON.stringify(event)}\n`).join('')
      expect(batches.map((batch) => batch.text).join('')).toBe(text)
    }
  })

  it('says where each line ends', () => {
    for (const { events: expected, batches } of ticks) {
      const lines = batches.flatMap((batch) => batch.lines)
      expect(lines).toEqual(expected.map((event) => `${JSON.stringify(event)}\n`))
    }
  })

  it('has one partition for each student, tutor and market, and many of them', () => {
    const partitions = new Map<string, number>()
    for (const { events: expected, batches } of ticks)
      for (const [index, partition] of batches.flatMap((batch) => batch.partitions).entries()) {
        const key = partitionKey(expected[index] as Event)
        expect(partitions.get(key) ?? partition).toBe(partition)
        partitions.set(key, partition)
      }
    expect(new Set(partitions.values()).size).toBe(partitions.size)
  })

  it('has events of their schemas, each with its natural key, of every type', () => {
    const strange = events.filter((event) => {
      const key = naturalKey(event, Date.parse(event.payload.timestamp))
      return !eventSchema.safeParse(event).success || key !== event.event_id
    })
    expect(strange).toEqual([])
    expect(new Set(events.map((event) => event.event_type))).toEqual(new Set(EVENT_TYPES))
    expect(byId.size).toBe(events.length)
  })

  it('runs forward, each event within its tick', () => {
    let last = 0
    const misplaced = ticks.flatMap(({ events: expected, until }) =>
      expected.filter(({ payload }) => {
        const instant = Date.parse(payload.timestamp)
        const isPlaced = instant >= last && instant >= until - DAY / TICKS_PER_DAY && instant < until
        last = instant
        return !isPlaced
      }),
    )
    expect(misplaced).toEqual([])
  })

  it('names sessions by start and student, calls by instant and student', () => {
    const misnamed = events.filter(({ event_type, payload }) => {
      const instant = Date.parse(payload.timestamp)
      const student = 'student_id' in payload ? payload.student_id.slice(4) : ''
      if (event_type === 'session_started') return payload.session_id !== `sess_${instant}_${student}`
      if (event_type === 'ib_call_logged') return payload.call_id !== `call_${instant}_${student}`
      if (event_type !== 'session_completed') return false
      return payload.session_id !== `sess_${instant - payload.actual_duration_minutes * MINUTE}_${student}`
    })
    expect(misnamed).toEqual([])
  })

  it('gives every event the cause that its kind can have', () => {
    const causes: Record<Event['event_type'], (string | null)[]> = {
      session_started: [null],
      session_completed: ['session_started'],
      ib_call_logged: [null, 'session_completed', 'ib_call_logged'],
      tutor_availability_updated: [null],
      customer_health_update: ['session_completed', 'ib_call_logged'],
      supply_demand_update: [null],
    }
    const born = Date.parse(events[0]?.payload.timestamp as string)
    const seen = new Set<string>()
    for (const event of events) {
      const cause = event.caused_by === null ? null : byId.get(event.caused_by)
      if (cause === undefined) expect(Number(event.caused_by?.split('_')[1])).toBeLessThan(born)
      else {
        expect(causes[event.event_type]).toContain(cause?.event_type ?? null)
        seen.add(`${event.event_type} of ${cause?.event_type ?? null}`)
        if (cause && 'student_id' in cause.payload)
          expect((event.payload as { student_id: string }).student_id).toBe(cause.payload.student_id)
      }
    }
    expect(seen.size).toBe(Object.values(causes).flat().length)
  })
})

describe('a tick of many events', () => {
  it('comes in batches of about a megabyte, which together are all of it', () => {
    const world = createWorld({ seed: 'a', students: 6000, tick: '1d', warmup: '0d' })
    world.run(3)
    const stream = world.advance()
    const expected = eventsIn(stream).map((event) => `${JSON.stringify(event)}\n`)
    const batches = Array.from(stream.batches(), read)
    expect(batches.length).toBeGreaterThan(1)
    expect(batches.map(({ text }) => text).join('') === expected.join('')).toBe(true)
    expect(stream.count).toBe(expected.length)
    for (const { text } of batches) expect(text.length).toBeLessThan((1 << 20) + 1000)
  })

  it('is looked through for a student or a tutor, whom an event names', () => {
    const world = createWorld({ seed: 'a', students: 1000, tick: '1d' })
    const stream = world.advance()
    const events = eventsIn(stream)
    for (const field of ['student_id', 'tutor_id'] as const) {
      const named = (event: Event) => (event.payload as { student_id?: string; tutor_id?: string })[field]
      const ids = new Set(events.map(named).filter((id) => id !== undefined))
      expect(ids.size).toBeGreaterThan(50)
      for (const id of ids) {
        const of = { [field.replace('_id', '')]: Number(id.slice(4)) }
        expect(eventsIn(stream, of)).toEqual(events.filter((event) => named(event) === id))
      }
    }
  })
})

function partitionKey({ payload }: Event): string {
  if ('student_id' in payload) return payload.student_id
  return 'tutor_id' in payload ? payload.tutor_id : `${payload.subject} ${payload.region}`
}
