// How long work is getting on: one line, drawn over again, on a terminal only.

const EVERY_MILLISECONDS = 100
const BAR_CHARACTERS = 20

export interface Meter {
  /** Draws the line anew, where it is time. */
  draw(text: () => string): void
  /** Takes the line away, until it is drawn again. */
  clear(): void
}

export function openMeter(): Meter {
  if (!process.stderr.isTTY) return { draw: () => undefined, clear: () => undefined }
  let drawn = Number.NEGATIVE_INFINITY
  return {
    draw(text) {
      if (performance.now() - drawn < EVERY_MILLISECONDS) return
      drawn = performance.now()
      process.stderr.write(`\r\x1b[2K${text()}`)
    },
    clear() {
      if (drawn > Number.NEGATIVE_INFINITY) process.stderr.write('\r\x1b[2K')
      drawn = Number.NEGATIVE_INFINITY
    },
  }
}

/** `[########------------]  42 %`. @param share that is done, 0 to 1 */
export function bar(share: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * BAR_CHARACTERS)
  const percent = String(Math.floor(Math.min(1, Math.max(0, share)) * 100)).padStart(3)
  return `[${'#'.repeat(done)}${'-'.repeat(BAR_CHARACTERS - done)}] ${percent} %`
}
