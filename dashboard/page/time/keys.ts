// The keys of the page. Fields keep their own; the space bar belongs to a button that has the focus.

import { panel, person, scene } from '../data/address.ts'
import { HOUR, presentInstant, world } from '../data/live.ts'
import { isPlaying, past, pause, play, reset, seek, stepBack, stepOn, toPresent } from '../data/shown.ts'
import { isHelpOpen } from '../panels/help.tsx'
import { present, showScene } from '../panels/story.tsx'

function moveHours(count: number): void {
  const at = past.peek() ?? presentInstant()
  const whole = Math.floor(at / HOUR) * HOUR
  seek(count < 0 && whole < at ? whole : whole + count * HOUR)
}

function close(): boolean {
  if (isHelpOpen.peek()) isHelpOpen.value = false
  else if (person.peek() !== null) person.value = null
  else if (panel.peek() !== null) panel.value = null
  else if (scene.peek() !== null) scene.value = null
  else return false
  return true
}

function act(key: string): boolean {
  const isPresented = scene.peek() !== null
  if (key === ' ') (isPlaying.peek() ? pause : play)()
  else if (key === 'ArrowLeft') moveHours(-1)
  else if (key === 'ArrowRight') moveHours(1)
  else if (key === ',') stepBack()
  else if (key === '.') stepOn()
  else if (key === 'Home') reset()
  else if (key === 'End') toPresent()
  else if (key === '?') isHelpOpen.value = !isHelpOpen.peek()
  else if (key === 'p' || key === 'P') present(!isPresented)
  else if (key === 'Escape') return close()
  else if (isPresented && /^[1-9]$/.test(key)) showScene(Number(key))
  else if (isPresented && key === 'PageDown') showScene((scene.peek() ?? 0) + 1)
  else if (isPresented && key === 'PageUp') showScene((scene.peek() ?? 2) - 1)
  else return false
  return true
}

export function beginKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || world.peek() === null) return
    const target = event.target as Element
    if (target.closest('input, select, textarea, dialog') && event.key !== 'Escape') return
    if (event.key === ' ' && target.closest('button, a, [role="log"]')) return
    if (['Home', 'End', 'PageUp', 'PageDown'].includes(event.key) && target.closest('.feed, .drawer, .sheet')) return
    if (act(event.key)) event.preventDefault()
  })
}
