// What has to come out: the tiny world stepped tick after tick, without runner, log or courier. All it takes from a
// schedule is which inputs and which model each tick was committed with, as the accepted swaps of HEAD say it.

import type { Head, PendingInput } from '../../engine/index.ts'
import { type Engine, REAL_ENGINE } from './engine.ts'
import { eventsOf, SHARDS, Shard, type TinyEvent, type TinyInput, type TinySettings } from './model.ts'

export interface ExpectedEvent extends TinyEvent {
  tick: number
  /** Events of the tick before it. */
  before: number
}

export interface Expected {
  events: ExpectedEvent[]
  /** The state behind the last tick. */
  states: Uint8Array[]
  /** Inputs in the order in which they took effect. */
  effects: { tick: number; input: PendingInput }[]
}

/** @param lastVersion of the model that looks at the world in the end */
export function foretell(settings: TinySettings, heads: readonly Head[], lastVersion: number): Expected {
  // The real one, always: a copy under test may not say what is right.
  const engine: Engine = REAL_ENGINE
  const shards = Array.from({ length: SHARDS }, (_, number) => new Shard(engine, settings, number))
  const events: ExpectedEvent[] = []
  const effects: Expected['effects'] = []
  let modelVersion = heads[0]?.modelVersion ?? 1
  for (const shard of shards) shard.bear()
  for (let tick = -settings.warmUpTicks; tick < 0; tick++)
    for (const shard of shards) shard.step(tick, [], modelVersion)
  let at = 0
  for (const [place, head] of heads.entries()) {
    const before = heads[place - 1]
    if (!before || head.tick <= at) continue
    for (const shard of shards) shard.migrate(modelVersion, head.modelVersion)
    modelVersion = head.modelVersion
    for (const input of before.inputs) effects.push({ tick: before.tick, input })
    for (const first = at; at < head.tick; at++) {
      const inputs = at === first ? before.inputs.map(({ input }) => input as TinyInput) : []
      for (const shard of shards) shard.step(at, inputs, modelVersion)
      const happened = eventsOf(shards.map((shard) => shard.events()))
      for (const [count, event] of happened.entries()) events.push({ ...event, tick: at, before: count })
    }
  }
  for (const shard of shards) shard.migrate(modelVersion, lastVersion)
  return { events, states: shards.map((shard) => shard.save(lastVersion, at)), effects }
}
