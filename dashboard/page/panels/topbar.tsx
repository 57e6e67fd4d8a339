// What world this is, the instant, and what can be done with it.

import { computed } from '@preact/signals'
import { useState } from 'preact/hooks'
import { link, scene, twinName } from '../data/address.ts'
import type { Story, Twin } from '../data/api.ts'
import { Refused, snapshot, tell } from '../data/ask.ts'
import { clock, connection, loadStory, story, world, zone } from '../data/live.ts'
import { goTo, instant, isPlaying, past, refusal, shownAt, speed } from '../data/shown.ts'
import { twin } from '../data/twin.ts'
import { useHeight } from '../parts/height.ts'
import { Menu } from '../parts/menu.tsx'
import { copy } from '../parts/take.ts'
import { day, instant as instantText, typedInstant } from '../time/zone.ts'
import { isHelpOpen } from './help.tsx'
import { moments, present } from './story.tsx'
import { isAsking } from './what-if.tsx'

export function TopBar() {
  const bar = useHeight('--bar-top')
  const known = world.value
  return (
    <header class="topbar" ref={bar}>
      <div class="what-world">
        <h1>tutorsim</h1>
        {known !== null && <span class="name">{known.name} world</span>}
        <span class="badge">simulated people</span>
      </div>
      <Instant />
      <div class="tools">
        {known !== null && <Scenarios />}
        {known !== null && snapshot === null && (
          <button
            type="button"
            disabled={!known.may_ask}
            onClick={() => {
              isAsking.value = true
            }}
          >
            What if…
          </button>
        )}
        {snapshot === null && (
          <Menu label="Share" name="Share this view">
            <button
              type="button"
              onClick={() =>
                copy(new URL(link({ at: new Date(instant.peek()).toISOString() }), location.href).href, 'Link')
              }
            >
              Copy a link to this instant
            </button>
            <button type="button" onClick={() => copy(new URL(link(), location.href).href, 'Link')}>
              Copy a link to this view, as it goes on
            </button>
            {known?.ingest_url != null && (
              <button type="button" onClick={() => copy(known.ingest_url ?? '', 'Address')}>
                Copy the address of the ingestion API
              </button>
            )}
            <a href="/api/openapi.json">The API behind this page</a>
          </Menu>
        )}
        <button
          type="button"
          class="icon"
          aria-label="Keys"
          title="Keys (?)"
          onClick={() => {
            isHelpOpen.value = true
          }}
        >
          ?
        </button>
      </div>
    </header>
  )
}

/** Up to this speed seconds can be read. */
const SECONDS_UP_TO = 60

const isStill = computed(() => past.value !== null || !isPlaying.value)
/** The instant as far as it is written: it changes when the text does, and not with every frame. */
const writtenAt = computed(() => {
  const second = Math.floor(instant.value / 1000) * 1000
  return speed.value <= SECONDS_UP_TO || isStill.value ? second : Math.floor(second / 60_000) * 60_000
})

/** The instant, to be read and to be typed. */
function Instant() {
  const [isTyping, type] = useState(false)
  const known = world.value
  if (known === null) return <div class="instant" />
  const at = writtenAt.value
  const seconds = speed.value <= SECONDS_UP_TO && (!isStill.value || at % 60_000 !== 0)
  const written = instantText(at, zone.value, seconds)
  if (isTyping)
    return (
      <form
        class="instant"
        onSubmit={(event) => {
          event.preventDefault()
          const text = String(new FormData(event.currentTarget as HTMLFormElement).get('at'))
          const wanted = typedInstant(text, at, zone.value)
          if (wanted === null) refusal.value = `“${text}” is no instant such as 3 Feb 2026, 18:40`
          else void goTo(wanted)
          type(false)
        }}
      >
        <input
          name="at"
          aria-label={`Go to an instant, ${known.zone_name} time`}
          defaultValue={written}
          ref={(field) => field?.select()}
          onBlur={() => type(false)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') type(false)
          }}
        />
      </form>
    )
  return (
    <div class="instant">
      <button
        type="button"
        class="plain"
        title="Type another instant"
        aria-label={`${written}, type another instant`}
        onClick={() => type(true)}
      >
        <time dateTime={new Date(at).toISOString()}>{written}</time>
      </button>
      <span class="quiet">
        {known.zone_name} · <Pace />
        {at > Date.now() && (
          <span title="This lies after the clock of the real world."> · ahead of the real clock</span>
        )}
      </span>
    </div>
  )
}

function Pace() {
  if (past.value !== null) return <>looking back</>
  if (snapshot !== null) return <>a file</>
  if (connection.value === 'lost') return <>not connected</>
  const told = clock.value
  if (told === null) return null
  return <>{told.playing ? (told.speed === null ? 'as it lives' : `${told.speed}×`) : 'paused'}</>
}

function Scenarios() {
  const told = story.value
  if (told === null) return null
  const wish = async (name: string): Promise<void> => {
    try {
      const answer = await tell<{ name?: string } | undefined>('/api/story', { scenario: name })
      if (answer?.name !== undefined) twinName.value = answer.name
      await loadStory()
    } catch (error) {
      refusal.value = error instanceof Refused ? error.message : 'The server does not answer.'
    }
  }
  const without = async (): Promise<void> => {
    try {
      const { name } = await tell<Twin>('/api/what-if', { at: world.peek()?.start, input: null })
      twinName.value = name
    } catch (error) {
      refusal.value = error instanceof Refused ? error.message : 'The server does not answer.'
    }
  }
  const count = moments().length
  return (
    <Menu label="Scenario ▾" name="Scenario">
      {told.scenario !== null && (
        <p class="note">
          <b>{told.scenario.name}</b>: {told.scenario.sentence}
        </p>
      )}
      {count > 0 && (
        <button type="button" onClick={() => present(scene.peek() === null)}>
          {scene.value === null
            ? `Tell the story, ${count} ${count === 1 ? 'scene' : 'scenes'} (P)`
            : 'Stop telling the story (P)'}
        </button>
      )}
      {told.scenario === null && told.scenarios.length === 0 && count === 0 && (
        <p class="note">This world lives without a scenario, and none is to be had here.</p>
      )}
      {told.interventions.length > 0 && snapshot === null && twin.value?.input !== null && (
        <button type="button" disabled={!(world.value?.may_ask ?? false)} onClick={without}>
          Beside the world without it
        </button>
      )}
      <GoingOn shocks={told.shocks} />
      {snapshot === null && told.scenarios.length > 0 && <p class="note">What if it had been:</p>}
      {snapshot === null &&
        told.scenarios.map(({ name, sentence }) => (
          <button type="button" key={name} disabled={!(world.value?.may_ask ?? false)} onClick={() => wish(name)}>
            {name}
            <br />
            <span class="quiet small">{sentence}</span>
          </button>
        ))}
      {twin.value !== null && (
        <button
          type="button"
          onClick={() => {
            twinName.value = 'none'
          }}
        >
          Hide the what-if
        </button>
      )}
    </Menu>
  )
}

/** What moves the world at the instant shown, beside a scenario. */
function GoingOn({ shocks }: { shocks: Story['shocks'] }) {
  const at = shownAt.value
  const running = shocks.filter((shock) => shock.at <= at && shock.until > at)
  if (running.length === 0) return null
  return (
    <div class="note">
      Going on at this instant:
      <ul>
        {running.map(({ id, sentence, until }) => (
          <li key={id}>
            {sentence}, until {day(until, zone.value)}
          </li>
        ))}
      </ul>
    </div>
  )
}
