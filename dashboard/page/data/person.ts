// Whoever the address names, at the instant shown: asked for when one of the two changes, at most twice a second.

import { effect, signal } from '@preact/signals'
import { person } from './address.ts'
import type { Person } from './api.ts'
import { ask, Refused } from './ask.ts'
import { learn } from './names.ts'
import { shownAt } from './shown.ts'

export const shownPerson = signal<Person | null>(null)
export const personLine = signal<string | null>(null)

const PAUSE_MS = 500
let isRunning = false

async function follow(): Promise<void> {
  if (isRunning) return
  isRunning = true
  for (let asked = ''; asked !== `${person.peek()} ${shownAt.peek()}`; ) {
    const id = person.peek()
    asked = `${id} ${shownAt.peek()}`
    if (id === null) break
    try {
      const answer = await ask<Person>(`/api/person/${encodeURIComponent(id)}?at=${Math.floor(shownAt.peek())}`)
      if (person.peek() === id) {
        learn(answer.names)
        shownPerson.value = answer
        personLine.value = null
      }
    } catch (error) {
      if (person.peek() === id) {
        shownPerson.value = null
        personLine.value = error instanceof Refused ? error.message : 'The server does not answer.'
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  isRunning = false
}

export function beginPerson(): void {
  effect(() => {
    if (person.value === null) {
      shownPerson.value = null
      personLine.value = null
    } else if (shownAt.value > 0) {
      if (shownPerson.peek()?.id !== person.value) shownPerson.value = null
      void follow()
    }
  })
}
