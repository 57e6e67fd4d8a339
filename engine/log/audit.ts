// Verifies a stored world: the chain of records that ends in HEAD, each checkpoint, and that ticks lead to what is recorded.
//
// Ticks of this model are simulated again and compared. Rules of another model are not here: of its ticks the changes are
// applied, and have to lead from each checkpoint to the next.

import { areEqual } from '../kernel/hex.ts'
import { committedTicks } from './history.ts'
import { hashOf, type ShardTick } from './record.ts'
import { readCheckpoint } from './recovery.ts'
import type { Simulation } from './simulation.ts'
import { type Head, type Manifest, StoreError, type TickLog } from './ticklog.ts'

/** Ticks of another model, from one up to and without another. */
export interface PastTicks {
  modelVersion: number
  from: number
  until: number
}

export interface Audit {
  /** Tick of the oldest checkpoint, where it begins. */
  from: number
  ticks: number
  checkpoints: number
  /** What could not be simulated again, in order. */
  past: PastTicks[]
}

/**
 * @param simulation that holds nothing yet
 * @throws StoreError that names the first thing that is not as it should be
 */
export async function audit(log: TickLog, head: Head, simulation: Simulation): Promise<Audit> {
  const manifests = (await log.manifests()).filter(({ tick }) => tick <= head.tick).reverse()
  const [oldest] = manifests
  if (!oldest) throw new StoreError('it has no checkpoint')
  const audited: Audit = { from: oldest.tick, ticks: 0, checkpoints: 0, past: [] }
  let { modelVersion } = oldest
  const load = async (manifest: Manifest): Promise<void> => {
    modelVersion = manifest.modelVersion
    await simulation.load(head.settings, manifest.tick, modelVersion, await readCheckpoint(log, manifest))
    if (modelVersion === simulation.modelVersion) await simulation.ready()
  }
  const visit = async (tick: number, hash: string): Promise<void> => {
    for (const manifest of manifests) {
      if (manifest.tick !== tick || manifest.hash !== hash || manifest.modelVersion !== modelVersion) continue
      await readCheckpoint(log, manifest)
      for (let shard = 0; shard < simulation.shards; shard++)
        if (hashOf(await simulation.save(shard)) !== manifest.digests[shard])
          throw new StoreError(`checkpoint of tick ${tick}: shard ${shard} is not what its ticks lead to`)
      audited.checkpoints++
    }
  }
  await load(oldest)
  await visit(oldest.tick, oldest.hash)
  let { hash } = oldest
  if (oldest.tick < head.tick)
    for await (const record of committedTicks(log, oldest.tick, head, oldest.hash)) {
      const { tick } = record
      if (record.modelVersion !== modelVersion) {
        const next = manifests.find(
          (one) => one.tick === tick && one.hash === hash && one.modelVersion === record.modelVersion,
        )
        if (!next)
          throw new StoreError(`record of tick ${tick} is of model ${record.modelVersion}, and no checkpoint is`)
        await load(next)
        await visit(tick, hash)
      }
      const { inputs, shards } = record
      if (modelVersion === simulation.modelVersion) {
        const stepped = await simulation.step(
          1,
          inputs.map(({ input }) => input),
        )
        compare(tick, shards, stepped?.[0] as ShardTick[])
      } else {
        await simulation.apply(shards.map(({ changes }) => changes))
        const last = audited.past.at(-1)
        if (last?.modelVersion === modelVersion) last.until = tick + 1
        else audited.past.push({ modelVersion, from: tick, until: tick + 1 })
      }
      audited.ticks++
      hash = record.hash
      await visit(tick + 1, hash)
    }
  return audited
}

function compare(tick: number, recorded: readonly ShardTick[], again: readonly ShardTick[]): void {
  for (const [shard, { changes, events }] of recorded.entries()) {
    const { changes: changesAgain, events: eventsAgain } = again[shard] as ShardTick
    if (!areEqual(changes, changesAgain) || !areEqual(events, eventsAgain))
      throw new StoreError(`record of tick ${tick}: shard ${shard} is not what the rules lead to`)
  }
}
