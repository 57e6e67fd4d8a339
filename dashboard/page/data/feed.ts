// The feed at the instant shown: the newest events of the view, or those of one kind or place, which are asked for. It is held
// still while somebody points at it or has scrolled it, and changes at most twice a second.

import { computed, effect, signal } from '@preact/signals'
import { place, type } from './address.ts'
import type { Feed, FeedEvent } from './api.ts'
import { ask } from './ask.ts'
import { learn } from './names.ts'
import { past, view } from './shown.ts'

export const feed = signal<FeedEvent[]>([])
export const pointedAt = signal(false)
export const scrolled = signal(false)
export const held = computed(() => pointedAt.value || scrolled.value)
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
  while (isStale && !held.peek()) {
    isStale = false
    const told = isWhole() ? view.peek()?.feed : await ask<Feed>(feedQuery()).catch(() => null)
    if (told) {
      learn(told.names)
      if (!held.peek()) take(told.events)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  isRunning = false
}

export function beginFeed(): void {
  // What is asked for anew is read from its top.
  effect(() => {
    const asked = [type.value, place.value]
    if (asked.length > 0) scrolled.value = false
  })
  effect(() => {
    // Whatever of these changes may change the feed.
    const changes = [view.value, type.value, place.value]
    if (!held.value && changes.length > 0) void refresh()
  })
}
