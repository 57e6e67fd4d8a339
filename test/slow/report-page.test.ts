// The page of a report in a browser, at a desk's width and a phone's, light and dark: it asks for nothing, fits, and can be read.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageOf } from '../../cli/report/page.ts'
import type { Shown } from '../../cli/report/verdict.ts'
import { createWorld } from '../../model/index.ts'
import { Reader } from '../../model/realism/index.ts'
import { type Browser, faultsOf, isThere, launch } from '../browser/browser.ts'

let folder: string
let browser: Browser
let address: string

function shownAs(name: string, seed: string): Shown {
  const reader = new Reader()
  const world = createWorld({ seed, students: 300, start: '2025-09-01T00:00:00Z', tick: '1h' })
  for (const event of world.run('120d')) reader.line(JSON.stringify(event))
  return { name, reading: reader.end(), checked: { events: 1000, violations: 20, violationsByRule: { 2: 20 } } }
}

describe.skipIf(!isThere)('the page of a report', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    const file = join(folder, 'report.html')
    writeFileSync(file, pageOf([shownAs('one.ndjson', 'one'), shownAs('other.ndjson', 'other')]))
    address = pathToFileURL(file).href
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  const views = [1440, 390].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme })))
  it.each(views)('fits and can be read at $width pixels, $colorScheme', async ({ width, colorScheme }) => {
    // The page's own policy would keep axe out.
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
    const page = await context.newPage()
    await page.goto(address)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    expect(await faultsOf(page)).toEqual([])
    await context.close()
  })

  it('asks for nothing and complains of nothing', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const heard: string[] = []
    page.on('request', (request) => heard.push(request.url()))
    page.on('console', (message) => heard.push(message.text()))
    page.on('pageerror', (error) => heard.push(String(error)))
    await page.goto(address)
    expect(heard).toEqual([address])
    await context.close()
  })
})
