// `npm run build`: the package as it is published, in dist/. A file of JavaScript for each that somebody starts with, in the
// place that its source has here, and chunks of what they share: Node spends more on opening a hundred small files than
// on all that is in them. Beside that TypeScript's declarations, a file for each source.

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
/** What a thread loads by `import.meta.url`: the file that has it, and the name that it has to export there. */
const MODEL = { file: 'model/model.ts', name: 'model' }

const SCHEMAS = readdirSync(join(root, 'schemas')).filter((name) => name.endsWith('.schema.json'))

const PRESETS = readdirSync(join(root, 'presets'))

const source = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const exported = Object.values<string>(source.exports)
const imported = Object.values<Record<string, string>>(source.imports).flatMap((conditions) =>
  Object.values(conditions),
)

rmSync(dist, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...exported, ...imported, 'cli/main.ts', 'engine/host/worker.ts'].filter((file) =>
    file.endsWith('.ts'),
  ),
  outdir: dist,
  outbase: root,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: `node${source.engines.node.slice('>='.length)}`,
  packages: 'external',
  // What these stand for differs between Node and a browser, as package.json says.
  external: Object.keys(source.imports),
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
})
const home = Object.values(metafile.outputs).find(({ inputs }) => MODEL.file in inputs)
if (!home?.exports.includes(MODEL.name)) throw new Error(`no chunk exports ${MODEL.name} of ${MODEL.file} by its name`)

execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'package/tsconfig.json')],
  { stdio: 'inherit' },
)
execFileSync(process.execPath, [join(root, 'package/page.ts'), join(dist, 'dashboard/page')], { stdio: 'inherit' })
copyFileSync(join(root, 'cli/tutorsim.js'), join(dist, 'cli/tutorsim.js'))
mkdirSync(join(dist, 'presets'), { recursive: true })
for (const name of PRESETS) copyFileSync(join(root, 'presets', name), join(dist, 'presets', name))
for (const name of SCHEMAS) copyFileSync(join(root, 'schemas', name), join(dist, 'schemas', name))
for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(dist, name))

/** Files that an export with a star stands for. */
const filesOf = (at: string): string[] =>
  at.startsWith('./presets') ? PRESETS.map((name) => `./presets/${name}`) : SCHEMAS.map((name) => `./schemas/${name}`)

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
      at.includes('*') ? filesOf(at).map((file) => [file, file]) : [[at, entry(path)]],
    ),
  ),
  imports: Object.fromEntries(
    Object.entries<Record<string, string>>(source.imports).map(([at, conditions]) => [
      at,
      Object.fromEntries(Object.entries(conditions).map(([condition, path]) => [condition, built(path)])),
    ]),
  ),
  sideEffects: source.sideEffects.map(built),
  dependencies: source.dependencies,
  peerDependencies: source.peerDependencies,
  peerDependenciesMeta: source.peerDependenciesMeta,
}
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
