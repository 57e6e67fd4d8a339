// The JSON Schema of a type of event, for those who have none of this code.

import { TIMESTAMP } from './clock.ts'
import type { EventType, Field } from './eventtype.ts'

export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/**
 * The schema (draft 2020-12) of a type's events as lines of NDJSON and, without `event_id` and `caused_by`, as they are
 * posted; its `properties.payload` is that of the payload alone. Units are said by `x-unit`, decimals by `x-decimals`:
 * `multipleOf` would refuse numbers such as 4.35, whose binary fraction is not a whole number of hundredths.
 */
export function jsonSchemaOf({ name, description, fields, exampleId }: EventType): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    description,
    ...objectSchema(
      {
        event_id: {
          description: 'A natural key, unique in its world.',
          ...{ type: 'string', minLength: 1 },
          ...(exampleId === undefined ? {} : { examples: [exampleId] }),
        },
        caused_by: {
          description: 'The event_id of the event that led to this one; null where none did.',
          type: ['string', 'null'],
          minLength: 1,
        },
        event_type: { const: name },
        payload: objectSchema(
          Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)])),
          Object.keys(fields),
        ),
      },
      ['event_type', 'payload'],
    ),
  }
}

function objectSchema(properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false }
}

function fieldSchema(field: Field): JsonSchema {
  const { description, unit } = field
  return {
    ...(description === undefined ? {} : { description }),
    ...valueSchema(field),
    ...(unit === undefined ? {} : { 'x-unit': unit }),
  }
}

function valueSchema(field: Field): JsonSchema {
  switch (field.kind) {
    case 'instant':
      return { type: 'string', format: 'date-time', pattern: TIMESTAMP.source }
    case 'constant':
      return { const: field.value }
    case 'id':
      return {
        ...{ type: 'string', pattern: field.pattern },
        ...(field.example === undefined ? {} : { examples: [field.example] }),
      }
    case 'choice':
      return { enum: field.values }
    case 'choices':
      return {
        type: 'array',
        items: { enum: field.values },
        minItems: field.min,
        maxItems: field.max,
        uniqueItems: true,
      }
    case 'whole':
      return { type: 'integer', minimum: field.min, maximum: field.max }
    case 'number':
      return { enum: field.values }
    case 'decimal':
      return { type: 'number', minimum: field.min, maximum: field.max, 'x-decimals': field.decimals }
    case 'flag':
      return { type: 'boolean' }
  }
}
