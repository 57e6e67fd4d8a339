// A new world from an old tick of another: the same state, the same chain, the same draws.
//
//     origin  ──■────┬───────────■──────►        ■ checkpoint, to which the fork refers until it has one of its own
//               └────┼ ─ ─ ─ ─ ─ ─ ─►
//                fork's HEAD
//
// Within a store nothing is copied: the fork refers to a checkpoint of its origin and to the records from there on. Holds see to
// it that these stay. From one store to another the state is copied.

import { hashAt } from './history.ts'
import { floorOf, heldBy, releaseAll } from './holds.ts'
import { identityOf, worldIdOf } from './identity.ts'
import { leadsOn, recover } from './recovery.ts'
import { saveState } from './saving.ts'
import type { Simulation } from './simulation.ts'
import {
  type Head,
  type Hold,
  type Manifest,
  type Origin,
  pastWorld,
  type Store,
  type TickLog,
  WorldError,
} from './ticklog.ts'

/** The newest checkpoint up to the tick, and the one before it, should that be damaged. */
const CHECKPOINTS = 2

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
  if (await to.readHead()) throw exists()
  const head = await from.readHead()
  if (!head) throw new WorldError('there is no such world', { code: 'WORLD_MISSING' })
  if (head.modelVersion > simulation.modelVersion)
    throw new WorldError(`written by model ${head.modelVersion}, and this is model ${simulation.modelVersion}`, {
      code: 'WORLD_TOO_NEW',
    })
  if (head.modelVersion < simulation.goesOnFrom) throw pastWorld(head.modelVersion, simulation.modelVersion)
  if (tick < 0 || tick > head.tick)
    throw new WorldError(`it has come to tick ${head.tick}, not to ${tick}`, { code: 'TICK_MISSING' })
  const past = from.store === to.store ? await reference(from, head, tick, to, attempt, now) : undefined
  const { hash, origins } = past ?? (await copy(from, head, tick, to, simulation, attempt, now))
  const { modelVersion } = simulation
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
  const forked = {
    ...{ tick, attempt, hash, identity: { id, since: tick }, modelVersion, settings, inputs, positions },
    ...(origins ? { origins } : {}),
    ...(here && head.rest ? { rest: head.rest } : {}),
  }
  if (!(await to.commit(null, forked, []))) {
    await release(to.store, past?.holds ?? [])
    throw exists()
  }
  // Whoever deletes the origin gives its forks what they need, and may have come before this one was there.
  if (past && !(await areHeld(to.store, past.holds))) {
    await to.store.delete(to.world)
    throw new WorldError('it was deleted meanwhile', { code: 'WORLD_DELETED' })
  }
  return forked
}

/** Deletes a world. Its forks get a copy of what they need of it before. @param newSimulation one that holds nothing yet */
export async function deleteWorld(
  log: TickLog,
  newSimulation: () => Simulation,
  newAttempt: () => string,
  now: number,
): Promise<void> {
  const origins = (await log.readHead())?.origins ?? []
  await log.hold({ world: log.world, attempt: newAttempt(), tick: Number.MAX_SAFE_INTEGER, since: now })
  const forks = new Set((await heldBy(log, now)).map(({ world }) => world))
  for (const name of forks) await becomeIndependent(log.store.world(name), newSimulation(), newAttempt(), now)
  await log.store.delete(log.world)
  for (const { world } of origins) await releaseAll(log.store.world(world), log.world)
}

/** Gives a fork a checkpoint of its own, so that it refers to no other world any more. */
async function becomeIndependent(log: TickLog, simulation: Simulation, attempt: string, now: number): Promise<void> {
  const head = await log.readHead()
  const tick = head?.origins?.at(-1)?.until
  const references = (await log.manifests()).filter(({ world }) => world !== undefined)
  if (!head || tick === undefined || references.length === 0) return
  const { manifest } = await recover(log, simulation, head, tick)
  const hash = await hashAt(log, head, tick, manifest)
  // Under the name of the reference to this very tick, where there is one, in the place of that.
  const same = references.find((one) => one.tick === tick)
  await log.publish({ ...(await saveState(log, simulation, tick, same?.attempt ?? attempt)), hash, savedAt: now })
  await log.collect(tick)
}

interface Past {
  /** End of the chain at the fork's first tick. */
  hash: string
  origins: Origin[]
  holds: HeldWorld[]
}
type HeldWorld = { of: string; hold: Hold }

/** Lets a fork refer to what it is a fork of. Undefined where that is about to be collected. */
async function reference(
  from: TickLog,
  head: Head,
  tick: number,
  to: TickLog,
  attempt: string,
  now: number,
): Promise<Past | undefined> {
  const manifests = await checkpointsFor(from, head, tick)
  const [newest] = manifests
  if (!newest) return undefined
  const { store } = to
  const hash = await hashAt(from, head, tick, newest)
  const origins = originsOf(from.world, head, tick)
  const holds = [...neededOf(manifests, from.world, origins)].map(
    ([of, needed]): HeldWorld => ({ of, hold: { world: to.world, attempt, tick: needed, since: now } }),
  )
  for (const { of, hold } of holds) await store.world(of).hold(hold)
  for (const { of, hold } of holds)
    if ((await floorOf(store.world(of))) > hold.tick) {
      await release(store, holds)
      return undefined
    }
  for (const manifest of manifests) await to.publish({ ...manifest, world: manifest.world ?? from.world })
  return { hash, origins, holds }
}

/** The newest checkpoints that lead to a tick. */
async function checkpointsFor(from: TickLog, head: Head, tick: number): Promise<Manifest[]> {
  const found: Manifest[] = []
  for (const manifest of await from.manifests()) {
    if (manifest.tick < 0 || manifest.tick > tick) continue
    if (await leadsOn(from, head, manifest)) found.push(manifest)
    if (found.length === CHECKPOINTS) break
  }
  return found
}

/** Whose the ticks before `tick` are. */
function originsOf(world: string, { origins = [] }: Head, tick: number): Origin[] {
  const all: Origin[] = []
  for (const origin of [...origins, { world, until: Number.POSITIVE_INFINITY }]) {
    if ((all.at(-1)?.until ?? Number.NEGATIVE_INFINITY) >= tick) break
    all.push({ world: origin.world, until: Math.min(origin.until, tick) })
  }
  return all
}

/** By the name of each world that something of is needed: from which tick on. */
function neededOf(manifests: readonly Manifest[], world: string, origins: readonly Origin[]): Map<string, number> {
  const needed = new Map<string, number>()
  const need = (of: string, tick: number) => needed.set(of, Math.min(tick, needed.get(of) ?? tick))
  for (const { tick, world: holder = world } of manifests) need(holder, tick)
  let from = Math.min(...manifests.map(({ tick }) => tick))
  for (const { world: of, until } of origins) {
    if (until <= from) continue
    need(of, from)
    from = until
  }
  return needed
}

async function release(store: Store, holds: readonly HeldWorld[]): Promise<void> {
  for (const { of, hold } of holds) await store.world(of).release(hold)
}

async function areHeld(store: Store, holds: readonly HeldWorld[]): Promise<boolean> {
  for (const { of, hold } of holds)
    if (!(await store.world(of).holds()).some(({ world, attempt }) => world === hold.world && attempt === hold.attempt))
      return false
  return true
}

function exists(): WorldError {
  return new WorldError('there is such a world already', { code: 'WORLD_EXISTS' })
}

async function copy(
  from: TickLog,
  head: Head,
  tick: number,
  to: TickLog,
  simulation: Simulation,
  attempt: string,
  now: number,
): Promise<{ hash: string; origins?: undefined }> {
  const { manifest } = await recover(from, simulation, head, tick)
  const saved = await saveState(to, simulation, tick, attempt)
  const hash = await hashAt(from, head, tick, manifest)
  await to.publish({ ...saved, hash, savedAt: now })
  return { hash }
}
