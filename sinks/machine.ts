// The machine as the engine is given it: its time, its chance, its names.

import type { Machine } from '../engine/index.ts'

/** A timer of Node's holds no more; a longer one would fire at once. */
const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1

/** Closed, it ends all pauses at once, so that none holds up a process whose work is done. */
export function realMachine(): Machine & { close(): void } {
  const sleeping = new Set<() => void>()
  let isClosed = false
  const sleep = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        sleeping.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      sleeping.add(wake)
      signal?.addEventListener('abort', wake)
    })
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    random: Math.random,
    newAttempt: () => crypto.randomUUID(),
    async pause(milliseconds, signal) {
      if (milliseconds <= 0) return new Promise((resolve) => setImmediate(resolve))
      const end = performance.now() + milliseconds
      for (let left = milliseconds; left > 0 && !isClosed && !signal?.aborted; left = end - performance.now())
        await sleep(Math.min(left, TIMER_MILLISECONDS_MAX), signal)
    },
    close() {
      isClosed = true
      for (const wake of sleeping) wake()
    },
  }
}
