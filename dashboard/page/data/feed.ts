// The feed at the instant shown: the present's events as they come, or the last ones before an instant in the past. It is
// held still while somebody points at it, and changes at most twice a second.

import { effect, signal } from '@preact/signals'
import { place, type } from './address.ts'
import type { Feed, FeedEvent } from './api.ts'
import { ask } from './ask.ts'
import { arrived, learn } from './live.ts'
import { past, shownAt } from './shown.ts'

export const feed = signal<FeedEvent[]>([])
export const held = signal(false)

const LENGTH = 60
const PAUSE_MS = 500

/** What the server had before anything arrived here. */
let asked: { query: string; events: FeedEvent[] } = { query: '', events: [] }

function query(at: number | null): string {
  const wanted = new URLSearchParams({ limit: String(LENGTH) })
  // An event of the very instant has happened; what is asked for lies before.
  if (at !== null) wanted.set('before', String(at + 1))
  if (type.value !== null) wanted.set('type', type.value)
  if (place.value.subject !== null) wanted.set('subject', place.value.subject)
  if (place.value.region !== null) wanted.set('region', place.value.region)
  return wanted.toString()
}

function isWanted({ event_type, payload, region }: FeedEvent): boolean {
  const { subject, region: wanted } = place.peek()
  return (
    (type.peek() === null || type.peek() === event_type) &&
    (subject === null || payload.subject === subject) &&
    (wanted === null || region === wanted)
  )
}

let isRunning = false
let isStale = false

async function refresh(): Promise<void> {
  isStale = true
  if (isRunning) return
  isRunning = true
  while (isStale) {
    isStale = false
    const at = past.peek() === null ? null : shownAt.peek()
    const wish = query(at)
    if (asked.query !== wish) {
      const answer = await ask<Feed>(`/api/feed?${wish}`).catch(() => null)
      if (answer !== null) {
        learn(answer.names)
        asked = { query: wish, events: answer.events }
      }
    }
    if (!held.peek()) {
      const seen = new Set(asked.events.map(({ event_id }) => event_id))
      const fresh = at === null ? arrived.peek().filter((event) => isWanted(event) && !seen.has(event.event_id)) : []
      feed.value = [...fresh, ...asked.events].slice(0, LENGTH)
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  isRunning = false
}

export function beginFeed(): void {
  effect(() => {
    // Whatever of these changes may change the feed.
    const changes = [past.value === null ? arrived.value.length : shownAt.value, arrived.value, type.value, place.value]
    if (!held.value && changes.length > 0) void refresh()
  })
}
