// Reset, step back, play or pause, step; the speed; the track; the way back to the present.

import { world } from '../data/live.ts'
import {
  isAtStart,
  isPlaying,
  past,
  pause,
  play,
  reset,
  setSpeed,
  speed,
  stepBack,
  stepOn,
  toPresent,
} from '../data/shown.ts'
import { Icon } from '../parts/icons.tsx'
import { Scrubber } from './scrubber.tsx'

export function Transport() {
  const known = world.value
  if (known === null) return null
  const playing = isPlaying.value
  const mayMove = known.may_control || past.value !== null
  return (
    <footer class="transport" id="transport">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form */}
      <div class="buttons" role="group" aria-label="Time">
        <button
          type="button"
          class="icon"
          title="To the beginning (Home)"
          aria-label="To the beginning"
          disabled={isAtStart.value}
          onClick={reset}
        >
          <Icon of="reset" />
        </button>
        <button
          type="button"
          class="icon"
          title="A tick back (,)"
          aria-label="A tick back"
          disabled={isAtStart.value}
          onClick={stepBack}
        >
          <Icon of="back" />
        </button>
        <button
          type="button"
          class="icon on"
          title={playing ? 'Pause (space)' : 'Play (space)'}
          aria-label={playing ? 'Pause' : 'Play'}
          disabled={!mayMove}
          onClick={playing ? pause : play}
        >
          <Icon of={playing ? 'pause' : 'play'} />
        </button>
        <button
          type="button"
          class="icon"
          title="A tick on (.)"
          aria-label="A tick on"
          disabled={!mayMove}
          onClick={stepOn}
        >
          <Icon of="step" />
        </button>
      </div>
      <select
        aria-label="Speed"
        title="Speed"
        value={speed.value}
        onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
      >
        {[...new Set([...known.speeds, speed.value])]
          .toSorted((one, other) => one - other)
          .map((factor) => (
            <option key={factor} value={factor}>
              {factor}×
            </option>
          ))}
      </select>
      <Scrubber />
      <button type="button" title="To the present (End)" disabled={past.value === null} onClick={toPresent}>
        Present
      </button>
    </footer>
  )
}
