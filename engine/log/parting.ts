// Two worlds of one chain, side by side: a fork and the world that it is a fork of have the same records up to some tick,
// and each its own from there on.

import { type CommittedTick, committedTicks, hashAt } from './history.ts'
import { type Head, StoreError, type TickLog, WorldError } from './ticklog.ts'

export interface StoredWorld {
  log: TickLog
  head: Head
}

/** A tick of both that is not the same. */
export interface PartedTick {
  tick: number
  first: CommittedTick
  other: CommittedTick
}

/**
 * The ticks from which on two worlds differ, up to the last that both have.
 * @returns first the tick where they part, then what both have of each tick from there on
 * @throws WorldError where what is kept of them meets at no tick @throws StoreError
 */
export async function parted(
  first: StoredWorld,
  other: StoredWorld,
): Promise<{ tick: number; until: number; ticks: AsyncGenerator<PartedTick> }> {
  const [a, b] = [await oldest(first), await oldest(other)]
  const from = Math.max(a.tick, b.tick)
  const until = Math.min(first.head.tick, other.head.tick)
  const hashes =
    from > until ? [] : [await hashAt(first.log, first.head, from, a), await hashAt(other.log, other.head, from, b)]
  if (hashes.length === 0 || hashes[0] !== hashes[1])
    throw new WorldError(`they share no tick that both have kept: one begins at ${a.tick}, the other at ${b.tick}`, {
      code: 'WORLDS_UNRELATED',
    })
  const pairs = sideBySide(first, other, from, until, hashes[0] as string)
  for (;;) {
    const next = await pairs.next()
    if (next.done) return { tick: until, until, ticks: pairs }
    if (next.value.first.hash === next.value.other.hash) continue
    const { tick } = next.value
    return { tick, until, ticks: joined(next.value, pairs) }
  }
}

async function* joined(head: PartedTick, rest: AsyncGenerator<PartedTick>): AsyncGenerator<PartedTick> {
  yield head
  yield* rest
}

async function* sideBySide(
  first: StoredWorld,
  other: StoredWorld,
  from: number,
  until: number,
  hash: string,
): AsyncGenerator<PartedTick> {
  if (from >= until) return
  const others = committedTicks(other.log, from, other.head, hash)
  for await (const record of committedTicks(first.log, from, first.head, hash)) {
    if (record.tick >= until) break
    const { value, done } = await others.next()
    if (done) throw new StoreError(`record of tick ${record.tick} is missing`)
    yield { tick: record.tick, first: record, other: value }
  }
  await others.return(undefined)
}

async function oldest({ log, head }: StoredWorld): Promise<{ tick: number; hash: string }> {
  const manifest = (await log.manifests()).filter(({ tick }) => tick <= head.tick).at(-1)
  if (!manifest) throw new StoreError('it has no checkpoint')
  return manifest
}
