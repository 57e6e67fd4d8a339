// Server-sent events: each page hears how the world goes, as often as a page can use it. A message is made once for all pages.
// A page that does not read what it is sent is left out until it does, and then told anew how things stand.

import type { ServerResponse } from 'node:http'
import type { ZoneName } from './days.ts'
import type { Change, Stage } from './stage.ts'

/** The present is told so often at the most, … */
const VIEW_MILLISECONDS = 250
/** … what happened so often, … */
const EVENTS_MILLISECONDS = 500
/** … the clock at least so often, and that the connection is there. */
const CLOCK_MILLISECONDS = 1000
const KEEP_MILLISECONDS = 15_000
/** A socket that holds more than this is not read from. */
const BEHIND_BYTES = 256 << 10
const STREAMS_MAX = 1000
/** Events of one message. */
const EVENTS_MAX = 30
/** … and after a pause. */
const EVENTS_RESUMED_MAX = 200
const FIRST_ID = /^v(\d{1,15})$/

interface Page {
  response: ServerResponse
  zone: ZoneName
  hasView: boolean
  hasEvents: boolean
  isBehind: boolean
  /** It knows what happened up to this instant, by what it was told when it came. */
  knowsUntil: number
}

/** What is told, made anew each time. */
export interface Told {
  world(): object
  clock(): object | undefined
  view(zone: ZoneName): Promise<object>
  twins(): readonly object[]
}

export class Live {
  readonly #stage: Stage
  readonly #told: Told
  readonly #pages = new Set<Page>()
  /** Pages that come, and are not told of what is told to all yet. */
  #opening = 0
  readonly #timers: NodeJS.Timeout[] = []
  readonly #off: () => void
  /** The instants up to which the present and events were told. */
  #viewAt = Number.NaN
  #eventsAt = Number.NaN
  /** What has changed since it was told. */
  #isChanged = { world: false, twins: false, tick: false }
  /** How often the world's facts have changed, its twins among them. */
  #changes = 0
  #isBusy = false

  constructor(stage: Stage, told: Told) {
    this.#stage = stage
    this.#told = told
    this.#off = stage.on((change) => this.#changed(change))
    const every = (milliseconds: number, work: () => void): void => {
      this.#timers.push(setInterval(work, milliseconds))
    }
    every(VIEW_MILLISECONDS, () => this.#tellView())
    every(EVENTS_MILLISECONDS, () => this.#tellEvents())
    every(CLOCK_MILLISECONDS, () => this.#tellClock())
    every(KEEP_MILLISECONDS, () => this.#write(': keep\n\n'))
  }

  get isFull(): boolean {
    return this.#pages.size + this.#opening >= STREAMS_MAX
  }

  /** @param lastId of the last message that the page has had */
  async open(
    response: ServerResponse,
    page: Omit<Page, 'response' | 'isBehind' | 'knowsUntil'>,
    lastId: string | undefined,
  ): Promise<void> {
    const joined: Page = { ...page, response, isBehind: false, knowsUntil: this.#present }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    })
    response.on('close', () => this.#pages.delete(joined))
    const changes = this.#changes
    this.#opening += 1
    try {
      await this.#welcome(joined, lastId)
    } finally {
      this.#opening -= 1
    }
    // Only now: what is told to all comes after what it has been told by itself.
    if (response.destroyed) return
    this.#pages.add(joined)
    if (this.#changes !== changes) this.#send(joined, message('world', this.#told.world()))
  }

  /** What it has missed, and how things stand. */
  async #welcome(joined: Page, lastId: string | undefined): Promise<void> {
    this.#send(joined, message('world', this.#told.world()))
    const after = Number(FIRST_ID.exec(lastId ?? '')?.[1] ?? Number.NaN)
    if (!Number.isNaN(after) && joined.hasEvents) {
      const missed = await this.#eventsSince(after, joined.knowsUntil, EVENTS_RESUMED_MAX)
      if (missed) this.#send(joined, missed)
    }
    await this.#greet(joined)
  }

  close(): void {
    this.#off()
    for (const timer of this.#timers) clearInterval(timer)
    for (const { response } of this.#pages) response.end()
    this.#pages.clear()
  }

  get #present(): number {
    const { clock } = this.#stage
    return clock ? Math.floor(clock.present) : Number.NaN
  }

  #changed(change: Change): void {
    if (change === 'clock') this.#tellClock()
    else this.#isChanged[change] = true
    if (change === 'world' || change === 'twins') this.#changes += 1
  }

  /** A page that comes, or comes back: all that there is to know. */
  async #greet(page: Page): Promise<void> {
    const clock = this.#told.clock()
    if (clock) this.#send(page, message('clock', clock))
    for (const twin of this.#told.twins()) this.#send(page, message('twin', twin))
    const present = this.#present
    if (page.hasView && !Number.isNaN(present))
      this.#send(page, message('view', await this.#told.view(page.zone), present))
  }

  #tellClock(): void {
    const clock = this.#told.clock()
    if (clock && this.#pages.size > 0) this.#write(message('clock', clock))
  }

  #tellView(): void {
    if (this.#pages.size === 0 || this.#isBusy) return
    this.#isBusy = true
    this.#viewToAll()
      // What the log does not have any more is told as the world's phase.
      .catch((error) => this.#stage.fail(error))
      .finally(() => {
        this.#isBusy = false
      })
  }

  async #viewToAll(): Promise<void> {
    for (const page of this.#pages)
      if (page.isBehind && page.response.writableLength === 0) {
        page.isBehind = false
        this.#send(page, message('missed', { to: this.#present }))
        await this.#greet(page)
      }
    const { world, twins, tick } = this.#isChanged
    this.#isChanged = { world: false, twins: false, tick: false }
    // Twins, world and view are of one moment, and told in one go: what a page draws of them belongs together.
    const news = twins ? this.#told.twins().map((twin) => message('twin', twin)) : []
    if (world || twins) news.push(message('world', this.#told.world()))
    // A page that comes meanwhile is told by itself.
    const pages = [...this.#pages]
    const views = await this.#views(pages, tick)
    for (const page of pages) {
      const text = news.join('') + ((page.hasView && views.get(page.zone)) || '')
      if (text !== '') this.#send(page, text)
    }
  }

  /** The present by zone, as messages; none where it has been told already. */
  async #views(pages: readonly Page[], isNew: boolean): Promise<Map<ZoneName, string>> {
    const present = this.#present
    if (Number.isNaN(present) || (present === this.#viewAt && !isNew)) return new Map()
    this.#viewAt = present
    const zones = new Set(pages.filter(({ hasView }) => hasView).map(({ zone }) => zone))
    const views = [...zones].map(async (zone) => {
      return [zone, message('view', await this.#told.view(zone), present)] as const
    })
    return new Map(await Promise.all(views))
  }

  #tellEvents(): void {
    const present = this.#present
    if (Number.isNaN(present) || present === this.#eventsAt) return
    const after = this.#eventsAt
    this.#eventsAt = present
    if (this.#pages.size === 0 || Number.isNaN(after) || present < after) return
    const isNew = ({ knowsUntil }: Page): boolean => knowsUntil > after
    const told = [...this.#pages]
      .filter((page) => page.hasEvents && isNew(page))
      .map((page) => this.#tellNew(page, present))
    told.push(
      this.#eventsSince(after, present, EVENTS_MAX).then((text) => {
        if (text) this.#write(text, (page) => page.hasEvents && !isNew(page))
      }),
    )
    // What the log does not have any more is told as the world's phase.
    Promise.all(told).catch((error) => this.#stage.fail(error))
  }

  /** A page that came since the events were told last knows some of them. */
  async #tellNew(page: Page, present: number): Promise<void> {
    const text = await this.#eventsSince(page.knowsUntil, present, EVENTS_MAX)
    if (text) this.#send(page, text)
  }

  async #eventsSince(after: number, present: number, limit: number): Promise<string | undefined> {
    const { sources } = this.#stage
    if (!sources || !(present > after)) return undefined
    const { events, skipped } = await sources.feed.between(after, present, limit)
    if (events.length === 0) return undefined
    return message('events', { events, skipped, names: sources.names.in(events) }, present)
  }

  #write(text: string, isFor: (page: Page) => boolean = () => true): void {
    for (const page of this.#pages) if (isFor(page)) this.#send(page, text)
  }

  #send(page: Page, text: string): void {
    if (page.isBehind || page.response.destroyed) return
    page.response.write(text)
    if (page.response.writableLength > BEHIND_BYTES) page.isBehind = true
  }
}

/** @param present that it tells of: where a page goes on that comes back */
function message(event: string, data: object, present?: number): string {
  const id = present === undefined || Number.isNaN(present) ? '' : `id: v${present}\n`
  return `${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
