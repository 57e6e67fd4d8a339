// `npm run picture`: the pictures of README, docs/demo.md and docs/report.md, taken from the real pages: of a world that is always
// the same, of a scenario that is told, and of a school year beside events of random fields. `npm run picture -- report`, `world`
// or `story` takes these alone.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, launch, type Page, until } from './browser.ts'
import { CLI, endDemo, startDemo } from './demo.ts'

const root = join(import.meta.dirname, '../..')
const docs = join(root, 'docs')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
const stored = ['--world', 'demo', '--store', `sqlite:${join(folder, 'worlds.db')}`]
const BORN = ['--seed', 'demo', '--students', '2000', '--start', '2026-01-05T00:00:00Z']
/** A Tuesday in the early evening, when most sessions are. */
const AT = '2026-02-03T23:40:00.000Z'
const PERSON = 'stu_1042'
const SCENES = [1, 2, 3, 4]

/** Shows a demo to a browser, and ends both. */
async function shown(options: string[], look: (browser: Browser, url: string) => Promise<void>): Promise<void> {
  const demo = await startDemo(options, folder)
  const browser = await launch()
  try {
    await look(browser, demo.url)
  } finally {
    await browser.close()
    await endDemo(demo)
  }
}

async function opened(browser: Browser, url: string, colorScheme = 'light'): Promise<Page> {
  const viewport = { width: 1440, height: 900 }
  const page = await (await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })).newPage()
  page.on('pageerror', (error) => {
    console.error(String(error))
    process.exitCode = 1
  })
  await page.goto(url)
  await page.waitForSelector('.feed li')
  // What catches up is not yet what it will be.
  await until(page, `document.querySelector('[role=progressbar]') === null`)
  await pause()
  return page
}

/** Track and twin are asked for once a second at the most: a picture has those of its own instant. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3000))

const keep = (page: Page, name: string): Promise<unknown> => page.screenshot({ path: join(docs, `${name}.png`) })

async function ofTheWorld(browser: Browser, url: string): Promise<void> {
  const isShown = (page: Page): Promise<void> =>
    until(page, `document.querySelector('main').dataset.at === '${Date.parse(AT)}'`)
  for (const [name, scheme] of [
    ['dashboard', 'light'],
    ['dashboard-dark', 'dark'],
  ] as const) {
    const page = await opened(browser, `${url}/?at=${AT}`, scheme)
    await isShown(page)
    await until(page, `document.querySelector('.feed time')?.dateTime.startsWith('2026-02-03')`)
    await keep(page, name)
  }
  const page = await opened(browser, `${url}/?at=${AT}&person=${PERSON}`)
  await isShown(page)
  await page.waitForSelector('.timeline li')
  await page.click('.timeline li .link')
  await page.waitForSelector('.because')
  await keep(page, 'demo-person')
}

async function ofTheStory(browser: Browser, url: string): Promise<void> {
  const page = await opened(browser, url)
  await page.keyboard.press(' ')
  await page.click('text=Scenario')
  await page.click('text=Beside the world without it')
  await until(page, `document.querySelector('.notice.twin')?.textContent.includes('in violet')`)
  await page.keyboard.press('p')
  for (const scene of SCENES) {
    await page.keyboard.press(String(scene))
    await until(page, `document.querySelector('.scene .which')?.textContent === '${scene}'`)
    // The last one lies after the present.
    await until(page, `document.querySelector('.scene b') === null`)
    await pause()
    await keep(page, `demo-scene-${scene}`)
  }
}

async function ofTheReport(): Promise<void> {
  const [year, plain] = ['tutorsim.ndjson', 'random-fields.ndjson'].map((name) => join(folder, name)) as [
    string,
    string,
  ]
  const born = ['--students', '4000', '--start', '2025-09-01', '--for', '273d']
  execFileSync(process.execPath, [CLI, 'run', '--store', 'memory', ...born, '--to', year])
  execFileSync(process.execPath, [join(root, 'bench/plain.ts'), '--events', '60000', '--to', plain])
  const browser = await launch()
  const take = async (words: string[], name: string, scheme: string, topic = ''): Promise<void> => {
    execFileSync(process.execPath, [CLI, 'report', year, ...words], { cwd: folder })
    const viewport = { width: 1440, height: 840 }
    const page = await (await browser.newContext({ viewport, colorScheme: scheme, deviceScaleFactor: 0.75 })).newPage()
    await page.goto(pathToFileURL(`${year}.html`).href + topic)
    await keep(page, name)
  }
  try {
    await take(['--against', plain], 'report', 'light')
    await take([], 'report-dark', 'dark', '#year')
  } finally {
    await browser.close()
  }
}

const TAKEN: Record<string, () => Promise<void>> = {
  world: async () => {
    execFileSync(process.execPath, [CLI, 'run', ...stored, ...BORN, '--for', '30d', '--to', '/dev/null'])
    await shown([...stored, '--control'], ofTheWorld)
  },
  story: () => shown(['--scenario', 'physics-drought'], ofTheStory),
  report: ofTheReport,
}

execFileSync(process.execPath, [join(root, 'package/page.ts'), '--if-needed'])
const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in TAKEN))
if (unknown !== undefined)
  throw new Error(`${unknown}: not a set of pictures; there are ${Object.keys(TAKEN).join(', ')}`)
try {
  for (const [name, takePictures] of Object.entries(TAKEN))
    if (asked.length === 0 || asked.includes(name)) await takePictures()
} finally {
  rmSync(folder, { recursive: true })
}
