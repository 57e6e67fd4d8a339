// What the ingestion API has taken: sequence numbers as Kinesis gives them, the keys seen before, and counts.

import { hash } from 'node:crypto'
import { getHeapStatistics } from 'node:v8'
import { EVENT_TYPES, type Event, type EventType } from '../model/index.ts'

/** An event as it is posted. */
export type PostedEvent = Pick<Event, 'event_type' | 'payload'>

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
/** The memory that a key takes, measured at 5 million: a third of it the key's own text. */
const BYTES_A_KEY = 250

/**
 * Remembers the last half to whole `maxKeys` keys. An event repeated later than that counts as a new one, as it would
 * on a stream whose retention has passed.
 */
export class IngestionLedger {
  readonly #stats: IngestionStats
  readonly #maxKeys: number
  #lastSequence = 0
  /** Two generations: when the younger one is full, the older one is dropped whole, which costs nothing a key. */
  #young = new Map<string, Entry>()
  #old = new Map<string, Entry>()

  /** @param maxKeys 5 million, or fewer where those would take more than half of this process's memory */
  constructor(maxKeys = Math.min(5_000_000, getHeapStatistics().heap_size_limit / 2 / BYTES_A_KEY)) {
    this.#maxKeys = maxKeys
    const byType = Object.fromEntries(EVENT_TYPES.map((type) => [type, 0])) as Record<EventType, number>
    this.#stats = { distinct: 0, repeated: 0, conflicting: 0, rejected: 0, byType }
  }

  stats(): IngestionStats {
    return { ...this.#stats, byType: { ...this.#stats.byType } }
  }

  /** The entry of a key that was posted before; the same body means the same bytes. */
  find(key: string): Entry | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  /** Takes an event for the first time; without a key it cannot be told from a repetition. */
  enter(key: string | undefined, fingerprint: string, event: PostedEvent): Receipt {
    const sequence = ++this.#lastSequence
    if (key !== undefined) this.#remember(key, { sequence, fingerprint })
    this.#stats.distinct += 1
    this.#stats.byType[event.event_type] += 1
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

  #remember(key: string, entry: Entry): void {
    if (this.#young.size >= this.#maxKeys / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, entry)
  }
}

/** 48 bits of the body's digest, enough to tell an honest repetition from another body. */
export function fingerprintOf(body: Buffer): string {
  return hash('sha1', body, 'base64').slice(0, 8)
}

function receipt(sequence: number, event: PostedEvent): Receipt {
  return {
    sequenceNumber: `49${String(sequence).padStart(54, '0')}`,
    shardId: `shardId-${String(shardOf(partitionKey(event))).padStart(12, '0')}`,
  }
}

/** What keeps the events of one student, tutor or market in order. */
function partitionKey({ payload }: PostedEvent): string {
  if ('student_id' in payload) return payload.student_id
  return 'tutor_id' in payload ? payload.tutor_id : `${payload.subject}|${payload.region}`
}

/** FNV-1a. */
function shardOf(key: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < key.length; i++) state = Math.imul(state ^ key.charCodeAt(i), 0x01000193)
  return (state >>> 0) % SHARDS
}
