// Real time, as the runner and the couriers are given it.

import type { Timer } from '../engine/index.ts'

/** Closed, it ends all pauses at once, so that none holds up a process whose work is done. */
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
