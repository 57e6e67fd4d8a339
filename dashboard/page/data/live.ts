// What the server tells of itself: the world, its clock, its present. Messages wait for the next frame and the last one of a
// kind is drawn, so a fast world costs as many drawings as the screen shows. A page that nobody sees lets go of its
// connection, and takes it up where it is seen again.

import { batch, computed, effect, signal } from '@preact/signals'
import type { Clock, Story, Track, Twin, Unborn, View, World } from './api.ts'
import { ask, Refused, snapshot } from './ask.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR

export const world = signal<World | null>(null)
export const story = signal<Story | null>(null)
/** The latest view of all. */
export const present = signal<View | null>(null)
export const connection = signal<'first' | 'open' | 'lost'>('first')
/** How far a world is that has nothing to show yet: it lives through its warm-up. */
export const warmUp = signal<World['progress']>(null)
/** One line, where there is no world to show. */
export const trouble = signal<{ code: string; line: string } | null>(null)
/** The history by hours. */
export const track = signal<Track>({ from: 0, step: HOUR, events: [], flags: [] })

export const zone = computed(() => world.value?.zone ?? 'UTC')

/** The clock, and when this page heard of it. */
export const clock = signal<(Clock & { heardMs: number }) | null>(null)

/** The world's present, between two messages of its clock; of a world that is not heard any more, what was seen last. */
export function presentInstant(): number {
  const told = clock.peek()
  if (told === null) return 0
  if (connection.peek() === 'lost') return present.peek()?.at ?? told.at
  if (!told.playing || told.speed === null) return told.at
  const at = told.at + (performance.now() - told.heardMs) * told.speed
  return Math.max(told.at, Math.min(at, told.until))
}

// What waits for the next frame.

interface Waiting {
  world?: World
  clock?: Clock & { heardMs: number }
  view?: View
  twins?: Twin[]
}

let waiting: Waiting | null = null

function later(told: Waiting): void {
  if (waiting === null) {
    waiting = {}
    requestAnimationFrame(take)
  }
  const twins = [...(waiting.twins ?? []), ...(told.twins ?? [])]
  Object.assign(waiting, told, { twins })
}

function take(): void {
  const taken = waiting ?? {}
  waiting = null
  batch(() => {
    if (taken.world !== undefined) world.value = taken.world
    if (taken.clock !== undefined) clock.value = taken.clock
    if (taken.view !== undefined) present.value = taken.view
    const known = world.peek()
    if (taken.twins?.length && known !== null) {
      const told = new Map([...known.twins, ...taken.twins].map((twin) => [twin.name, twin]))
      world.value = { ...known, twins: [...told.values()] }
    }
  })
}

const heard = (told: Clock): Clock & { heardMs: number } => ({ ...told, heardMs: performance.now() })

let source: EventSource | null = null
let retryTimer = 0
const RETRY_MS = 1000

function connect(): void {
  source?.close()
  clearTimeout(retryTimer)
  // The view has the newest events in it: they need not be told a second time.
  const opened = new EventSource('/api/live?events=0')
  source = opened
  const hear = <Told>(event: string, note: (told: Told) => void): void =>
    opened.addEventListener(event, (message) => note(JSON.parse(message.data)))
  opened.onopen = () => {
    connection.value = 'open'
  }
  opened.onerror = () => {
    if (source !== opened) return
    connection.value = 'lost'
    // By itself a browser tries again only after some seconds, after some failures never, and does not load what was missed.
    opened.close()
    retryTimer = setTimeout(again, RETRY_MS)
  }
  hear<World | Unborn>('world', (told) => {
    if (told.clock !== null) later({ world: told, clock: heard(told.clock) })
  })
  hear<Clock>('clock', (told) => later({ clock: heard(told) }))
  hear<View>('view', (told) => later({ view: told }))
  hear<Twin>('twin', (told) => later({ twins: [told] }))
  hear('missed', () => void load().catch(() => null))
}

/** Loads what may have changed while nothing was heard, and listens. */
async function again(): Promise<void> {
  try {
    await load()
    if (!document.hidden) connect()
  } catch (error) {
    // A page that was not seen may find its server gone.
    connection.value = 'lost'
    if (error instanceof Refused) trouble.value = { code: error.code, line: error.message }
    retryTimer = setTimeout(again, RETRY_MS)
  }
}

async function load(): Promise<void> {
  const told = await ask<World | Unborn>('/api/world')
  if (told.clock === null) {
    warmUp.value = told.progress
    const isComing = told.phase === 'starting' || told.phase === 'catching_up'
    throw new Refused(isComing ? 'STARTING' : 'GONE', told.line ?? 'There is nothing of this world to show.')
  }
  await showWorld(told)
}

async function showWorld(known: World): Promise<void> {
  const view = await ask<View>('/api/view')
  batch(() => {
    trouble.value = null
    world.value = known
    clock.value = heard(known.clock)
    present.value = view
  })
  // The first view does not wait for it.
  await loadStory()
}

async function loadTrack(): Promise<void> {
  track.value = await ask<Track>('/api/track')
}

/** The story anew, as after a scenario was asked for. */
export async function loadStory(): Promise<void> {
  story.value = await ask<Story>('/api/story')
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const STARTING_MS = 50

/** Begins: waits for the world's first view, shows it, and listens from then on. */
export async function begin(): Promise<void> {
  for (;;) {
    try {
      await load()
      break
    } catch (error) {
      const { code, message: line } = error instanceof Refused ? error : { code: 'LOST', message: '' }
      if (code !== 'STARTING') trouble.value = { code, line }
      await pause(code === 'STARTING' ? STARTING_MS : RETRY_MS)
    }
  }
  beginTrack()
  if (snapshot !== null) {
    connection.value = 'open'
    return
  }
  // A page may be opened where nobody sees it yet.
  if (!document.hidden) connect()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(retryTimer)
      source?.close()
      source = null
    } else if (source === null) void again()
  })
}

/** The track is asked for anew with every hour that is over; while the world catches up those are many a second. */
function beginTrack(): void {
  const hour = computed(() => Math.floor((present.value?.at ?? 0) / HOUR))
  let isLoading = false
  const follow = async (): Promise<void> => {
    isLoading = true
    for (let told = 0; told !== hour.peek(); await pause(RETRY_MS)) {
      told = hour.peek()
      // The connection's own notice tells of a server that does not answer.
      await loadTrack().catch(() => null)
    }
    isLoading = false
  }
  effect(() => {
    if (hour.value > 0 && !isLoading) void follow()
  })
}
