// How soon somebody sees something, where nothing else is at work.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Beginning, beginning } from '../browser/beginning.ts'
import { isThere, launch } from '../browser/browser.ts'

const VIEW_SECONDS_MAX = 1
const BEGIN_SECONDS_MAX = 5
/** A machine may be busy for a moment. */
const TRIES = 5

it.skipIf(!isThere)('a demo is seen a second after its address is told, and lives five after the command', async () => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../package/page.ts'), '--if-needed'])
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const browser = await launch()
  onTestFinished(() => browser.close())
  const isInTime = ({ view, all }: Beginning): boolean => view <= VIEW_SECONDS_MAX && all <= BEGIN_SECONDS_MAX
  const tries: Beginning[] = []
  while (tries.length < TRIES && !tries.some(isInTime)) tries.push(await beginning(browser, folder))
  expect(tries, 'seconds').toSatisfy(() => tries.some(isInTime))
})
