// The port between the courier and the sinks that carry events off.

import type { Parcel } from './envelope.ts'

/** What became of one try at delivering. */
export type Outcome =
  | EventOutcome
  /** Of several events, each fared in its own way: in their order. */
  | { verdict: 'each'; outcomes: readonly EventOutcome[] }

/** … of one event, or of all of a try alike. */
export type EventOutcome =
  /** It has arrived. */
  | Acknowledgement
  /** Refused for good: set aside for a person, with the answer. Of several events, one at least is at fault. */
  | Refusal<'park'>
  /** The target has it already where an earlier try may have arrived; else it is refused, as with `park`. */
  | Refusal<'conflict'>
  /** It did not arrive, or where `isInDoubt` nobody knows: to be tried again, after so long at least. */
  | { verdict: 'retry'; reason: string; afterMilliseconds?: number; isInDoubt?: boolean }
  /** Nothing can be delivered to this target, whatever happens. `status`: of its answer, where there was one. */
  | { verdict: 'halt'; reason: string; status?: number }

export interface Acknowledgement {
  verdict: 'acknowledged'
  /** What the sink needs to go on from here after a restart; its own affair. */
  mark?: string
  /** What the target calls it. */
  receipt?: string
  /** So many of its events are nothing to the target, and were not sent. */
  omitted?: number
}

interface Refusal<Verdict> {
  verdict: Verdict
  status: number
  answer: string
}

export interface Sink {
  /** The target as people name it, free of secrets: the cursor's name. */
  readonly target: string
  /** Ordered lanes, each with one try in flight at the most; they need not wait for one another. */
  readonly streams: number
  /** True: one event a try, as an endpoint takes them. False: whole batches of lines, as a file does. */
  readonly eventByEvent: boolean
  /**
   * True: its parcels' bytes are rows as the catalogue's fields lay them out, one an event, in place of lines. Missing: lines.
   * Only where it does not go event by event.
   */
  readonly takesRows?: boolean
  /**
   * Bytes of lines that it would have at once, since other threads work on them: the next are made meanwhile. Missing: about a
   * megabyte, and the next when they are settled. Only where it does not go event by event.
   */
  readonly batchBytes?: number
  /** Events of one stream that a try may have, where it goes event by event; 1. */
  readonly batchMax?: number
  /**
   * Called once, before anything is sent.
   * @param mark of the last acknowledged try of an earlier run; undefined where there was none
   * @param worldId whose events are to come, where it is known
   * @returns in one line what it did that a person should know
   * @throws Error of one line where it cannot go on from there
   */
  resume?(mark: string | undefined, worldId?: string): Promise<string | undefined>
  /**
   * Tries to deliver. Does not reject but with an Error whose `code` is `EPIPE`: nobody reads any more (as `| head`
   * does), and that is no failure.
   * @param parcel valid until the promise settles; of one event where the sink goes event by event
   * @param more further events of the stream that go along, in order; fewer than `batchMax`
   */
  send(parcel: Parcel, stream: number, more?: readonly Parcel[]): Promise<Outcome>
  /** Lets go of files and connections. Nothing is under way any more. */
  close(): Promise<void>
}
