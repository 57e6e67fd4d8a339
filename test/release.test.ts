// A release comes from a clean tree in which every check passes, and is told under its version. Tried on a small project
// whose checks do nothing.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

const RELEASE = join(import.meta.dirname, '../package/release.ts')
const NOTHING = 'node --version'
const SCRIPTS = { check: NOTHING, test: NOTHING, 'test:22': NOTHING, 'test:slow': NOTHING, build: 'node build.js' }
/** Writes the package, as `npm run build` does. */
const BUILD = `
  const { mkdirSync, writeFileSync } = require('node:fs')
  mkdirSync('dist', { recursive: true })
  writeFileSync('dist/package.json', JSON.stringify({ name: 'small', version: '1.2.3' }))`

/** @param files to be committed beside what every project has @returns its folder */
function project(files: Record<string, string> = {}, scripts: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-release-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const all = {
    'package.json': JSON.stringify({ name: 'small', version: '1.2.3', scripts: { ...SCRIPTS, ...scripts } }),
    'build.js': BUILD,
    'CHANGELOG.md': '# Changelog\n\n## 1.2.3\n\n- Small.\n',
    '.gitignore': 'dist/\n',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text)
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: folder })
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'Small')
  return folder
}

function release(folder: string): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [RELEASE], { cwd: folder, encoding: 'utf8' })
}

const isPacked = (folder: string): boolean => existsSync(join(folder, 'dist/small-1.2.3.tgz'))

// It runs npm several times, which takes long on a busy machine.
describe('a release', { timeout: 60_000 }, () => {
  it('packs, and says how to publish', () => {
    const folder = project()
    const { status, stderr } = release(folder)
    expect(stderr).toMatch(/release: npm publish dist.small-1\.2\.3\.tgz publishes it\n$/)
    expect([status, isPacked(folder)]).toEqual([0, true])
  })

  it('refuses a tree with changes', () => {
    const folder = project()
    writeFileSync(join(folder, 'new.txt'), 'new')
    const { status, stderr } = release(folder)
    expect(stderr).toBe('release: nothing was packed: the tree has changes that are not committed:\n?? new.txt\n')
    expect([status, isPacked(folder)]).toEqual([1, false])
  })

  it.each(['check', 'test', 'test:22', 'test:slow', 'build'])('refuses where npm run %s fails', (script) => {
    const folder = project({}, { [script]: 'node --no-such-flag' })
    const { status, stderr } = release(folder)
    expect(stderr).toMatch(new RegExp(`^release: nothing was packed: npm run ${script} failed$`, 'm'))
    expect([status, isPacked(folder)]).toEqual([1, false])
  })

  it('refuses where a check leaves changes behind', () => {
    const folder = project({}, { test: 'git mv build.js other.js', build: NOTHING })
    const { status, stderr } = release(folder)
    expect(stderr).toContain('R  build.js -> other.js')
    expect([status, isPacked(folder)]).toEqual([1, false])
  })

  it('refuses a version that the changelog does not tell of', () => {
    const folder = project({ 'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- More.\n\n## 1.2.3\n\n- Small.\n' })
    const { status, stderr } = release(folder)
    expect(stderr).toBe('release: nothing was packed: CHANGELOG.md does not begin with 1.2.3, but with Unreleased\n')
    expect([status, isPacked(folder)]).toEqual([1, false])
  })
})
