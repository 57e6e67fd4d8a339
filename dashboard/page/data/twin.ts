// The world as it would be: the twin that the page shows beside what is, with its state at the same instant and its hours.

import { computed, effect, signal } from '@preact/signals'
import { twinName } from './address.ts'
import type { Series, State, Twin } from './api.ts'
import { ask } from './ask.ts'
import { HOUR, Hours, hourlyMetrics, hours, world } from './live.ts'
import { state } from './shown.ts'

/** The twin that the address names, or the newest one there is. */
export const twin = computed<Twin | null>(() => {
  const twins = world.value?.twins ?? []
  if (twinName.value === 'none') return null
  return twins.find(({ name }) => name === twinName.value) ?? twins.findLast(({ shown }) => shown) ?? null
})

const latest = signal<State | null>(null)
export const twinHours = signal<{ of: Hours; version: number } | null>(null)

/** The twin's state, where it has one at the instant shown. */
export const twinState = computed<State | null>(() => {
  const asked = twin.value
  const at = state.value?.at
  const told = latest.value
  if (asked === null || at === undefined || told?.world !== asked.name || at < asked.at) return null
  // A twin may be a moment behind: it is shown until more than an hour lies between.
  return Math.abs(told.at - at) <= HOUR ? told : null
})

const PAUSE_MS = 250

/** Runs one question after the other, at most four a second; the last wish counts. */
function following(question: () => Promise<void>): () => void {
  let isRunning = false
  let isWanted = false
  return async () => {
    isWanted = true
    if (isRunning) return
    isRunning = true
    while (isWanted) {
      isWanted = false
      // The page's connection tells of a server that does not answer, and the next instant asks again.
      await question().catch(() => null)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    isRunning = false
  }
}

const askState = following(async () => {
  const asked = twin.peek()
  const at = state.peek()?.at
  if (asked === null || at === undefined || at < asked.at) return
  latest.value = await ask<State>(
    `/api/state?world=${encodeURIComponent(asked.name)}&at=${Math.min(at, asked.to)}&lines=0`,
  )
})

const askHours = following(async () => {
  const asked = twin.peek()
  const known = world.peek()
  if (asked === null || known === null) {
    twinHours.value = null
    return
  }
  const from = Math.floor(asked.at / HOUR) * HOUR
  const metrics = encodeURIComponent(hourlyMetrics(known).join(','))
  const loaded = new Hours(from)
  loaded.fill(
    await ask<Series>(`/api/series?world=${encodeURIComponent(asked.name)}&metrics=${metrics}&from=${from}&step=hour`),
  )
  twinHours.value = { of: loaded, version: (twinHours.peek()?.version ?? 0) + 1 }
})

export function beginTwin(): void {
  effect(() => {
    if (twin.value !== null && state.value !== null) askState()
  })
  effect(() => {
    const asked = twin.value
    const { version } = hours.value
    if (asked === null) twinHours.value = null
    else if (asked.to >= asked.at && version >= 0) askHours()
  })
}
