// Reset, step back, play or pause, step; the speed; the track; the way back to the present.

import { connection, world } from '../data/live.ts'
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
import { useHeight } from '../parts/height.ts'
import { Icon, type IconName } from '../parts/icons.tsx'
import { Scrubber } from './scrubber.tsx'

export function Transport() {
  const bar = useHeight('--bar-bottom')
  const known = world.value
  if (known === null) return null
  const playing = isPlaying.value
  const isStuck = connection.value === 'lost' || (!known.may_control && past.value === null)
  return (
    <footer class="transport" id="transport" ref={bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form */}
      <div class="buttons" role="group" aria-label="Time">
        <Button of="reset" name="To the beginning" keyName="Home" isOff={isAtStart.value} act={reset} />
        <Button of="back" name="A tick back" keyName="," isOff={isAtStart.value} act={stepBack} />
        {playing ? (
          <Button of="pause" name="Pause" keyName="space" isOff={isStuck} act={pause} />
        ) : (
          <Button of="play" name="Play" keyName="space" isOff={isStuck} act={play} />
        )}
        <Button of="step" name="A tick on" keyName="." isOff={isStuck} act={stepOn} />
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

interface ButtonProps {
  of: IconName
  name: string
  keyName: string
  isOff: boolean
  act: () => void
}

function Button({ of, name, keyName, isOff, act }: ButtonProps) {
  return (
    <button
      type="button"
      class={of === 'play' || of === 'pause' ? 'icon on' : 'icon'}
      title={`${name} (${keyName})`}
      aria-label={name}
      disabled={isOff}
      onClick={act}
    >
      <Icon of={of} />
    </button>
  )
}
