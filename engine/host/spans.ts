// Memory for the events of spans that are delivered at full pace, one close behind the other.

/** One that is simulated, one that waits, one that is delivered. */
const SPANS_KEPT = 3

/**
 * Readers are at the span before at the least when the next one comes, so three take turns: memory that was used before costs
 * a quarter of what new memory does.
 */
export class Spans {
  readonly #turns = Array.from({ length: SPANS_KEPT }, (): Uint8Array[] => [])

  /** @param events each shard's rows of a span @returns the same, in memory that lasts until three spans later */
  kept(span: number, events: readonly Uint8Array[]): Uint8Array[] {
    const turn = this.#turns[span % SPANS_KEPT] as Uint8Array[]
    return events.map((rows, shard) => {
      let room = turn[shard]
      if (room === undefined || room.length < rows.length) {
        room = new Uint8Array(rows.length + (rows.length >>> 2))
        turn[shard] = room
      }
      room.set(rows)
      return room.subarray(0, rows.length)
    })
  }
}
