// Writes the JSON Schemas of events and files beside this file: `npm run schemas`, after one has changed.

import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileSchemas, schemas } from './index.ts'

const folder = import.meta.dirname
for (const name of readdirSync(folder)) if (name.endsWith('.schema.json')) rmSync(join(folder, name))
for (const [type, schema] of Object.entries({ ...schemas, ...fileSchemas }))
  writeFileSync(join(folder, `${type}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`)
