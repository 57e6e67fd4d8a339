#!/usr/bin/env -S node --min-semi-space-size=4 --max-semi-space-size=32
// The bin: on a Node that cannot run TypeScript it says so in one line, else it starts main.ts. Plain JavaScript that
// older versions can parse. State lies in typed arrays, so the young generation of the heap stays as small as it begins;
// delivery.ts lets it grow for posts, each of which makes some kilobytes of garbage.

import module from 'node:module'
import v8 from 'node:v8'

const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `tutorsim needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}: run it with npx tutorsim or npm start\n`,
  )
  process.exitCode = 1
} else {
  module.enableCompileCache?.()
  if (process.execArgv.some((flag) => flag.startsWith('--min-semi-space-size')))
    v8.setFlagsFromString('--semi-space-growth-factor=1')
  await import('./main.ts')
}
