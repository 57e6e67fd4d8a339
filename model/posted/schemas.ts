// The events as zod schemas, made of their descriptions: what ingestion APIs accept (index.ts) and what `check` tells of a
// line that is no event (checker/).

import * as z from 'zod'
import { type Field, hasDecimals, parseTimestamp } from '../../engine/index.ts'
import { type Event, eventTypes } from '../events/index.ts'

/** As an example. */
const SOME_INSTANT = '2026-01-05T00:00:00.000Z'

function fieldSchema(field: Field): z.ZodType {
  switch (field.kind) {
    case 'instant':
      return z
        .string()
        .refine((text) => !Number.isNaN(parseTimestamp(text)), `no such instant (${SOME_INSTANT} is one)`)
    case 'constant':
      return z.literal(field.value)
    case 'id':
      return z.string().regex(new RegExp(field.pattern))
    case 'choice':
      return z.enum(field.values)
    case 'choices':
      return z
        .array(z.enum(field.values))
        .min(field.min)
        .max(field.max)
        .refine((list) => new Set(list).size === list.length, 'no repeats')
    case 'whole':
      return z.int().min(field.min).max(field.max)
    case 'number':
      return z.literal(field.values)
    case 'decimal':
      return z
        .number()
        .min(field.min)
        .max(field.max)
        .refine((value) => hasDecimals(value, field.decimals), `at most ${field.decimals} decimals`)
    case 'flag':
      return z.boolean()
  }
}

function union(envelope: z.ZodRawShape): z.ZodType {
  const schemas = eventTypes.map(({ name, fields }) => {
    const payload = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)]))
    return z.strictObject({ ...envelope, event_type: z.literal(name), payload: z.strictObject(payload) })
  })
  return z.discriminatedUnion('event_type', schemas as [(typeof schemas)[number], ...typeof schemas])
}

/** `{"event_type": …, "payload": {…}}`, exactly: the body that is posted. */
export const bodySchema = union({}) as z.ZodType<Pick<Event, 'event_type' | 'payload'>>

/** One NDJSON line: the body with its `event_id` and `caused_by`. */
export const eventSchema = union({
  event_id: z.string().min(1),
  caused_by: z.string().min(1).nullable(),
}) as z.ZodType<Event>
