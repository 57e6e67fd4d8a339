// `npm run picture`: the pictures of README and docs/demo.md, taken from the real page on a world that is always the same.

import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { launch, type Page } from './browser.ts'

const root = join(import.meta.dirname, '../..')
const CLI = join(root, 'cli/tutorsim.js')
const docs = join(root, 'docs')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
const stored = ['--world', 'demo', '--store', `sqlite:${join(folder, 'worlds.db')}`]
const BORN = ['--seed', 'demo', '--students', '2000', '--start', '2026-01-05T00:00:00Z']
/** A Tuesday in the early evening, when most sessions are. */
const AT = '2026-02-03T23:40:00.000Z'

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /http:\/\/[\w.:]+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('demo said no address')
}

const settled = (page: Page, selector: string): Promise<unknown> => page.waitForSelector(selector)

execFileSync(process.execPath, [join(root, 'package/page.ts'), '--if-needed'])
execFileSync(process.execPath, [CLI, 'run', ...stored, ...BORN, '--for', '30d', '--to', '/dev/null'])
const demo = spawn(process.execPath, [CLI, 'demo', ...stored, '--port', '0', '--control'], {
  stdio: ['ignore', 'ignore', 'pipe'],
})
const browser = await launch()
try {
  const url = await addressOf(createInterface({ input: demo.stderr }))
  demo.stderr.resume()
  const pictures = [
    { name: 'dashboard', scheme: 'light', query: '', shows: '.feed li' },
    { name: 'dashboard-dark', scheme: 'dark', query: '', shows: '.feed li' },
    { name: 'dashboard-person', scheme: 'light', query: '&person=stu_2315', shows: '.timeline li' },
  ]
  for (const { name, scheme, query, shows } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: scheme })
    const page = await context.newPage()
    await page.goto(`${url}/?at=${AT}${query}`)
    await settled(page, shows)
    await page.screenshot({ path: join(docs, `${name}.png`) })
    await context.close()
  }
} finally {
  await browser.close()
  demo.kill('SIGINT')
  rmSync(folder, { recursive: true })
}
