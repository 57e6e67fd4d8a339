#!/usr/bin/env -S node --disable-warning=ExperimentalWarning --min-semi-space-size=4 --max-semi-space-size=32
// The bin: on a Node that is too old it says so in one line, else it starts main. Plain JavaScript that older versions can
// parse. State lies in typed arrays, so the young generation of the heap stays as small as it begins; terminal/targets.ts lets
// it grow for posts, each of which makes some kilobytes of garbage.

import module from 'node:module'
import v8 from 'node:v8'

// The built package needs none that runs TypeScript.
const NODE_MIN = '24.0.0'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [majorMin = 0, minorMin = 0] = NODE_MIN.split('.').map(Number)

if (major < majorMin || (major === majorMin && minor < minorMin)) {
  process.stderr.write(
    `tutorsim needs Node ${NODE_MIN} or newer, this is ${process.version}: run it with npx tutorsim or npm start\n`,
  )
  process.exitCode = 1
} else {
  module.enableCompileCache?.()
  if (process.execArgv.some((flag) => flag.startsWith('--min-semi-space-size')))
    v8.setFlagsFromString('--semi-space-growth-factor=1')
  await import('./main.ts')
}
