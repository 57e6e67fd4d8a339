// Where a world's events go: the port between whoever renders them and the sinks that carry them off.

/**
 * Rendered events: NDJSON bytes and where each line ends.
 * The memory belongs to the caller and is valid only until the promise of `deliver` settles.
 */
export interface Lines {
  /** Line after line from byte 0 on, each closed by '\n'; there may be unused room after the last one. */
  bytes: Uint8Array
  /** How many lines there are. */
  count: number
  /** Where each line ends in `bytes`: just after its '\n'. */
  ends: Uint32Array
  /** A hash of each event's partition key: its remainder by the number of streams is the event's stream. */
  partitions: Uint32Array
}

/**
 * Takes events in the order in which they happened.
 * Both promises reject with an Error of one line that a person can act on. An Error whose `code` is `EPIPE` says that
 * nobody reads any more (as `| head` does): the run is over, and that is no failure.
 */
export interface Sink {
  /** Settles once the sink has what it needs of `lines` and can take more, which need not be delivery. */
  deliver(lines: Lines): Promise<void>
  /** Waits until everything is delivered, then lets go of files and connections. */
  close(): Promise<void>
}
