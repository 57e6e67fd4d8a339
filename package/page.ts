// Builds the page of the dashboard: `node package/page.ts [FOLDER]`, by default into dashboard/page/dist/. Files have
// their content's hash in their names, so a browser may keep them; nothing is inline, so the policy of the server need not
// allow it. With `--if-needed` a page that is newer than its sources and its lock file is left as it is.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const PAGE = join(ROOT, 'dashboard/page')
const BUILT = join(PAGE, 'dist')

const newestMs = (): number => {
  const sources = readdirSync(PAGE, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('dist'))
    .map((name) => join(PAGE, name))
  return Math.max(...[...sources, join(ROOT, 'package-lock.json')].map((path) => statSync(path).mtimeMs))
}

const isBuilt = (): boolean => {
  const index = join(BUILT, 'index.html')
  return existsSync(index) && statSync(index).mtimeMs > newestMs()
}

/** What of others the script holds: their licence wants to come along. */
const HELD = ['preact', '@preact/signals', '@preact/signals-core']
const licences = (): string =>
  HELD.map((name) => `${name}\n\n${readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8')}`).join('\n')

const [, , ...words] = process.argv
const folder = words.find((word) => !word.startsWith('--')) ?? BUILT
if (!words.includes('--if-needed') || !isBuilt()) {
  await build({
    configFile: false,
    root: PAGE,
    base: '/',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: 0,
      // One script and one style sheet: a page on loopback gains nothing from pieces, and a snapshot holds both.
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  writeFileSync(join(folder, 'licences.txt'), licences())
}
