// What a run has done: its figures.

import type { Progress } from '../engine/index.ts'
import { EVENT_TYPES, type EventType, type Settings, type Stream } from '../model/index.ts'

/** What a run has done. */
export interface Ran {
  /** Of the world, which may have been born with other ones than this run was given. */
  settings: Settings
  /** Instants that the run has gone from and to. */
  from: number
  reached: number
  events: number
  byType: Record<EventType, number>
  /** Of each target. */
  progress: Progress[]
  /** Commits that another process was faster with. */
  conflicts: number
}

export function noEvents(): Record<EventType, number> {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) as Record<EventType, number>
}

export function count(figures: Pick<Ran, 'events' | 'byType'>, stream: Stream): void {
  figures.events += stream.count
  for (const [type, events] of Object.entries(stream.countsByType)) figures.byType[type as EventType] += events
}
