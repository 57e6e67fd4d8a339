// The instant that the page shows: the world's present, or one in its past that somebody went to. Looking back is this page's
// own affair; what moves the present moves it for all.

import { computed, effect, signal } from '@preact/signals'
import type { Clock, View } from './api.ts'
import { ask, Refused, tell } from './ask.ts'
import { clock, connection, present, presentInstant, world } from './live.ts'

/** Null: the present, as it goes on. */
export const past = signal<number | null>(null)
/** Whether the page plays the past, towards the present. */
const replaying = signal(false)
/** One line that the last wish of the reader was answered with. */
export const refusal = signal<string | null>(null)

/** What an instant in the past was like. */
const pastView = signal<View | null>(null)

export const view = computed<View | null>(() => (past.value === null ? present.value : pastView.value))

/** The instant of what is drawn. */
export const shownAt = computed(() => view.value?.at ?? 0)

/** The instant as it goes on, for what moves with every frame. */
export const instant = signal(0)

export const speed = signal(300)
effect(() => {
  const told = clock.value?.speed
  // A world that is only looked at lives at no speed of this page's.
  if (told !== null && told !== undefined && world.value?.may_control) speed.value = told
})

/** Nothing goes on that is not heard of. */
export const isPlaying = computed(
  () => connection.value !== 'lost' && (past.value === null ? (clock.value?.playing ?? false) : replaying.value),
)

let isAsking = false
const RETRY_MS = 1000

/** Asks for the view at the instant looked at; while one is on its way the next waits, and the last one counts. */
async function follow(): Promise<void> {
  if (isAsking) return
  isAsking = true
  for (let asked: number | null = null; past.peek() !== null && past.peek() !== asked; ) {
    asked = past.peek()
    const told = await ask<View>(`/api/view?at=${asked}`).catch(unanswered)
    // What was wished for meanwhile is asked for all the same.
    if (told === null) continue
    if (past.peek() === null) break
    pastView.value = told
  }
  isAsking = false
}

function unanswered(error: unknown): null {
  if (error instanceof Refused) refusal.value = error.message
  // Of a server that does not answer the connection's own notice tells; the wish stays.
  else setTimeout(follow, RETRY_MS)
  return null
}

/** Shows an instant: one in the past, or the present where it is not before that. */
export function seek(at: number, keepsReplaying = false): void {
  const known = world.peek()
  if (known === null) return
  if (!keepsReplaying) replaying.value = false
  // A clock that has just been heard of may be behind what the world already has.
  if (at >= Math.max(presentInstant(), known.end)) {
    toPresent()
    return
  }
  // Until the answer is there the page keeps what it shows.
  if (past.peek() === null) pastView.value = present.peek()
  past.value = Math.round(Math.max(known.start, at))
  instant.value = past.value
  void follow()
}

export function toPresent(): void {
  replaying.value = false
  past.value = null
  instant.value = presentInstant()
}

async function control(wish: Record<string, unknown>): Promise<void> {
  try {
    refusal.value = null
    const told = await tell<Clock>('/api/control', wish)
    clock.value = { ...told, heardMs: performance.now() }
  } catch (error) {
    refusal.value = error instanceof Refused ? error.message : 'The server does not answer.'
  }
}

export function play(): void {
  if (past.peek() !== null) replaying.value = true
  else void control({ action: 'play' })
}

export function pause(): void {
  if (past.peek() !== null) replaying.value = false
  else void control({ action: 'pause' })
}

export function stepOn(): void {
  const at = past.peek()
  const tick = world.peek()?.tick_milliseconds ?? 0
  if (at === null) void control({ action: 'step', ticks: 1 })
  else seek(tickOf(at) + tick)
}

export function stepBack(): void {
  const tick = world.peek()?.tick_milliseconds ?? 0
  const at = past.peek() ?? presentInstant()
  seek(tickOf(at) === at ? at - tick : tickOf(at))
}

/** The beginning of the tick that an instant is in. */
function tickOf(at: number): number {
  const known = world.peek()
  if (known === null) return at
  return known.start + Math.floor((at - known.start) / known.tick_milliseconds) * known.tick_milliseconds
}

export function reset(): void {
  const known = world.peek()
  if (known !== null) seek(known.start)
}

export function setSpeed(factor: number): void {
  speed.value = factor
  if (world.peek()?.may_control) void control({ action: 'speed', speed: factor })
}

/** The instant that the world lives on to, while it does. */
export const livingTo = signal<number | null>(null)
effect(() => {
  if (livingTo.value !== null && (present.value?.at ?? 0) >= livingTo.value) livingTo.value = null
})

/** Goes to an instant; one after the present makes the world live on to it, and stand still there where that is wanted. */
export async function goTo(at: number, standsStill = false): Promise<void> {
  if (at <= presentInstant() || !world.peek()?.may_control) {
    seek(at)
    return
  }
  toPresent()
  livingTo.value = at
  if (standsStill) await control({ action: 'pause' })
  await control({ action: 'jump', at })
  if (refusal.peek() !== null) livingTo.value = null
}

export const isAtStart = computed(() => {
  const known = world.value
  return known !== null && (past.value ?? known.end) <= known.start
})

let lastFrameMs = 0

/** Each frame: the present goes on by its clock, the replayed past by the page's. */
function frame(nowMs: number): void {
  const passedMs = Math.min(nowMs - lastFrameMs, 250)
  lastFrameMs = nowMs
  const at = past.peek()
  if (at === null) instant.value = presentInstant()
  else if (isPlaying.peek()) seek(at + passedMs * speed.peek(), true)
  requestAnimationFrame(frame)
}

export function beginToShow(): void {
  requestAnimationFrame(frame)
  const at = past.peek()
  if (at === null) return
  const isThere = (): boolean => world.value?.phase !== 'catching_up' || (present.value?.at ?? 0) >= at
  if (isThere()) {
    seek(at)
    return
  }
  // A link may lead to an instant that a world which catches up has yet to come to.
  past.value = null
  const stop = effect(() => {
    if (!isThere()) return
    queueMicrotask(() => {
      stop()
      if (past.peek() === null) seek(at)
    })
  })
}
