// Shards merge into one order. Each shard's records are already in the order (instant, kind, agent); agents' numbers
// are unique in the world, so the merged order is total and does not depend on how the world was cut.

/** One shard's records, to be read in order. */
export interface Ordered {
  readonly count: number
  instant(index: number): number
  /** Kind and agent of the action that led to the record, as one number. */
  rank(index: number): number
}

/** Goes through the records of all shards in the total order. */
export class Merge {
  /** The record that `next` has come to. */
  shard = -1
  index = -1
  readonly #shards: readonly Ordered[]
  readonly #next: Uint32Array
  /** Instant of each shard's next record; infinite behind the last. */
  readonly #instants: Float64Array

  constructor(shards: readonly Ordered[]) {
    this.#shards = shards
    this.#next = new Uint32Array(shards.length)
    this.#instants = Float64Array.from(shards, (shard) => instantAt(shard, 0))
  }

  /** Moves on to the next record; false behind the last. */
  next(): boolean {
    const instants = this.#instants
    let first = 0
    for (let shard = 1; shard < instants.length; shard++) if (this.#isBefore(shard, first)) first = shard
    if (instants.length === 0 || instants[first] === Number.POSITIVE_INFINITY) return false
    this.shard = first
    this.index = this.#next[first] as number
    this.#next[first] = this.index + 1
    instants[first] = instantAt(this.#shards[first] as Ordered, this.index + 1)
    return true
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#instants[a] as number) - (this.#instants[b] as number)
    return difference < 0 || (difference === 0 && this.#rank(a) < this.#rank(b))
  }

  #rank(shard: number): number {
    return (this.#shards[shard] as Ordered).rank(this.#next[shard] as number)
  }
}

function instantAt(shard: Ordered, index: number): number {
  return index < shard.count ? shard.instant(index) : Number.POSITIVE_INFINITY
}
