// The address holds the view: world, instant, person, panel, market, twin. A link is a view, and never a secret.

import { effect, signal } from '@preact/signals'
import { snapshot } from './ask.ts'
import { world } from './live.ts'
import { past } from './shown.ts'

export interface Place {
  subject: string | null
  region: string | null
}

export const person = signal<string | null>(null)
/** The panel that fills the page. */
export const panel = signal<string | null>(null)
export const place = signal<Place>({ subject: null, region: null })
export const type = signal<string | null>(null)
export const twinName = signal<string | null>(null)
/** Which moment of the story is presented, from 1 on. */
export const scene = signal<number | null>(null)
/** The world that a link asked for. */
export const askedWorld = signal<string | null>(null)

function read(): void {
  const asked = new URLSearchParams(location.search)
  askedWorld.value = asked.get('world')
  const at = Date.parse(asked.get('at') ?? '')
  past.value = Number.isNaN(at) ? null : at
  person.value = asked.get('person')
  panel.value = asked.get('panel')
  place.value = { subject: asked.get('subject'), region: asked.get('region') }
  type.value = asked.get('type')
  twinName.value = asked.get('twin')
  const number = Number(asked.get('scene'))
  scene.value = Number.isInteger(number) && number > 0 ? number : null
}

/** The view as a link; the instant is there also where the present is meant, as that goes on. */
export function link(over: Record<string, string> = {}): string {
  const wanted: Record<string, string | null> = {
    world: world.value?.name ?? askedWorld.value,
    at: past.value === null ? null : new Date(past.value).toISOString(),
    person: person.value,
    panel: panel.value,
    subject: place.value.subject,
    region: place.value.region,
    type: type.value,
    twin: twinName.value,
    scene: scene.value === null ? null : String(scene.value),
    ...over,
  }
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(wanted)) if (value !== null) query.set(name, value)
  // Colons and slashes may stand as they are in a query.
  return `${location.pathname}?${query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/')}`
}

const WRITE_PAUSE_MS = 250

export function beginAddress(): void {
  read()
  if (snapshot !== null) return
  let timer = 0
  let places = `${person.peek()} ${panel.peek()}`
  effect(() => {
    const address = link()
    // What was opened can be closed by the browser's own "back"; the instant moves too often for that.
    const opened = `${person.value} ${panel.value}`
    clearTimeout(timer)
    if (opened !== places) {
      places = opened
      if (address !== location.pathname + location.search) history.pushState(null, '', address)
    } else timer = setTimeout(() => history.replaceState(null, '', address), WRITE_PAUSE_MS)
  })
  addEventListener('popstate', () => {
    const asked = new URLSearchParams(location.search)
    places = `${asked.get('person')} ${asked.get('panel')}`
    person.value = asked.get('person')
    panel.value = asked.get('panel')
  })
}
