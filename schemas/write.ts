// Writes the JSON Schema of each type of event beside this file: `npm run schemas`, after a type has changed.

import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonSchemaOf } from '../engine/index.ts'
import { eventTypes } from '../model/index.ts'

const folder = import.meta.dirname
for (const name of readdirSync(folder)) if (name.endsWith('.schema.json')) rmSync(join(folder, name))
for (const type of eventTypes)
  writeFileSync(join(folder, `${type.name}.schema.json`), `${JSON.stringify(jsonSchemaOf(type), null, 2)}\n`)
