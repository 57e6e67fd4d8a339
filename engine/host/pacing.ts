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
  now: number
  settings: WorldSettings
  /** Of a world that is kept. */
  kept: { log: TickLog; head: Head } | undefined
}

/** How a stretch stands. */
export interface Outlook {
  /** What happened before it has left or is about to. */
  present: number
  /** The event that waits for its time, with the index of its type, or else the next tick; undefined where all is due. */
  next: { instant: number; type?: number; inMilliseconds: number } | undefined
  /** By how much of the machine's time an event left too late at the most, since this was asked last. */
  lateMilliseconds: number
  /** Events that the target has which has most. */
  delivered: number
}

/**
 * The world goes on with the first event that an earlier run has committed ahead of its time and not delivered, or else
 * with the next tick. What waits for longer has missed its time.
 * @param couriers that have opened
 */
export async function timelineFor(
  pace: Pace,
  machine: Machine,
  { now, settings, kept }: Whereabouts,
  couriers: readonly Courier[],
): Promise<Timeline> {
  let first = now
  if (kept && couriers.some(({ nextTick }) => nextTick < kept.head.tick)) {
    const ahead = 1 + Math.ceil((LEAD_MILLISECONDS * pace.factor) / settings.tickMilliseconds)
    const begin = Math.max(0, kept.head.tick - ahead)
    const from = Math.min(
      begin,
      ...couriers.map(({ carriage, nextTick }) => carriage?.since(Math.max(begin, nextTick)) ?? begin),
    )
    for await (const { tick, shards } of committedTicks(kept.log, from, kept.head)) {
      const events = shards.map((shard) => shard.events)
      for (const courier of couriers) {
        const owed = courier.firstOwed(tick, events)
        if (tick >= begin) first = Math.min(first, owed ?? first)
      }
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

/** @param now when the next tick begins @param tick that all before it are in the outbox */
export function outlookOf(
  timeline: Timeline | undefined,
  couriers: readonly Courier[],
  now: number,
  tick: number,
): Outlook {
  const delivered = Math.max(0, ...couriers.map(({ progress }) => progress.delivered))
  const lateMilliseconds = Math.max(0, ...couriers.map((courier) => courier.lateMilliseconds()))
  if (!timeline) return { present: now, next: undefined, lateMilliseconds, delivered }
  const awaited = couriers.flatMap((courier) => courier.awaited ?? [])
  const next = awaited.reduce(
    (first, one) => (one.instant < first.instant ? one : first),
    awaited[0] ?? { instant: now },
  )
  const inMilliseconds = timeline.until(next.instant)
  const isBusy = couriers.some((courier) => !courier.awaited && courier.nextTick < tick)
  return {
    ...{ present: Math.min(timeline.present, now), lateMilliseconds, delivered },
    next: inMilliseconds > 0 && !isBusy ? { ...next, inMilliseconds } : undefined,
  }
}
