// The README's library example runs as it stands.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('the example of the README runs', async () => {
  const root = join(import.meta.dirname, '..')
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  // Beside the package, so that its own name leads to it.
  const file = join(root, `readme-example-${process.pid}.ts`)
  writeFileSync(file, `${example}\nexport { day, events, later, world }\n`)
  try {
    const { day, events, later, world } = await import(/* @vite-ignore */ file)
    expect(events.length).toBeGreaterThan(0)
    expect(day.length).toBeGreaterThan(events.length)
    expect(later.digest()).toBe(world.digest())
  } finally {
    rmSync(file)
  }
})
