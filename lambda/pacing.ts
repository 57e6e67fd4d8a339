// `PACE_WITHIN_RUN`: a run's events spread over its minute by their timestamps, as no schedule could.

const TIMESTAMP = '"timestamp":"'
const TIMESTAMP_LENGTH = '2026-01-05T00:00:00.000Z'.length

/** A stretch of simulated time and where it lies in real time; milliseconds since 1970 all. */
export interface Pace {
  first: number
  tickMilliseconds: number
  began: number
  lastsMilliseconds: number
}

/** @returns when an event may go; those of earlier ticks at once */
export function pacing({ first, tickMilliseconds, began, lastsMilliseconds }: Pace): (line: Uint8Array) => number {
  return (line) => {
    const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength)
    const at = text.indexOf(TIMESTAMP) + TIMESTAMP.length
    const instant = Date.parse(text.toString('latin1', at, at + TIMESTAMP_LENGTH))
    return began + ((instant - first) / tickMilliseconds) * lastsMilliseconds
  }
}
