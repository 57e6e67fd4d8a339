// `npm run build`: the package as it is published, in dist/. TypeScript's own compiler writes a file of JavaScript, one of
// types and a source map for each source, so what runs installed has the shape of what is read here.

import { execFileSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
/** Folders that nobody imports from: a program's types are for nobody. */
const PROGRAM = ['cli', 'ingest']

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

for (const folder of PROGRAM)
  for (const file of readdirSync(join(dist, folder), { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.d.ts')) rmSync(join(dist, folder, file))
copyFileSync(join(root, 'cli/tutorsim.js'), join(dist, 'cli/tutorsim.js'))
for (const name of SCHEMAS) copyFileSync(join(root, 'schemas', name), join(dist, 'schemas', name))
for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(dist, name))

/** What is built of a source: JavaScript of the same name, beside it its types. */
const built = (path: string): string => path.replace(/\.ts$/, '.js')
const entry = (path: string): string | { types: string; default: string } =>
  path.endsWith('.ts') ? { types: path.replace(/\.ts$/, '.d.ts'), default: built(path) } : path

const { name, version, description, keywords, license, type, engines, bin } = source
const published = {
  ...{ name, version, description, keywords, license, type, engines, bin },
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
  dependencies: source.dependencies,
  peerDependencies: source.peerDependencies,
  peerDependenciesMeta: source.peerDependenciesMeta,
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
