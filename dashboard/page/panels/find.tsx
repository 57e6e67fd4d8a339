// Finds a person by name or id; whoever is chosen opens.

import { useRef, useState } from 'preact/hooks'
import { person } from '../data/address.ts'
import type { Found } from '../data/api.ts'
import { ask } from '../data/ask.ts'
import { shownAt } from '../data/shown.ts'

const PAUSE_MS = 150

export function Find() {
  const [found, setFound] = useState<Found['people'] | null>(null)
  const timer = useRef(0)
  const field = useRef<HTMLInputElement>(null)
  const close = (): void => {
    clearTimeout(timer.current)
    setFound(null)
    if (field.current !== null) field.current.value = ''
  }
  const look = (text: string): void => {
    clearTimeout(timer.current)
    if (text.trim() === '') {
      setFound(null)
      return
    }
    timer.current = setTimeout(async () => {
      const answer = await ask<Found>(
        `/api/search?q=${encodeURIComponent(text)}&at=${Math.floor(shownAt.peek())}`,
      ).catch(() => null)
      setFound(answer?.people ?? [])
    }, PAUSE_MS)
  }
  const open = (id: string): void => {
    close()
    person.value = id
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the list, wherever in it the focus is
    <div
      class="menu find"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
        if (event.key === 'Enter' && found?.[0] !== undefined && event.target === field.current) open(found[0].id)
      }}
    >
      <input
        ref={field}
        type="search"
        placeholder="Find a person"
        aria-label="Find a person by name or id"
        onInput={({ currentTarget }) => look(currentTarget.value)}
      />
      {found !== null && (
        <div class="sheet">
          {found.length === 0 && <p class="note">Nobody of that name or id.</p>}
          {found.map(({ id, name, kind, region }) => (
            <button type="button" key={id} onClick={() => open(id)}>
              {name} <span class="quiet small">{[kind, region, id].filter(Boolean).join(', ')}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
