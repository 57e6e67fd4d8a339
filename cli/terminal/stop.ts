// When a run is to end.

import { setTimeout as sleep } from 'node:timers/promises'

export interface Stop {
  readonly asked: boolean
  /** Aborted when asked. */
  signal: AbortSignal
  ask(): void
}

/** The first Ctrl-C asks for an end at the next tick; a second one finds nobody listening and ends the process. */
export function stopSignal(): Stop {
  const controller = new AbortController()
  const { signal } = controller
  function ask(): void {
    process.off('SIGINT', ask).off('SIGTERM', ask)
    controller.abort()
  }
  process.on('SIGINT', ask).on('SIGTERM', ask)
  return {
    signal,
    ask,
    get asked() {
      return signal.aborted
    },
  }
}

const TIMER_MILLISECONDS_MAX = 2 ** 31 - 1

/**
 * Sleeps until an instant of the process's clock, in pieces that a timer can hold, or until asked to stop. Where it is past
 * already, still gives signals and sockets a turn: a loop that waits for nothing else would never hear of Ctrl-C.
 */
export async function waitUntil(instant: number, { signal }: Stop): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  for (let wait = instant - performance.now(); wait > 0 && !signal.aborted; wait = instant - performance.now())
    await sleep(Math.min(wait, TIMER_MILLISECONDS_MAX), undefined, { signal }).catch(() => undefined)
}
