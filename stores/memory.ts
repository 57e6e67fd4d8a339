// Worlds in this process, gone with it. What goes in and comes out is copied, as through any other store.

import type {
  Cursor,
  Head,
  Hold,
  Manifest,
  ParkedEvent,
  Store,
  StoredRecord,
  TickLog,
  TickRecord,
} from '../engine/index.ts'
import { StoreError } from '../engine/index.ts'
import { checkAttempt, checkWorld } from './names.ts'
import { inOrder, newestFirst } from './seal.ts'

export function openMemory(): Store {
  return new MemoryStore()
}

class MemoryStore implements Store {
  readonly #worlds = new Map<string, MemoryLog>()

  async worlds(): Promise<string[]> {
    const names = [...this.#worlds].flatMap(([name, log]) => (log.head === undefined ? [] : [name]))
    return names.sort((a, b) => (a < b ? -1 : 1))
  }

  world(name: string): TickLog {
    const log = this.#worlds.get(checkWorld(name)) ?? new MemoryLog(name, this)
    this.#worlds.set(name, log)
    return log
  }

  async delete(name: string): Promise<void> {
    this.#worlds.get(checkWorld(name))?.clear()
  }

  async close(): Promise<void> {}
}

type Attempts<Value> = Map<number, Map<string, Value>>

class MemoryLog implements TickLog {
  readonly world: string
  readonly store: Store
  head: Head | undefined
  readonly #records: Attempts<Uint8Array> = new Map()
  readonly #states: Attempts<Map<number, Uint8Array>> = new Map()
  readonly #manifests: Attempts<Manifest> = new Map()
  readonly #cursors = new Map<string, Cursor>()
  readonly #parked = new Map<string, ParkedEvent>()
  readonly #holds = new Map<string, Hold>()

  constructor(world: string, store: Store) {
    this.world = world
    this.store = store
  }

  async readHead(): Promise<Head | undefined> {
    return structuredClone(this.head)
  }

  async commit(expected: string | null, head: Head, records: readonly TickRecord[]): Promise<boolean> {
    checkAttempt(head.attempt)
    for (const { tick, bytes } of records) of(this.#records, tick).set(head.attempt, copy(bytes))
    if ((this.head?.attempt ?? null) !== expected) return this.head?.attempt === head.attempt
    this.head = structuredClone(head)
    return true
  }

  async *records(from: number, to: number): AsyncGenerator<StoredRecord> {
    for (const tick of ticksOf(this.#records, from, to))
      for (const [attempt, bytes] of this.#records.get(tick) ?? []) yield { tick, attempt, bytes: () => copy(bytes) }
  }

  async writeState(tick: number, attempt: string, shard: number, bytes: Uint8Array): Promise<void> {
    const attempts = of(this.#states, tick)
    const shards = attempts.get(checkAttempt(attempt)) ?? new Map()
    attempts.set(attempt, shards.set(shard, copy(bytes)))
  }

  async readState(tick: number, attempt: string, shard: number): Promise<Uint8Array> {
    const bytes = this.#states.get(tick)?.get(attempt)?.get(shard)
    if (bytes) return copy(bytes)
    throw new StoreError(
      `world ${this.world}: shard ${shard} of the checkpoint of tick ${tick}, attempt ${attempt}, is missing`,
    )
  }

  async publish(manifest: Manifest): Promise<void> {
    of(this.#manifests, manifest.tick).set(checkAttempt(manifest.attempt), structuredClone(manifest))
  }

  async manifests(): Promise<Manifest[]> {
    return newestFirst(structuredClone([...this.#manifests.values()].flatMap((attempts) => [...attempts.values()])))
  }

  async readCursor(target: string): Promise<Cursor | undefined> {
    return structuredClone(this.#cursors.get(target))
  }

  async swapCursor(target: string, cursor: Cursor): Promise<boolean> {
    if ((this.#cursors.get(target)?.version ?? 0) !== cursor.version - 1) return false
    this.#cursors.set(target, structuredClone(cursor))
    return true
  }

  async cursors(): Promise<Map<string, Cursor>> {
    return structuredClone(this.#cursors)
  }

  async forget(target: string): Promise<void> {
    this.#cursors.delete(target)
  }

  async park(event: ParkedEvent): Promise<void> {
    this.#parked.set(JSON.stringify([event.target, event.eventId]), structuredClone(event))
  }

  async parked(): Promise<ParkedEvent[]> {
    return inOrder(structuredClone([...this.#parked.values()]))
  }

  async unpark(target: string, eventId: string): Promise<void> {
    this.#parked.delete(JSON.stringify([target, eventId]))
  }

  async hold(hold: Hold): Promise<void> {
    this.#holds.set(JSON.stringify([checkWorld(hold.world), checkAttempt(hold.attempt)]), structuredClone(hold))
  }

  async holds(): Promise<Hold[]> {
    return structuredClone([...this.#holds.values()])
  }

  async release({ world, attempt }: Pick<Hold, 'world' | 'attempt'>): Promise<void> {
    this.#holds.delete(JSON.stringify([world, attempt]))
  }

  async collect(tick: number): Promise<number> {
    let count = 0
    for (const items of [this.#records, this.#states, this.#manifests])
      for (const below of ticksOf(items, Number.NEGATIVE_INFINITY, tick)) {
        count += items.get(below)?.size ?? 0
        items.delete(below)
      }
    return count
  }

  clear(): void {
    this.head = undefined
    const all = [this.#records, this.#states, this.#manifests, this.#cursors, this.#parked, this.#holds]
    for (const items of all) items.clear()
  }
}

function of<Value>(items: Attempts<Value>, tick: number): Map<string, Value> {
  const attempts = items.get(tick) ?? new Map()
  items.set(tick, attempts)
  return attempts
}

/** Ascending. A few ticks of many are looked up: a courier asks for each tick by itself. */
function ticksOf(items: ReadonlyMap<number, unknown>, from: number, to: number): number[] {
  if (to - from > items.size) return [...items.keys()].filter((tick) => tick >= from && tick < to).sort((a, b) => a - b)
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index).filter((tick) => items.has(tick))
}

function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}
