// How a host keeps to a pace: where its world goes on, and how far ahead of its time it is simulated.

import type { Courier } from '../delivery/courier.ts'
import { type Pace, Timeline } from '../delivery/timeline.ts'
import { committedTicks } from '../log/history.ts'
import type { Head, TickLog } from '../log/ticklog.ts'
import type { WorldSettings } from './model.ts'
import type { Machine } from './options.ts'

/** A tick is simulated and committed so long before it begins, by the machine's time. */
const LEAD_MILLISECONDS = 1000

/** Where a world is. */
export interface Whereabouts {
  /** When the next tick begins. */
  instant: number
  settings: WorldSettings
  /** Of a world that is kept. */
  kept?: { log: TickLog; head: Head }
}

/**
 * The world goes on with the first event that an earlier run has committed ahead of its time and not delivered, or else
 * with the next tick. What waits for longer has missed its time.
 * @param couriers that have opened
 */
export async function timelineFor(
  pace: Pace,
  machine: Machine,
  { instant, settings, kept }: Whereabouts,
  couriers: readonly Courier[],
): Promise<Timeline> {
  let first = instant
  if (kept && couriers.some(({ nextTick }) => nextTick < kept.head.tick)) {
    const ahead = 1 + Math.ceil((LEAD_MILLISECONDS * pace.factor) / settings.tickMilliseconds)
    for await (const { tick, shards } of committedTicks(kept.log, Math.max(0, kept.head.tick - ahead), kept.head)) {
      const events = shards.map((shard) => shard.events)
      for (const courier of couriers) first = Math.min(first, courier.firstOwed(tick, events) ?? first)
    }
  }
  return new Timeline(pace, machine, first)
}

/** Waits until a tick is about to begin. @param begin of the tick @returns how many are, from it on; 1 or more */
export async function ticksAbout(
  timeline: Timeline,
  begin: number,
  { tickMilliseconds }: WorldSettings,
  isOver: () => boolean,
): Promise<number> {
  await timeline.reach(begin, isOver, LEAD_MILLISECONDS)
  const horizon = timeline.present + LEAD_MILLISECONDS * timeline.factor
  return Math.max(1, Math.ceil((horizon - begin) / tickMilliseconds))
}
