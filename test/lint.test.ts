// Proves every ban and every import rule of biome.json and .biome/pure.grit: bad snippets go into a copy of the
// project's folders, one file each, and one run of `biome ci` has to name them all.

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Case {
  rule: string
  path: string
  code: string
  /** Part of the message that is due; none: the code is allowed. */
  message?: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const cases: Case[] = []
let rule = ''

function banned(folders: string[], code: string, message: string): void {
  for (const folder of folders) cases.push({ rule, path: `${folder}/case${cases.length}.ts`, code, message })
}

function allowed(folders: string[], code: string): void {
  for (const folder of folders) cases.push({ rule, path: `${folder}/case${cases.length}.ts`, code })
}

rule = 'engine/ and model/ use exact arithmetic only'
const pure = ['engine', 'model']
const inexact =
  'exp log log2 log10 log1p expm1 pow sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh cbrt hypot'

banned(pure, 'export const x = Math.random()', 'Math.random is banned, use')
for (const name of inexact.split(' '))
  banned(pure, `export const x = Math.${name}(1, 2)`, `Math.${name} is banned, use`)
banned(pure, 'export const x = [1, 2].map(Math.exp)', 'Math.exp is banned, use')
banned(pure, 'export const x = Math.floor(Math.sin(1))', 'Math.sin is banned, use')
banned(pure, 'export const { random } = Math', 'Math by another way')
banned(pure, `export const x = Math['random']()`, 'Math by another way')
banned(pure, 'export const x = Math?.random()', 'Math by another way')
banned(pure, 'const M = Math\nexport const x = M.sin(1)', 'Math by another way')
banned(pure, 'export const x = globalThis.Math.random()', 'globalThis')
banned(pure, 'export const power = (x: number) => x ** 2', '** is banned, use')
banned(pure, 'export let x = 2\nx **= 2', '**= is banned, use')
for (const name of ['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'])
  allowed(pure, `export const x = Math.${name}(2, 1)`)
allowed(pure, 'export const x = Math.max(Math.SQRT2, Math.floor(Math.PI))')
allowed(['sinks', 'cli', 'test'], 'export const x = Math.random() + 2 ** 3')

rule = 'engine/ and model/ give sort() an order and know no locale'
banned(pure, 'export const x = [2, 1].sort()', 'sort() without a comparison is banned, use')
banned(pure, 'export const sorted = (list?: Int32Array) => list?.sort()', 'sort() without a comparison is banned, use')
banned(pure, 'export const x = [2, 1].toSorted()', 'sort() without a comparison is banned, use')
banned(
  pure,
  'export const sorted = (list?: number[]) => list?.toSorted()',
  'sort() without a comparison is banned, use',
)
banned(pure, `export const x = 'a'.localeCompare('b')`, 'localeCompare is banned, use')
banned(pure, `export const less = (a?: string) => a?.localeCompare('b')`, 'localeCompare is banned, use')
for (const name of ['toLocaleString', 'toLocaleUpperCase', 'toLocaleLowerCase', 'toLocaleDateString'])
  banned(pure, `export const x = it.${name}()`, `${name} is banned, use`)
allowed(pure, 'export const x = [2, 1].sort((a, b) => a - b)')

rule = 'engine/ and model/ know no clock and no machine'
for (const [name, code] of Object.entries({
  Date: 'new Date()',
  Temporal: 'Temporal.Now.instant()',
  performance: 'performance.now()',
  Intl: 'new Intl.NumberFormat()',
  process: 'process.hrtime()',
  navigator: 'navigator.language',
  crypto: 'crypto.randomUUID()',
  fetch: `fetch('/')`,
  setTimeout: 'setTimeout(() => 1, 1)',
  setInterval: 'setInterval(() => 1, 1)',
  setImmediate: 'setImmediate(() => 1)',
  clearTimeout: 'clearTimeout(1)',
  clearInterval: 'clearInterval(1)',
  clearImmediate: 'clearImmediate(1)',
  queueMicrotask: 'queueMicrotask(() => 1)',
  WeakRef: 'new WeakRef({})',
  FinalizationRegistry: 'new FinalizationRegistry(() => 1)',
  globalThis: 'globalThis.Date',
  global: 'global.Date',
}))
  banned(pure, `export const x = ${code}`, `global variable ${name}.`)
allowed(pure, 'export const x = (process: number) => process * 2')
allowed(['sinks', 'cli', 'test'], 'export const x = Date.now() + performance.now()')

rule = 'only programs write to the console'
banned([...pure, 'stores', 'sinks', 'lambda'], `console.log('x')`, 'console')
allowed(['cli', 'bench', 'examples', 'test'], `console.log('x')`)

/** An import, and what of it is banned or allowed where. @param from a path, as it is written in the import */
const importing = (...from: string[]): string =>
  from.map((path, n) => `export { x as x${n} } from '${path}'`).join('\n')

const ENGINE = '../engine/index.ts'
const MODEL = '../model/index.ts'
const SINKS = '../sinks/index.ts'

rule = 'imports of engine/'
for (const path of [
  '../../model/index.ts',
  '../../sinks/index.ts',
  '../index.ts',
  'tutorsim',
  'node:fs',
  'fs',
  'undici',
  'zod',
  '@aws-sdk/client-dynamodb',
])
  banned(['engine/kernel', 'engine/log', 'engine/delivery', 'engine/host'], importing(path), 'banned in engine/')
banned(
  ['engine/kernel'],
  `import type { X } from '../../model/index.ts'\nexport type Y = X`,
  'banned in engine/kernel/',
)
banned(['engine/kernel'], `export const load = () => import('../../model/index.ts')`, 'banned in engine/kernel/')
banned(['engine/kernel', 'engine/log'], `export { createHash } from 'node:crypto'`, 'banned in engine/')
cases.push({
  rule,
  path: 'engine/kernel/sha256.ts',
  code: `export { randomBytes } from 'node:crypto'`,
  message: 'Only createHash',
})
banned(['engine/kernel'], importing('../log/runner.ts'), 'banned in engine/kernel/, use')
banned(['engine/log'], importing('../delivery/courier.ts'), 'banned in engine/log/, use')
banned(['engine/delivery'], importing('../host/host.ts'), 'banned in engine/delivery/, use')
banned(['engine/host'], importing('node:worker_threads'), 'banned in engine/host/, use')
allowed(['engine/kernel', 'engine/log'], importing('#sha256', './other.ts'))
allowed(['engine/kernel'], `import seedrandom from 'seedrandom'\nexport const x = seedrandom('a').int32()`)
allowed(['engine/log'], importing('../kernel/world.ts', './other.ts'))
allowed(['engine/delivery'], importing('../kernel/world.ts', '../log/runner.ts'))
allowed(['engine/host'], importing('../kernel/world.ts', '../log/runner.ts', '../delivery/courier.ts'))
cases.push({ rule, path: 'engine/host/threads.ts', code: importing('node:worker_threads', 'node:module') })

rule = 'imports of model/'
for (const path of ['../../engine/kernel/world.ts', '../../stores/index.ts', 'zod', 'node:crypto', '@faker-js/faker'])
  banned(['model/events', 'model/state', 'model/rules', 'model/checker'], importing(path), 'banned in model/')
banned(['model/events'], importing('../state/tables.ts'), 'banned in model/events/, use')
banned(['model/settings'], importing('../state/tables.ts'), 'banned in model/settings/, use')
banned(['model/state'], importing('../rules/calls.ts'), 'banned in model/state/, use')
banned(['model/rules'], importing('../checker/index.ts'), 'banned in model/rules/, use')
banned(['model/checker'], importing('../rules/calls.ts'), 'banned in model/checker/, use')
banned(['model/posted'], importing('../rules/calls.ts'), 'banned in model/posted/, use')
banned(['model/realism'], importing('../rules/calls.ts'), 'banned in model/realism/, use')
banned(['model/realism'], importing('../settings/people.ts'), 'banned in model/realism/, use')
banned(['model/explanation'], importing('../checker/index.ts'), 'banned in model/explanation/, use')
banned(['model/scoring'], importing('../rules/calls.ts'), 'banned in model/scoring/, use')
banned(['model/scenarios'], importing('../rules/calls.ts'), 'banned in model/scenarios/, use')
banned(['model/people'], importing('../rules/calls.ts'), 'banned in model/people/, use')
banned(['model'], importing('./checker/index.ts'), 'banned in model/, use')
banned(['model'], importing('./posted/index.ts'), 'banned in model/, use')
allowed(['model'], importing('./events/index.ts', './state/tables.ts', './rules/calls.ts', ENGINE))
allowed(['model'], importing('./settings/figures.ts'))
allowed(['model/settings'], importing('../events/index.ts', '../../engine/index.ts'))
allowed(['model/rules', 'model/state'], importing('../settings/figures.ts'))
allowed(['model/rules'], importing('../events/index.ts', '../state/tables.ts', '../../engine/index.ts'))
allowed(['model/checker'], importing('../events/index.ts', '../posted/schemas.ts', '../../engine/index.ts'))
allowed(
  ['model/realism'],
  importing('simple-statistics', '../events/index.ts', '../state/numbering.ts', '../../engine/index.ts'),
)
allowed(['model/posted'], importing('zod', '../events/index.ts', '../../engine/index.ts'))
allowed(
  ['model/explanation'],
  importing('../events/index.ts', '../rules/calls.ts', '../state/tables.ts', '../model.ts', '../../engine/index.ts'),
)
allowed(['model/scenarios'], importing('../interventions/kinds.ts', '../model.ts', '../../engine/index.ts'))
allowed(['model/scoring'], importing('../events/vocabulary.ts', '../../engine/index.ts', './other.ts'))
allowed(['model/people'], importing('@faker-js/faker', '../../engine/index.ts'))

rule = 'imports of sinks/ and stores/'
for (const path of [MODEL, '../engine/kernel/world.ts', '../cli/main.ts', 'tutorsim'])
  banned(['sinks', 'stores'], importing(path), 'banned in')
banned(['sinks'], importing('../stores/index.ts'), 'banned in sinks/, use')
banned(['sinks/http'], importing('../../model/index.ts'), 'banned in sinks/, use')
banned(['sinks/http'], importing('../file/ndjson.ts'), 'banned in sinks/, use')
banned(['sinks/file/parquet'], importing('../fileerror.ts'), 'banned in sinks/file/parquet/, use')
banned(['sinks/http'], importing('../file/parquet/table.ts'), 'banned in sinks/, use')
allowed(['sinks/file/parquet'], importing('../../../engine/index.ts', './other.ts'))
allowed(['sinks/file'], importing('./parquet/table.ts'))
allowed(['sinks', 'stores'], importing(ENGINE, './other.ts', 'node:fs'))
allowed(['sinks/http'], importing('../../engine/index.ts', '../targeterror.ts', './other.ts', 'undici'))

rule = 'imports of ingest/, lambda/ and cli/'
for (const path of [
  '../engine/kernel/world.ts',
  '../model/events/index.ts',
  '../model/checker/ids.ts',
  '../sinks/http/http.ts',
  '../infra/app.ts',
])
  banned(['ingest', 'lambda', 'cli'], importing(path), 'This import is banned in')
banned(['ingest'], importing('../cli/main.ts'), 'banned in ingest/, use')
banned(['lambda'], importing('../ingest/index.ts'), 'banned in lambda/, use')
banned(['lambda'], `export const load = () => import('../sinks/http/http.ts')`, 'banned in lambda/, use')
banned(['cli/terminal'], importing('../commands/run.ts'), 'banned in cli/terminal/, use')
banned(['cli/commands'], importing('../../model/events/index.ts'), 'banned in cli/commands/, use')
banned(['cli/report'], importing('../terminal/progress.ts'), 'banned in cli/report/, use')
banned(['cli/report'], importing('node:fs'), 'banned in cli/report/, use')
allowed(['cli/report'], importing('../../engine/index.ts', '../../model/realism/index.ts', './svg.ts'))
allowed(['ingest'], importing(ENGINE, MODEL, SINKS, '../model/posted/index.ts'))
allowed(['lambda'], importing(ENGINE, MODEL, SINKS, '../stores/index.ts', '../model/posted/index.ts'))
allowed(
  ['cli/commands'],
  importing('../../model/index.ts', '../../ingest/index.ts', '../../dashboard/server/index.ts', './check.ts'),
)

rule = 'imports of dashboard/'
for (const path of [
  '../../engine/kernel/clock.ts',
  '../../stores/index.ts',
  '../../sinks/index.ts',
  '../../cli/main.ts',
])
  banned(['dashboard/server'], importing(path), 'banned in dashboard/server/, use')
allowed(
  ['dashboard/server'],
  importing(
    '../../engine/index.ts',
    '../../model/index.ts',
    '../../model/people/index.ts',
    '../../model/events/vocabulary.ts',
    './tally.ts',
  ),
)

rule = 'imports of dashboard/page/'
banned(['dashboard/page/data'], importing('../../server/index.ts'), 'banned in dashboard/page/, use')
banned(['dashboard/page/data'], importing('../../../model/index.ts'), 'banned in dashboard/page/, use')
banned(['dashboard/page/data'], importing('node:fs'), 'banned in dashboard/page/, use')
allowed(
  ['dashboard/page/data'],
  importing('./api.ts', '../../server/shapes.ts', '../words.ts', 'preact', 'preact/hooks', '@preact/signals'),
)

rule = 'imports of infra/'
for (const path of [MODEL, '../engine/kernel/clock.ts', '../lambda/simulator.ts'])
  banned(['infra'], importing(path), 'banned in infra/, use')
allowed(['infra'], importing(ENGINE, './other.ts'))

rule = 'imports of test/, bench/ and examples/'
allowed(['test', 'bench', 'examples'], importing('../engine/kernel/world.ts', '../model/events/index.ts', MODEL))

rule = 'imports form no cycle'
cases.push(
  { rule, path: 'stores/left.ts', code: `import { b } from './right.ts'\nexport const a = () => b`, message: 'cycle' },
  { rule, path: 'stores/right.ts', code: `import { a } from './left.ts'\nexport const b = () => a`, message: 'cycle' },
)

interface Diagnostic {
  severity: string
  category: string
  message: string
  location: { path: string }
}

/** What `biome ci` finds in the cases, by file, and its exit status. */
function lint(): { status: number | null; found: Map<string, Diagnostic[]> } {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-lint-'))
  try {
    for (const name of ['biome.json', '.biome', '.gitignore', 'package.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true })
    for (const { path, code } of cases) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${code}\n`)
    }
    const { status, stdout } = spawnSync(
      join(root, 'node_modules/.bin/biome'),
      [
        'ci',
        '--formatter-enabled=false',
        '--assist-enabled=false',
        '--colors=off',
        '--reporter=json',
        '--max-diagnostics=none',
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
    return { status, found: Map.groupBy(diagnostics, ({ location }) => location.path) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { status, found } = lint()

test('bad code fails biome ci', () => {
  expect(status).toBe(1)
})

for (const [name, list] of Map.groupBy(cases, (one) => one.rule)) {
  test(name, () => {
    const answers = list.map(({ path, code, message }) => ({ path, code, bans: bans(path, message) }))
    expect(answers).toEqual(list.map(({ path, code, message }) => ({ path, code, bans: message ? [message] : [] })))
  })
}

/** The message, where it was found; for allowed code, every ban that was found after all. */
function bans(path: string, message?: string): string[] {
  const diagnostics = (found.get(path) ?? []).filter(({ severity }) => severity === 'error')
  if (message) return diagnostics.some((one) => one.message.includes(message)) ? [message] : []
  return diagnostics
    .filter(({ category }) => /plugin|noRestricted|noConsole|noImportCycles/.test(category))
    .map((one) => one.message)
}

test('every ban says what is banned, what to use, and why', () => {
  const denied = /"(\w+)": "\1 is banned, use .+?: .+\."/g
  const config = readFileSync(join(root, 'biome.json'), 'utf8')
  expect([...config.matchAll(denied)].length).toBe(19)
  const patterns = readFileSync(join(root, '.biome/pure.grit'), 'utf8')
  for (const [, message] of patterns.matchAll(/message=["`](.+)["`], severity/g)) {
    expect(message).toMatch(/ is banned, use .+: .+/)
  }
})
