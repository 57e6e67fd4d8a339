// When a run is to end.

import { setTimeout as sleep } from 'node:timers/promises'

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

/**
 * Sleeps until an instant of the process's clock, in pieces that a timer can hold, or until asked to stop. Where it is past
 * already, still gives signals and sockets a turn: a loop that waits for nothing else would never hear of Ctrl-C.
 */
export async function waitUntil(instant: number, stop: Stop): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  for (let wait = instant - performance.now(); wait > 0 && !stop.asked; wait = instant - performance.now()) {
    const over = new AbortController()
    const slept = sleep(Math.min(wait, TIMER_MILLISECONDS_MAX), undefined, { signal: over.signal }).catch(
      () => undefined,
    )
    await Promise.race([slept, stop.promise])
    over.abort()
  }
}
