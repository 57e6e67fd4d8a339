// docs/testing.md does what it says: its blocks are one file of tests, and they pass.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
mkdirSync(join(root, '.tutorsim'), { recursive: true })
const folder = mkdtempSync(join(root, '.tutorsim/recipes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('every recipe compiles and passes', { timeout: 120_000 }, async () => {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block)
  expect(blocks).toHaveLength(7)
  writeFileSync(join(folder, 'recipes.test.ts'), blocks.join('\n'))
  const options = { extends: join(root, 'tsconfig.json'), compilerOptions: { lib: ['es2024', 'dom'] } }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...options, files: ['recipes.test.ts'] }))
  writeFileSync(join(folder, 'vitest.config.ts'), 'export default {}\n')
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', folder])
  const report = join(folder, 'report.json')
  const words = ['run', '--root', folder, '--reporter', 'json', '--outputFile', report]
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/.bin/vitest'), ...words], { cwd: folder })
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  expect([numPassedTests, numFailedTests]).toEqual([6, 0])
})
