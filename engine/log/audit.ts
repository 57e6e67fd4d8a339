// Simulates a stored world again and compares: each tick's record, each checkpoint, and the chain that ends in HEAD.

import { areEqual } from '../kernel/hex.ts'
import { committedTicks } from './history.ts'
import { hashOf, type ShardTick } from './record.ts'
import { readCheckpoint } from './recovery.ts'
import type { Simulation } from './simulation.ts'
import { type Head, StoreError, type TickLog } from './ticklog.ts'

export interface Audit {
  /** Tick of the oldest checkpoint, where it begins. */
  from: number
  ticks: number
  checkpoints: number
}

/**
 * @param simulation that holds nothing yet
 * @throws StoreError that names the first thing that is not as it should be
 */
export async function audit(log: TickLog, head: Head, simulation: Simulation): Promise<Audit> {
  const manifests = (await log.manifests()).filter(({ tick }) => tick <= head.tick).reverse()
  const [oldest] = manifests
  if (!oldest) throw new StoreError('it has no checkpoint')
  await simulation.load(head.settings, oldest.tick, oldest.modelVersion, await readCheckpoint(log, oldest))
  await simulation.ready()
  let checkpoints = 0
  const visit = async (tick: number, hash: string): Promise<void> => {
    for (const manifest of manifests) {
      if (manifest.tick !== tick || manifest.hash !== hash) continue
      await readCheckpoint(log, manifest)
      const { digests } = manifest
      for (let shard = 0; shard < simulation.shards; shard++)
        if (hashOf(await simulation.save(shard)) !== digests[shard])
          throw new StoreError(`checkpoint of tick ${tick}: shard ${shard} is not what its ticks lead to`)
      checkpoints++
    }
  }
  await visit(oldest.tick, oldest.hash)
  let ticks = 0
  if (oldest.tick < head.tick)
    for await (const { tick, modelVersion, inputs, shards, hash } of committedTicks(
      log,
      oldest.tick,
      head,
      oldest.hash,
    )) {
      if (modelVersion !== simulation.modelVersion)
        throw new StoreError(
          `record of tick ${tick} is of model ${modelVersion}; this is model ${simulation.modelVersion}`,
        )
      const stepped = await simulation.step(
        1,
        inputs.map(({ input }) => input),
      )
      for (const [shard, { changes, events }] of shards.entries()) {
        const again = stepped?.[0]?.[shard] as ShardTick
        if (!areEqual(changes, again.changes) || !areEqual(events, again.events))
          throw new StoreError(`record of tick ${tick}: shard ${shard} is not what the rules lead to`)
      }
      ticks++
      await visit(tick + 1, hash)
    }
  return { from: oldest.tick, ticks, checkpoints }
}
