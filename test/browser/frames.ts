// How smoothly a page lives, and how far it is behind: measured within the page, frame by frame.

import type { Page } from './browser.ts'

export interface Watched {
  /** Between one frame and the next; milliseconds. */
  gaps: number[]
  /** Frames in which anything of the page was changed. */
  changed: number
  /** Each instant that was drawn, and the machine's date then. */
  drawn: [at: number, date: number][]
}

/** Watches for so long. */
export async function watch(page: Page, milliseconds: number): Promise<Watched> {
  return await page.evaluate(`new Promise((resolve) => {
    const main = document.querySelector('main')
    const [gaps, drawn] = [[], []]
    let [changed, isChanged, at] = [0, false, main.dataset.at]
    const observer = new MutationObserver(() => {
      isChanged = true
      if (main.dataset.at === at) return
      at = main.dataset.at
      drawn.push([Number(at), Date.now()])
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    const end = performance.now() + ${milliseconds}
    let last = 0
    requestAnimationFrame(function frame(now) {
      if (last > 0) gaps.push(now - last)
      last = now
      if (isChanged) changed += 1
      isChanged = false
      if (now < end) requestAnimationFrame(frame)
      else {
        observer.disconnect()
        resolve({ gaps, changed, drawn })
      }
    })
  })`)
}

/** Of a frame at 60 a second; milliseconds. */
const FRAME = 1000 / 60

/** The share of frames that were left out. */
export function missedShare({ gaps }: Watched): number {
  const passed = gaps.reduce((sum, gap) => sum + gap, 0)
  return Math.max(0, 1 - gaps.length / (passed / FRAME))
}

/** How long after the world was there each instant was drawn. @param clock of the server, while it plays */
export function behind({ drawn }: Watched, clock: { at: number; real_at: number; speed: number }): number[] {
  return drawn.map(([at, date]) => date - (clock.real_at + (at - clock.at) / clock.speed))
}

/** Puts a page in the background: it is told that nobody sees it, and gets no more frames, as in a browser. */
export async function hide(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    Object.defineProperty(document, 'hidden', { value: true })
    document.dispatchEvent(new Event('visibilitychange'))
    window.requestAnimationFrame = () => 0
    for (const animation of document.getAnimations()) animation.cancel()
  })()`)
}
