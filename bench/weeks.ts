// Draws docs/weeks.svg: twelve weeks of ten students of the default world, as a report of its stream shows them.
//
//     npm run weeks

import { writeFileSync } from 'node:fs'
import { livesAlone } from '../cli/report/lives.ts'
import { createWorld } from '../model/index.ts'
import { Reader } from '../model/realism/index.ts'

/** The twelve weeks from 22 September on, Thanksgiving among them: those of a reading end two weeks before its stream does. */
const START = '2025-09-08T00:00:00Z'
const DAYS = 113

const world = createWorld({ start: START, tick: '1h' })
const reader = new Reader()
for (const event of world.run(`${DAYS}d`)) reader.line(JSON.stringify(event))
const { people } = reader.end().series
writeFileSync(new URL('../docs/weeks.svg', import.meta.url), `${livesAlone(people)}\n`)
