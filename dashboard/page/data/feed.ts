// The feed at the instant shown: the newest events of the view, or those of one kind or place, which are asked for. It changes at
// most twice a second, and is held still while somebody reads it.

import { computed, effect, signal } from '@preact/signals'
import { place, type } from './address.ts'
import type { Feed, FeedEvent } from './api.ts'
import { ask } from './ask.ts'
import { learn } from './names.ts'
import { past, view } from './shown.ts'

export const feed = signal<FeedEvent[]>([])
export const pointedAt = signal(false)
export const focused = signal(false)
/** By a finger, which is not there while it is read. */
export const scrolled = signal(false)
export const isRead = computed(() => pointedAt.value || focused.value || scrolled.value)
/** Whoever goes to another instant wants to see what was there. */
export const held = computed(() => pointedAt.value || focused.value || (scrolled.value && past.value === null))

/** Which events are asked for, and which are shown. */
export const filter = computed(() => `${type.value} ${place.value.subject} ${place.value.region}`)
let shownFilter = ''
const mayChange = (): boolean => !held.peek() || filter.peek() !== shownFilter

/** Lines that have just come to the present, where they are few enough to be followed. */
export const fresh = signal<ReadonlySet<string>>(new Set())
const FRESH_MOST = 3

function take(events: FeedEvent[]): void {
  const old = new Set(feed.peek().map(({ event_id }) => event_id))
  const added = events.map(({ event_id }) => event_id).filter((id) => !old.has(id))
  fresh.value = new Set(past.peek() === null && added.length <= FRESH_MOST ? added : [])
  feed.value = events
}

const LENGTH = 60
const PAUSE_MS = 500

/** What is asked for where not all events are wanted. */
export function feedQuery(): string {
  const wanted = new URLSearchParams({ limit: String(LENGTH) })
  // An event of the very instant has happened; what is asked for lies before.
  wanted.set('before', String((view.peek()?.at ?? 0) + 1))
  if (type.value !== null) wanted.set('type', type.value)
  if (place.value.subject !== null) wanted.set('subject', place.value.subject)
  if (place.value.region !== null) wanted.set('region', place.value.region)
  return `/api/feed?${wanted}`
}

const isWhole = (): boolean => type.peek() === null && place.peek().subject === null && place.peek().region === null

let isRunning = false
let isStale = false

async function refresh(): Promise<void> {
  isStale = true
  if (isRunning) return
  isRunning = true
  while (isStale && mayChange()) {
    isStale = false
    const asked = filter.peek()
    const told = isWhole() ? view.peek()?.feed : await ask<Feed>(feedQuery()).catch(() => null)
    if (told && mayChange()) {
      learn(told.names)
      take(told.events)
      shownFilter = asked
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  isRunning = false
}

export function beginFeed(): void {
  effect(() => {
    // What is asked for anew is read from its top.
    if (filter.value !== shownFilter) scrolled.value = false
  })
  effect(() => {
    // Whatever of these changes may change the feed.
    const changes = [view.value, filter.value, held.value]
    if (changes.length > 0 && mayChange()) void refresh()
  })
}
