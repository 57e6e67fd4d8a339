// One process writes to a file, and at one place: two would each go on from where they think it ends.
//
// The lock is one of the operating system's on an empty file beside the target, taken through SQLite, which knows how each
// system does that. The system itself lets go of it when its holder ends, however it ends, so nothing has to be guessed from
// numbers of processes: those are another process's in another container. Between machines it holds as far as their file
// system has locks (README.md).

import { type BigIntStats, closeSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { FileError, fileError } from './fileerror.ts'
import { fileTarget } from './filename.ts'

/** SQLite's own numbers of errors, without what is above their low byte. */
const BUSY = 5
const CANNOT_OPEN = 14
/** SQLite reports all kinds of errors where the file is deleted under it. */
const TRIES_MAX = 5

/** Linux's flag for a descriptor that only points at a file: to close any other kind lets go of the process's locks on it. */
const O_PATH = 0o10000000

/** Kept from the collector of garbage, which would let go of them. */
const held = new Set<DatabaseSync>()

type SqliteError = Error & { errcode?: number }

// Loaded when there is something to lock: Node 22 warns of it, and most runs never need it.
const sqlite = () => process.getBuiltinModule('node:sqlite')

/** @returns what lets go of it @throws FileError where somebody else holds it */
export function lockFile(path: string): () => void {
  const lock = `${fileTarget(path)}.lock`
  let obstacle: SqliteError | undefined
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const found = pinned(path, lock)
    try {
      const holding = hold(lock)
      if (holding instanceof Error) {
        obstacle = holding
        continue
      }
      // Who lets go of a lock deletes the file: one that has come or gone meanwhile is not the one that others will find.
      if (found && identityOf(path, lock) === found.identity) {
        held.add(holding)
        return () => letGo(holding, path, lock, found.identity)
      }
      holding.close()
    } finally {
      found?.unpin()
    }
  }
  throw obstacle ? told(path, lock, obstacle) : locked(path)
}

/**
 * Which file has the lock's name, as `identityOf` tells, kept until `unpin` from giving its identity to another file. Linux
 * gives the number of a deleted file to the next one at once, so a name that had the same number twice may have had three
 * files. What is open somewhere keeps its number; and the name, once it has lost a file, never gets that one back. So if it
 * still has the pinned one after the lock was taken, it had it when SQLite opened it. Elsewhere no pin is needed: Windows
 * deletes no file that is open, and macOS gives no number twice.
 */
function pinned(path: string, lock: string): { identity: string; unpin(): void } | undefined {
  if (process.platform !== 'linux') {
    const identity = identityOf(path, lock)
    return identity === undefined ? undefined : { identity, unpin: () => undefined }
  }
  let descriptor: number
  try {
    descriptor = openSync(lock, O_PATH)
  } catch {
    // There is none yet, or SQLite will say what is in the way.
    return undefined
  }
  const unpin = () => closeSync(descriptor)
  try {
    return { identity: identityIn(path, lock, fstatSync(descriptor, { bigint: true })), unpin }
  } catch (error) {
    unpin()
    throw error
  }
}

/**
 * Which file has the lock's name; undefined where none has. It is never opened here: to close it again would let go of a
 * lock that this process has on it.
 *
 * @throws FileError where it is another kind of file, which is not ours to delete
 */
function identityOf(path: string, lock: string): string | undefined {
  const found = statSync(lock, { bigint: true, throwIfNoEntry: false })
  return found && identityIn(path, lock, found)
}

function identityIn(path: string, lock: string, found: BigIntStats): string {
  if (!found.isFile() || found.size > 0n)
    throw new FileError(
      { rule: `${lock} is in the way: no empty file; delete it`, value: path },
      { code: 'FILE_FOREIGN' },
    )
  return `${found.dev}:${found.ino}`
}

/** The connection that holds the lock, or what was in its way. */
function hold(lock: string): DatabaseSync | SqliteError {
  let connection: DatabaseSync | undefined
  try {
    connection = new (sqlite().DatabaseSync)(lock)
    // With its journal in memory, since a journal would be a second file, and not the lock's.
    connection.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return connection
  } catch (error) {
    connection?.close()
    return error as SqliteError
  }
}

function letGo(holding: DatabaseSync, path: string, lock: string, identity: string): void {
  try {
    // Somebody may have deleted it, and others have made another one.
    if (identityOf(path, lock) === identity) unlinkSync(lock)
  } catch {
    // Windows deletes no file that is open: it stays, and is free.
  } finally {
    held.delete(holding)
    holding.close()
  }
}

function told(path: string, lock: string, cause: SqliteError): FileError {
  switch ((cause.errcode ?? 0) & 0xff) {
    case BUSY:
      return locked(path, cause)
    case CANNOT_OPEN:
      return fileError(path, 'cannot be opened for writing', reasonOf(lock) ?? cause)
    default:
      return fileError(path, 'cannot be locked', cause)
  }
}

/** The operating system's own, which SQLite keeps to itself. */
function reasonOf(lock: string): unknown {
  try {
    closeSync(openSync(lock, 'a'))
    return undefined
  } catch (cause) {
    return cause
  }
}

function locked(path: string, cause?: unknown): FileError {
  const rule = 'another process writes to it; give each process a file of its own, or end that one'
  return new FileError({ rule, value: path }, { code: 'FILE_LOCKED', cause })
}
