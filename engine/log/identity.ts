// Whose an event is: ids of events are unique in their world only, so wherever events of several worlds meet, the world's
// own id goes with them. It is derived, so that the same world run twice has the same one, and kept in HEAD from birth on.

import { sha256 } from '#sha256'
import { hexOf } from '../kernel/hex.ts'
import type { Simulation } from './simulation.ts'
import type { Head, Identity } from './ticklog.ts'

/** Where a fork comes from. */
export interface Lineage {
  /** Id of the world that it is a fork of. */
  id: string
  /** When it began, milliseconds since 1970. */
  instant: number
}

const DIGITS = 12

/**
 * @param world its name
 * @param modelVersion at its birth
 * @param shape of its settings, what shapes its stream; JSON
 * @param lineage of a fork
 */
export function worldIdOf(world: string, modelVersion: number, shape: unknown, lineage?: Lineage): string {
  const text = JSON.stringify([world, modelVersion, shape, lineage ?? null], inOrder)
  return hexOf(sha256(new TextEncoder().encode(text))).slice(0, DIGITS)
}

/** Of a world by its HEAD: what is kept there, or what an older version's world is to get. */
export function identityOf(world: string, simulation: Pick<Simulation, 'shapeOf'>, head: Head): Identity {
  const { identity, modelVersion, settings, tick } = head
  return identity ?? { id: worldIdOf(world, modelVersion, simulation.shapeOf(settings)), since: Math.max(0, tick) }
}

/** The world's id that an event of a tick carries; missing where it carries none. */
export function idAt(identity: Identity | undefined, tick: number): string | undefined {
  return identity !== undefined && tick >= identity.since ? identity.id : undefined
}

/** The same object is the same text, in whatever order its keys were set. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
