// Lives a stored world over again and compares: each tick's record, each checkpoint, and the chain that ends in HEAD.

import { LocalSimulation, MODEL_VERSION } from '../../model/index.ts'
import {
  committedTicks,
  type Head,
  hashOf,
  readCheckpoint,
  type ShardTick,
  StoreError,
  type TickLog,
} from '../index.ts'

export interface Audit {
  /** Tick of the oldest checkpoint, where it begins. */
  from: number
  ticks: number
  checkpoints: number
}

/** @throws StoreError that names the first thing that is not as it should be */
export async function audit(log: TickLog, head: Head): Promise<Audit> {
  const manifests = (await log.manifests()).filter(({ tick }) => tick <= head.tick).reverse()
  const [oldest] = manifests
  if (!oldest) throw new StoreError('it has no checkpoint')
  const simulation = new LocalSimulation()
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
      if (modelVersion !== MODEL_VERSION)
        throw new StoreError(`record of tick ${tick} is of model ${modelVersion}; this is model ${MODEL_VERSION}`)
      const stepped = await simulation.step(
        1,
        inputs.map(({ input }) => input),
      )
      for (const [shard, { changes, events }] of shards.entries()) {
        const again = stepped?.[0]?.[shard] as ShardTick
        if (Buffer.compare(changes, again.changes) !== 0 || Buffer.compare(events, again.events) !== 0)
          throw new StoreError(`record of tick ${tick}: shard ${shard} is not what the rules lead to`)
      }
      ticks++
      await visit(tick + 1, hash)
    }
  return { from: oldest.tick, ticks, checkpoints }
}
