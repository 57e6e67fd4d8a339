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

const kernel = `export { x } from '../engine/index.ts'`
const model = `export { x } from '../model/index.ts'`
const posted = `export { x } from '../model/posted.ts'`

rule = 'imports of engine/'
for (const code of [
  model,
  `import type { X } from '../model/index.ts'\nexport type Y = X`,
  `export const load = () => import('../model/index.ts')`,
  `export { x } from '../sinks/index.ts'`,
  `export { x } from 'tutorsim'`,
  `export { x } from 'node:fs'`,
  `export { x } from 'fs'`,
  `export { x } from 'undici'`,
  `export { x } from 'zod'`,
  `export { x } from '@aws-sdk/client-dynamodb'`,
  `export { x } from './part/inner.ts'`,
])
  banned(['engine'], code, 'banned in engine/, use')
banned(['engine'], `export { randomBytes } from 'node:crypto'`, 'Only createHash and hash')
allowed(['engine'], `export { createHash } from 'node:crypto'\nexport { x } from './other.ts'`)
allowed(['engine'], `export { x } from './part/index.ts'`)
allowed(['engine/part'], `export { x } from '../other.ts'\nexport { y } from './other.ts'`)
allowed(['engine'], `import seedrandom from 'seedrandom'\nexport const x = seedrandom('a').int32()`)

rule = 'imports of model/'
for (const code of [
  `export { x } from '../engine/world.ts'`,
  `export { x } from '../stores/index.ts'`,
  `export { x } from './schemas.ts'`,
  `export { x } from './posted.ts'`,
  `export { x } from 'zod'`,
  `export { x } from 'node:crypto'`,
  `export { x } from './checker/index.ts'`,
  `export { x } from './part/inner.ts'`,
])
  banned(['model'], code, 'banned in model/, use')
banned(['model/checker'], `export { x } from '../../engine/world.ts'`, 'banned in model/, use')
allowed(['model'], `export { x } from './part/index.ts'`)
allowed(['model/checker'], `export { x } from '../../engine/index.ts'\nexport { y } from '../schemas.ts'`)
allowed(['model'], `${kernel}\nexport { y } from './other.ts'`)
cases.push({ rule, path: 'model/schemas.ts', code: `export { x } from 'zod'\nexport { y } from './other.ts'` })

rule = 'imports of sinks/ and stores/'
for (const code of [
  model,
  posted,
  `export { x } from '../engine/world.ts'`,
  `export { x } from '../cli/run.ts'`,
  `export { x } from './part/inner.ts'`,
  `export { x } from 'tutorsim'`,
])
  banned(['sinks', 'stores'], code, 'banned in sinks/ and stores/, use')
banned(['sinks'], `export { x } from '../stores/index.ts'`, 'banned in sinks/ and stores/, use')
banned(['sinks/http'], `export { x } from '../../model/index.ts'`, 'banned in sinks/ and stores/, use')
allowed(['sinks', 'stores'], `${kernel}\nexport { y } from './other.ts'\nexport { z } from 'node:fs'`)
allowed(['sinks'], `export { request } from 'undici'`)
allowed(['sinks/http'], `export { x } from '../../engine/index.ts'\nexport { y } from '../other.ts'`)

rule = 'imports of lambda/, cli/ and dashboard/'
for (const code of [
  `export { x } from '../engine/world.ts'`,
  `export { x } from '../model/events.ts'`,
  `export { x } from '../model/checker/ids.ts'`,
  `export { x } from '../stores/memory.ts'`,
  `export { x } from '../sinks/http.ts'`,
  `export { x } from '../infra/app.ts'`,
  `export { x } from '../test/stream.ts'`,
  `export const load = () => import('../sinks/http.ts')`,
])
  banned(['lambda', 'cli', 'dashboard'], code, 'banned here, use the index.ts')
banned(['cli/commands'], `export { x } from '../../model/events.ts'`, 'banned here, use the index.ts')
for (const code of [
  kernel,
  model,
  posted,
  `export { x } from '../stores/index.ts'`,
  `export { x } from '../model/checker/index.ts'`,
  `export { x } from './other.ts'`,
])
  allowed(['lambda', 'cli', 'dashboard'], code)
allowed(['cli/commands'], `export { x } from '../../model/index.ts'\nexport { y } from '../other.ts'`)

rule = 'imports of infra/'
for (const code of [kernel, model, `export { x } from '../lambda/simulator.ts'`])
  banned(['infra'], code, 'banned in infra/, use')
allowed(['infra'], `export { x } from './other.ts'`)

rule = 'imports of test/, bench/ and examples/'
for (const code of [`export { x } from '../engine/world.ts'`, `export { x } from '../model/events.ts'`, model])
  allowed(['test', 'bench', 'examples'], code)

rule = 'imports form no cycle'
cases.push(
  { rule, path: 'sinks/left.ts', code: `import { b } from './right.ts'\nexport const a = () => b`, message: 'cycle' },
  { rule, path: 'sinks/right.ts', code: `import { a } from './left.ts'\nexport const b = () => a`, message: 'cycle' },
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
