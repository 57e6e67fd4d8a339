// `npm run job`: the main job once through on this machine. 30 days of 2,000 students, every event posted to the reference
// ingestion API and written to a file, then what arrived counted and the file checked.

import { mkdirSync } from 'node:fs'
import { createIngestionApi } from '../../ingest/index.ts'
import { lineOf } from '../terminal/usage.ts'
import { check } from './check.ts'
import { run } from './run.ts'

const FOLDER = '.tutorsim'
const FILE = `${FOLDER}/job.ndjson`
const say = (text: string): boolean => process.stderr.write(`${text}\n`)

const api = createIngestionApi()
try {
  mkdirSync(FOLDER, { recursive: true })
  const url = `${await api.listen(0, '127.0.0.1')}/ingest`
  say(`Simulating the first 30 days of a world of 2000 students and posting every event to ${url}\n`)
  const options = { seed: 'demo', start: '2026-01-05T00:00:00Z', tick: '15m', warmup: '0d', for: '30d' }
  const delivery = { to: [url, FILE], streams: 50, giveUp: '30s', pace: 'max', format: 'plain' }
  const ran = await run({ world: 'job', store: 'memory', ...options, ...delivery })

  const { byType, distinct, repeated } = api.stats()
  say('\nWhat arrived:')
  for (const [type, count] of Object.entries(byType))
    say(`  ${type.padEnd(28)}${String(count).padStart(8)}${((100 * count) / distinct).toFixed(1).padStart(7)} %`)
  say(`  ${'distinct events'.padEnd(28)}${String(distinct).padStart(8)}, ${repeated} repeated\n`)

  say(`Checking every promise of the same stream in ${FILE}:`)
  const checked = await check(FILE, {})
  say('\nNext: npx tutorsim --help')
  process.exitCode = ran || checked
} catch (error) {
  say(`job: ${lineOf(error)}`)
  process.exitCode = 1
} finally {
  await api.close()
}
