// Brings back the state before a tick: loads the newest good checkpoint and applies the rows that changed since. No rule runs.

import { CodecError } from '../kernel/codec.ts'
import { committedTicks } from './history.ts'
import { hashOf } from './record.ts'
import type { Simulation, State } from './simulation.ts'
import { type Head, type Manifest, StoreError, type TickLog, WorldError } from './ticklog.ts'

export interface Recovered {
  /** The checkpoint that it began with. */
  manifest: Manifest
  /** Bytes of the records since. */
  logBytes: number
}

export interface RecoverOptions {
  /** Gets a line about each checkpoint that does not lead there. */
  onTrouble?: ((trouble: string) => void) | undefined
  /** The shard that is wanted; all. The others then have no rows. */
  only?: number | undefined
}

/** The first tick that a world is kept from on: there is no way back to what lies before. */
export async function keptFrom(log: TickLog): Promise<number> {
  return oldestOf(await log.manifests())
}

function oldestOf(manifests: readonly Manifest[]): number {
  return manifests.length === 0 ? 0 : Math.max(0, Math.min(...manifests.map(({ tick }) => tick)))
}

/** Nobody can say any more what was before that tick. */
export function notKept(tick: number, oldest: number): WorldError {
  return new WorldError(`tick ${tick} is not kept any more: history goes back to tick ${oldest}`, {
    code: 'TICK_MISSING',
  })
}

/**
 * Puts the state before a tick into a simulation.
 * @param tick up to HEAD's
 * @throws StoreError where none does @throws WorldError where none is that old any more
 */
export async function recover(
  log: TickLog,
  simulation: Simulation,
  head: Head,
  tick: number,
  { onTrouble, only }: RecoverOptions = {},
): Promise<Recovered> {
  const all = await log.manifests()
  const manifests = all.filter((one) => one.tick <= tick)
  if (manifests.length === 0 && all.length > 0) throw notKept(tick, oldestOf(all))
  manifests.sort((a, b) => b.tick - a.tick || b.savedAt - a.savedAt)
  let trouble = 'there is no checkpoint'
  for (const manifest of manifests) {
    // Of a later tick the records from there on tell.
    if (manifest.tick === tick && !(await leadsOn(log, head, manifest))) continue
    try {
      return { manifest, logBytes: await replay(log, simulation, head, tick, manifest, only) }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      trouble = error.message
      onTrouble?.(`checkpoint of tick ${manifest.tick} does not lead to tick ${tick}: ${trouble}`)
    }
  }
  throw new StoreError(`no way back to tick ${tick}: ${trouble}`)
}

async function replay(
  log: TickLog,
  simulation: Simulation,
  head: Head,
  until: number,
  manifest: Manifest,
  only: number | undefined,
): Promise<number> {
  const states = await readStates(log, manifest, only)
  const { tick: first, hash, modelVersion } = manifest
  await translated(`checkpoint of tick ${first}`, () => simulation.load(head.settings, first, modelVersion, states))
  let logBytes = 0
  if (first < until)
    for await (const { tick, shards, sizeBytes, ...record } of committedTicks(log, first, head, hash)) {
      if (record.modelVersion !== modelVersion)
        throw new StoreError(
          `record of tick ${tick} is of model ${record.modelVersion}, its checkpoint of ${modelVersion}`,
        )
      await translated(`record of tick ${tick}`, () => simulation.apply(shards.map(({ changes }) => changes)))
      logBytes += sizeBytes
      if (tick === until - 1) break
    }
  await simulation.ready()
  return logBytes
}

/**
 * Whether a checkpoint is of the chain. Attempts that HEAD never came to leave some behind too, and so does a newer model beside
 * which an older one went on.
 */
export async function leadsOn(log: TickLog, head: Head, { tick, hash, modelVersion }: Manifest): Promise<boolean> {
  if (tick === head.tick) return hash === head.hash
  try {
    for await (const record of committedTicks(log, tick, head, hash)) return record.modelVersion === modelVersion
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
  }
  return false
}

/** Bytes that cannot be read are the store's fault. */
async function translated(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error instanceof CodecError ? new StoreError(`${what}: ${error.message}`, { cause: error }) : error
  }
}

/** A checkpoint's shards, verified. @throws StoreError */
export async function readCheckpoint(log: TickLog, manifest: Manifest): Promise<Uint8Array[]> {
  return (await readStates(log, manifest)) as Uint8Array[]
}

/** @param only the shard that is wanted; all */
async function readStates(log: TickLog, { tick, attempt, digests, world }: Manifest, only?: number): Promise<State[]> {
  const holder = world === undefined ? log : log.store.world(world)
  // Together, as a store may unpack each on another thread.
  return Promise.all(
    digests.map(async (digest, shard) => {
      if (only !== undefined && shard !== only) return
      const state = await holder.readState(tick, attempt, shard)
      if (hashOf(state) !== digest)
        throw new StoreError(`checkpoint of tick ${tick} is damaged: the digest of shard ${shard} differs`)
      return state
    }),
  )
}
