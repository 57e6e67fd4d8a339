// `npm run build`: the package as it is published, in dist/. TypeScript's own compiler writes a file of JavaScript, one of
// types and a source map for each source, so what runs installed has the shape of what is read here.

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
/** undici's floor. */
const NODE_MIN = '22.19.0'
/** What differs in the bin: texts of the clone, and what stands in the package for them. */
const IN_THE_BIN = [
  ["const NODE_MIN = '24.0.0'", `const NODE_MIN = '${NODE_MIN}'`],
  ["import('./main.ts')", "import('./main.js')"],
] as const

const SCHEMAS = readdirSync(join(root, 'schemas')).filter((name) => name.endsWith('.schema.json'))

const source = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

rmSync(dist, { recursive: true, force: true })
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'package/tsconfig.json')],
  {
    stdio: 'inherit',
  },
)

let bin = readFileSync(join(root, 'cli/tutorsim.js'), 'utf8')
for (const [inClone, inPackage] of IN_THE_BIN) {
  if (!bin.includes(inClone)) throw new Error(`cli/tutorsim.js has no ${inClone}`)
  bin = bin.replace(inClone, inPackage)
}
writeFileSync(join(dist, 'cli/tutorsim.js'), bin, { mode: 0o755 })
mkdirSync(join(dist, 'schemas'))
for (const name of SCHEMAS) copyFileSync(join(root, 'schemas', name), join(dist, 'schemas', name))
for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(dist, name))

/** What is built of a source: JavaScript of the same name, beside it its types. */
const built = (path: string): string => path.replace(/\.ts$/, '.js')
const entry = (path: string): string | { types: string; default: string } =>
  path.endsWith('.ts') ? { types: path.replace(/\.ts$/, '.d.ts'), default: built(path) } : path

const { name, version, description, type, license, keywords, bin: bins, dependencies } = source
const published = {
  ...{ name, version, description, keywords, license, type },
  engines: { node: `>=${NODE_MIN}` },
  bin: bins,
  // A name each: what judges packages does not follow patterns.
  exports: Object.fromEntries(
    Object.entries<string>(source.exports).flatMap(([at, path]) =>
      at.includes('*') ? SCHEMAS.map((name) => [`./schemas/${name}`, `./schemas/${name}`]) : [[at, entry(path)]],
    ),
  ),
  imports: Object.fromEntries(
    Object.entries<Record<string, string>>(source.imports).map(([at, conditions]) => [
      at,
      Object.fromEntries(Object.entries(conditions).map(([condition, path]) => [condition, built(path)])),
    ]),
  ),
  sideEffects: ['./cli/**', './engine/host/worker.js', './vitest/index.js'],
  dependencies,
  peerDependencies: source.peerDependencies,
  peerDependenciesMeta: source.peerDependenciesMeta,
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
