// What the panels draw. A view is drawn over two frames, as all of it at once takes longer than a frame has: the large charts
// first, then the rest. Whatever comes meanwhile waits for its turn, and the latest counts.

import { computed, effect, type Signal, signal } from '@preact/signals'
import type { View } from './api.ts'
import { view } from './shown.ts'

export const drawn = {
  charts: signal<View | null>(null),
  rest: signal<View | null>(null),
}

const TURNS: readonly Signal<View | null>[] = Object.values(drawn)
let turn = TURNS.length

/** The instant that all panels show. */
export const drawnAt = computed(() => drawn.rest.value?.at ?? 0)

function draw(): void {
  const next = TURNS[turn]
  turn += 1
  if (next !== undefined) next.value = view.peek()
  if (turn < TURNS.length) requestAnimationFrame(draw)
  else if (TURNS[0]?.peek() !== view.peek()) begin()
}

function begin(): void {
  turn = 0
  requestAnimationFrame(draw)
}

effect(() => {
  const told = view.value
  if (drawn.rest.peek() === null) for (const one of TURNS) one.value = told
  else if (turn >= TURNS.length) {
    turn = 0
    draw()
  }
})

/** A part of what is drawn, as the same object for as long as it is equal: who reads it is not drawn anew meanwhile. */
export function steady<Part>(of: Signal<View | null>, part: (view: View) => Part): { readonly value: Part | null } {
  let known: { part: Part; text: string } | null = null
  return computed(() => {
    if (of.value === null) return null
    const told = part(of.value)
    const text = JSON.stringify(told)
    if (known?.text !== text) known = { part: told, text }
    return known.part
  })
}
