// One process writes to a file, and at one place: two would each go on from where they think it ends. A lock is a file
// beside it that names the process; the lock of a process that is gone holds nobody up.

import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { FileError, fileError } from './fileerror.ts'
import { fileTarget } from './filename.ts'

const TRIES_MAX = 5
/** A lock that names nobody yet is given so long to name somebody. */
const NAMELESS_MILLISECONDS = 20

/** Locks of this process. One that names it and is not in here was left by an earlier process of the same number. */
const held = new Set<string>()

/** @returns what lets go of it @throws FileError where somebody else holds it */
export function lockFile(path: string): () => void {
  const lock = `${fileTarget(path)}.lock`
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    try {
      write(lock)
      held.add(lock)
      return () => unlock(lock)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
        throw fileError(path, 'cannot be opened for writing', cause)
    }
    const holder = holderOf(lock)
    if (holder !== undefined && (holder === process.pid ? held.has(lock) : isAlive(holder)))
      throw new FileError(
        {
          rule: `process ${holder} writes to it; give each process a file of its own (or end it, or delete ${lock})`,
          value: path,
        },
        { code: 'FILE_LOCKED' },
      )
    if (holder === undefined && tries < TRIES_MAX - 2) pause()
    else remove(lock)
  }
  throw new FileError(
    { rule: `${lock} comes and goes; another process writes to it`, value: path },
    { code: 'FILE_LOCKED' },
  )
}

/** @throws EEXIST where there is one; a lock that cannot be written, as on a full disk, does not stay */
function write(lock: string): void {
  const descriptor = openSync(lock, 'wx')
  try {
    writeSync(descriptor, String(process.pid))
  } catch (error) {
    remove(lock)
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Somebody may have deleted it and taken the file over. */
function unlock(lock: string): void {
  held.delete(lock)
  if (holderOf(lock) === process.pid) remove(lock)
}

function remove(lock: string): void {
  try {
    unlinkSync(lock)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(lock, 'cannot be deleted', cause)
  }
}

/** The process that a lock names; undefined where it is gone, or does not name one (yet). */
function holderOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAMELESS_MILLISECONDS)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
