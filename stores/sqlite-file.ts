// A SQLite file for any number of processes at once. It is made or opened, other programs' files are refused, and every error
// becomes a StoreError of one line that names the file.

import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { StoreError, type StoreErrorCode } from '../engine/index.ts'

/** "TSIM": the application id of our SQLite files. */
const APPLICATION_ID = 0x5453494d
/** As a file is made; and since something in it was referred to from elsewhere: older versions would collect that. */
const FORMAT = 1
const FORMAT_WITH_HOLDS = 2
const PAGE_BYTES_MIN = 512

/** SQLite's own numbers of errors, without what is above their low byte. */
const BUSY = 5
const CORRUPT = 11
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26

const SCHEMA = `
  CREATE TABLE heads (world TEXT PRIMARY KEY, attempt TEXT NOT NULL, text TEXT NOT NULL, crc INTEGER NOT NULL);
  CREATE TABLE records (
    world TEXT, tick INTEGER, attempt TEXT, bytes BLOB NOT NULL, PRIMARY KEY (world, tick, attempt));
  CREATE TABLE states (
    world TEXT, tick INTEGER, attempt TEXT, shard INTEGER, bytes BLOB NOT NULL,
    PRIMARY KEY (world, tick, attempt, shard));
  CREATE TABLE manifests (
    world TEXT, tick INTEGER, attempt TEXT, text TEXT NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY (world, tick, attempt));
  CREATE TABLE cursors (
    world TEXT, target TEXT, version INTEGER NOT NULL, text TEXT NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY (world, target));
  CREATE TABLE parked (
    world TEXT, target TEXT, event TEXT, text TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (world, target, event));
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};`

const HOLDS = `
  CREATE TABLE IF NOT EXISTS holds (
    world TEXT, holder TEXT, attempt TEXT, text TEXT NOT NULL, crc INTEGER NOT NULL,
    PRIMARY KEY (world, holder, attempt));
  PRAGMA user_version = ${FORMAT_WITH_HOLDS};`

/**
 * What a store is opened for: to be made where it is not there, to be changed, or to be read. Who reads makes nothing, leaves
 * nothing behind, and needs no right to write.
 */
export type Access = 'make' | 'change' | 'read'

export class SqliteFile {
  readonly #file: string
  readonly #connection: DatabaseSync
  /** Of the file that was opened. */
  readonly #identity: string | undefined
  readonly #statements = new Map<string, StatementSync>()

  /** @param timeout how long to wait for others, in milliseconds @throws StoreError */
  constructor(file: string, timeout: number, access: Access) {
    this.#file = file
    if (access === 'make') this.#makeFolder()
    // SQLite takes less than a page for an empty file, and would write over it.
    const size = this.guard(() => statSync(file, { throwIfNoEntry: false })?.size)
    if (size === undefined && access !== 'make') throw this.#missing()
    if (size !== undefined && size > 0 && size < PAGE_BYTES_MIN)
      throw new StoreError(`${file} is not a tutorsim store`, { code: 'STORE_FOREIGN' })
    this.#connection = this.guard(() =>
      access === 'read' ? openToRead(file, timeout) : new DatabaseSync(file, { timeout }),
    )
    this.#identity = this.guard(() => identityOf(file))
    try {
      this.guard(() => this.#prepare(performance.now() + timeout, access))
    } catch (error) {
      this.#connection.close()
      throw error
    }
  }

  /** A row per object; columns as they are named. */
  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.guard(() => this.#statement(sql).all(...values))
  }

  /** For a small table, which is first checked for damage: a row under a damaged key would seem not to be there. */
  allSound(table: string, sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    const [first] = this.all(`PRAGMA integrity_check('${table}')`)
    if (first?.integrity_check !== 'ok') throw this.damage(String(first?.integrity_check))
    return this.all(sql, ...values)
  }

  get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.guard(() => this.#statement(sql).get(...values))
  }

  /** Returns how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.#change(() => Number(this.#statement(sql).run(...values).changes))
  }

  /**
   * As `run`, but not forced to the disk: a machine that loses its power may lose it, a process that is killed does not.
   * Whatever is forced later takes it along.
   */
  runUnsynced(sql: string, ...values: SQLInputValue[]): number {
    return this.#change(() => {
      this.#connection.exec('PRAGMA synchronous = NORMAL')
      try {
        return Number(this.#statement(sql).run(...values).changes)
      } finally {
        this.#connection.exec('PRAGMA synchronous = FULL')
      }
    })
  }

  /** All or nothing, alone among the writers, on the disk when it returns. */
  transact<Value>(work: () => Value): Value {
    return this.#change(() => {
      this.#connection.exec('BEGIN IMMEDIATE')
      try {
        const value = work()
        this.#connection.exec('COMMIT')
        return value
      } catch (error) {
        if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** Whether there is a table of holds. */
  get hasHolds(): boolean {
    return this.get('PRAGMA user_version')?.user_version === FORMAT_WITH_HOLDS
  }

  /** Makes it; within a transaction. */
  makeHolds(): void {
    if (!this.hasHolds) this.#connection.exec(HOLDS)
  }

  damage(what: string): StoreError {
    return new StoreError(`${this.#file} is damaged: ${what}`)
  }

  close(): void {
    if (this.#connection.isOpen) this.guard(() => this.#connection.close())
  }

  guard<Value>(work: () => Value): Value {
    try {
      return work()
    } catch (error) {
      throw error instanceof StoreError ? error : this.#told(error as Error & { errcode?: number })
    }
  }

  /** SQLite writes to the file that it has opened, though nobody finds that by its name any more. */
  #change<Value>(work: () => Value): Value {
    return this.guard(() => {
      if (identityOf(this.#file) !== this.#identity)
        throw new StoreError(
          `${this.#file} was removed or replaced since it was opened; what was kept since is not in it`,
          {
            code: 'STORE_UNAVAILABLE',
          },
        )
      return work()
    })
  }

  #prepare(deadline: number, access: Access): void {
    const connection = this.#connection
    connection.exec('PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON')
    if (access === 'read') connection.exec('PRAGMA query_only = ON')
    const isNew = this.#checkOwner()
    if (isNew && access !== 'make') throw this.#missing()
    if (access === 'read') return
    // SQLite does not wait for others by itself where it changes the journal.
    for (let mode = ''; mode !== 'wal'; )
      try {
        mode = String(connection.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode)
        if (mode !== 'wal')
          throw new StoreError(`${this.#file}: SQLite cannot keep a write-ahead log there`, {
            code: 'STORE_UNAVAILABLE',
          })
      } catch (error) {
        if (codeOf(error) !== BUSY || performance.now() > deadline) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      }
    if (this.#checkOwner()) this.transact(() => this.#checkOwner() && connection.exec(SCHEMA))
  }

  /** One folder after the other: Node goes round in circles where a file system takes no new ones, as /proc does. */
  #makeFolder(): void {
    const missing: string[] = []
    for (let folder = dirname(resolve(this.#file)); !isFolder(folder); folder = dirname(folder)) missing.unshift(folder)
    for (const folder of missing)
      try {
        mkdirSync(folder)
      } catch (error) {
        // Another process makes it at the same time.
        if (isFolder(folder)) continue
        throw new StoreError(`${this.#file} cannot be made: ${(error as Error).message}`, {
          code: 'STORE_UNAVAILABLE',
          cause: error,
        })
      }
  }

  #missing(): StoreError {
    return new StoreError(`${this.#file}: there is no store`, { code: 'STORE_UNAVAILABLE' })
  }

  /** @returns whether the file is new @throws StoreError where it is not ours */
  #checkOwner(): boolean {
    // One statement, hence one moment: another process may be making the file.
    const sql = `SELECT application_id AS owner, user_version AS format, (SELECT count(*) FROM sqlite_schema) AS items
                 FROM pragma_application_id, pragma_user_version`
    const { owner, format, items } = this.#connection.prepare(sql).get() as Record<string, number>
    if (owner === 0 && format === 0 && items === 0) return true
    if (owner !== APPLICATION_ID)
      throw new StoreError(`${this.#file} is not a tutorsim store`, { code: 'STORE_FOREIGN' })
    if ((format as number) > FORMAT_WITH_HOLDS)
      throw new StoreError(
        `${this.#file} has format ${format}, this version reads ${FORMAT_WITH_HOLDS}: a newer one wrote it`,
        { code: 'STORE_TOO_NEW' },
      )
    if (format !== FORMAT && format !== FORMAT_WITH_HOLDS)
      throw new StoreError(`${this.#file} is damaged: it has format ${format}`)
    return false
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #told(error: Error & { errcode?: number }): StoreError {
    const told = (code: StoreErrorCode, what: string) => new StoreError(this.#file + what, { code, cause: error })
    switch (codeOf(error)) {
      case NOT_A_DATABASE:
        return told('STORE_FOREIGN', ' is not a tutorsim store')
      case CORRUPT:
        return told('STORE_DAMAGED', ` is damaged: ${error.message}`)
      case CANNOT_OPEN:
        return told('STORE_UNAVAILABLE', ` cannot be opened: ${error.message}`)
      case BUSY:
        return told('STORE_BUSY', ' is locked by another process')
      default:
        return told('STORE_UNAVAILABLE', `: ${error.message}`)
    }
  }
}

/**
 * Where we may write, SQLite needs its log and the log's index while it reads, and takes both away again. Where we may not, it
 * takes those that a writer has there; where there is none, nobody writes, and the file is all there is.
 */
function openToRead(file: string, timeout: number): DatabaseSync {
  if (mayWrite(file) && mayWrite(dirname(resolve(file)))) return new DatabaseSync(file, { timeout })
  if (existsSync(`${file}-wal`)) return new DatabaseSync(file, { readOnly: true, timeout })
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true, timeout })
}

/** Which file has the name; undefined where none has. */
function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function codeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode
  return code === undefined ? undefined : code & 0xff
}
