// How a long run is getting on: one line, drawn over again, on a terminal only.

import { DAY, formatInstant } from '../../engine/index.ts'

export interface Meter {
  /** @param share of the warm-up that is done, 0 to 1 */
  warmingUp(share: number): void
  /** @param now simulated instant @param events delivered or on their way */
  living(now: number, events: number): void
  /** Takes the line away. */
  close(): void
}

const EVERY_MILLISECONDS = 100

/** @param end of the run; infinite where there is none */
export function openMeter(start: number, end: number): Meter {
  if (!process.stderr.isTTY) return { warmingUp: () => undefined, living: () => undefined, close: () => undefined }
  const began = performance.now()
  let drawn = Number.NEGATIVE_INFINITY
  const draw = (text: () => string): void => {
    if (performance.now() - drawn < EVERY_MILLISECONDS) return
    drawn = performance.now()
    process.stderr.write(`\r\x1b[K${text()}`)
  }
  return {
    warmingUp: (share) => draw(() => `warming up ${Math.floor(share * 100)} %`),
    living(now, events) {
      draw(() => {
        const seconds = Math.max(0.001, (performance.now() - began) / 1000)
        const days = ((now - start) / DAY).toFixed(1)
        const of = Number.isFinite(end) ? ` of ${((end - start) / DAY).toFixed(1)}` : ''
        return `${formatInstant(now).slice(0, 16)}Z  day ${days}${of}  ${events} events  ${Math.round(events / seconds)}/s`
      })
    },
    close() {
      if (drawn > Number.NEGATIVE_INFINITY) process.stderr.write('\r\x1b[K')
    },
  }
}
