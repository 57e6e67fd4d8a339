// Where a world is kept between runs: the port between the runner and the stores.
//
// A world is HEAD, records and checkpoints. HEAD is one small item that only ever changes by compare-and-swap: a swap
// names the attempt that it expects there. A record is one tick: the rows it changed and the events it brought. It is
// written before HEAD moves past its tick, under the attempt that wrote it, so attempts that race or die leave records
// behind that HEAD never came to; the chain of hashes that ends in HEAD tells which were committed. A checkpoint is the
// whole state before one tick; it counts once it was read back and published.

import { OperationalError, type OperationalErrorOptions } from '../kernel/errors.ts'

/** A change from outside, as it waits for the tick that it takes effect with. */
export interface PendingInput {
  /** From 1, in the order in which the world took them. */
  position: number
  /** Chosen by the caller that put it in, to find it again by. */
  id: string
  /** JSON; only the model reads it. */
  input: unknown
}

/** What tells a world's events from those of all other worlds. */
export interface Identity {
  /** 12 hex digits. */
  id: string
  /** The first tick whose events carry it. Those before were committed by a version without; they stay without. */
  since: number
}

/** A world of the same store that a fork has a part of its past from. */
export interface Origin {
  world: string
  /** It has the ticks before this one, from the end of the origin before it on. */
  until: number
}

/** What is told of a state without reading it. */
export interface Rest {
  /** End of the chain there: it counts for that state alone. */
  hash: string
  /** SHA-256 of all shards' bytes, one after the other; hex. */
  digest: string
  /** What each shard tells of itself. JSON; only the model reads it. */
  shards: readonly unknown[]
}

export interface Head {
  /** The next tick: all before it are committed. Negative while the world warms up. */
  tick: number
  /** Who swapped HEAD last, unique to each try: what the next swap has to name. Up to 100 of A–Z a–z 0–9 _ . : - */
  attempt: string
  /** End of the chain: hash of the record of the tick before, or of the checkpoint that the world begins with; hex. */
  hash: string
  /** Whose events these are; missing where only older versions have committed. */
  identity?: Identity
  /** Of the code that committed last; older code refuses to go on. */
  modelVersion: number
  /** What the world was born with. JSON; only the model reads it. */
  settings: unknown
  /** Inputs that take effect with `tick`. */
  inputs: readonly PendingInput[]
  /** Inputs taken so far. */
  positions: number
  /** Of a fork that has not copied its past: where it lies. */
  origins?: readonly Origin[]
  /** Of the state before `tick`, where a run has ended there by itself. */
  rest?: Rest
}

/** A tick as it is written: uncompressed canonical bytes, see record.ts. */
export interface TickRecord {
  tick: number
  bytes: Uint8Array
}

/** A record as it lies in the log, committed or left behind. */
export interface StoredRecord {
  tick: number
  attempt: string
  /** @throws StoreError where parts are missing or damaged */
  bytes(): Uint8Array
}

/** Names a checkpoint: which state it is, whole and unharmed. */
export interface Manifest {
  /** The state before this tick. */
  tick: number
  attempt: string
  /** End of the chain at that tick. */
  hash: string
  modelVersion: number
  /** SHA-256 of each shard's bytes, hex. */
  digests: readonly string[]
  /** Bytes of all shards, uncompressed. */
  sizeBytes: number
  /** Milliseconds since 1970, by the clock of who saved it. */
  savedAt: number
  /** The world of the same store that its bytes belong to, where that is another: a fork refers to it. */
  world?: string
}

/**
 * Keeps what a world has from a tick on from being collected, as a fork refers to it. A world has one of its own too: what
 * lies below that is to be collected, and whoever would refer to it comes too late.
 */
export interface Hold {
  /** The fork's name, or the world's own. */
  world: string
  /** A name that no hold has had before, as of attempts. */
  attempt: string
  tick: number
  /** When it was made; milliseconds since 1970, by the clock of who did. */
  since: number
}

/** How far one target has been delivered to. */
export interface Cursor {
  /** Goes up by one with each swap, from 1. */
  version: number
  /** Streams that the positions are counted by. */
  streams: number
  /** Every stream has all events of the ticks before this one. */
  tick: number
  /** The target is still being told what stood before that tick. */
  opening?: true
  /** Streams that are further on, by number: the tick, and how many of its events are behind them. */
  ahead: Readonly<Record<number, readonly [tick: number, events: number]>>
  /**
   * What may have arrived beyond that, as nobody has heard how its last try ended: of these streams what lies before a
   * place. `all`: of every stream, as somebody delivers, or did so until the process died. Absent: nothing.
   */
  inDoubt?: 'all' | Readonly<Record<number, readonly [tick: number, events: number]>>
  /** What the target's sink needs to go on from there, such as a file's length. */
  mark?: string
  /** Where it is delivered to over wires that are not clean: from which tick on over which one (null: a clean one). */
  wire?: {
    /** Events of this tick and of those behind it can still be on their way. */
    since: number
    /** What is dropped is parked, and counts as an event of its stream. */
    keepsBack: boolean
    sections: readonly { from: number; told: unknown }[]
  }
}

/** The first tick of which the target still needs something. */
export function neededFrom({ tick, wire }: Cursor): number {
  return wire ? Math.min(tick, wire.since) : tick
}

/** An event that a target has refused for good, kept for a person to see. */
export interface ParkedEvent {
  target: string
  eventId: string
  stream: number
  /** The NDJSON line, without its end. */
  line: string
  status: number
  answer: string
  /** It was sent once more since, and nobody knows whether it arrived then. */
  inDoubt?: boolean
  /** Its place among what happens at the same instant, as in `Columns`; older versions did not keep it. */
  rank?: number
  step?: number
  /** The world's id that its key begins with; missing where it begins with none. */
  worldId?: string
}

/** One world. Reads see every write that was confirmed before. Any method may reject while the write still happens. */
export interface TickLog {
  /** Its name. */
  readonly world: string
  /** Where it lies. */
  readonly store: Store

  readHead(): Promise<Head | undefined>
  /**
   * Writes the records under `head.attempt`, then swaps HEAD if `expected` is still the attempt there (null: if there is
   * no HEAD). False where it is another's. A rejection says nothing about the outcome. Bytes of records stay the caller's,
   * who gives them back then: what keeps them copies them.
   */
  commit(expected: string | null, head: Head, records: readonly TickRecord[]): Promise<boolean>
  /** Every record of ticks in [from, to), ascending by tick. */
  records(from: number, to: number): AsyncIterable<StoredRecord>

  /** Writes one shard of a checkpoint; again under the same names, over it. The bytes stay the caller's, who gives them back then. */
  writeState(tick: number, attempt: string, shard: number, bytes: Uint8Array): Promise<void>
  /** Bytes that are the caller's own. @throws StoreError where it is missing or damaged */
  readState(tick: number, attempt: string, shard: number): Promise<Uint8Array>
  /** Makes a checkpoint count. */
  publish(manifest: Manifest): Promise<void>
  /** Newest first. */
  manifests(): Promise<Manifest[]>

  readCursor(target: string): Promise<Cursor | undefined>
  /** False where the cursor's version is not the one before `cursor.version` (1: where there is one). */
  swapCursor(target: string, cursor: Cursor): Promise<boolean>
  /** By target. */
  cursors(): Promise<Map<string, Cursor>>
  /** Forgets how far a target is: it is owed nothing any more. What it has refused stays. */
  forget(target: string): Promise<void>

  /** Again with the same target and event, over it. */
  park(event: ParkedEvent): Promise<void>
  parked(): Promise<ParkedEvent[]>
  unpark(target: string, eventId: string): Promise<void>

  /** Again under the same names, over it. */
  hold(hold: Hold): Promise<void>
  holds(): Promise<Hold[]>
  release(hold: Pick<Hold, 'world' | 'attempt'>): Promise<void>
  /** Deletes records and checkpoints of ticks before `tick`, those left behind too. Returns how many items. */
  collect(tick: number): Promise<number>
}

/** Many worlds under one roof. */
export interface Store {
  /** Names of the worlds that have a HEAD, ascending by code unit. */
  worlds(): Promise<string[]>
  world(name: string): TickLog
  /** Deletes everything of a world, HEAD last. */
  delete(name: string): Promise<void>
  close(): Promise<void>
}

/** Why a store cannot be gone on with. */
export type StoreErrorCode =
  /** Something in it is missing, damaged, or another's than it should be. */
  | 'STORE_DAMAGED'
  /** It is somebody else's file. */
  | 'STORE_FOREIGN'
  /** A newer version wrote it. */
  | 'STORE_TOO_NEW'
  /** Others keep it busy. */
  | 'STORE_BUSY'
  /** It cannot be opened, made or reached. */
  | 'STORE_UNAVAILABLE'
  /** No right to it. */
  | 'STORE_FORBIDDEN'
  /** Nobody knows whether something was written. */
  | 'STORE_UNCERTAIN'
  /** What was to be written is larger than it takes. */
  | 'STORE_LIMIT'

/** The message names the item and what is wrong; where no code is said, it is damaged. */
export class StoreError extends OperationalError {
  override name = 'StoreError'
  declare readonly code: StoreErrorCode

  constructor(message: string, options: Partial<OperationalErrorOptions<StoreErrorCode>> = {}) {
    super(message, { code: 'STORE_DAMAGED', ...options })
  }
}

/** Why there is no going on with a world. */
export type WorldErrorCode =
  | 'WORLD_MISSING'
  /** It was there when its run began. */
  | 'WORLD_DELETED'
  | 'WORLD_EXISTS'
  /** Newer code than this has committed to it. */
  | 'WORLD_TOO_NEW'
  /** A model has, whose rules are not here any more. */
  | 'WORLD_TOO_OLD'
  | 'WORLD_WARMING_UP'
  /** Nothing that two worlds have kept is the same. */
  | 'WORLDS_UNRELATED'
  /** It has not come to a tick, or has it no more. */
  | 'TICK_MISSING'

/** The world is not there, or is not for this program. */
export class WorldError extends OperationalError {
  override name = 'WorldError'
  declare readonly code: WorldErrorCode

  constructor(message: string, options: OperationalErrorOptions<WorldErrorCode>) {
    super(message, options)
  }
}

/** A world of an older model, whose rules are not here any more. */
export function pastWorld(modelVersion: number, current: number): WorldError {
  return new WorldError(
    `written by model ${modelVersion}, whose rules this version, with model ${current}, does not have: what is committed ` +
      'can be shown, verified and delivered; to go on, begin a new world or use the version that wrote it',
    { code: 'WORLD_TOO_OLD' },
  )
}
