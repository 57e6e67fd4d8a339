// The world as it would be: the twin that the page shows beside what is, at the same instant.

import { computed, effect, signal } from '@preact/signals'
import { twinName } from './address.ts'
import type { Twin, View } from './api.ts'
import { ask } from './ask.ts'
import { HOUR, world } from './live.ts'
import { view } from './shown.ts'

/** The twin that the address names, or the newest one there is. */
export const twin = computed<Twin | null>(() => {
  const twins = world.value?.twins ?? []
  if (twinName.value === 'none') return null
  return twins.find(({ name }) => name === twinName.value) ?? twins.at(-1) ?? null
})

/** What figures of the twin are called beside those that are. */
export const twinWord = computed(() => (twin.value?.input === null ? 'without' : 'what if'))

const latest = signal<View | null>(null)

/** The twin's view, where it has one at the instant shown. */
export const twinView = computed<View | null>(() => {
  const asked = twin.value
  const at = view.value?.at
  const told = latest.value
  if (asked === null || at === undefined || told?.world !== asked.name || at < asked.at) return null
  // A twin may be a moment behind: it is shown until more than an hour lies between.
  return Math.abs(told.at - at) <= HOUR ? told : null
})

const PAUSE_MS = 250
let isRunning = false
let isWanted = false

/** One question after the other, at most four a second; the last wish counts. */
async function follow(): Promise<void> {
  isWanted = true
  if (isRunning) return
  isRunning = true
  while (isWanted) {
    isWanted = false
    const asked = twin.peek()
    const at = view.peek()?.at
    if (asked === null || at === undefined || at < asked.at) break
    const query = `world=${encodeURIComponent(asked.name)}&at=${Math.floor(Math.min(at, asked.to))}&lines=0&feed=0`
    // The page's connection tells of a server that does not answer, and the next instant asks again.
    latest.value = await ask<View>(`/api/view?${query}`).catch(() => latest.peek())
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  isRunning = false
}

export function beginTwin(): void {
  effect(() => {
    if (twin.value !== null && view.value !== null) void follow()
  })
}
