// Merged shards against one sorted list.

import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Merge, type Ordered } from '../../engine/kernel/merge.ts'

interface Entry {
  instant: number
  rank: number
  /** Place among the records of its action. */
  place: number
}

function shardOf(entries: readonly Entry[]): Ordered {
  const at = (index: number) => entries[index] as Entry
  return { count: entries.length, instant: (index) => at(index).instant, rank: (index) => at(index).rank }
}

function merged(shards: readonly (readonly Entry[])[]): Entry[] {
  const merge = new Merge(shards.map(shardOf))
  const entries: Entry[] = []
  while (merge.next()) entries.push(shards[merge.shard]?.[merge.index] as Entry)
  expect(merge.next()).toBe(false)
  return entries
}

function inOrder(a: Entry, b: Entry): number {
  return a.instant - b.instant || a.rank - b.rank || a.place - b.place
}

/** Actions at few instants and with few agents, so that there are many ties; each leads to up to three records. */
const actions = fc.uniqueArray(
  fc.record({
    instant: fc.oneof(fc.nat(5), fc.nat(2 ** 45)),
    rank: fc.oneof(fc.nat(9), fc.nat(2 ** 37)),
    records: fc.nat(3),
    shard: fc.nat(7),
  }),
  { selector: ({ instant, rank }) => `${instant} ${rank}`, maxLength: 60 },
)

it('merging shards is sorting all records, however the actions are spread over shards', () => {
  return fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 8 }), (all, count) => {
      const shards: Entry[][] = Array.from({ length: count }, () => [])
      for (const { instant, rank, records, shard } of all)
        for (let place = 0; place < records; place++) shards[shard % count]?.push({ instant, rank, place })
      for (const shard of shards) shard.sort(inOrder)
      const sorted = shards.flat().sort(inOrder)
      expect(merged(shards)).toEqual(sorted)
      expect(merged(shards.toReversed())).toEqual(sorted)
      expect(merged([sorted])).toEqual(sorted)
    }),
    { numRuns: 500 },
  )
})

it('records that tie across shards keep the order of the shards', () => {
  const tied = (place: number) => ({ instant: 7, rank: 3, place })
  expect(merged([[tied(0), tied(1)], [], [tied(2)], [tied(3), tied(4)]]).map(({ place }) => place)).toEqual([
    0, 1, 2, 3, 4,
  ])
})

it('no shards, or only empty ones, give nothing', () => {
  expect(merged([])).toEqual([])
  expect(merged([[], [], []])).toEqual([])
})

it('shards are read when they are reached: rows beyond the first are not touched before', () => {
  const read: number[] = []
  const shard: Ordered = { count: 100, instant: (index) => read.push(index), rank: () => 0 }
  const merge = new Merge([shard])
  merge.next()
  merge.next()
  expect(Math.max(...read)).toBe(2)
})
