// How the dashboard lives (`npm run bench -- page`): 20,000 students at 300 times real time for two minutes, in Chromium, with
// nine pages beside it that nobody sees. Frames, how far the page is behind, memory of page and server. Then its stream is cut
// while the world lives through what an hour would bring. Before all that: how long a demo takes to begin. Exit 1 when a
// limit is missed. SECONDS=20 makes it short.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beginning } from '../test/browser/beginning.ts'
import { type Browser, heapBytesOf, launch, type Page, until } from '../test/browser/browser.ts'
import { type Demo, endDemo, startDemo } from '../test/browser/demo.ts'
import { behind, hide, missedShare, type Watched, watch } from '../test/browser/frames.ts'
import { Gate } from '../test/browser/gate.ts'
import { heading, median, row, verdict } from './report.ts'

const STUDENTS = 20_000
const SPEED = 300
const SECONDS = Number(process.env.SECONDS ?? 120)
/** Between two looks at memory. */
const SLICE_SECONDS = 10
const HIDDEN_PAGES = 9
const HOUR_MILLISECONDS = 3_600_000
const BEGIN_SECONDS_MAX = 5
const VIEW_SECONDS_MAX = 1
const MISSED_MAX = 0.01
const BEHIND_MILLISECONDS_MAX = 100
const GROWTH_MAX = 1.1
const RIGHT_MILLISECONDS_MAX = 2000

const MIB = 2 ** 20
const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

interface Clock {
  at: number
  real_at: number
  speed: number
}

async function clockOf({ url }: Demo): Promise<Clock> {
  const { clock } = (await (await fetch(`${url}/api/world`)).json()) as { clock: Clock }
  return clock
}

async function opened(browser: Browser, url: string, options: object = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })).newPage()
  await page.goto(url)
  await page.waitForSelector('.feed li')
  return page
}

interface Memory {
  page: number
  server: number
}

async function memoryOf(page: Page, { process: { pid } }: Demo): Promise<Memory> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return { page: await heapBytesOf(page), server: 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) }
}

/** How much more there is at the end than when all that comes once had come. */
function growth(values: readonly number[]): number {
  const third = Math.max(1, Math.floor(values.length / 3))
  return median(values.slice(-third)) / median(values.slice(third, 2 * third))
}

async function begin(browser: Browser): Promise<boolean> {
  const { view, figures, all } = await beginning(browser, folder)
  row('from its address being told to the first figures', `${figures.toFixed(2)} s`)
  return [
    verdict(
      '… to a first view: how far the world has come',
      `${view.toFixed(2)} s`,
      `<= ${VIEW_SECONDS_MAX} s`,
      view <= VIEW_SECONDS_MAX,
    ),
    verdict(
      'from the command to a page that lives',
      `${all.toFixed(2)} s`,
      `<= ${BEGIN_SECONDS_MAX} s`,
      all <= BEGIN_SECONDS_MAX,
    ),
  ].every(Boolean)
}

async function live(page: Page, demo: Demo): Promise<boolean> {
  const slices: Watched[] = []
  const memories: Memory[] = []
  const late: number[] = []
  while (slices.length * SLICE_SECONDS < SECONDS) {
    const clock = await clockOf(demo)
    const slice = await watch(page, SLICE_SECONDS * 1000)
    slices.push(slice)
    late.push(...behind(slice, clock))
    memories.push(await memoryOf(page, demo))
  }
  const whole: Watched = {
    gaps: slices.flatMap(({ gaps }) => gaps),
    changed: slices.reduce((sum, { changed }) => sum + changed, 0),
    drawn: slices.flatMap(({ drawn }) => drawn),
  }
  const missed = missedShare(whole)
  const sorted = late.sort((a, b) => a - b)
  const worst = sorted.at(-1) ?? Number.NaN
  const [ofPage, ofServer] = [growth(memories.map(({ page }) => page)), growth(memories.map(({ server }) => server))]
  row('instants drawn a second', (whole.drawn.length / SECONDS).toFixed(1))
  row('frames a second in which anything was changed', (whole.changed / SECONDS).toFixed(1))
  const last = memories.at(-1) as Memory
  return [
    verdict('frames left out of 60 a second', percent(missed), `<= ${percent(MISSED_MAX)}`, missed <= MISSED_MAX),
    verdict(
      `behind the world, median ${median(sorted).toFixed(0)} ms, at most`,
      `${worst.toFixed(0)} ms`,
      `<= ${BEHIND_MILLISECONDS_MAX} ms`,
      worst <= BEHIND_MILLISECONDS_MAX,
    ),
    verdict(
      `heap of the page (${mib(last.page)}), last third to middle`,
      ofPage.toFixed(2),
      `<= ${GROWTH_MAX}`,
      ofPage <= GROWTH_MAX,
    ),
    verdict(
      `memory of the server (${mib(last.server)}), same`,
      ofServer.toFixed(2),
      `<= ${GROWTH_MAX}`,
      ofServer <= GROWTH_MAX,
    ),
  ].every(Boolean)
}

/** Cuts the page off while the world lives through what an hour would bring. @returns until it was right, milliseconds */
async function cutOff(page: Page, demo: Demo, gate: Gate): Promise<number> {
  gate.shut()
  const tell = async (body: object): Promise<void> => {
    await fetch(`${demo.url}/api/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }
  const { at } = await clockOf(demo)
  const target = at + SPEED * HOUR_MILLISECONDS
  await tell({ action: 'pause' })
  await tell({ action: 'jump', at: target })
  while ((await clockOf(demo)).at < target) await new Promise((resolve) => setTimeout(resolve, 100))
  await until(page, `document.querySelector('.notice.bad') !== null`)
  gate.open()
  const began = performance.now()
  await until(page, `Number(document.querySelector('main').dataset.at) === ${target}`)
  return performance.now() - began
}

heading(`Dashboard: ${STUDENTS} students at ${SPEED}x, one page that is seen and ${HIDDEN_PAGES} that are not`)
execFileSync(process.execPath, [join(import.meta.dirname, '../package/page.ts'), '--if-needed'])
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
const browser = await launch()
const hasBegun = await begin(browser)
const demo = await startDemo(['--students', String(STUDENTS), '--seed', 'page'], folder)
const gate = await Gate.before(demo.url)
try {
  const page = await opened(browser, demo.url, { proxy: gate.proxy })
  await until(page, `document.querySelector('[role=progressbar]') === null`)
  for (let count = 0; count < HIDDEN_PAGES; count++) await hide(await opened(browser, demo.url))
  const isSmooth = await live(page, demo)
  const right = await cutOff(page, demo, gate)
  const isRight = verdict(
    'right again after an hour cut off',
    `${right.toFixed(0)} ms`,
    `<= ${RIGHT_MILLISECONDS_MAX} ms`,
    right <= RIGHT_MILLISECONDS_MAX,
  )
  process.exitCode = hasBegun && isSmooth && isRight ? 0 : 1
} finally {
  await browser.close()
  await gate.close()
  await endDemo(demo)
  rmSync(folder, { recursive: true })
}
