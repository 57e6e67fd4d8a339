// The README's library example runs as it stands, and the event that it shows is one of the world that its commands make.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createWorld } from '../model/index.ts'

const root = join(import.meta.dirname, '..')
const README = readFileSync(join(root, 'README.md'), 'utf8')

it('the event of the README happens in the default world, and is the one that its commands explain', () => {
  const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(README)?.[1] ?? '')
  const events = createWorld({ seed: 'demo', students: 2000 }).step()
  expect(events.find(({ event_id }) => event_id === shown.event_id)).toEqual(shown)
  expect(README).toContain(`npx tutorsim explain ${shown.event_id} `)
})

it('the example of the README runs', async () => {
  const example = /```ts\n([\s\S]*?)```/.exec(README)?.[1] ?? ''
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
