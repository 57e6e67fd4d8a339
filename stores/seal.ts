// Small items to text and back: HEAD, cursors, manifests and parked events. A CRC-32 over the text and over all that the
// store keeps beside it (world, names) tells a damaged item, or one under a wrong key, from a right one.

import { crc32 } from 'node:zlib'
import { type Cursor, type Head, type Hold, type Manifest, type ParkedEvent, StoreError } from '../engine/index.ts'

/** As it is stored. */
export interface Sealed {
  text: string
  crc: number
}

/** As it came from the store, which may be anything. */
export interface Stored {
  text: unknown
  crc: unknown
}

/** @param before the attempt that was there before this one */
export function sealHead(world: string, { attempt, ...rest }: Head, before: string | null): Sealed {
  return seal(JSON.stringify({ ...rest, before }), 'HEAD', world, attempt)
}

/** @throws StoreError */
export function openHead(world: string, attempt: string, stored: Stored): Head {
  const { before: _, ...rest } = openLinked(world, attempt, stored)
  return { attempt, ...rest }
}

/** The attempt that was there before this one. @throws StoreError */
export function beforeHead(world: string, attempt: string, stored: Stored): string | null {
  return openLinked(world, attempt, stored).before
}

function openLinked(world: string, attempt: string, stored: Stored): Omit<Head, 'attempt'> & { before: string | null } {
  return open(stored, 'HEAD', world, attempt)
}

/** Streams that are ahead are the bulk of a cursor: `stream ticks events`, the ticks counted from the cursor's. */
export function sealCursor(world: string, target: string, { version, ahead, ...rest }: Cursor): Sealed {
  const streams = Object.entries(ahead).map(([stream, [tick, events]]) => `${stream} ${tick - rest.tick} ${events}`)
  return seal(JSON.stringify({ ...rest, ahead: streams.join() }), 'cursor', world, target, String(version))
}

/** @throws StoreError */
export function openCursor(world: string, target: string, version: number, stored: Stored): Cursor {
  const { ahead, mark, ...rest } = open<Omit<Cursor, 'ahead' | 'mark'> & { ahead: string; mark?: string | number }>(
    stored,
    'cursor',
    world,
    target,
    String(version),
  )
  const streams = ahead === '' ? [] : ahead.split(',').map((text) => text.split(' ').map(Number))
  const positions = streams.map(([stream, ticks, events]) => [stream, [rest.tick + (ticks as number), events]])
  // Marks used to be numbers.
  return {
    ...rest,
    version,
    ahead: Object.fromEntries(positions),
    ...(mark === undefined ? {} : { mark: String(mark) }),
  }
}

export function sealManifest(world: string, { tick, attempt, ...rest }: Manifest): Sealed {
  return seal(JSON.stringify(rest), 'manifest', world, String(tick), attempt)
}

/** @throws StoreError */
export function openManifest(world: string, tick: number, attempt: string, stored: Stored): Manifest {
  return {
    tick,
    attempt,
    ...open<Omit<Manifest, 'tick' | 'attempt'>>(stored, 'manifest', world, String(tick), attempt),
  }
}

export function sealHold(of: string, { world, attempt, ...rest }: Hold): Sealed {
  return seal(JSON.stringify(rest), 'hold', of, world, attempt)
}

/** @throws StoreError */
export function openHold(of: string, world: string, attempt: string, stored: Stored): Hold {
  return { world, attempt, ...open<Omit<Hold, 'world' | 'attempt'>>(stored, 'hold', of, world, attempt) }
}

export function sealParked(world: string, event: ParkedEvent): Sealed {
  return seal(JSON.stringify(event), 'parked event', world)
}

/** @throws StoreError */
export function openParked(world: string, stored: Stored): ParkedEvent {
  return open(stored, 'parked event', world)
}

export function newestFirst(manifests: Manifest[]): Manifest[] {
  return manifests.sort((a, b) => b.tick - a.tick || b.savedAt - a.savedAt)
}

/** By target and event, so that every store lists them alike. */
export function inOrder(events: ParkedEvent[]): ParkedEvent[] {
  return events.sort((a, b) => compare(a.target, b.target) || compare(a.eventId, b.eventId))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function seal(text: string, kind: string, ...names: string[]): Sealed {
  return { text, crc: crc32([kind, ...names, text].join('\0')) }
}

function open<Value>({ text, crc }: Stored, kind: string, world: string, ...names: string[]): Value {
  if (typeof text !== 'string' || crc32([kind, world, ...names, text].join('\0')) !== crc)
    throw new StoreError(`world ${world}: ${[kind, ...names].join(' ')} is damaged: its checksum differs`)
  return JSON.parse(text)
}
