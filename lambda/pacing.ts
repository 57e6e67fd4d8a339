// `PACE_WITHIN_RUN`: a run's events spread over its minute by their timestamps, as no schedule could.

import type { Pace } from '../engine/index.ts'

export interface Minute {
  /** Begin of the tick that the run is for; milliseconds since 1970. */
  first: number
  tickMilliseconds: number
  /** When the minute began, by the machine's elapsed time. */
  began: number
  lastsMilliseconds: number
}

/** The tick's events over the minute; those of earlier ticks at once, and what the minute was over for already. */
export function paceWithin({ first, tickMilliseconds, began, lastsMilliseconds }: Minute): Pace {
  return { factor: tickMilliseconds / lastsMilliseconds, anchor: { instant: first, at: began } }
}
