// `PACE_WITHIN_RUN`: a run's events spread over its minute by their timestamps, as no schedule could.

/** A stretch of simulated time and where it lies in real time; milliseconds since 1970 all. */
export interface Pace {
  first: number
  tickMilliseconds: number
  began: number
  lastsMilliseconds: number
}

/** @returns when an event of an instant may go; those of earlier ticks at once */
export function pacing({ first, tickMilliseconds, began, lastsMilliseconds }: Pace): (instant: number) => number {
  return (instant) => began + ((instant - first) / tickMilliseconds) * lastsMilliseconds
}
