// How far a target has been delivered to, stream by stream: where the lanes are, and what two couriers know together.

import type { Cursor } from '../log/ticklog.ts'

/** The next event of a stream: its tick, and how many events of that tick are before it. */
export type Place = readonly [tick: number, events: number]

/** The events that tell what stands before a tick have places before its own: they are counted from here on. */
const OPENING = -0x1_0000_0000

export function isBefore(a: Place, b: Place): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}

export function later(a: Place, b: Place): Place {
  return isBefore(a, b) ? b : a
}

/** What a cursor says besides its places. */
interface Beside {
  inDoubt: Cursor['inDoubt'] | undefined
  mark: string | undefined
}

/** @param places of the streams, by number */
export function cursorOf(places: readonly Place[], { inDoubt, mark }: Beside): Cursor {
  const [tick, events] = places.reduce((first, place) => (isBefore(place, first) ? place : first))
  const isOpening = events < 0
  const ahead: Record<number, Place> = {}
  for (const [stream, place] of places.entries()) if (isBefore(firstOf(tick, isOpening), place)) ahead[stream] = place
  return {
    ...{ version: 1, streams: places.length, tick, ahead },
    ...(isOpening ? { opening: true } : {}),
    ...(inDoubt === undefined ? {} : { inDoubt }),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** Where a tick begins. @param isOpening with what stands before it */
export function firstOf(tick: number, isOpening = false): Place {
  return [tick, isOpening ? OPENING : 0]
}

/** Place of a stream. */
export function placeOf(cursor: Cursor, stream: number): Place {
  return cursor.ahead[stream] ?? firstOf(cursor.tick, cursor.opening)
}

/**
 * Before which place what a stream still has to deliver may have arrived already.
 * @param streams of who goes on from the cursor: counted otherwise, some streams were further on than all are now
 * @param tick before which an earlier run may have delivered
 */
export function doubtBefore(cursor: Cursor | undefined, stream: number, streams: number, tick: number): Place {
  if (cursor && (cursor.inDoubt === 'all' || cursor.streams !== streams)) return [tick, 0]
  return (cursor?.inDoubt as Readonly<Record<number, Place>> | undefined)?.[stream] ?? [Number.NEGATIVE_INFINITY, 0]
}

/**
 * The cursor to be written over the stored one: each stream where it is furthest, so that none runs back. Streams that
 * were counted otherwise cannot be compared; what the stored cursor says of all of them still holds.
 */
export function advanced(stored: Cursor, cursor: Cursor): Cursor {
  const places = Array.from({ length: cursor.streams }, (_, stream) => {
    const place = placeOf(cursor, stream)
    return later(
      place,
      stored.streams === cursor.streams ? placeOf(stored, stream) : firstOf(stored.tick, stored.opening),
    )
  })
  // Whoever has marks has one stream: the mark belongs to its place.
  const isStoredAhead = stored.streams === cursor.streams && isBefore(placeOf(cursor, 0), placeOf(stored, 0))
  const mark = isStoredAhead ? stored.mark : (cursor.mark ?? stored.mark)
  return { ...cursorOf(places, { inDoubt: cursor.inDoubt, mark }), version: stored.version + 1 }
}

/** Whether two cursors say the same, whatever their versions. */
export function saysTheSame(a: Cursor, b: Cursor): boolean {
  return (
    a.streams === b.streams &&
    a.mark === b.mark &&
    JSON.stringify(a.inDoubt) === JSON.stringify(b.inDoubt) &&
    Array.from({ length: a.streams }, (_, stream) => stream).every((stream) => {
      const [tick, events] = placeOf(a, stream)
      const [otherTick, otherEvents] = placeOf(b, stream)
      return tick === otherTick && events === otherEvents
    })
  )
}
