// A line is written by hand where that is faster, and says what the descriptor of its type says, for whatever row.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter, MINUTE, payloadTest, Table } from '../../engine/index.ts'
import { eventOf, LineEncoder } from '../../model/events/encode.ts'
import {
  BALANCES,
  CALL_REASONS,
  EVENT_ID,
  type EventType,
  eventTypes,
  instantByIds,
  LEVELS,
  naturalKey,
  partitionKeyOf,
  REGIONS,
  SESSION_TYPES,
  SUBJECTS,
  TIMEZONES,
  typeOf,
} from '../../model/events/index.ts'
import { EVENT, type EventRow } from '../../model/events/row.ts'
import { eventSchema } from '../../model/posted/schemas.ts'

const place = (list: readonly unknown[]) => fc.nat(list.length - 1)
const byte = fc.nat(255)
const instant = fc.integer({ min: Date.UTC(2003, 0, 1), max: Date.UTC(2099, 11, 31) })
const hundredths = fc.nat(10_000)
const number = (first: number) =>
  fc.oneof(
    fc.integer({ min: first, max: 4_000_000_000 }),
    fc.nat(20_000).map((more) => first + more),
  )

/** Whatever a row can hold of each field, whichever type it is of. */
const values = {
  instant,
  causeInstant: instant,
  agent: number(1000),
  tutor: number(100),
  students: fc.nat(2_000_000_000),
  tutors: fc.nat(100_000),
  seconds: fc.integer({ min: 60, max: 600 }),
  sessions7: byte,
  sessions30: byte,
  rating: fc.integer({ min: 100, max: 500 }),
  score: hundredths,
  supplyScore: hundredths,
  kind: byte,
  subject: place(SUBJECTS),
  sessionType: place(SESSION_TYPES),
  minutes: fc.integer({ min: 20, max: 95 }),
  studentRating: fc.integer({ min: 1, max: 5 }),
  tutorRating: fc.integer({ min: 1, max: 5 }),
  yes: fc.nat(1),
  reason: place(CALL_REASONS),
  level: fc.nat(Math.min(LEVELS.length, BALANCES.length) - 1),
  calls: byte,
  hours: fc.nat(40),
  subjects: fc.uniqueArray(place(SUBJECTS), { minLength: 1, maxLength: 3 }),
  zone: place(TIMEZONES),
}

type Filled = {
  [Field in keyof typeof values]: (typeof values)[Field] extends fc.Arbitrary<infer Value> ? Value : never
}

const table = new Table('events', EVENT)
table.add()
const row = table.accessor()

function fill(type: number, cause: number, { subjects, ...fields }: Filled): void {
  Object.assign(row, fields, { type, cause })
  const [first = -1, second = -1, third = -1] = subjects
  Object.assign(row, { subject1: first + 1, subject2: second + 1, subject3: third + 1 })
  OWN[eventTypes[type]?.name as EventType]?.(row)
}

/** What a type's own rows hold otherwise. */
const OWN: Partial<Record<EventType, (row: EventRow) => void>> = {
  session_started: (row) => {
    row.minutes = [30, 60, 90][row.minutes % 3] as number
  },
  session_completed: (row) => {
    row.causeInstant = row.instant - row.minutes * MINUTE
  },
  supply_demand_update: (row) => {
    row.agent %= SUBJECTS.length * REGIONS.length
  },
}

describe.each(eventTypes.map((type, index) => ({ ...type, index })))('a line of $name', ({ index, ...type }) => {
  const encoder = new LineEncoder()
  const out = new ByteWriter(16)
  const rows = fc.tuple(fc.record(values), fc.constantFrom(...type.causes))

  it('is the object of its row, of its shape and its schema, and tells how long its ids are', () => {
    return fc.assert(
      fc.property(rows, ([fields, cause]) => {
        fill(index, cause, fields)
        const event = eventOf(row)
        out.length = 0
        encoder.write(out, row)
        expect(Buffer.from(out.bytes.subarray(0, out.length)).toString()).toBe(`${JSON.stringify(event)}\n`)
        expect([encoder.idLength, encoder.causeLength]).toEqual([event.event_id.length, event.caused_by?.length ?? 0])
        expect(event.event_type).toBe(type.name)
        expect(payloadTest(type.fields)(event.payload)).toBe(true)
        expect(eventSchema.safeParse(event).success).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('has ids that are written alone as they are in it, and in the payload as they are read', () => {
    const textOf = (write: () => void): string => {
      out.length = 0
      write()
      return Buffer.from(out.bytes.subarray(0, out.length)).toString()
    }
    return fc.assert(
      fc.property(rows, ([fields, cause]) => {
        fill(index, cause, fields)
        const { event_id, caused_by } = eventOf(row)
        expect(textOf(() => encoder.ids(out, row))).toBe(event_id + (caused_by ?? ''))
        expect([encoder.idLength, encoder.causeLength]).toEqual([event_id.length, caused_by?.length ?? 0])
        for (const field of Object.values(type.fields))
          if (field.kind === 'id')
            expect(textOf(() => field.write?.(out, row))).toBe(field.write ? field.read(row) : '')
      }),
      { numRuns: 2000 },
    )
  })

  it('has the id, the instant and the partition key that its own content calls for', () => {
    return fc.assert(
      fc.property(rows, ([fields, cause]) => {
        fill(index, cause, fields)
        const event = eventOf(row)
        expect(event.event_id).toBe(naturalKey(event, row.instant))
        expect(event.event_id).toMatch(EVENT_ID)
        if (event.caused_by !== null) expect(event.caused_by).toMatch(EVENT_ID)
        expect(instantByIds(event)).toBe(row.instant)
        expect(typeOf(event).key(row.agent)).toBe(partitionKeyOf(event))
      }),
    )
  })
})
