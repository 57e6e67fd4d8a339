// What the server tells of itself: the world, its clock, its present, its history by hours. Messages wait for the next frame
// and the last one of a kind is drawn, so a fast world costs as many drawings as the screen shows. A page that nobody
// sees lets go of its connection, and takes it up where it is seen again.

import { batch, computed, signal } from '@preact/signals'
import type { Clock, FeedEvent, Hour, Names, Series, State, Story, Twin, World } from './api.ts'
import { ask, Refused, snapshot } from './ask.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

/** Of each hour: what happened in it, or how things stood at its end. */
const HOURLY = [
  ...['events', 'sessions_started', 'sessions_completed', 'sessions_broken_off', 'calls', 'sessions_under_way'],
  ...['students/low', 'students/medium', 'students/high', 'open_complaints', 'tutors_on_duty', 'markets/short'],
]

export const world = signal<World | null>(null)
export const story = signal<Story | null>(null)
/** The latest state of all. */
export const present = signal<State | null>(null)
export const connection = signal<'first' | 'open' | 'lost'>('first')
/** One line, where there is no world to show. */
export const trouble = signal<{ code: string; line: string } | null>(null)
export const names = signal<Names>({})
/** The newest events, newest first. */
export const arrived = signal<FeedEvent[]>([])

export const zone = computed(() => world.value?.zone ?? 'UTC')
export const metricOfReason = (reason: string): string => `calls/${reason}`

/** The clock, and when this page heard of it. */
export const clock = signal<(Clock & { heardMs: number }) | null>(null)

/** The world's present, between two messages of its clock. */
export function presentInstant(): number {
  const told = clock.peek()
  const known = world.peek()
  if (told === null || known === null) return 0
  if (!told.playing || told.speed === null) return told.at
  const at = told.at + (performance.now() - told.heardMs) * told.speed
  return Math.max(told.at, Math.min(at, told.until))
}

/** Columns of hours from `first` on. */
export class Hours {
  readonly first: number
  readonly columns = new Map<string, (number | null)[]>()

  constructor(first: number) {
    this.first = first
  }

  fill({ at, series }: Series): void {
    for (const [metric, values] of Object.entries(series))
      for (const [place, start] of at.entries()) this.put(metric, start, values[place] ?? null)
  }

  put(metric: string, at: number, value: number | null): void {
    let column = this.columns.get(metric)
    if (column === undefined) {
      column = []
      this.columns.set(metric, column)
    }
    column[Math.round((at - this.first) / HOUR)] = value
  }

  value(metric: string, at: number): number | null {
    return this.columns.get(metric)?.[Math.round((at - this.first) / HOUR)] ?? null
  }
}

/** The history by hours; each change of it is a new version. */
export const hours = signal<{ of: Hours; version: number }>({ of: new Hours(0), version: 0 })

export function hourlyMetrics({ reasons }: World): string[] {
  return [...HOURLY, ...reasons.map(metricOfReason)]
}

async function loadHours(of: World): Promise<void> {
  const first = Math.floor(of.start / HOUR) * HOUR
  const loaded = new Hours(first)
  const metrics = encodeURIComponent(hourlyMetrics(of).join(','))
  loaded.fill(await ask<Series>(`/api/series?metrics=${metrics}&from=${first}&step=hour`))
  hours.value = { of: loaded, version: hours.peek().version + 1 }
}

const KEPT = 500

function takeFeed(events: readonly FeedEvent[], told: Names): void {
  names.value = { ...names.peek(), ...told }
  const seen = new Set(arrived.peek().map(({ event_id }) => event_id))
  const fresh = events.filter(({ event_id }) => !seen.has(event_id)).toReversed()
  arrived.value = [...fresh, ...arrived.peek()].slice(0, KEPT)
}

/** Adds names that an answer brought along. */
export function learn(told: Names): void {
  names.value = { ...names.peek(), ...told }
}

// Messages that wait for the next frame: of states, clocks and worlds the last, of hours and feeds all.

interface Waiting {
  world?: World
  clock?: Clock & { heardMs: number }
  state?: State
  hours: Hour[]
  feeds: { events: FeedEvent[]; names: Names }[]
  twins: Twin[]
}

let waiting: Waiting | null = null

function later(note: (waiting: Waiting) => void): void {
  if (waiting === null) {
    waiting = { hours: [], feeds: [], twins: [] }
    requestAnimationFrame(take)
  }
  note(waiting)
}

function take(): void {
  const taken = waiting
  waiting = null
  if (taken === null) return
  batch(() => {
    if (taken.world !== undefined) world.value = taken.world
    if (taken.clock !== undefined) clock.value = taken.clock
    if (taken.state !== undefined) present.value = taken.state
    if (taken.hours.length > 0) {
      const { of, version } = hours.peek()
      for (const { at, series } of taken.hours)
        for (const [metric, value] of Object.entries(series)) of.put(metric, at, value)
      hours.value = { of, version: version + 1 }
    }
    for (const feed of taken.feeds) takeFeed(feed.events, feed.names)
    const known = world.peek()
    if (taken.twins.length > 0 && known !== null) {
      const told = new Map([...known.twins, ...taken.twins].map((twin) => [twin.name, twin]))
      world.value = { ...known, twins: [...told.values()] }
    }
  })
}

let source: EventSource | null = null
let retryTimer = 0

function connect(): void {
  source?.close()
  clearTimeout(retryTimer)
  const opened = new EventSource('/api/live')
  source = opened
  const hear = <Told>(event: string, heard: (told: Told) => void): void =>
    opened.addEventListener(event, (message) => {
      heard(JSON.parse(message.data))
    })
  opened.onopen = () => {
    connection.value = 'open'
  }
  opened.onerror = () => {
    if (source !== opened) return
    connection.value = 'lost'
    if (opened.readyState === EventSource.CLOSED) retryTimer = setTimeout(again, 1000)
  }
  hear<World>('world', (told) =>
    later((to) => {
      to.world = told
      to.clock = { ...told.clock, heardMs: performance.now() }
    }),
  )
  hear<Clock>('clock', (told) => {
    const heard = { ...told, heardMs: performance.now() }
    later((to) => {
      to.clock = heard
    })
  })
  hear<State>('state', (told) =>
    later((to) => {
      to.state = told
    }),
  )
  hear<Hour>('hour', (told) => later((to) => to.hours.push(told)))
  hear<{ events: FeedEvent[]; names: Names }>('feed', (told) => later((to) => to.feeds.push(told)))
  hear<Twin>('twin', (told) => later((to) => to.twins.push(told)))
  hear('missed', () => reload())
  hear<{ phase: World['phase']; line: string | null }>('end', (told) => {
    const known = world.peek()
    if (known !== null) world.value = { ...known, ...told }
  })
}

/** Loads what may have changed while nothing was heard, and listens. */
async function again(): Promise<void> {
  try {
    await load()
    connect()
  } catch (error) {
    if (error instanceof Refused) trouble.value = { code: error.code, line: error.message }
    retryTimer = setTimeout(again, 1000)
  }
}

function reload(): void {
  load().catch(() => {
    connection.value = 'lost'
  })
}

async function load(): Promise<void> {
  const known = await ask<World>('/api/world')
  const [state, told] = await Promise.all([ask<State>('/api/state'), ask<Story>('/api/story'), loadHours(known)])
  batch(() => {
    trouble.value = null
    world.value = known
    clock.value = { ...known.clock, heardMs: performance.now() }
    story.value = told
    present.value = state
  })
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Begins: waits for the world's first state, shows it, and listens from then on. */
export async function begin(): Promise<void> {
  for (;;) {
    try {
      await load()
      break
    } catch (error) {
      const code = error instanceof Refused ? error.code : 'LOST'
      if (code !== 'STARTING') trouble.value = { code, line: error instanceof Refused ? error.message : '' }
      await pause(code === 'STARTING' ? 200 : 1000)
    }
  }
  if (snapshot !== null) {
    arrived.value = snapshot.feed
    names.value = snapshot.names
    connection.value = 'open'
    return
  }
  connect()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(retryTimer)
      source?.close()
      source = null
    } else if (source === null) void again()
  })
}

/** The story anew, as after a scenario was asked for. */
export async function loadStory(): Promise<void> {
  story.value = await ask<Story>('/api/story')
}
