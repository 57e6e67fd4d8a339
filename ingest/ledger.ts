// What the ingestion API has taken: sequence numbers as Kinesis gives them, the keys seen before, the order within each
// partition key, and counts.

import { hash } from 'node:crypto'
import { getHeapStatistics } from 'node:v8'
import { EVENT_TYPES, type EventType } from '../model/index.ts'
import { type PostedEvent, partitionKeyOf } from '../model/posted/index.ts'
import { Recent } from './memory.ts'

/** Counts since the start. */
export interface IngestionStats {
  /** Events taken for the first time. */
  distinct: number
  /** Posts of an event taken before. */
  repeated: number
  /** Posts that used the key of an event taken before for another body. */
  conflicting: number
  /** Other posts that were refused. */
  rejected: number
  /** Distinct events. */
  byType: Record<EventType, number>
}

/** What a sender's work can be graded by. */
export interface Account {
  distinct: number
  repeated: number
  conflicting: number
  rejected: number
  /** Distinct events that are older than one taken before them of the same student, tutor or market. */
  outOfOrder: number
  /** The first of their keys. */
  outOfOrderKeys: string[]
  /** Earliest and latest timestamp; null before the first event. */
  first: string | null
  last: string | null
  byType: Record<EventType, number>
}

/** The answer to a post that was taken. */
export interface Receipt {
  /** 56 digits, ascending by number and by text. */
  sequenceNumber: string
  shardId: string
  /** There, and true, where the same event was taken before. */
  duplicate?: true
}

/** What was posted under a key. */
interface Entry {
  sequence: number
  fingerprint: string
}

const SHARDS = 4
/** The memory that a key takes, measured at 5 million: a third of it the key's own text. Partition keys are fewer. */
const BYTES_A_KEY = 270

/** Worlds whose events are told apart where all are asked for one. */
const WORLDS_MAX = 1000

/** How many keys are given as examples. */
export const EXAMPLES_MAX = 10

/**
 * An event repeated after more others than are remembered counts as a new one, as it would on a stream whose retention
 * has passed.
 */
export class IngestionLedger {
  readonly #stats: IngestionStats
  readonly #keys: Recent<Entry>
  /** Beginnings of keys. */
  readonly #worlds = new Set<string>()
  /** Latest timestamp of each partition key of a world. */
  readonly #latest: Recent<string>
  #lastSequence = 0
  #outOfOrder = 0
  readonly #outOfOrderKeys: string[] = []
  #first: string | null = null
  #last: string | null = null

  /** @param maxKeys 5 million, or fewer where those would take more than half of this process's memory */
  constructor(maxKeys = Math.min(5_000_000, getHeapStatistics().heap_size_limit / 2 / BYTES_A_KEY)) {
    this.#keys = new Recent(maxKeys)
    this.#latest = new Recent(maxKeys)
    const byType = Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) as Record<EventType, number>
    this.#stats = { distinct: 0, repeated: 0, conflicting: 0, rejected: 0, byType }
  }

  stats(): IngestionStats {
    return { ...this.#stats, byType: { ...this.#stats.byType } }
  }

  account(): Account {
    const { byType, ...counts } = this.stats()
    const order = { outOfOrder: this.#outOfOrder, outOfOrderKeys: [...this.#outOfOrderKeys] }
    return { ...counts, ...order, first: this.#first, last: this.#last, byType }
  }

  /** Whether an event was posted, by whichever world. @param id as it is without its world's */
  hasEvent(id: string): boolean {
    return (
      this.#keys.get(id) !== undefined || [...this.#worlds].some((world) => this.#keys.get(world + id) !== undefined)
    )
  }

  /** The entry of a key that was posted before; the same body means the same bytes. */
  find(key: string): Entry | undefined {
    return this.#keys.get(key)
  }

  /** Takes an event for the first time; without a key it cannot be told from a repetition. */
  enter(key: string | undefined, fingerprint: string, event: PostedEvent): Receipt {
    const sequence = ++this.#lastSequence
    const world = worldOf(key)
    if (key !== undefined) this.#keys.set(key, { sequence, fingerprint })
    if (world !== '' && this.#worlds.size < WORLDS_MAX) this.#worlds.add(world)
    this.#stats.distinct += 1
    this.#stats.byType[event.event_type] += 1
    this.#place(world, key, event)
    return receipt(sequence, event)
  }

  /** The same receipt as the first time. */
  repeat(entry: Entry, event: PostedEvent): Receipt {
    this.#stats.repeated += 1
    return { ...receipt(entry.sequence, event), duplicate: true }
  }

  countRefused(as: 'conflicting' | 'rejected'): void {
    this.#stats[as] += 1
  }

  /** Timestamps are all of one length and form, so they compare as text. */
  #place(world: string, key: string | undefined, event: PostedEvent): void {
    const { timestamp } = event.payload
    if (this.#first === null || timestamp < this.#first) this.#first = timestamp
    if (this.#last === null || timestamp > this.#last) this.#last = timestamp
    const partition = world + partitionKeyOf(event)
    if (timestamp >= (this.#latest.get(partition) ?? '')) {
      this.#latest.set(partition, timestamp)
      return
    }
    this.#outOfOrder += 1
    if (this.#outOfOrderKeys.length < EXAMPLES_MAX) this.#outOfOrderKeys.push(key ?? '')
  }
}

/** Beginning of a key that says of which world the event is: `<world id>/`; '' where none does. */
function worldOf(key = ''): string {
  return key.slice(0, key.indexOf('/') + 1)
}

/** 48 bits of the body's digest, enough to tell an honest repetition from another body. */
export function fingerprintOf(body: string | Uint8Array): string {
  return hash('sha1', body, 'base64').slice(0, 8)
}

function receipt(sequence: number, event: PostedEvent): Receipt {
  return {
    sequenceNumber: `49${String(sequence).padStart(54, '0')}`,
    shardId: `shardId-${String(shardOf(partitionKeyOf(event))).padStart(12, '0')}`,
  }
}

/** FNV-1a. */
function shardOf(key: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193)
  return (state >>> 0) % SHARDS
}
