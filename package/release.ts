// `npm run release`: the package's tarball, from a clean tree in which everything passes. Publishes nothing.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const run = (command: string, ...words: string[]): void => {
  execFileSync(command, words, { cwd: root, stdio: 'inherit' })
}

const dirty = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' })
if (dirty !== '') {
  console.error(`release: the tree has changes that are not committed:\n${dirty}`)
  process.exit(1)
}
try {
  for (const script of ['check', 'test', 'build']) run('npm', 'run', script)
  run('npm', 'pack', './dist', '--pack-destination', 'dist')
} catch {
  console.error('release: a check failed; nothing was packed')
  process.exit(1)
}
console.error('release: the tarball is in dist/; npm publish dist/NAME.tgz publishes it')
