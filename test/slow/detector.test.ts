// The example of a plain detector, as its page tells of it: it finds an outage, and is blind to what comes slowly.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const WEEK_HOURS = 168

it('a rolling z-score finds platform-outage, and misses slow-decline for at least a week', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const main = join(import.meta.dirname, '../../examples/detector/main.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [main, folder])
  expect(stdout).toMatch(/^platform-outage\n[\s\S]*\nslow-decline\n/)
  const scoreOf = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.score.json`), 'utf8'))
  const [outage] = scoreOf('platform-outage').interventions
  expect(outage.found).toBeGreaterThan(0)
  expect(outage.delay_hours).toBeLessThan(6)
  const [decline] = scoreOf('slow-decline').interventions
  expect(decline.windows).toBeGreaterThan(0)
  expect(decline.delay_hours ?? Number.POSITIVE_INFINITY).toBeGreaterThan(WEEK_HOURS)
  for (const name of ['platform-outage', 'slow-decline'])
    expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).toMatch(/^<svg /)
})
