// The page of the dashboard in a real browser, on worlds that live: what it shows is what the stream says, at any instant.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { State, View, World } from '../../dashboard/server/shapes.ts'
import {
  type Browser,
  type Context,
  faultsOf,
  isThere,
  keepPicture,
  launch,
  type Page,
  until,
} from '../browser/browser.ts'
import { CLI, type Demo, endDemo, startDemo } from '../browser/demo.ts'
import { figuresAt } from '../browser/figures-of-stream.ts'
import { hide, watch } from '../browser/frames.ts'
import { Gate } from '../browser/gate.ts'

const root = join(import.meta.dirname, '../..')
let folder: string
let store: string
let streamFile: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  store = `sqlite:${join(folder, 'worlds.db')}`
  streamFile = join(folder, 'events.ndjson')
})
afterAll(() => rmSync(folder, { recursive: true }))
const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEGIN = Date.UTC(2026, 0, 5)
const DAYS = 16

/** The page when it shows an instant. */
async function shows(page: Page, at: number): Promise<void> {
  await until(page, `document.querySelector('main')?.dataset.at === '${at}'`)
}

const settled = (page: Page): Promise<unknown> => page.waitForSelector('#under-way .figure')
const htmlOf = (page: Page): Promise<string> => page.evaluate(`document.querySelector('main').innerHTML`)
/** … once it is the same for a while: a line of the feed that has just come is marked as new. */
async function htmlAtRest(page: Page): Promise<string> {
  for (let html = await htmlOf(page); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const later = await htmlOf(page)
    if (later === html) return html
    html = later
  }
}
const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`)

describe.skipIf(!isThere)('the page of the dashboard', () => {
  let browser: Browser
  /** A world that is looked at, whose stream is in a file too. */
  let kept: Demo
  const contexts: Context[] = []

  async function opened(url: string, options: object = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    contexts.push(context)
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  beforeAll(async () => {
    execFileSync(process.execPath, [join(root, 'package/page.ts'), '--if-needed'])
    const world = ['--world', 'told', '--store', store, '--seed', 'page', '--students', '150', '--warmup', '0d']
    execFileSync(process.execPath, [CLI, 'run', ...world, '--for', `${DAYS}d`, '--to', streamFile], { stdio: 'ignore' })
    browser = await launch()
    kept = await startDemo(['--world', 'told', '--store', store], folder)
  })
  afterAll(async () => {
    await browser?.close()
    await endDemo(kept)
  })

  // Pages that stay open go on living.
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })

  it('asks nobody but its server, says nothing to the console, and is at most 200 KB of script', async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    contexts.push(context)
    const page = await context.newPage()
    const requests: string[] = []
    const said: string[] = []
    page.on('request', (request) => requests.push(new URL(request.url()).origin))
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(String(error)))
    await page.goto(kept.url)
    await settled(page)
    await page.click('#sessions')
    expect(said).toEqual([])
    expect(new Set(requests)).toEqual(new Set([kept.url]))
    const assets = join(root, 'dashboard/page/dist/assets')
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    const bytes = scripts.reduce((sum, name) => sum + statSync(join(assets, name)).size, 0)
    expect(scripts.length).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(200_000)
  })

  it('shows at 20 instants what the stream comes to', async () => {
    const lines = readFileSync(streamFile, 'utf8').trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line))
    const page = await opened(kept.url)
    await settled(page)
    for (let number = 1; number <= 20; number += 1) {
      // Instants of all hours, within ticks and on their borders.
      const at = BEGIN + 2 * DAY + number * 16 * HOUR + number * 1_234_567
      await page.click('.instant button')
      await page.fill('.instant input', new Date(at).toISOString())
      await page.keyboard.press('Enter')
      await shows(page, at)
      const { newest, ...told } = figuresAt(events, at)
      const figure = async (id: string): Promise<string> => (await textOf(page, `#${id} .figure`)).trim()
      expect({
        at: new Date(at).toISOString(),
        underWay: await figure('under-way'),
        success: await figure('success'),
        calls: await figure('calls'),
        highRisk: await figure('high-risk'),
        short: await figure('short'),
        reasons: await page.evaluate(
          `[...document.querySelectorAll('.multiples b')].map((count) => Number(count.textContent))`,
        ),
      }).toEqual({ at: new Date(at).toISOString(), ...told })
      await until(page, `document.querySelector('.feed time')?.title.endsWith(', ${newest}')`)
    }
    await keepPicture(page, 'an-instant')
  })

  it('shows a person as `show` does', async () => {
    const events = readFileSync(streamFile, 'utf8').trimEnd().split('\n')
    const { student_id: id } = JSON.parse(events.findLast((line) => line.includes('ib_call_logged')) ?? '').payload
    const at = BEGIN + 12 * DAY
    const told = execFileSync(
      process.execPath,
      [CLI, 'show', id, '--world', 'told', '--store', store, '--at', new Date(at).toISOString(), '--json'],
      { encoding: 'utf8' },
    )
    const { name, timeline, state } = JSON.parse(told)
    const page = await opened(`${kept.url}/?at=${new Date(at).toISOString()}&person=${id}`)
    await page.waitForSelector('.timeline li')
    expect(await textOf(page, '.drawer h2')).toBe(name)
    const shown = await page.evaluate(`[...document.querySelectorAll('.timeline time')].map((time) => time.title)`)
    const ids = (timeline as { event_id: string }[]).map(({ event_id }) => event_id)
    expect(shown).toEqual(ids.toReversed().slice(0, 200))
    expect(await textOf(page, '.facts')).toContain(`Sessions, 30 days${state.sessions_last_30_days}`)
    await page.click('.timeline li .link')
    await page.waitForSelector('.because')
    await keepPicture(page, 'person')
  })

  it('is the same when somebody scrubs away and back, and when its link is opened elsewhere', async () => {
    const at = BEGIN + 9 * DAY + 20 * HOUR
    const page = await opened(`${kept.url}/?at=${new Date(at).toISOString()}`)
    await shows(page, at)
    await page.waitForSelector('.feed li')
    const before = await htmlAtRest(page)
    await page.keyboard.press('Home')
    await shows(page, BEGIN)
    expect(await htmlOf(page)).not.toBe(before)
    await page.goto(`${kept.url}/?at=${new Date(at + DAY).toISOString()}`)
    await shows(page, at + DAY)
    await htmlAtRest(page)
    // Keys within milliseconds of one another; the first of the questions that they bring fails when all are pressed.
    let asked = 0
    const pressed = Promise.withResolvers<void>()
    await page.route('**/api/view?*', (route) => {
      asked += 1
      return asked === 1 ? pressed.promise.then(() => route.abort()) : route.continue()
    })
    for (let hour = 0; hour < 24; hour += 1) await page.keyboard.press('ArrowLeft')
    pressed.resolve()
    await shows(page, at)
    expect(asked).toBeGreaterThan(1)
    for (let hour = 0; hour < 100; hour += 1) await page.keyboard.press('ArrowLeft')
    for (let hour = 0; hour < 100; hour += 1) await page.keyboard.press('ArrowRight')
    await shows(page, at)
    await until(page, `document.querySelector('main').innerHTML === ${JSON.stringify(before)}`)

    // The address follows a moment later.
    await until(page, `location.search.includes('at=${new Date(at).toISOString()}')`)
    const link = await page.evaluate<string>('location.href')
    const other = await opened(link)
    await shows(other, at)
    await until(other, `document.querySelector('main').innerHTML === ${JSON.stringify(before)}`)
  })

  it('goes where a chart is clicked, and where somebody types', async () => {
    const page = await opened(kept.url)
    await settled(page)
    await page.click('#risk .chart')
    await until(page, `Number(document.querySelector('main').dataset.at) < ${BEGIN + (DAYS - 1) * DAY}`)
    await page.click('.instant button')
    await page.fill('.instant input', '9 Jan 2026, 18:00')
    await page.keyboard.press('Enter')
    // Eastern clocks are five hours behind in January.
    await shows(page, Date.UTC(2026, 0, 9, 23))
    expect(await textOf(page, '.instant')).toContain('Fri 9 Jan 2026, 18:00')
  })

  it('can be gone through by keys alone', async () => {
    const page = await opened(kept.url)
    await settled(page)
    await page.keyboard.press('Home')
    await shows(page, BEGIN)
    expect(await page.evaluate(`document.querySelector('[aria-label="A tick back"]').disabled`)).toBe(true)
    await page.keyboard.press('.')
    await shows(page, BEGIN + HOUR / 4)
    await page.keyboard.press('ArrowRight')
    await shows(page, BEGIN + HOUR)
    await page.keyboard.press(',')
    await shows(page, BEGIN + (3 * HOUR) / 4)
    await page.keyboard.press('?')
    await page.waitForSelector('dialog[open]')
    await keepPicture(page, 'keys')
    await page.keyboard.press('Escape')
    await until(page, `document.querySelector('dialog') === null`)
    await page.keyboard.press('End')
    await until(page, `document.querySelector('.transport > button').disabled`)
    // All that can be clicked can be reached: the focus goes round and meets a person.
    let isMet = false
    for (let press = 0; press < 150 && !isMet; press += 1) {
      await page.keyboard.press('Tab')
      isMet = await page.evaluate(`document.activeElement.matches('.feed .who')`)
    }
    expect(isMet).toBe(true)
    await page.keyboard.press('Enter')
    await page.waitForSelector('.drawer h2')
    await page.keyboard.press('Escape')
    await until(page, `document.querySelector('.drawer') === null`)
  })

  const views = [
    { name: 'light', options: { colorScheme: 'light' }, query: '' },
    { name: 'dark', options: { colorScheme: 'dark' }, query: '' },
    { name: 'phone', options: { viewport: { width: 390, height: 844 } }, query: '' },
    { name: 'phone-dark', options: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }, query: '' },
    { name: 'drawer', options: {}, query: '&person=stu_1001' },
    { name: 'drawer-dark', options: { colorScheme: 'dark' }, query: '&person=tut_101' },
    { name: 'panel', options: {}, query: '&panel=sessions' },
  ]
  it.each(views)('fits, and the rules of accessibility find no fault: $name', async ({ name, options, query }) => {
    const at = new Date(BEGIN + 12 * DAY + 23 * HOUR).toISOString()
    const page = await opened(`${kept.url}/?at=${at}${query}`, { bypassCSP: true, reducedMotion: 'reduce', ...options })
    await settled(page)
    if (query.includes('person')) await page.waitForSelector('.drawer h2')
    await page.waitForSelector('.feed li')
    await keepPicture(page, name)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await faultsOf(page)).toEqual([])
  })

  it('takes a chart along as a picture that stands alone, and its figures as CSV', async () => {
    const at = BEGIN + 10 * DAY
    const page = await opened(`${kept.url}/?at=${new Date(at).toISOString()}`)
    await shows(page, at)
    const taken = async (choice: string): Promise<string> => {
      await page.click('#sessions .menu button')
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`text=${choice}`)])
      return readFileSync(await download.path(), 'utf8')
    }
    const svg = await taken('Save as SVG')
    expect(svg).toContain('Sessions by hour, last seven days')
    expect(svg).not.toMatch(/class=|var\(|href|<script|<style/)
    const rows = (await taken('Save as CSV')).trimEnd().split('\n')
    expect(rows[0]).toBe('hour,sessions_ended,broken_off')
    expect(rows.length).toBe(1 + 168)
  })

  it('says what is the matter with a link of another world, and with a person who is not there', async () => {
    const other = await opened(`${kept.url}/?world=elsewhere`)
    await until(other, `document.body.textContent.includes('npx tutorsim demo --world elsewhere')`)
    await keepPicture(other, 'other-world')
    const nobody = await opened(`${kept.url}/?person=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E`)
    await nobody.waitForSelector('.drawer .empty')
    expect(await nobody.evaluate(`document.querySelectorAll('.drawer img').length`)).toBe(0)
    await keepPicture(nobody, 'nobody')
  })

  it.each([
    {
      what: 'a world that another process deletes',
      name: 'deleted',
      happens: (copy: string) =>
        execFileSync(process.execPath, [CLI, 'worlds', '--delete', 'told', '--yes', '--store', `sqlite:${copy}`], {
          stdio: 'ignore',
        }),
      says: 'was deleted',
    },
    {
      what: 'a store that disappears',
      name: 'store-gone',
      happens: (copy: string) => rmSync(copy),
      says: 'its file is gone',
    },
    {
      what: 'a world that another process drives',
      name: 'driven-elsewhere',
      happens: (copy: string) =>
        execFileSync(
          process.execPath,
          [CLI, 'run', '--world', 'told', '--store', `sqlite:${copy}`, '--for', '1d', '--to', '/dev/null'],
          { stdio: 'ignore' },
        ),
      says: 'Another process drives',
    },
  ])('is clear about $what, and keeps what it shows', async ({ name, happens, says }) => {
    const copy = join(folder, `${name}.db`)
    cpSync(join(folder, 'worlds.db'), copy)
    const shown = await startDemo(['--world', 'told', '--store', `sqlite:${copy}`, '--control'], folder)
    try {
      const page = await opened(shown.url)
      await settled(page)
      const play = '[aria-label="Play"]:not(:disabled)'
      await page.waitForSelector(play)
      await shows(page, BEGIN + DAYS * DAY)
      const figure = await textOf(page, '#high-risk .figure')
      happens(copy)
      if (name === 'driven-elsewhere') await page.click(play)
      await until(page, `document.querySelector('.notice[role=status]')?.textContent.includes('${says}')`)
      if (name !== 'driven-elsewhere') expect(await textOf(page, '#high-risk .figure')).toBe(figure)
      await keepPicture(page, name)
    } finally {
      await endDemo(shown)
    }
  })

  it('tells a story scene by scene, beside the world without it', async () => {
    const told = await startDemo(['--students', '300', '--scenario', 'physics-drought'], folder)
    try {
      const page = await opened(told.url)
      await settled(page)
      // The scenes of thirty days are there when these are.
      await until(page, `document.querySelector('[role=progressbar]') === null`)
      await page.click('text=Scenario')
      await page.click('text=Beside the world without it')
      await until(page, `document.querySelector('.notice.twin')?.textContent.includes('without physics-drought')`)
      await page.keyboard.press('p')
      const { moments } = await page.evaluate<{ moments: { at: number; sentence: string }[] }>(
        `fetch('/api/story').then((answer) => answer.json())`,
      )
      expect(moments.length).toBe(4)
      // The last of them lies after the present: the world lives on to it, and stands still there.
      for (const scene of [2, 3, 4]) {
        await page.keyboard.press(String(scene))
        const moment = moments[scene - 1]
        await shows(page, moment?.at ?? 0)
        expect(await textOf(page, '.scene p')).toBe(moment?.sentence)
        await page.waitForSelector('#short .without')
      }
      await keepPicture(page, 'story')
      await page.keyboard.press('PageUp')
      await shows(page, moments[2]?.at ?? 0)
      await page.keyboard.press('Escape')
      await until(page, `document.querySelector('.scene') === null`)
    } finally {
      await endDemo(told)
    }
  })

  describe('on a world that goes on', () => {
    let living: Demo
    beforeAll(async () => {
      living = await startDemo(['--students', '150', '--seed', 'page'], folder)
    })
    afterAll(async () => await endDemo(living))

    const SECONDS = 3
    const told = async ({ url }: Demo, body: object): Promise<unknown> =>
      await fetch(`${url}/api/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const world = async ({ url }: Demo): Promise<World> => (await (await fetch(`${url}/api/world`)).json()) as World
    const state = async ({ url }: Demo, at: number): Promise<State> =>
      (await (await fetch(`${url}/api/state?at=${at}`)).json()) as State

    const lives = (page: Page): Promise<unknown> =>
      until(page, `document.querySelector('[aria-label="Pause"]:not(:disabled)') !== null`)

    it('lives, stands still on wish, and goes on', async () => {
      const page = await opened(living.url, { reducedMotion: 'reduce' })
      await settled(page)
      await lives(page)
      const at = (): Promise<number> => page.evaluate(`Number(document.querySelector('main').dataset.at)`)
      const first = await at()
      await until(page, `Number(document.querySelector('main').dataset.at) > ${first + HOUR / 4}`)
      // With reduced motion nothing slides.
      expect(await page.evaluate('document.getAnimations().length')).toBe(0)
      await keepPicture(page, 'living')
      await page.keyboard.press(' ')
      await page.waitForSelector('[aria-label="Play"]')
      expect(await textOf(page, '.instant')).toContain('paused')
      const paused = await at()
      await page.keyboard.press('.')
      await until(page, `Number(document.querySelector('main').dataset.at) > ${paused}`)
      await page.keyboard.press(' ')
      await page.waitForSelector('[aria-label="Pause"]')
    })

    it('holds the feed still under the pointer, to be read to its end', async () => {
      const page = await opened(living.url)
      await settled(page)
      await lives(page)
      await page.waitForSelector('.feed li')
      await page.hover('.feed')
      await page.waitForSelector('.held')
      const held = await textOf(page, '.feed')
      const at = await page.evaluate<number>(`Number(document.querySelector('main').dataset.at)`)
      await until(page, `Number(document.querySelector('main').dataset.at) > ${at + HOUR}`)
      expect(await textOf(page, '.feed')).toBe(held)
      await page.evaluate(`document.querySelector('.feed').scrollTop = 300`)
      // A filter is another question: it is answered all the same.
      await page.selectOption('[aria-label="Type of event"]', 'session_started')
      await page.hover('.feed')
      await until(
        page,
        `[...document.querySelectorAll('.feed .line')].every((line) => / began /.test(line.textContent))`,
      )
      await page.selectOption('[aria-label="Type of event"]', '')
      await page.hover('.feed')
      await page.mouse.move(5, 5)
      await until(page, `document.querySelector('.feed').textContent !== ${JSON.stringify(held)}`)
      // What goes on is seen again: the newest lines, and hardly more than fit.
      const { top, drawn, seen } = await page.evaluate<{ top: number; drawn: number; seen: number }>(
        `(({ scrollTop, scrollHeight, clientHeight }) => ({ top: scrollTop, drawn: scrollHeight, seen: clientHeight }))(
          document.querySelector('.feed'))`,
      )
      expect(top).toBe(0)
      expect(drawn).toBeLessThan(1.5 * seen)
    })

    it('holds the feed where a finger has scrolled it to, until it is at its top again', async () => {
      const page = await opened(living.url, { hasTouch: true })
      await settled(page)
      await lives(page)
      await page.waitForSelector('.feed li')
      const session = await page.context().newCDPSession(page)
      const touch = (type: string, touchPoints: { x: number; y: number }[]): Promise<unknown> =>
        session.send('Input.dispatchTouchEvent', { type, touchPoints })
      const stroke = async (pixels: number): Promise<void> => {
        const { x, y } = await page.evaluate<{ x: number; y: number }>(
          `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(
            document.querySelector('.feed').getBoundingClientRect())`,
        )
        await touch('touchStart', [{ x, y }])
        for (let moved = 10; moved <= Math.abs(pixels); moved += 10) {
          await touch('touchMove', [{ x, y: y + Math.sign(pixels) * moved }])
          await new Promise((resolve) => setTimeout(resolve, 16))
        }
        await touch('touchEnd', [])
      }
      await stroke(-90)
      await page.waitForSelector('.held')
      expect(await page.evaluate<number>(`document.querySelector('.feed').scrollTop`)).toBeGreaterThan(60)
      const held = await textOf(page, '.feed')
      const at = await page.evaluate<number>(`Number(document.querySelector('main').dataset.at)`)
      await until(page, `Number(document.querySelector('main').dataset.at) > ${at + HOUR}`)
      expect(await textOf(page, '.feed')).toBe(held)
      await stroke(200)
      await until(page, `document.querySelector('.held') === null`)
    })

    it('draws when something has changed, and not with every frame', async () => {
      const page = await opened(living.url)
      await settled(page)
      await lives(page)
      const { changed, drawn } = await watch(page, SECONDS * 1000)
      // A view four times a second in two frames, and the minutes and the feed beside it.
      expect(changed).toBeLessThan(30 * SECONDS)
      expect(drawn.length).toBeGreaterThan(0)
      expect(drawn.length).toBeLessThanOrEqual(5 * SECONDS)
    })

    it('hears nothing while nobody sees it', async () => {
      const page = await opened(living.url)
      const cut = new Promise((resolve) => {
        page.on('requestfailed', (request) => request.url().includes('/api/live') && resolve(true))
      })
      await settled(page)
      await lives(page)
      await hide(page)
      await cut
      // What it had begun to ask for comes to an end.
      await new Promise((resolve) => setTimeout(resolve, 1500))
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
      expect(asked).toEqual([])
    })

    it('listens once it is seen, where it was opened behind another page', async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
      contexts.push(context)
      await context.addInitScript(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`)
      const page = await context.newPage()
      const asked: string[] = []
      page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      await page.goto(living.url)
      await settled(page)
      await new Promise((resolve) => setTimeout(resolve, 500))
      expect(asked).toContain('/api/view')
      expect(asked).not.toContain('/api/live')
      const first = await page.evaluate<number>(`Number(document.querySelector('main').dataset.at)`)
      await page.evaluate(`delete document.hidden, document.dispatchEvent(new Event('visibilitychange'))`)
      await until(page, `Number(document.querySelector('main').dataset.at) > ${first}`)
      await expect.poll(() => asked, { timeout: 10_000 }).toContain('/api/live')
    })

    it('is right again after its connection was cut for as long as the world had many ticks', async () => {
      const gate = await Gate.before(living.url)
      try {
        const page = await opened(living.url, { proxy: gate.proxy })
        await settled(page)
        await lives(page)
        gate.shut()
        await until(page, `document.querySelector('.notice.bad')?.textContent.includes('Connection lost')`)
        // As much as an hour of real time brings at this speed.
        await told(living, { action: 'pause' })
        const { clock } = await world(living)
        const at = clock.at + 300 * HOUR
        await told(living, { action: 'jump', at })
        while ((await world(living)).clock.at < at) await new Promise((resolve) => setTimeout(resolve, 50))
        gate.open()
        await shows(page, at)
        const { figures } = await state(living, at)
        expect((await textOf(page, '#high-risk .figure')).trim()).toBe(String(figures.students_high))
        await until(page, `document.querySelector('.notice.bad') === null`)
      } finally {
        await gate.close()
        await told(living, { action: 'play' })
      }
    })

    it('asks for all anew when it is told that it was left out', async () => {
      const gate = await Gate.before(living.url)
      try {
        const page = await opened(living.url, { proxy: gate.proxy })
        await settled(page)
        await lives(page)
        await told(living, { action: 'pause' })
        const { clock } = await world(living)
        await shows(page, clock.at)
        gate.mute()
        const at = clock.at + 5 * HOUR
        await told(living, { action: 'jump', at })
        while ((await world(living)).clock.at < at) await new Promise((resolve) => setTimeout(resolve, 50))
        gate.say('event: missed\ndata: {}\n\n')
        await shows(page, at)
        const { figures } = await state(living, at)
        expect((await textOf(page, '#high-risk .figure')).trim()).toBe(String(figures.students_high))
      } finally {
        await gate.close()
        await told(living, { action: 'play' })
      }
    })

    it('shows what would be, beside what is, and the difference that `diff` tells', async () => {
      const page = await opened(living.url)
      await settled(page)
      await lives(page)
      // Ten in the evening, so that there is a day to compare.
      await told(living, { action: 'pause' })
      const { clock } = await world(living)
      const { day_at: midnight } = await state(living, clock.at)
      const evening = midnight + (clock.at < midnight + 22 * HOUR ? 22 : 46) * HOUR
      await told(living, { action: 'jump', at: evening })
      await shows(page, evening)
      await page.click('text=What if…')
      await page.selectOption('dialog select', 'calls')
      await page.fill('dialog input[name=size]', '60')
      await page.fill('dialog input[name=at]', new Date(evening - 21 * HOUR).toISOString())
      await keepPicture(page, 'what-if-asked')
      await page.click('dialog button[type=submit]')
      await until(page, `document.querySelector('.notice.twin')?.textContent.includes('in violet')`)
      await page.waitForSelector('#calls .without')
      await page.waitForSelector('#sessions .chart .line.twin')
      await keepPicture(page, 'what-if')
      const own = `sqlite:${join(folder, '.tutorsim', `demo-${new URL(living.url).port}.db`)}`
      const compared = JSON.parse(
        execFileSync(process.execPath, [CLI, 'diff', 'demo', 'what-if-1', '--store', own, '--json'], {
          encoding: 'utf8',
        }),
      )
      const [is, would] = compared.figures.map(({ calls }: { calls: number }) => calls)
      expect(would).toBeGreaterThan(is)
      // What the two have in common of that day was before.
      const calls = Number((await textOf(page, '#calls .figure')).trim())
      await until(
        page,
        `document.querySelector('#calls .without').textContent === '${calls + would - is} what if, +${would - is}'`,
      )
      await page.click('text=Delete')
      await until(page, `document.querySelector('.notice.twin') === null`)
      await told(living, { action: 'play' })
    })

    it('is a file that shows the same without a server', async () => {
      const file = join(folder, 'world.html')
      // Large enough that its feed names somebody at any hour of the night.
      execFileSync(process.execPath, [CLI, 'demo', '--snapshot', file], { cwd: folder, stdio: 'ignore' })
      const said: string[] = []
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
      contexts.push(context)
      const page = await context.newPage()
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(String(error)))
      await page.goto(pathToFileURL(file).href)
      await settled(page)
      await keepPicture(page, 'file')
      const held = await page.evaluate<View>(`JSON.parse(document.getElementById('snapshot').textContent)['/api/view']`)
      const { figures, markets, calls_by_reason_today: reasons, feed } = held
      const figure = async (id: string): Promise<string> => (await textOf(page, `#${id} .figure`)).trim()
      expect({
        underWay: await figure('under-way'),
        success: await figure('success'),
        calls: await figure('calls'),
        highRisk: await figure('high-risk'),
        short: await figure('short'),
        reasons: await page.evaluate(
          `[...document.querySelectorAll('.multiples b')].map((b) => Number(b.textContent))`,
        ),
        balances: await page.evaluate(`document.querySelectorAll('.map td button').length`),
        newest: (await page.evaluate<string>(`document.querySelector('.feed time').title`)).split(', ').at(-1),
      }).toEqual({
        underWay: String(figures.sessions_under_way),
        success: figures.success_percent_today === null ? '– %' : `${figures.success_percent_today?.toFixed(1)} %`,
        calls: String(figures.calls_today),
        highRisk: String(figures.students_high),
        short: `${figures.markets_short} of 45`,
        reasons,
        balances: markets.balance.length,
        newest: feed?.events[0]?.event_id,
      })
      await page.keyboard.press('ArrowLeft')
      await until(page, `Number(document.querySelector('main').dataset.at) < ${held.at}`)
      // The feed changes at most twice a second.
      await until(
        page,
        `Date.parse(document.querySelector('.feed time').dateTime) <= Number(document.querySelector('main').dataset.at)`,
      )
      await page.click('.feed .who')
      await page.waitForSelector('.drawer h2')
      expect(said).toEqual([])
    })

    it('says so when the connection is lost, and keeps what it shows', async () => {
      const page = await opened(living.url)
      await settled(page)
      await endDemo(living)
      await until(page, `document.querySelector('.notice.bad')?.textContent.includes('Connection lost')`)
      expect((await textOf(page, '#under-way .figure')).trim()).not.toBe('')
      // The clock stands at what is shown, however long the server is gone.
      const [, shown] = /is of (.*)\. Trying/.exec(await textOf(page, '.notice.bad')) ?? []
      expect(await textOf(page, '.instant time')).toContain(shown)
      expect(await textOf(page, '.instant')).toContain('not connected')
      const instant = await textOf(page, '.instant time')
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
      expect(await textOf(page, '.instant time')).toBe(instant)
      expect(await page.evaluate(`document.querySelector('[aria-label="Play"]').disabled`)).toBe(true)
      await keepPicture(page, 'connection-lost')
    })
  })
})
