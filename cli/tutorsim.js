#!/usr/bin/env -S node --min-semi-space-size=4 --max-semi-space-size=32
// The bin, of the clone and of the package alike: on a Node that is too old it says so in one line, else it starts main,
// which is TypeScript here and JavaScript there. Plain JavaScript that older versions can parse. State lies in typed
// arrays, so the young generation of the heap stays as small as it begins; terminal/targets.ts lets it grow for posts,
// each of which makes some kilobytes of garbage.

import { existsSync } from 'node:fs'
import module from 'node:module'
import v8 from 'node:v8'

const NODE_MIN = '22.19.0'

const source = new URL('./main.ts', import.meta.url)
const isClone = existsSync(source)
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [majorMin = 0, minorMin = 0] = NODE_MIN.split('.').map(Number)

if (major < majorMin || (major === majorMin && minor < minorMin)) {
  const remedy = isClone ? ': run it with npx tutorsim or npm start, which bring theirs along' : ''
  process.stderr.write(`tutorsim needs Node ${NODE_MIN} or newer, this is ${process.version}${remedy}\n`)
  process.exitCode = 1
} else {
  hideExperimentalWarnings()
  module.enableCompileCache?.()
  if (process.execArgv.some((flag) => flag.startsWith('--min-semi-space-size')))
    v8.setFlagsFromString('--semi-space-growth-factor=1')
  await import(isClone ? source.href : './main.js')
}

/** Node 22 warns of its SQLite; who runs a command can do nothing about that. Other warnings are printed as ever. */
function hideExperimentalWarnings() {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const print of printers) print.call(process, warning)
  })
}
