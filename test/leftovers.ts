// Tests leave nothing behind. Each run has a folder of its own for temporary files, its processes' among them; what is left
// in there at the end, or in the folder that commands keep worlds in, fails the run.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const MADE_HERE = join(import.meta.dirname, '../.tutorsim')
/** Node's own, which it keeps for later runs. */
const KEPT = new Set(['node-compile-cache'])

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

export function setup(project: TestProject): (() => void) | undefined {
  // The projects' own come to this too.
  if (!project.isRootProject()) return undefined
  const before = new Set(namesIn(MADE_HERE))
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-tests-'))
  process.env.TMPDIR = folder
  return () => {
    const left = [
      ...namesIn(folder).filter((name) => !KEPT.has(name)),
      ...namesIn(MADE_HERE).filter((name) => !before.has(name)),
    ]
    rmSync(folder, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`tests have left behind: ${left.sort().join(', ')}`)
  }
}
