// The JSON Schemas that the project hands out are those of its descriptors, and take the events that it sends.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { jsonSchemaOf } from '../../engine/index.ts'
import { createWorld, type Event, eventTypes } from '../../model/index.ts'
import { bodySchema, eventSchema } from '../../model/posted/schemas.ts'
import { fileSchemas } from '../../schemas/index.ts'

const folder = join(import.meta.dirname, '../../schemas')
const events = createWorld({ seed: 'schemas', students: 300, tick: '1d' }).run(7)

it('there is a schema for each type and each kind of file, and no other; `npm run schemas` writes them', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const names = [...eventTypes.map(({ name }) => name), ...Object.keys(fileSchemas)]
  expect(files.sort()).toEqual(names.map((name) => `${name}.schema.json`).sort())
})

it.each(Object.entries(fileSchemas))('the schema of a %s file is the one in the folder', (name, schema) => {
  expect(JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8'))).toEqual(schema)
})

describe.each(eventTypes.map((type) => ({ type, name: type.name })))('the schema of $name', ({ type, name }) => {
  const schema = JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8'))
  const known = z.fromJSONSchema(schema)
  const own = events.filter(({ event_type }) => event_type === name)

  it('is the one of its descriptor; `npm run schemas` writes it', () => {
    expect(schema).toEqual(jsonSchemaOf(type))
  })

  it('says of each field what it is', () => {
    for (const [field, { description }] of Object.entries(type.fields))
      expect(description, field).toMatch(/^[A-Z].+\.$/)
  })

  it('takes lines and bodies of its type, and no other event', () => {
    expect(own.length).toBeGreaterThan(0)
    for (const event of events) {
      const { event_type, payload } = event
      const isOwn = event_type === name
      expect(known.safeParse(event).success).toBe(isOwn)
      expect(known.safeParse({ event_type, payload }).success).toBe(isOwn)
    }
  })

  it('takes what the ingestion API takes, decimals apart', () => {
    const value = fc.oneof(
      fc.constantFrom('', 'stu_1000', 'tut_99', 'high', 'Physics', 'group', '2026-01-05T00:00:00.000Z', 'simulator'),
      fc.constantFrom('2026-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z', '2026-04-31T00:00:00.000Z'),
      fc.constantFrom('2026-01-05T24:00:00.000Z', '0000-01-01T00:00:00.000Z', '2026-01-05T00:00:00Z'),
      fc.constantFrom(-1, 0, 1, 5, 6, 19, 20, 30, 40, 41, 95, 96, 600, 601, 4.25, 100, 100.01, 2 ** 31, 2 ** 53),
      fc.constantFrom(null, true, [], ['English'], ['English', 'English'], ['Latin'], {}),
    )
    return fc.assert(
      fc.property(fc.constantFrom(...own), fc.nat(), value, (event: Event, pick, other) => {
        const keys = [...Object.keys(event.payload), 'more']
        const payload = { ...event.payload, [keys[pick % keys.length] as string]: other }
        const { event_type } = event
        expect(known.safeParse({ ...event, payload }).success).toBe(
          eventSchema.safeParse({ ...event, payload }).success,
        )
        expect(known.safeParse({ event_type, payload }).success).toBe(
          bodySchema.safeParse({ event_type, payload }).success,
        )
      }),
      { numRuns: 500 },
    )
  })
})
