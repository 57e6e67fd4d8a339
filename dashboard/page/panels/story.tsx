// The story: presenter mode shows one moment after the other, each with its sentence, at its instant.

import { scene } from '../data/address.ts'
import type { Moment } from '../data/api.ts'
import { story, zone } from '../data/live.ts'
import { goTo, livingTo } from '../data/shown.ts'
import { twin } from '../data/twin.ts'
import { Icon } from '../parts/icons.tsx'
import { instant } from '../time/zone.ts'

/** The moments to tell: those of the story, and where there are none, the parting of the twin. */
export function moments(): Moment[] {
  const told = story.peek()?.moments ?? []
  const parting = twin.peek()
  if (told.length > 0 || parting === null) return told.toSorted((one, other) => one.at - other.at)
  return [{ at: parting.at, sentence: parting.sentence }]
}

export function showScene(number: number): void {
  const all = moments()
  const moment = all[number - 1]
  if (moment === undefined) return
  scene.value = number
  void goTo(moment.at, true)
}

export function present(isOn: boolean): void {
  if (isOn) showScene(1)
  else scene.value = null
}

export function Scene() {
  const number = scene.value
  const told = story.value
  if (number === null || told === null) return null
  const all = moments()
  const moment = all[number - 1]
  if (moment === undefined) return null
  return (
    <section class="scene" aria-live="polite" aria-label="The story">
      <span class="which">{number}</span>
      <div>
        <p>{moment.sentence}</p>
        <span class="at">
          {instant(moment.at, zone.value)}, scene {number} of {all.length}
          {told.scenario !== null && ` of ${told.scenario.name}`}
          {livingTo.value !== null && <b> · the world lives on to it</b>}
        </span>
      </div>
      <div class="steps">
        <button
          type="button"
          disabled={number <= 1}
          title="The scene before (Page Up)"
          onClick={() => showScene(number - 1)}
        >
          Back
        </button>
        <button
          type="button"
          class="first"
          disabled={number >= all.length}
          title="The next scene (Page Down)"
          onClick={() => showScene(number + 1)}
        >
          Next
        </button>
        <button
          type="button"
          class="icon"
          aria-label="Stop telling the story"
          title="Stop (P)"
          onClick={() => present(false)}
        >
          <Icon of="close" />
        </button>
      </div>
    </section>
  )
}
