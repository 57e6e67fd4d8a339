// Tests leave nothing behind. Each run has a folder of its own for temporary files, its processes' among them; what is left
// in there at the end, or in the folder that commands keep worlds in, fails the run.

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { TestProject } from 'vitest/node'

const MADE_HERE = join(import.meta.dirname, '../.tutorsim')
/** Node's own, which it keeps for later runs. */
const KEPT = new Set(['node-compile-cache'])
const NAMED_MOST = 5

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** With what is in it, which tells whose it is. */
function described(path: string): string {
  const within = statSync(path).isDirectory() ? readdirSync(path).slice(0, NAMED_MOST) : []
  return within.length > 0 ? `${basename(path)} (with ${within.join(', ')})` : basename(path)
}

export function setup(project: TestProject): (() => void) | undefined {
  // The projects' own come to this too.
  if (!project.isRootProject()) return undefined
  const before = new Set(namesIn(MADE_HERE))
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-tests-'))
  process.env.TMPDIR = folder
  return () => {
    const left = [
      ...namesIn(folder)
        .filter((name) => !KEPT.has(name))
        .map((name) => join(folder, name)),
      ...namesIn(MADE_HERE)
        .filter((name) => !before.has(name))
        .map((name) => join(MADE_HERE, name)),
    ].map(described)
    rmSync(folder, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`tests have left behind: ${left.sort().join(', ')}`)
  }
}
