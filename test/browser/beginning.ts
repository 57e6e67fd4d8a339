// How long a demo as it is by default takes to begin, in a browser that is there already, as a user's is.

import type { Browser } from './browser.ts'
import { endDemo, startDemo } from './demo.ts'

/** Seconds. */
export interface Beginning {
  /** From its address being told to a first view: how far the world has come, … */
  view: number
  /** … and to the first figures. */
  figures: number
  /** From the command to a page that lives. */
  all: number
}

/** @param folder where it keeps its world */
export async function beginning(browser: Browser, folder: string): Promise<Beginning> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const began = performance.now()
  const demo = await startDemo([], folder)
  const told = performance.now()
  try {
    await page.goto(demo.url)
    await page.waitForSelector('[role=progressbar], #under-way .figure')
    const viewed = performance.now()
    await page.waitForSelector('#under-way .figure')
    const lives = performance.now()
    return { view: (viewed - told) / 1000, figures: (lives - told) / 1000, all: (lives - began) / 1000 }
  } finally {
    await context.close()
    await endDemo(demo)
  }
}
