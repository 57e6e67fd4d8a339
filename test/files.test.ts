// Every file of code is there for something: some other file imports it, or somebody runs it.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const tracked = execFileSync('git', ['ls-files', '--cached'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)))
const code = tracked.filter((file) => /\.(tsx?|js|mjs|cjs)$/.test(file))
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Files that a file names: in imports, as relative URLs, or by their path from the root or its folder. */
function namedIn(file: string): string[] {
  const text = textOf(file)
  const relative = [...text.matchAll(/['"`](\.{1,2}\/[^'"`\s]+)['"`]/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  )
  const joined = [...text.matchAll(/['"`$}/](?:\.\.\/)*([\w-]+(?:\/[\w.-]+)*\.(?:tsx?|js))['"`\s]/g)].flatMap(
    ([, path = '']) => [path, join(dirname(file), path), join('lambda', path), join('test/node26', path)],
  )
  // `import(`./${name}.ts`)` of names that are listed.
  const listed = [...text.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => join(dirname(file), `${name}.ts`))
  return [...relative, ...joined, ...(text.includes('.ts`)') ? listed : [])]
}

it('is imported, or run by a script, a setting, a document or a test', () => {
  const runners = tracked.filter((file) =>
    /(^|\/)(package|cdk|knip|tsconfig)\.json$|\.md$|^\.ci\/run$|vitest\.config\.ts$/.test(file),
  )
  const begins = [
    ...runners
      .filter((file) => !code.includes(file))
      .flatMap((file) => [...textOf(file).matchAll(/[\w./-]+\.(?:tsx?|js)\b/g)].map(([path]) => normalize(path))),
    ...code.filter((file) => /^test\/.*\.test\.ts$|^vitest\.config\.ts$|^bench\/bench\.ts$/.test(file)),
  ]
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file) || !code.includes(file)) return
    reached.add(file)
    for (const named of namedIn(file)) visit(named)
  }
  for (const file of begins) visit(file)
  expect(code.filter((file) => !reached.has(file))).toEqual([])
})
