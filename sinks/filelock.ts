// One process writes to a file: two would each go on from where they think it ends. A lock is a file beside it that names
// the process; the lock of a process that is gone holds nobody up.

import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { fileError } from './fileerror.ts'

const TRIES_MAX = 5

/** @returns what lets go of it @throws Error of one line where another process holds it */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    try {
      const descriptor = openSync(lock, 'wx')
      writeSync(descriptor, String(process.pid))
      closeSync(descriptor)
      return () => unlinkSync(lock)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST')
        throw fileError(path, 'cannot be opened for writing', cause)
    }
    const holder = holderOf(lock)
    if (holder !== undefined && holder !== process.pid && isAlive(holder))
      throw new Error(
        `--to ${path}: process ${holder} writes to it; give each process a file of its own (or end it, or delete ${lock})`,
      )
    try {
      unlinkSync(lock)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(lock, 'cannot be deleted', cause)
    }
  }
  throw new Error(`--to ${path}: ${lock} comes and goes; another process writes to it`)
}

/** The process that a lock names; undefined where it is gone or was never finished. */
function holderOf(lock: string): number | undefined {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
