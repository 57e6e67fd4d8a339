// Who refers to what of a world, so that collection leaves it alone.
//
// A fork writes its hold first and looks at the world's own one then; collection moves the world's own one first and looks at
// those of forks then. So of the two at least one sees the other: the fork comes too late, or what it refers to stays.

import { type Hold, StoreError, type TickLog } from './ticklog.ts'

/** A fork that was begun so long ago and is not there was given up. */
const FORK_MILLISECONDS = 48 * 60 * 60_000

/** The tick from which on everything is there for who refers to it from now on. */
export async function floorOf(log: TickLog): Promise<number> {
  const own = (await log.holds()).filter(({ world }) => world === log.world)
  return Math.max(Number.NEGATIVE_INFINITY, ...own.map(({ tick }) => tick))
}

/**
 * Announces that what lies before a tick is to be collected.
 * @param attempt a name that nobody has used before
 * @returns the tick before which nobody needs anything, so far as forks go
 */
export async function announce(log: TickLog, tick: number, attempt: string, now: number): Promise<number> {
  const { world } = log
  const before = (await log.holds()).filter((hold) => hold.world === world)
  if (!before.some((hold) => hold.tick >= tick)) {
    await log.hold({ world, attempt, tick, since: now })
    for (const hold of before) await log.release(hold)
  }
  const held = await heldBy(log, now)
  return Math.min(tick, ...held.map((hold) => hold.tick))
}

/** The holds of forks that still need them; the others are let go. */
export async function heldBy(log: TickLog, now: number): Promise<Hold[]> {
  for (;;) {
    const holds = (await log.holds()).filter(({ world }) => world !== log.world)
    const gone: Hold[] = []
    for (const hold of holds) if (!(await isNeeded(log, hold, now))) gone.push(hold)
    // Who made a fork of one that is gone by now has made a hold of its own before: it is looked for again.
    if (gone.length === 0) return holds
    for (const hold of gone) await log.release(hold)
  }
}

/** Lets go of what a fork held that is gone. */
export async function releaseAll(log: TickLog, fork: string): Promise<void> {
  for (const hold of await log.holds()) if (hold.world === fork) await log.release(hold)
}

/** A fork needs what it refers to until it has collected that itself. */
async function isNeeded({ store }: TickLog, { world, since }: Hold, now: number): Promise<boolean> {
  if (since > now - FORK_MILLISECONDS) return true
  const fork = store.world(world)
  try {
    return (await fork.readHead()) !== undefined && (await fork.manifests()).some((one) => one.world !== undefined)
  } catch (error) {
    // A scheduled world has no right to look at others; and what cannot be read may be needed.
    if (error instanceof StoreError) return true
    throw error
  }
}
