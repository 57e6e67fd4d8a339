// What became of events that went through a map: some cannot be mapped, some are mapped to nothing, and the answer is about
// the others.

import type { EventOutcome, Outcome } from '../../engine/index.ts'
import type { Mapped } from './map.ts'
import { BATCH } from './mapnames.ts'

/**
 * @param events how many there were
 * @param post posts what there is to post
 */
export async function outcomeOfMapped(
  { post, nothing, faults }: Mapped,
  events: number,
  send: (post: NonNullable<Mapped['post']>, events: number) => Promise<Outcome>,
): Promise<Outcome> {
  const fault = faults.get(BATCH)
  if (fault !== undefined) return refusal(fault)
  const posted = events - nothing.length - faults.size
  const outcome: Outcome = post ? await send(post, posted) : { verdict: 'acknowledged' }
  if (posted === events) return outcome
  if (outcome.verdict !== 'acknowledged' && outcome.verdict !== 'each') return outcome
  const told = outcome.verdict === 'each' ? [...outcome.outcomes] : new Array<EventOutcome>(posted).fill(outcome)
  const outcomes = Array.from({ length: events }, (_, place): EventOutcome => {
    const fault = faults.get(place)
    if (fault !== undefined) return refusal(fault)
    return nothing.includes(place) ? { verdict: 'acknowledged', omitted: 1 } : (told.shift() as EventOutcome)
  })
  return outcomes.length === 1 ? (outcomes[0] as EventOutcome) : { verdict: 'each', outcomes }
}

function refusal(fault: string): EventOutcome {
  return { verdict: 'park', status: 0, answer: `map: ${fault}` }
}
