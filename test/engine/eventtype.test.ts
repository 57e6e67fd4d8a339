// A type of event is described once, whatever the domain: its payloads' type, the payloads, what tells them, and their
// JSON Schema all say the same.

import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import { type EventOf, eventType, jsonSchemaOf, payloadReader, payloadTest } from '../../engine/index.ts'

interface Visit {
  guest: number
  at: number
  meal: number
  drinks: number[]
  seats: number
  cents: number
  came: number
}

const describeVisit = eventType<Visit>()

const visited = describeVisit({
  name: 'visited',
  description: 'A guest comes to the inn.',
  key: (guest) => `guest ${guest}`,
  numberIn: ({ guest }) => Number(String(guest).slice('guest_'.length)),
  agentCode: 0,
  fields: {
    at: { kind: 'instant', read: (row) => row.at },
    inn: { kind: 'constant', value: 'Ox' },
    guest: { kind: 'id', pattern: '^guest_\\d+$', read: (row) => `guest_${row.guest}` },
    meal: { kind: 'choice', values: ['soup', 'stew'], read: (row) => row.meal },
    drinks: { kind: 'choices', values: ['ale', 'tea', 'wine'], min: 0, max: 2, read: (row) => row.drinks },
    seats: { kind: 'number', values: [2, 4], read: (row) => row.seats },
    stay: {
      kind: 'whole',
      min: 1,
      max: 9,
      unit: 'nights',
      description: 'How long.',
      read: (row) => (row.guest % 9) + 1,
    },
    bill: { kind: 'decimal', min: 0, max: 100, decimals: 2, unit: 'crowns', read: (row) => row.cents },
    came: { kind: 'flag', read: (row) => row.came },
  },
})

const row: Visit = { guest: 7, at: 0, meal: 1, drinks: [2, 0], seats: 4, cents: 435, came: 1 }
const payload = {
  at: '1970-01-01T00:00:00.000Z',
  inn: 'Ox',
  guest: 'guest_7',
  meal: 'stew',
  drinks: ['wine', 'ale'],
  seats: 4,
  stay: 8,
  bill: 4.35,
  came: true,
}

describe('a description', () => {
  it('is the type of its events', () => {
    expectTypeOf<EventOf<typeof visited>>().toEqualTypeOf<{
      event_id: string
      caused_by: string | null
      event_type: 'visited'
      payload: {
        at: string
        inn: 'Ox'
        guest: string
        meal: 'soup' | 'stew'
        drinks: ('ale' | 'tea' | 'wine')[]
        seats: 2 | 4
        stay: number
        bill: number
        came: boolean
      }
    }>()
  })

  it('reads the payload of a row, in the order of its fields', () => {
    expect(JSON.stringify(payloadReader(visited.fields)(row))).toBe(JSON.stringify(payload))
  })

  it('is of no field whose name is more than a name', () => {
    for (const name of ['a b', 'a-b', '', '1', '__proto__'])
      expect(() => payloadTest({ [name]: { kind: 'flag' } })).toThrow(`not a field name: ${name}`)
  })
})

describe('a payload', () => {
  const holds = payloadTest(visited.fields)

  it('is one with exactly these fields', () => {
    expect(holds(payload)).toBe(true)
    expect(holds({ ...payload, more: 1 })).toBe(false)
    for (const name in payload) {
      const { [name as keyof typeof payload]: _, ...rest } = payload
      expect(holds(rest), name).toBe(false)
      expect(holds({ ...rest, more: 1 }), name).toBe(false)
    }
  })

  it.each<[keyof typeof payload, unknown[], unknown[]]>([
    ['at', ['2024-02-29T23:59:59.999Z'], ['2025-02-29T00:00:00.000Z', '2024-02-29T23:59:59Z', 0, null]],
    ['inn', ['Ox'], ['ox', '', null]],
    ['guest', ['guest_0'], ['guest_', 'a guest_0', 7]],
    ['meal', ['soup', 'stew'], ['pie', 1, null]],
    ['drinks', [[], ['tea'], ['tea', 'ale']], [['ale', 'tea', 'wine'], ['tea', 'tea'], ['milk'], 'tea', {}]],
    ['seats', [2, 4], [3, '2']],
    ['stay', [1, 9], [0, 10, 1.5, '1', Number.NaN]],
    ['bill', [0, 100, 4.35, 0.01], [-0.01, 100.01, 4.355, '1', Number.NaN]],
    ['came', [true, false], [0, 'true', null]],
  ])('has a value of its kind in %s', (name, right, wrong) => {
    for (const value of right) expect(holds({ ...payload, [name]: value }), JSON.stringify(value)).toBe(true)
    for (const value of wrong) expect(holds({ ...payload, [name]: value }), JSON.stringify(value)).toBe(false)
  })
})

describe('the JSON Schema', () => {
  const schema = jsonSchemaOf(visited)
  const known = z.fromJSONSchema(schema)

  it('says names, sentences and units', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'visited',
      description: 'A guest comes to the inn.',
      required: ['event_type', 'payload'],
      properties: {
        event_type: { const: 'visited' },
        payload: {
          required: Object.keys(payload),
          additionalProperties: false,
          properties: {
            stay: { type: 'integer', minimum: 1, maximum: 9, description: 'How long.', 'x-unit': 'nights' },
            bill: { type: 'number', 'x-unit': 'crowns', 'x-decimals': 2 },
          },
        },
      },
    })
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })

  it('takes an event with its ids and without', () => {
    const body = { event_type: 'visited', payload }
    for (const event of [body, { ...body, event_id: 'a', caused_by: null }, { ...body, event_id: 'a', caused_by: 'b' }])
      expect(known.safeParse(event).success).toBe(true)
    for (const event of [{ payload }, { ...body, event_id: '' }, { ...body, event_type: 'left' }, { ...body, more: 1 }])
      expect(known.safeParse(event).success).toBe(false)
  })

  it('takes what is a payload and nothing else, days and decimals apart', () => {
    const value = fc.oneof(
      fc.constantFrom('', 'Ox', 'guest_1', 'guest', 'soup', 'pie', '2026-01-05T00:00:00.000Z', '2026-01-05'),
      fc.constantFrom(-1, 0, 1, 2, 3, 4, 9, 10, 1.5, 4.35, 100, 101, null, true, false),
      fc.constantFrom([], ['ale'], ['ale', 'ale'], ['ale', 'tea'], ['ale', 'tea', 'wine'], ['milk'], {}),
    )
    const holds = payloadTest(visited.fields)
    return fc.assert(
      fc.property(fc.constantFrom(...Object.keys(payload), 'more'), value, (name, other) => {
        const changed = { ...payload, [name]: other }
        expect(known.safeParse({ event_type: 'visited', payload: changed }).success).toBe(holds(changed))
      }),
      { numRuns: 2000 },
    )
  })
})
