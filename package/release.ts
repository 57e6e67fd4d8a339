// `npm run release`: the package's tarball, from a clean tree in which everything passes and whose changes are told under
// its version. It publishes nothing unless told: `npm run release -- --publish`.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const CHECKS = ['check', 'test', 'test:22', 'test:slow', 'build']
const FOLDER = 'dist'

const publishes = process.argv.includes('--publish')
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'))

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { stdio: 'inherit' })
}

function refuse(reason: string): never {
  console.error(`release: nothing was packed: ${reason}`)
  process.exit(1)
}

function refuseDirtyTree(): void {
  const dirty = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' })
  if (dirty !== '') refuse(`the tree has changes that are not committed:\n${dirty.trimEnd()}`)
}

refuseDirtyTree()
const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m).slice(1)
const [newest = ''] = sections
if (!newest.startsWith(`${version}\n`))
  refuse(`CHANGELOG.md does not begin with ${version}, but with ${newest.split('\n')[0]}`)
for (const check of CHECKS) {
  try {
    run('npm', 'run', check)
  } catch {
    refuse(`npm run ${check} failed`)
  }
}
refuseDirtyTree()
run('npm', 'pack', `./${FOLDER}`, '--pack-destination', FOLDER)
const tarball = join(FOLDER, `${name}-${version}.tgz`)
if (publishes) run('npm', 'publish', tarball)
console.error(publishes ? `release: ${version} is published` : `release: npm publish ${tarball} publishes it`)
