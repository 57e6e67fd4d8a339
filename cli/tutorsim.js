#!/usr/bin/env -S node --max-semi-space-size=4
// The bin: on a Node that cannot run TypeScript it says so in one line, else it starts main.ts. Plain JavaScript that
// older versions can parse. State lies in typed arrays, so the young generation of the heap can stay small.

import module from 'node:module'

const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `tutorsim needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}: run it with npx tutorsim or npm start\n`,
  )
  process.exitCode = 1
} else {
  module.enableCompileCache?.()
  await import('./main.ts')
}
