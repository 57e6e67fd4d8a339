// In how many threads a world lives: as many as it can use, in this one where another would cost more than it brings.

import type { Model, ModelShard, WorldSettings } from './model.ts'
import type { HostOptions } from './options.ts'
import { allShards, type LiveSimulation, LocalSimulation } from './shards.ts'

/** Below so many events an hour a thread costs more than it brings … */
const EVENTS_PER_HOUR_AND_WORKER = 125
/** … and where events are posted one by one, which takes the time of ten threads that simulate. */
const POSTED_EVENTS_PER_HOUR_AND_WORKER = 1250

/** @param settings of the world, born or to be born */
export async function simulationFor<S extends WorldSettings, I, Sh extends ModelShard<I>>(
  { model, log, machine, sinks = [], workers = 1, shards = allShards(model) }: HostOptions<S, I, Sh>,
  settings: S | undefined,
): Promise<LiveSimulation> {
  const keepsChanges = log !== undefined
  const perHour = settings ? model.eventsPerHour(settings) : 0
  // Where events are posted from a log, the simulation goes to another thread, so that posts go on while it steps.
  const posts = keepsChanges && sinks.some(({ eventByEvent }) => eventByEvent)
  const busy = perHour / (posts ? POSTED_EVENTS_PER_HOUR_AND_WORKER : EVENTS_PER_HOUR_AND_WORKER)
  const useful = Math.max(1, Math.min(workers, model.shardSizes.length, Math.floor(busy)))
  const isApart = useful > 1 || (posts && workers > 1 && perHour >= EVENTS_PER_HOUR_AND_WORKER)
  if (!isApart || shards.length < model.shardSizes.length) return new LocalSimulation(model, shards, keepsChanges)
  const { ThreadedSimulation } = await import('#threads')
  return new ThreadedSimulation(model as unknown as Model, {
    workers: useful,
    keepsChanges,
    ...(posts ? {} : { turn: () => machine.pause(0) }),
  })
}
