// A process that commits ticks to world `w` of a SQLite file against others, and prints each tick that it won.
//
//     node sqlite-writer.ts FILE NAME TICKS

import { writeSync } from 'node:fs'
import { openSqlite } from '../../stores/index.ts'
import { headOf, recordOf } from './given.ts'

const [, , file = '', name = '', ticks = '0'] = process.argv
const store = await openSqlite(file)
const log = store.world('w')
for (;;) {
  const head = await log.readHead()
  const tick = head?.tick ?? 0
  if (tick >= Number(ticks)) break
  const attempt = `${name}-${tick}`
  if (await log.commit(head?.attempt ?? null, headOf(tick + 1, attempt), [recordOf(tick, attempt)]))
    writeSync(1, `${tick}\n`)
}
await store.close()
