// The JSON Schemas of the six events by their type, and of the files that people write, as the files beside this one have them.

import { type JsonSchema, jsonSchemaOf } from '../engine/index.ts'
import { type EventType, eventTypes, settingsSchema } from '../model/index.ts'
import { scenarioSchema } from '../model/scenarios/index.ts'

export type { JsonSchema }

/** Draft 2020-12: of a line of NDJSON and, without `event_id` and `caused_by`, of what is posted. */
export const schemas = Object.fromEntries(eventTypes.map((type) => [type.name, jsonSchemaOf(type)])) as Record<
  EventType,
  JsonSchema
>

/** Draft 2020-12, by what the file holds; YAML or JSON. */
export const fileSchemas = { scenario: scenarioSchema(), settings: settingsSchema() } as const satisfies Readonly<
  Record<string, JsonSchema>
>
