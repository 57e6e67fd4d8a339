// States that the reader has to know of, each with what to do: catching up, looking on, connection lost, the world gone; and
// the what-if that is shown.

import { useState } from 'preact/hooks'
import { scene, twinName } from '../data/address.ts'
import { Refused, snapshot, tell } from '../data/ask.ts'
import { connection, DAY, story, trouble, warmUp, world, zone } from '../data/live.ts'
import { isAtStart, livingTo, past, refusal, shownAt, toPresent } from '../data/shown.ts'
import { twin, twinView } from '../data/twin.ts'
import { day, dayAndClock, instant } from '../time/zone.ts'

export function Notices() {
  return (
    <div class="notices">
      <Connection />
      <Phase />
      <Start />
      <LivingOn />
      <Refusal />
      <TwinLine />
    </div>
  )
}

function Connection() {
  if (connection.value !== 'lost') return null
  return (
    <p class="notice bad" role="status">
      <b>Connection lost.</b> What is shown is of {instant(shownAt.value, zone.value)}. Trying again.
    </p>
  )
}

const PHASES: Record<string, string> = {
  read_only: 'This world is looked at: it can be gone through, and not driven.',
  ended:
    snapshot === null
      ? 'This world has come to its end.'
      : 'This page is a file: it shows a world as it was, without a server.',
  driven_elsewhere: 'Another process drives this world; this page follows it.',
  deleted: 'This world was deleted',
  store_gone: 'The store of this world is gone',
}

function Phase() {
  const known = world.value
  if (known === null) return null
  if (known.phase === 'catching_up' && known.progress !== null) {
    const { from, to, at } = known.progress
    const share = to > from ? (at - from) / (to - from) : 1
    return (
      <p class="notice" role="status">
        <b>Catching up:</b> {day(at, zone.value)} of {day(to, zone.value)}
        <HowFar share={share} />
      </p>
    )
  }
  const line = PHASES[known.phase]
  if (line === undefined) return null
  const isGone = known.phase === 'deleted' || known.phase === 'store_gone'
  return (
    <p class={isGone ? 'notice bad' : 'notice'} role="status">
      {known.line ?? line}
      {isGone && `. What is shown was known up to ${instant(known.end, zone.value)}.`}
    </p>
  )
}

function HowFar({ share }: { share: number }) {
  return (
    <span class="bar" role="progressbar" aria-label="How far" aria-valuenow={Math.round(100 * share)}>
      <svg width="160" height="6" aria-hidden="true">
        <rect class="fill-is" width={160 * share} height="6" rx="3" />
      </svg>
    </span>
  )
}

function Start() {
  if (!isAtStart.value || past.value === null) return null
  return (
    <p class="notice" role="status">
      This is the beginning of the world: nothing has happened in it yet.
      <button type="button" class="plain link" onClick={toPresent}>
        To the present
      </button>
    </p>
  )
}

/** The scene of a story tells it by itself. */
function LivingOn() {
  if (livingTo.value === null || scene.value !== null) return null
  return (
    <p class="notice" role="status">
      <b>Living on</b> to {instant(livingTo.value, zone.value)}
    </p>
  )
}

function Refusal() {
  const line = refusal.value
  if (line === null) return null
  return (
    <p class="notice bad" role="alert">
      {line}
      <button
        type="button"
        class="plain link"
        onClick={() => {
          refusal.value = null
        }}
      >
        Dismiss
      </button>
    </p>
  )
}

function TwinLine() {
  const shown = twin.value
  if (shown === null) return null
  const remove = async (): Promise<void> => {
    try {
      await tell(`/api/what-if/${encodeURIComponent(shown.name)}`)
      twinName.value = null
    } catch (error) {
      refusal.value = error instanceof Refused ? error.message : 'The server does not answer.'
    }
  }
  return (
    <p class="notice twin" role="status">
      <svg width="24" height="8" aria-hidden="true">
        <path class="line twin" d="M0 4h24" />
      </svg>
      <span>
        {shown.input === null ? (
          <b>Beside the world without {story.value?.scenario?.name ?? 'what was changed'}. </b>
        ) : (
          <>
            <b>What if:</b> {shown.sentence} from {dayAndClock(shown.at, zone.value)}.{' '}
          </>
        )}
        {shown.phase === 'failed' ? (
          <span class="wrong">{shown.line}</span>
        ) : shown.phase === 'living_up' ? (
          `It lives up to the present: ${day(shown.to, zone.value)}.`
        ) : twinView.value === null ? (
          'At this instant the two worlds are still one.'
        ) : (
          'Dashed lines, and figures in violet, are the world as it would be.'
        )}
      </span>
      <button
        type="button"
        class="plain link"
        onClick={() => {
          twinName.value = 'none'
        }}
      >
        Hide
      </button>
      {snapshot === null && world.value?.may_ask && (
        <button type="button" class="plain link" onClick={remove}>
          Delete
        </button>
      )}
    </p>
  )
}

/** The whole page, where there is nothing to show. */
export function NoWorld({ name }: { name: string | null }) {
  const told = trouble.value
  if (told === null && warmUp.value !== null) return <WarmUp {...warmUp.value} />
  if (told === null) return <div class="empty">{name === null ? 'Looking for the world' : `Looking for ${name}`}</div>
  if (told.code === 'TOKEN') return <Token />
  return (
    <div class="empty" role="alert">
      <strong>{told.code === 'LOST' ? 'The server does not answer' : 'There is no world to show'}</strong>
      <p>{told.line === '' ? 'This page tries again by itself.' : told.line}</p>
      {told.code === 'LOST' && (
        <p>
          Start it with <code>npx tutorsim demo</code>
        </p>
      )}
    </div>
  )
}

/** What a world lives through before its history, so that nobody in it begins on one day. */
function WarmUp({ from, to, at }: { from: number; to: number; at: number }) {
  const days = (span: number): number => Math.round(span / DAY)
  return (
    <div class="empty" role="status">
      <strong>The world warms up</strong>
      <p>
        Day {days(at - from)} of {days(to - from)} before its history begins
      </p>
      <HowFar share={to > from ? (at - from) / (to - from) : 1} />
    </div>
  )
}

/** A link of another world than the one here. */
export function OtherWorld({ asked, here }: { asked: string; here: string }) {
  return (
    <div class="empty" role="alert">
      <strong>This link is of another world</strong>
      <p>
        It leads to {asked}; the world here is {here}.
      </p>
      <p>
        Show it with <code>npx tutorsim demo --world {asked}</code>
      </p>
      <a class="button" href={location.pathname}>
        To the world that is here
      </a>
    </div>
  )
}

/** A server that others can reach wants the token that it was started with; it keeps it as a cookie. */
function Token() {
  const [wrong, setWrong] = useState<string | null>(null)
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const token = String(new FormData(event.currentTarget as HTMLFormElement).get('token'))
    try {
      await tell('/api/token', { token })
      location.reload()
    } catch (error) {
      setWrong(error instanceof Refused ? error.message : 'The server does not answer.')
    }
  }
  return (
    <form class="empty" onSubmit={send}>
      <strong>This page wants a token</strong>
      <p>The one that the command was started with.</p>
      <input name="token" type="password" required aria-label="Token" autocomplete="off" />
      <button type="submit" class="first">
        Show the world
      </button>
      {wrong !== null && (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </form>
  )
}
