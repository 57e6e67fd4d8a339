// Writes the state that a simulation holds into a log, and reads it back.

import { Sha256 } from '#sha256'
import { hexOf } from '../kernel/hex.ts'
import { giveBack } from '../kernel/memory.ts'
import { hashOf } from './record.ts'
import type { Simulation } from './simulation.ts'
import { type Manifest, type Rest, StoreError, type TickLog } from './ticklog.ts'

/**
 * @param tick that the state is before
 * @returns the checkpoint, which counts once it is published
 * @throws StoreError where it reads back otherwise than it was written
 */
export async function saveState(
  log: TickLog,
  simulation: Simulation,
  tick: number,
  attempt: string,
): Promise<Omit<Manifest, 'hash' | 'savedAt'>> {
  const digests: string[] = []
  let sizeBytes = 0
  // Shard by shard, so that there is one at a time besides the world itself.
  for (let shard = 0; shard < simulation.shards; shard++) {
    const state = await simulation.save(shard)
    await log.writeState(tick, attempt, shard, state)
    digests.push(hashOf(state))
    sizeBytes += state.length
    giveBack(state)
  }
  for (const [shard, digest] of digests.entries()) {
    const state = await log.readState(tick, attempt, shard)
    const isSame = hashOf(state) === digest
    giveBack(state)
    if (!isSame) throw new StoreError(`checkpoint of tick ${tick} reads back otherwise than it was written`)
  }
  return { tick, attempt, modelVersion: simulation.modelVersion, digests, sizeBytes }
}

/** What is to be told of the state without reading it. @param hash end of the chain there */
export async function restOf(simulation: Simulation, hash: string): Promise<Rest> {
  const states = new Sha256()
  const shards: unknown[] = []
  for (let shard = 0; shard < simulation.shards; shard++) {
    const state = await simulation.save(shard)
    states.update(state)
    giveBack(state)
    shards.push((await simulation.tell?.(shard)) ?? null)
  }
  return { hash, digest: hexOf(states.digest()), shards }
}
