// The keys, and what the page is.

import { signal } from '@preact/signals'
import { world } from '../data/live.ts'
import { Dialog } from '../parts/dialog.tsx'
import { KEYS } from '../time/key-names.ts'

export const isHelpOpen = signal(false)

export function Help() {
  if (!isHelpOpen.value) return null
  const known = world.value
  return (
    <Dialog
      title="Keys"
      close={() => {
        isHelpOpen.value = false
      }}
    >
      <dl class="keys">
        {KEYS.map(([keys, does]) => [
          <dt key={`${does} keys`}>
            {keys.map((key, place) => [place > 0 && (key === '9' ? ' to ' : ' '), <kbd key={key}>{key}</kbd>])}
          </dt>,
          <dd key={does}>{does}</dd>,
        ])}
      </dl>
      <p class="quiet about">
        A click or a drag in any chart goes to that instant. Everyone here is simulated: names are invented, addresses
        lead nowhere, telephone numbers are 555 numbers.
        {known !== null && ` World ${known.name}, seed ${known.seed}, id ${known.id}, model ${known.model_version}.`}
      </p>
    </Dialog>
  )
}
