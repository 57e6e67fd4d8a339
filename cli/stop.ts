// When a run is to end, and the real time that it passes until then.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Timer } from '../engine/index.ts'

export interface Stop {
  asked: boolean
  /** Settles when asked. */
  promise: Promise<void>
  ask(): void
}

/** The first Ctrl-C asks for an end at the next tick; a second one finds nobody listening and ends the process. */
export function stopSignal(): Stop {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop: Stop = { asked: false, promise, ask }
  function ask(): void {
    process.off('SIGINT', ask).off('SIGTERM', ask)
    stop.asked = true
    resolve()
  }
  process.on('SIGINT', ask).on('SIGTERM', ask)
  return stop
}

const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1

/** Sleeps until an instant of the process's clock, in pieces that a timer can hold, or until asked to stop. */
export async function waitUntil(instant: number, stop: Stop): Promise<void> {
  for (let wait = instant - performance.now(); wait > 0 && !stop.asked; wait = instant - performance.now()) {
    const over = new AbortController()
    const slept = sleep(Math.min(wait, TIMER_MILLISECONDS_MAX), undefined, { signal: over.signal }).catch(
      () => undefined,
    )
    await Promise.race([slept, stop.promise])
    over.abort()
  }
}

/** Real time, with pauses that hold up no process whose work is done. */
export function realTimer(): Timer & { close(): void } {
  const pauses = new Map<NodeJS.Timeout, () => void>()
  return {
    now: () => Date.now(),
    pause: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          pauses.delete(timer)
          resolve()
        }, milliseconds)
        pauses.set(timer, resolve)
      }),
    close() {
      for (const [timer, resolve] of pauses) {
        clearTimeout(timer)
        resolve()
      }
      pauses.clear()
    },
  }
}
