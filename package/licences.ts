// `npm run licences`: writes docs/licences.md, what comes along with the package and under which licence, as the lock file
// and the installed packages say it.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Locked {
  version: string
  license?: string
  dev?: boolean
  devOptional?: boolean
  peer?: boolean
}

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/licences.md')

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}
const rows = Object.entries(packages)
  .filter(([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer)
  .map(([path, { version, license = 'unknown' }]) => {
    const name = path.replace(/^.*node_modules\//, '')
    return `| ${name} | ${version} | ${license} | ${(bytesIn(join(root, path)) / 1e6).toFixed(1)} |`
  })
  // Some lie in the folder of another one here, and beside it where the package is installed.
  .sort()

writeFileSync(
  page,
  `# Licences

What comes along when the package is installed; tutorsim itself is under the [MIT licence](../LICENSE). The clients of the
AWS SDK, which are optional, are under Apache-2.0. \`npm run licences\` writes this page.

| package | version | licence | MB |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
)

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
