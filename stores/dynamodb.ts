// Worlds in one DynamoDB table.
//
//     pk                    sk                          holds
//     #worlds               world                       nothing: the list of worlds
//     world                 h                           HEAD
//     world                 c#digest of target          cursor
//     world                 f#fork#attempt              hold
//     world                 m#tick#attempt              manifest
//     world                 p#digest of target, event   parked event
//     world                 r#tick#attempt#part         part of a record
//     world#state#0 to 15   tick#attempt#shard#part     part of a checkpoint
//
// Parts of checkpoints lie under sixteen keys, because one key takes a thousand write units a second and no more.
// A tick in a key is ten digits, counted from -2,000,000,000, so that keys order as ticks do.

import { hash } from 'node:crypto'
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
import type { Consumed, DynamoDbOptions, DynamoDbStore } from './dynamodb-options.ts'
import { type Item, PARALLEL, type Range, Table } from './dynamodb-table.ts'
import { checkAttempt, checkWorld } from './names.ts'
import { PART_BYTES_MAX, type Place, pack, partsBy, unpack, unpackApart } from './pack.ts'
import { inParallel } from './parallel.ts'
import * as seal from './seal.ts'

const WORLDS = '#worlds'
const HEAD = 'h'
const STATE_KEYS = 16
const TICK_ORIGIN = 2_000_000_000
/** After all that a key can go on with. */
const END = '\uffff'

/** Sends nothing yet, unless it has to make the table. @throws StoreError */
export async function openDynamoDb(table: string, options: DynamoDbOptions = {}): Promise<DynamoDbStore> {
  const store = new Worlds(new Table(table, options.client))
  if (options.createTable) await store.create()
  return store
}

class Worlds implements DynamoDbStore {
  readonly #table: Table
  /** By world: nothing is left of ticks before this one. Shared by its logs. */
  readonly #floors = new Map<string, number>()

  constructor(table: Table) {
    this.#table = table
  }

  get consumed(): Readonly<Consumed> {
    return this.#table.consumed
  }

  async create(): Promise<void> {
    await this.#table.create()
  }

  /** A world is listed before it gets its HEAD, and until after it has lost it. */
  async worlds(): Promise<string[]> {
    const names: string[] = []
    for await (const page of this.#table.pages(under(WORLDS, ''), 'sk')) {
      const listed = page.map(({ sk }) => sk?.S ?? '')
      const living = new Set<string>()
      await inParallel(listed, PARALLEL, async (name) => (await this.#table.get(name, HEAD)) && living.add(name))
      names.push(...listed.filter((name) => living.has(name)))
    }
    return names
  }

  world(name: string): TickLog {
    return new DynamoDbLog(this.#table, checkWorld(name), this, this.#floors)
  }

  async countParked(world: string, most: number): Promise<number> {
    let count = 0
    for await (const { length } of this.#table.pages(under(checkWorld(world), 'p#'), 'sk')) {
      count += length
      if (count >= most) break
    }
    return Math.min(count, most)
  }

  async delete(name: string): Promise<void> {
    await inParallel(stateKeys(checkWorld(name)), PARALLEL, (pk) => this.#table.clear(under(pk, '')))
    await this.#table.clear(under(name, ''), (sk) => sk === HEAD)
    await this.#table.delete(name, HEAD)
    await this.#table.delete(WORLDS, name)
    this.#floors.delete(name)
  }

  async close(): Promise<void> {
    this.#table.close()
  }
}

class DynamoDbLog implements TickLog {
  readonly #table: Table
  readonly world: string
  readonly store: Store
  readonly #floors: Map<string, number>

  constructor(table: Table, world: string, store: Store, floors: Map<string, number>) {
    this.#table = table
    this.world = world
    this.store = store
    this.#floors = floors
  }

  async readHead(): Promise<Head | undefined> {
    const item = await this.#table.get(this.world, HEAD)
    return item && seal.openHead(this.world, item.a?.S ?? '', stored(item))
  }

  async commit(expected: string | null, head: Head, records: readonly TickRecord[]): Promise<boolean> {
    const attempt = checkAttempt(head.attempt)
    const item = { ...this.#sealed(HEAD, seal.sealHead(this.world, head, expected)), a: { S: attempt } }
    if (expected === null) await this.#table.put({ pk: { S: WORLDS }, sk: { S: this.world } })
    const items = await Promise.all(records.map(({ tick, bytes }) => this.#recordItems(tick, attempt, bytes)))
    await this.#table.putAll(items.flat())
    const refusal = await this.#table.putIf(item, 'a', expected === null ? undefined : { S: expected })
    if (refusal === undefined) return true
    const there = refusal.there?.a?.S
    if (there === attempt) return true
    if (refusal.certain || refusal.there === undefined) return false
    // An earlier try may have succeeded, with other attempts after it. Each attempt has a single successor.
    const before = seal.beforeHead(this.world, there ?? '', stored(refusal.there))
    if (before === attempt) return true
    if (before === expected) return false
    throw new StoreError(`world ${this.world}: a reply was lost, and whether HEAD was swapped is not known`, {
      code: 'STORE_UNCERTAIN',
    })
  }

  async *records(from: number, to: number): AsyncGenerator<StoredRecord> {
    if (from >= to) return
    let group: { key: string; tick: number; attempt: string; parts: unknown[] } | undefined
    const stored = ({ tick, attempt, parts }: NonNullable<typeof group>): StoredRecord => {
      const place = this.#place('record', tick, attempt)
      return { tick, attempt, bytes: () => unpack(place, parts) }
    }
    for await (const page of this.#table.pages(this.#ticks('r#', from, to)))
      for (const { sk, b } of page) {
        const [, key = '', tick, attempt = '', part] = /^(r#(\d{10})#(.+))#(\d{5})$/.exec(sk?.S ?? '') ?? []
        if (key === '') continue
        if (group && group.key !== key) yield stored(group)
        if (group?.key !== key) group = { key, tick: Number(tick) - TICK_ORIGIN, attempt, parts: [] }
        group.parts[Number(part)] = b?.B
      }
    if (group) yield stored(group)
  }

  async writeState(tick: number, attempt: string, shard: number, bytes: Uint8Array): Promise<void> {
    const place = this.#place('state', tick, checkAttempt(attempt), shard)
    this.#lowerFloor(tick)
    const parts = await pack(place, bytes, PART_BYTES_MAX)
    await this.#table.putAll(parts.map((part, number) => ({ ...this.#stateKey(place, number), b: { B: part } })))
  }

  async readState(tick: number, attempt: string, shard: number): Promise<Uint8Array> {
    const place = this.#place('state', tick, attempt, shard)
    const parts: unknown[] = []
    const read = async (number: number): Promise<void> => {
      const { pk, sk } = this.#stateKey(place, number)
      parts[number] = (await this.#table.get(pk.S, sk.S))?.b?.B
    }
    await read(0)
    const others = Array.from({ length: partsBy(place, parts[0]) - 1 }, (_, index) => index + 1)
    await inParallel(others, PARALLEL, read)
    return unpackApart(place, parts)
  }

  async publish(manifest: Manifest): Promise<void> {
    const { tick, attempt } = manifest
    this.#lowerFloor(tick)
    const sealed = seal.sealManifest(this.world, manifest)
    await this.#table.put(this.#sealed(`m#${tickKey(tick)}#${checkAttempt(attempt)}`, sealed))
  }

  async manifests(): Promise<Manifest[]> {
    const items = await this.#all('m#')
    return seal.newestFirst(
      items.map((item) => {
        const [, tick, attempt = ''] = /^m#(\d{10})#(.+)$/.exec(item.sk?.S ?? '') ?? []
        return seal.openManifest(this.world, Number(tick) - TICK_ORIGIN, attempt, stored(item))
      }),
    )
  }

  async readCursor(target: string): Promise<Cursor | undefined> {
    const item = await this.#table.get(this.world, cursorKey(target))
    return item && seal.openCursor(this.world, target, Number(item.v?.N), stored(item))
  }

  async swapCursor(target: string, cursor: Cursor): Promise<boolean> {
    const version = cursor.version
    const sealed = seal.sealCursor(this.world, target, cursor)
    const item = { ...this.#sealed(cursorKey(target), sealed), n: { S: target }, v: { N: String(version) } }
    const refusal = await this.#table.putIf(item, 'v', version === 1 ? undefined : { N: String(version - 1) })
    if (refusal === undefined) return true
    if (refusal.certain) return false
    const there = Number(refusal.there?.v?.N ?? 0)
    if (there === version) return refusal.there?.j?.S === sealed.text
    if (there < version) return false
    throw new StoreError(
      `world ${this.world}: a reply was lost, and whether cursor ${target} was swapped is not known`,
      { code: 'STORE_UNCERTAIN' },
    )
  }

  async cursors(): Promise<Map<string, Cursor>> {
    const items = await this.#all('c#')
    return new Map(
      items.map((item) => {
        const target = item.n?.S ?? ''
        return [target, seal.openCursor(this.world, target, Number(item.v?.N), stored(item))]
      }),
    )
  }

  async forget(target: string): Promise<void> {
    await this.#table.delete(this.world, cursorKey(target))
  }

  async park(event: ParkedEvent): Promise<void> {
    await this.#table.put(this.#sealed(parkedKey(event.target, event.eventId), seal.sealParked(this.world, event)))
  }

  async parked(): Promise<ParkedEvent[]> {
    return seal.inOrder((await this.#all('p#')).map((item) => seal.openParked(this.world, stored(item))))
  }

  async unpark(target: string, eventId: string): Promise<void> {
    await this.#table.delete(this.world, parkedKey(target, eventId))
  }

  async hold(hold: Hold): Promise<void> {
    await this.#table.put(this.#sealed(holdKey(hold), seal.sealHold(this.world, hold)))
  }

  async holds(): Promise<Hold[]> {
    return (await this.#all('f#')).map((item) => {
      const [, world = '', attempt = ''] = /^f#([^#]+)#(.+)$/.exec(item.sk?.S ?? '') ?? []
      return seal.openHold(this.world, world, attempt, stored(item))
    })
  }

  async release(hold: Pick<Hold, 'world' | 'attempt'>): Promise<void> {
    await this.#table.delete(this.world, holdKey(hold))
  }

  async collect(tick: number): Promise<number> {
    const floor = this.#floors.get(this.world) ?? Number.NEGATIVE_INFINITY
    if (tick <= floor) return 0
    // A manifest goes before what it names.
    let count = await this.#table.clear(this.#ticks('m#', floor, tick))
    await inParallel(stateKeys(this.world), PARALLEL, async (pk) => {
      const deleted = await this.#table.clear({ pk, from: tickKey(floor), to: tickKey(tick) })
      count += deleted
    })
    count += await this.#table.clear(this.#ticks('r#', floor, tick))
    this.#floors.set(this.world, tick)
    return count
  }

  async #recordItems(tick: number, attempt: string, bytes: Uint8Array): Promise<Item[]> {
    this.#lowerFloor(tick)
    const parts = await pack(this.#place('record', tick, attempt), bytes, PART_BYTES_MAX)
    const key = `r#${tickKey(tick)}#${attempt}`
    return parts.map((part, number) => ({
      pk: { S: this.world },
      sk: { S: `${key}#${partKey(number)}` },
      b: { B: part },
    }))
  }

  /** Something is written below the floor, so it is none. */
  #lowerFloor(tick: number): void {
    const floor = this.#floors.get(this.world)
    if (floor !== undefined && tick < floor) this.#floors.set(this.world, tick)
  }

  #place(kind: Place['kind'], tick: number, attempt: string, shard = 0): Place {
    return { kind, world: this.world, tick, attempt, shard }
  }

  #stateKey({ tick, attempt, shard }: Place, part: number): { pk: { S: string }; sk: { S: string } } {
    const pk = stateKeys(this.world)[(3 * shard + part) % STATE_KEYS] as string
    return { pk: { S: pk }, sk: { S: `${tickKey(tick)}#${attempt}#${shard}#${partKey(part)}` } }
  }

  #sealed(sk: string, { text, crc }: seal.Sealed): Item {
    return { pk: { S: this.world }, sk: { S: sk }, j: { S: text }, c: { N: String(crc) } }
  }

  /** Up to what would be the first key of `to`, which no key equals. */
  #ticks(prefix: string, from: number, to: number): Range {
    return { pk: this.world, from: prefix + tickKey(from), to: prefix + tickKey(to) }
  }

  async #all(prefix: string): Promise<Item[]> {
    const items: Item[] = []
    for await (const page of this.#table.pages(under(this.world, prefix))) items.push(...page)
    return items
  }
}

function under(pk: string, prefix: string): Range {
  return { pk, from: prefix === '' ? ' ' : prefix, to: prefix + END }
}

function stateKeys(world: string): string[] {
  return Array.from({ length: STATE_KEYS }, (_, number) => `${world}#state#${number}`)
}

/** Ticks out of reach count as the nearest in reach: a range may have no end. */
function tickKey(tick: number): string {
  const counted = Math.min(Math.max(tick + TICK_ORIGIN, 0), 9_999_999_999)
  return String(counted).padStart(10, '0')
}

function partKey(part: number): string {
  return String(part).padStart(5, '0')
}

function cursorKey(target: string): string {
  return `c#${digest([target])}`
}

function holdKey({ world, attempt }: Pick<Hold, 'world' | 'attempt'>): string {
  return `f#${checkWorld(world)}#${checkAttempt(attempt)}`
}

function parkedKey(target: string, eventId: string): string {
  return `p#${digest([target, eventId])}`
}

/** Targets may be longer than a key. */
function digest(names: string[]): string {
  return hash('sha256', JSON.stringify(names), 'base64url').slice(0, 22)
}

function stored({ j, c }: Item): seal.Stored {
  return { text: j?.S, crc: Number(c?.N) }
}
