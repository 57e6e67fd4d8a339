// The why of an event: what led to it, and to that, back to what no event led to; with the ids, to be copied.

import { useState } from 'preact/hooks'
import type { Explained, FeedEvent } from '../data/api.ts'
import { ask, Refused } from '../data/ask.ts'
import { zone } from '../data/live.ts'
import { learn } from '../data/names.ts'
import { Mark } from '../parts/icons.tsx'
import { copy } from '../parts/take.ts'
import { dayAndClock } from '../time/zone.ts'
import { isBad, Sentence } from './event.tsx'

export function Why({ event }: { event: FeedEvent }) {
  const [told, tell] = useState<Explained | string | null>(null)
  const toggle = async (): Promise<void> => {
    if (told !== null) {
      tell(null)
      return
    }
    try {
      const answer = await ask<Explained>(`/api/explain/${encodeURIComponent(event.event_id)}`)
      learn(answer.names)
      tell(answer)
    } catch (error) {
      tell(error instanceof Refused ? error.message : 'The server does not answer.')
    }
  }
  return (
    <>
      <button type="button" class="plain link small" aria-expanded={told !== null} onClick={toggle}>
        why
      </button>
      {told !== null && (
        <div class="because">
          {typeof told === 'string' ? <p class="wrong">{told}</p> : <Chain of={told} event={event} />}
          <button type="button" class="plain link small" onClick={() => copy(event.event_id, 'Id')}>
            Copy the id, {event.event_id}
          </button>
        </div>
      )}
    </>
  )
}

function Chain({ of: { chain, reasons }, event }: { of: Explained; event: FeedEvent }) {
  const causes = chain.filter(({ event_id }) => event_id !== event.event_id)
  return (
    <>
      {reasons?.map(({ sentence }) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {causes.length === 0 ? (
        <p>No event led to this.</p>
      ) : (
        <ol>
          {causes.map((cause) => (
            <li key={cause.event_id}>
              <span class="quiet small">after</span> <Mark type={cause.event_type} bad={isBad(cause)} />{' '}
              <Sentence event={cause} /> <span class="quiet small">{dayAndClock(cause.at, zone.value)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}
