// Shards merge into one order. Each shard's records are already in the order (instant, kind, agent); agents' numbers
// are unique in the world, so the merged order is total and does not depend on how the world was cut.

/** One shard's records, to be looked at in order. */
export interface Ordered {
  readonly count: number
  instant(index: number): number
  /** Kind and agent of the action that led to the record, as one number. */
  rank(index: number): number
}

/** Calls `visit(shard, index)` for every record of all shards in the total order. */
export function merge(shards: readonly Ordered[], visit: (shard: number, index: number) => void): void {
  const next = shards.map(() => 0)
  for (;;) {
    let first = -1
    let instant = Number.POSITIVE_INFINITY
    let rank = 0
    for (let shard = 0; shard < shards.length; shard++) {
      const records = shards[shard] as Ordered
      const index = next[shard] as number
      if (index >= records.count) continue
      const candidate = records.instant(index)
      if (candidate > instant) continue
      const candidateRank = records.rank(index)
      if (candidate === instant && candidateRank > rank) continue
      first = shard
      instant = candidate
      rank = candidateRank
    }
    if (first < 0) return
    visit(first, (next[first] as number)++)
  }
}
