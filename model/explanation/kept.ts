// What led to an event of a world that is kept: from its log, as far back as that goes.

import {
  committedTicks,
  formatInstant,
  type Head,
  hashOf,
  LocalSimulation,
  type Manifest,
  recover,
  Shards,
  StoreError,
  type TickLog,
  WorldError,
} from '../../engine/index.ts'
import { MODEL_VERSION, model } from '../model.ts'
import type { Input } from '../rules/inputs.ts'
import type { Settings } from '../state/settings.ts'
import type { Explanation } from './explanation.ts'
import { type OneRegion, record } from './listener.ts'
import { explaining, type Recorded, type Stretch } from './past.ts'

/**
 * As `Marketplace.explain`, of a world in a store.
 * @throws OptionError, OperationalError as that does @throws WorldError where its ticks are another model's @throws StoreError
 */
export async function explainKept(log: TickLog, head: Head, eventId: string): Promise<Explanation> {
  const settings = head.settings as Settings
  const steps = explaining(eventId, settings.start + head.tick * settings.tickMilliseconds)
  for (let next = steps.next(); ; ) {
    if (next.done) return next.value
    next = steps.next(await recorded(log, head, next.value))
  }
}

async function recorded(log: TickLog, head: Head, { who, from, until }: Stretch): Promise<Recorded> {
  const { start, tickMilliseconds } = head.settings as Settings
  const oldest = (await log.manifests()).at(-1)
  if (!oldest) throw new StoreError('it has no checkpoint')
  const tick = Math.floor((from - start) / tickMilliseconds)
  // What came before the log of a world that has been kept from its start on, its settings tell.
  const isFromBirth = tick < oldest.tick && oldest.tick <= 0 && oldest.modelVersion === MODEL_VERSION
  const first = Math.max(tick, oldest.tick)
  const last = Math.ceil((until - start) / tickMilliseconds)
  if (last <= oldest.tick && !isFromBirth)
    throw new WorldError(
      `the event is not kept any more: history goes back to tick ${oldest.tick}, ${formatInstant(start + oldest.tick * tickMilliseconds)}`,
      { code: 'TICK_MISSING' },
    )
  const inputs = await inputsOf(log, head, first, last)
  const alive = isFromBirth
    ? await born(head.settings as Settings, who.region, oldest)
    : await recoveredAt(log, head, who.region, first)
  return {
    recording: record(alive, who, until, inputs),
    isAll: isFromBirth || first === oldest.tick,
    isFromBirth,
  }
}

/** Inputs of ticks, which are all of this model. */
async function inputsOf(
  log: TickLog,
  head: Head,
  first: number,
  last: number,
): Promise<{ input: Input; at: number }[]> {
  const { start, tickMilliseconds } = head.settings as Settings
  const found: { input: Input; at: number }[] = []
  if (first >= Math.min(last, head.tick)) return found
  for await (const { tick, modelVersion, inputs } of committedTicks(log, first, head)) {
    if (tick >= last) break
    if (modelVersion !== MODEL_VERSION)
      throw new WorldError(
        `tick ${tick} is of model ${modelVersion}, whose rules this version, with model ${MODEL_VERSION}, does not have: ` +
          'what led to its events cannot be told',
        { code: 'WORLD_TOO_OLD' },
      )
    for (const { input } of inputs) found.push({ input: input as Input, at: start + tick * tickMilliseconds })
  }
  return found
}

async function recoveredAt(log: TickLog, head: Head, region: number, tick: number): Promise<OneRegion> {
  const simulation = new LocalSimulation(model)
  await recover(log, simulation, head, tick)
  const alive: OneRegion = new Shards(model, [region], false)
  alive.load(head.settings as Settings, tick, MODEL_VERSION, [await simulation.save(region)])
  alive.ready()
  return alive
}

/** @throws StoreError where that leads to another world than the one that is kept */
async function born(settings: Settings, region: number, { tick, digests }: Manifest): Promise<OneRegion> {
  const again: OneRegion = new Shards(model, [region], false)
  again.bear(settings)
  again.advance(settings.start + tick * settings.tickMilliseconds)
  if (hashOf(again.save(0)) !== digests[region])
    throw new StoreError(`checkpoint of tick ${tick}: shard ${region} is not what its world's birth leads to`)
  const alive: OneRegion = new Shards(model, [region], false)
  alive.bear(settings)
  return alive
}
