// Worlds in one SQLite file, for any number of processes at once. A commit is one transaction, synced to the disk.

import {
  type Cursor,
  giveBack,
  type Head,
  type Hold,
  type Manifest,
  type ParkedEvent,
  type Store,
  type StoredRecord,
  type TickLog,
  type TickRecord,
} from '../engine/index.ts'
import { checkAttempt, checkWorld } from './names.ts'
import { type Place, pack, unpack, unpackApart } from './pack.ts'
import * as seal from './seal.ts'
import { type Access, SqliteFile } from './sqlite-file.ts'

export interface SqliteOptions {
  /** How long to wait for another process that writes; 30,000. */
  busyMilliseconds?: number
  /** What for; `make`. */
  access?: Access
}

const BUSY_MILLISECONDS = 30_000
/** Keys of records that are looked up at once. */
const PAGE = 256

/** Makes the file, and the folders above it, where there is none, unless it is to be changed or read only. @throws StoreError */
export function openSqlite(
  file: string,
  { busyMilliseconds = BUSY_MILLISECONDS, access = 'make' }: SqliteOptions = {},
): Store {
  return new SqliteStore(new SqliteFile(file, busyMilliseconds, access))
}

class SqliteStore implements Store {
  readonly #file: SqliteFile

  constructor(file: SqliteFile) {
    this.#file = file
  }

  async worlds(): Promise<string[]> {
    const rows = this.#file.allSound('heads', 'SELECT world, attempt, text, crc FROM heads ORDER BY world')
    return rows.map((row) => {
      seal.openHead(String(row.world), String(row.attempt), stored(row))
      return String(row.world)
    })
  }

  world(name: string): TickLog {
    return new SqliteLog(this.#file, checkWorld(name), this)
  }

  async delete(name: string): Promise<void> {
    checkWorld(name)
    this.#file.transact(() => {
      const holds = this.#file.hasHolds ? ['holds'] : []
      for (const table of ['records', 'states', 'manifests', 'cursors', 'parked', ...holds, 'heads'])
        this.#file.run(`DELETE FROM ${table} WHERE world = ?`, name)
    })
  }

  async close(): Promise<void> {
    this.#file.close()
  }
}

class SqliteLog implements TickLog {
  readonly #file: SqliteFile
  readonly world: string
  readonly store: Store

  constructor(file: SqliteFile, world: string, store: Store) {
    this.#file = file
    this.world = world
    this.store = store
  }

  async readHead(): Promise<Head | undefined> {
    const sql = 'SELECT attempt, text, crc FROM heads WHERE world = ?'
    const [row] = this.#file.allSound('heads', sql, this.world)
    return row && seal.openHead(this.world, String(row.attempt), stored(row))
  }

  async commit(expected: string | null, head: Head, records: readonly TickRecord[]): Promise<boolean> {
    const world = this.world
    const attempt = checkAttempt(head.attempt)
    const { text, crc } = seal.sealHead(world, head, expected)
    const packed = await Promise.all(
      records.map(
        async ({ tick, bytes }) => [tick, await packOne(this.#place('record', tick, attempt), bytes)] as const,
      ),
    )
    const isSwapped = this.#file.transact(() => {
      for (const [tick, bytes] of packed)
        this.#file.run('INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)', world, tick, attempt, bytes)
      const swapped =
        expected === null
          ? this.#file.run('INSERT OR IGNORE INTO heads VALUES (?, ?, ?, ?)', world, attempt, text, crc)
          : this.#file.run(
              'UPDATE heads SET attempt = ?, text = ?, crc = ? WHERE world = ? AND attempt = ?',
              ...[attempt, text, crc, world, expected],
            )
      if (swapped === 1) return true
      return this.#file.get('SELECT attempt FROM heads WHERE world = ?', world)?.attempt === attempt
    })
    for (const [, bytes] of packed) giveBack(bytes)
    return isSwapped
  }

  async *records(from: number, to: number): AsyncGenerator<StoredRecord> {
    const world = this.world
    let [tick, attempt] = [clamp(from), '']
    for (;;) {
      // Keys first, each record's bytes by themselves: a reader that takes its time keeps no transaction open.
      const keys = this.#file.all(
        `SELECT rowid, tick, attempt FROM records
         WHERE world = ? AND (tick, attempt) > (?, ?) AND tick < ? ORDER BY tick, attempt LIMIT ${PAGE}`,
        ...[world, tick, attempt, clamp(to)],
      )
      for (const key of keys) {
        if (!(Number(key.tick) > tick || (key.tick === tick && String(key.attempt) > attempt)))
          throw this.#file.damage('records are out of order')
        tick = Number(key.tick)
        attempt = String(key.attempt)
        const place = this.#place('record', tick, attempt)
        const bytes = this.#file.get('SELECT bytes FROM records WHERE rowid = ?', key.rowid as number)?.bytes
        yield { tick, attempt, bytes: () => unpack(place, [bytes]) }
      }
      if (keys.length < PAGE) return
    }
  }

  async writeState(tick: number, attempt: string, shard: number, bytes: Uint8Array): Promise<void> {
    const packed = await packOne(this.#place('state', tick, checkAttempt(attempt), shard), bytes)
    const sql = 'INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?)'
    this.#file.run(sql, this.world, tick, attempt, shard, packed)
    giveBack(packed)
  }

  async readState(tick: number, attempt: string, shard: number): Promise<Uint8Array> {
    const sql = 'SELECT bytes FROM states WHERE world = ? AND tick = ? AND attempt = ? AND shard = ?'
    const row = this.#file.get(sql, this.world, tick, attempt, shard)
    const state = await unpackApart(this.#place('state', tick, attempt, shard), [row?.bytes])
    giveBack(row?.bytes as Uint8Array)
    return state
  }

  async publish(manifest: Manifest): Promise<void> {
    const { text, crc } = seal.sealManifest(this.world, manifest)
    const { tick, attempt } = manifest
    const sql = 'INSERT OR REPLACE INTO manifests VALUES (?, ?, ?, ?, ?)'
    this.#file.run(sql, this.world, tick, checkAttempt(attempt), text, crc)
  }

  async manifests(): Promise<Manifest[]> {
    const sql = 'SELECT tick, attempt, text, crc FROM manifests WHERE world = ?'
    const rows = this.#file.allSound('manifests', sql, this.world)
    return seal.newestFirst(
      rows.map((row) => seal.openManifest(this.world, Number(row.tick), String(row.attempt), stored(row))),
    )
  }

  async readCursor(target: string): Promise<Cursor | undefined> {
    const sql = 'SELECT version, text, crc FROM cursors WHERE world = ? AND target = ?'
    const [row] = this.#file.allSound('cursors', sql, this.world, target)
    return row && seal.openCursor(this.world, target, Number(row.version), stored(row))
  }

  async swapCursor(target: string, cursor: Cursor): Promise<boolean> {
    const { text, crc } = seal.sealCursor(this.world, target, cursor)
    const { version } = cursor
    const swapped =
      version === 1
        ? this.#file.run('INSERT OR IGNORE INTO cursors VALUES (?, ?, 1, ?, ?)', this.world, target, text, crc)
        : this.#file.runUnsynced(
            'UPDATE cursors SET version = ?, text = ?, crc = ? WHERE world = ? AND target = ? AND version = ?',
            ...[version, text, crc, this.world, target, version - 1],
          )
    return swapped === 1
  }

  async cursors(): Promise<Map<string, Cursor>> {
    const sql = 'SELECT target, version, text, crc FROM cursors WHERE world = ?'
    const rows = this.#file.allSound('cursors', sql, this.world)
    return new Map(
      rows.map((row) => {
        const target = String(row.target)
        return [target, seal.openCursor(this.world, target, Number(row.version), stored(row))]
      }),
    )
  }

  async forget(target: string): Promise<void> {
    this.#file.run('DELETE FROM cursors WHERE world = ? AND target = ?', this.world, target)
  }

  async park(event: ParkedEvent): Promise<void> {
    const { text, crc } = seal.sealParked(this.world, event)
    const { target, eventId } = event
    this.#file.run('INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?)', this.world, target, eventId, text, crc)
  }

  async parked(): Promise<ParkedEvent[]> {
    const rows = this.#file.allSound('parked', 'SELECT text, crc FROM parked WHERE world = ?', this.world)
    return seal.inOrder(rows.map((row) => seal.openParked(this.world, stored(row))))
  }

  async unpark(target: string, eventId: string): Promise<void> {
    this.#file.run('DELETE FROM parked WHERE world = ? AND target = ? AND event = ?', this.world, target, eventId)
  }

  async hold(hold: Hold): Promise<void> {
    const { text, crc } = seal.sealHold(this.world, hold)
    const { world, attempt } = hold
    this.#file.transact(() => {
      this.#file.makeHolds()
      const names = [checkWorld(world), checkAttempt(attempt)]
      this.#file.run('INSERT OR REPLACE INTO holds VALUES (?, ?, ?, ?, ?)', this.world, ...names, text, crc)
    })
  }

  async holds(): Promise<Hold[]> {
    if (!this.#file.hasHolds) return []
    const sql = 'SELECT holder, attempt, text, crc FROM holds WHERE world = ?'
    return this.#file
      .allSound('holds', sql, this.world)
      .map((row) => seal.openHold(this.world, String(row.holder), String(row.attempt), stored(row)))
  }

  async release({ world, attempt }: Pick<Hold, 'world' | 'attempt'>): Promise<void> {
    if (!this.#file.hasHolds) return
    const sql = 'DELETE FROM holds WHERE world = ? AND holder = ? AND attempt = ?'
    this.#file.run(sql, this.world, world, attempt)
  }

  async collect(tick: number): Promise<number> {
    const tables = ['manifests', 'states', 'records']
    const below = tables.map((table) => `DELETE FROM ${table} WHERE world = ? AND tick < ?`)
    return this.#file.transact(() =>
      below.reduce((count, sql) => count + this.#file.run(sql, this.world, clamp(tick)), 0),
    )
  }

  #place(kind: Place['kind'], tick: number, attempt: string, shard = 0): Place {
    return { kind, world: this.world, tick, attempt, shard }
  }
}

async function packOne(place: Place, bytes: Uint8Array): Promise<Uint8Array> {
  const [packed] = await pack(place, bytes)
  return packed as Uint8Array
}

function stored({ text, crc }: Record<string, unknown>): seal.Stored {
  return { text, crc }
}

function clamp(tick: number): number {
  return Math.min(Math.max(tick, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}
