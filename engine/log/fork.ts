// A new world from an old tick of another: the same state, the same chain, the same draws.

import { hashAt } from './history.ts'
import { identityOf, worldIdOf } from './identity.ts'
import { hashOf } from './record.ts'
import { recover } from './recovery.ts'
import type { Simulation } from './simulation.ts'
import { type Head, pastWorld, StoreError, type TickLog, WorldError } from './ticklog.ts'

/**
 * Begins a world in `to` with the state that the world of `from` had before a tick. A fork from HEAD takes along the inputs
 * that wait there; inputs that the old world took later than the tick of the fork stay its own.
 * @param attempt a text that nobody has used before @param now milliseconds since 1970
 * @param changes inputs that were found valid, to hold from the fork's first tick on
 * @throws WorldError where `to` has a world, or the old one had no such tick @throws StoreError
 */
export async function fork(
  from: TickLog,
  tick: number,
  to: TickLog,
  simulation: Simulation,
  attempt: string,
  now: number,
  changes: readonly unknown[] = [],
): Promise<Head> {
  const head = await from.readHead()
  if (!head) throw new WorldError('there is no such world', { code: 'WORLD_MISSING' })
  if (head.modelVersion < simulation.goesOnFrom) throw pastWorld(head.modelVersion, simulation.modelVersion)
  if (tick < 0 || tick > head.tick)
    throw new WorldError(`it has come to tick ${head.tick}, not to ${tick}`, { code: 'TICK_MISSING' })
  const { manifest } = await recover(from, simulation, head, tick)
  const digests: string[] = []
  let sizeBytes = 0
  for (let shard = 0; shard < simulation.shards; shard++) {
    const state = await simulation.save(shard)
    await to.writeState(tick, attempt, shard, state)
    digests.push(hashOf(state))
    sizeBytes += state.length
  }
  for (const [shard, digest] of digests.entries())
    if (hashOf(await to.readState(tick, attempt, shard)) !== digest)
      throw new StoreError(`checkpoint of tick ${tick} reads back otherwise than it was written`)
  const hash = await hashAt(from, head, tick, manifest)
  const { modelVersion } = simulation
  await to.publish({ tick, attempt, hash, modelVersion, digests, sizeBytes, savedAt: now })
  const here = tick === head.tick
  const waiting = here ? head : { inputs: [], positions: 0 }
  const positions = waiting.positions + changes.length
  const inputs = [
    ...waiting.inputs,
    ...changes.map((input, at) => ({ position: waiting.positions + 1 + at, id: `${attempt}.${at}`, input })),
  ]
  const { settings } = head
  const lineage = {
    id: identityOf(from.world, simulation, head).id,
    instant: simulation.instantOf(settings, tick),
  }
  const id = worldIdOf(to.world, modelVersion, simulation.shapeOf(settings), lineage)
  const forked = { tick, attempt, hash, identity: { id, since: tick }, modelVersion, settings, inputs, positions }
  if (!(await to.commit(null, forked, [])))
    throw new WorldError('there is such a world already', { code: 'WORLD_EXISTS' })
  return forked
}
