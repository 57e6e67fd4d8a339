// A real browser for tests: Debian's Chromium, driven by playwright-core. Both have a package of their own beside this file.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const EXECUTABLE = '/usr/bin/chromium'
const QUIET = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'].map((what) => `--disable-${what}`)
const tools = createRequire(import.meta.url)

/** Whether there is one here; where everything has to be tested its absence is an error. */
export const isThere = existsSync(EXECUTABLE)
if (!isThere && process.env.CI === 'true') throw new Error(`there is no ${EXECUTABLE}`)

// As much of Playwright as is used here: its types come with its package, which `npm run check` does not install.
export interface Browser {
  newContext(options?: object): Promise<Context>
  close(): Promise<void>
}
export interface Context {
  newPage(): Promise<Page>
  newCDPSession(page: Page): Promise<Session>
  addInitScript(script: string): Promise<void>
  close(): Promise<void>
}
/** Of the browser's own protocol. */
interface Session {
  send(method: string, options?: object): Promise<{ metrics?: { name: string; value: number }[] }>
  detach(): Promise<void>
}
export interface Page {
  context(): Context
  on(
    event: 'request' | 'requestfailed' | 'console' | 'pageerror',
    heard: (what: { url(): string; text(): string }) => void,
  ): void
  goto(url: string): Promise<unknown>
  route(
    pattern: string,
    answer: (route: { abort(): Promise<void>; continue(): Promise<void> }) => unknown,
  ): Promise<void>
  evaluate<T>(script: string): Promise<T>
  click(selector: string): Promise<void>
  fill(selector: string, text: string): Promise<void>
  hover(selector: string): Promise<void>
  selectOption(selector: string, value: string): Promise<unknown>
  waitForSelector(selector: string): Promise<unknown>
  waitForEvent(event: 'download'): Promise<{ path(): Promise<string>; suggestedFilename(): string }>
  screenshot(options: { path: string }): Promise<unknown>
  keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> }
  mouse: { move(x: number, y: number): Promise<void>; down(): Promise<void>; up(): Promise<void> }
}

export async function launch(): Promise<Browser> {
  return await tools('playwright-core').chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--no-first-run', ...QUIET],
  })
}

/** What the rules of accessibility find fault with. The page's own policy keeps axe out: its context needs `bypassCSP`. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8'))
  return await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + " " + html.slice(0, 200))))',
  )
}

/** What scripts of a page hold, once what nobody needs was collected. */
export async function heapBytesOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  await session.detach()
  return metrics?.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN
}

/** Keeps a picture of the page, to be looked at, in the folder that SCREENSHOTS names. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder === undefined) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

const POLL_MILLISECONDS = 50
const PATIENCE_MILLISECONDS = 120_000

/** Waits until a script comes to something true: from outside, as the page's own policy lets nothing be evaluated in it. */
export async function until(page: Page, script: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MILLISECONDS; !(await page.evaluate(script)); ) {
    if (Date.now() > end) throw new Error(`this never came to be: ${script}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
}
