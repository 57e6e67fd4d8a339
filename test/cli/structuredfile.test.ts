// Files of YAML or JSON that people write, and what is said of those that are neither or mean harm.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readStructured } from '../../cli/terminal/structuredfile.ts'
import { OptionError } from '../../engine/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-structured-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'file.yaml')

/** What is said of a file with this text, without its name. */
async function wrongIn(text: string | Uint8Array): Promise<string> {
  writeFileSync(file, text)
  return saidOf(file)
}

async function saidOf(path: string): Promise<string> {
  const error = await readStructured('settings', path).catch((thrown: Error) => thrown)
  expect(error).toBeInstanceOf(OptionError)
  return (error as Error).message.replace(path, 'FILE')
}

async function contentOf(text: string): Promise<unknown> {
  writeFileSync(file, text)
  return (await readStructured('settings', file)).content
}

const SIZE_MAX = 262_144

describe('a file of YAML or JSON', () => {
  it('gives what it holds', async () => {
    const content = { a: { 'b.c': [1, 'x', true, null] } }
    expect(await contentOf('a:\n  b.c: [1, x, true, ~]\n')).toEqual(content)
    expect(await contentOf(`\uFEFF${JSON.stringify(content, null, '\t')}`)).toEqual(content)
  })

  it('keeps a name of a prototype as any other', async () => {
    const content = (await contentOf('__proto__: { calls: 1 }\nconstructor: 2\n')) as object
    expect(Object.keys(content)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(content)).toBe(Object.prototype)
  })

  it.each([
    ['is cut off', 'name: x\ndays: [1,\n', /^line 3, column 1: /],
    ['has two documents', 'a: 1\n---\nb: 2\n', /^line 2, column 1: a file holds one document/],
    ['gives a name twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', /^line 4, column 3: c is given twice$/],
    ['gives a name twice as JSON', '{"a": 1, "a": 1}', /^line 1, column 10: a is given twice$/],
    ['has a name that is a list', '? [1, 2]\n: 3\n', /^line 1, column 3: a name is a text$/],
    ['has an alias for nothing', 'a: *x\n', /^line 1, column 4: \*x stands for nothing$/],
    ['has itself for a part', 'a: &x { b: *x }\n', /^line 1, column 12: more than 32 parts inside one another$/],
    ['has a type of its own', 'a: !!js/function x\n', /^line 1, column 4: Unresolved tag/],
    ['has bytes for a value', 'a: !!binary aGVsbG8=\n', /^line 1, column 13: a text, a number/],
  ])('that %s is refused with the place', async (_, text, said) => {
    expect((await wrongIn(text)).replace(/^settings FILE: /, '')).toMatch(said)
  })

  it('that is no text is refused', async () => {
    expect(await wrongIn(Uint8Array.of(0xff, 0xfe, 0x00))).toBe('settings FILE: is no text in UTF-8')
  })

  it('that is larger than anybody writes is refused without being read', async () => {
    expect(await wrongIn('x'.repeat(10_000_000))).toBe(`settings FILE: at most ${SIZE_MAX} bytes, it has 10000000`)
  })

  it('is no directory and no pipe', async () => {
    expect(await saidOf(folder)).toBe('settings FILE: is a directory, not a file')
    if (process.platform === 'win32') return
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await saidOf(pipe)).toBe('settings FILE: is a pipe or a device, not a file')
  })

  it.each([
    ['lists in lists', '['.repeat(SIZE_MAX / 8)],
    ['objects in objects', '{"a":'.repeat(SIZE_MAX / 40)],
    ['names of names', '? '.repeat(SIZE_MAX / 16)],
    ['names of names, a few', '? '.repeat(200)],
    ['dashes', '- '.repeat(SIZE_MAX / 16)],
    ['aliases of aliases', bomb()],
    ['aliases', '*a '.repeat(SIZE_MAX / 24)],
    ['anchors', '&a '.repeat(SIZE_MAX / 24)],
    ['tags', '!'.repeat(SIZE_MAX)],
    ['commas', `[${', '.repeat(SIZE_MAX / 16)}]`],
    ['a name without end', `${'x'.repeat(SIZE_MAX - 10)}: 1`],
  ])('cannot cost more than a moment with %s', async (_, text) => {
    const began = process.cpuUsage()
    const said = await wrongIn(text)
    const { user, system } = process.cpuUsage(began)
    expect(said.split('\n')).toHaveLength(1)
    expect(said.length).toBeLessThan(400)
    expect((user + system) / 1e6, 'seconds of CPU').toBeLessThan(20)
  })

  it('is told where a part begins that somebody else found wrong, by its path with names that have dots', async () => {
    writeFileSync(file, 'a:\n  b.c:\n    - x\n    - d: 1\nalias: &n { e: 5 }\nto: *n\n')
    const read = await readStructured('settings', file)
    const said = (option: string): string =>
      (read.wrong(new OptionError({ option, rule: 'no', value: 1 })) as Error).message.replace(file, 'FILE')
    expect(said('a.b.c[1].d')).toBe('settings FILE: line 4, column 10: a.b.c[1].d 1: no')
    expect(said('a.b.c[1].z')).toBe('settings FILE: line 4, column 7: a.b.c[1].z 1: no')
    expect(said('to.e')).toBe('settings FILE: line 5, column 16: to.e 1: no')
    expect(said('settings')).toBe('settings FILE: no')
    const other = new Error('a bug')
    expect(read.wrong(other)).toBe(other)
  })
})

/** Short, and a billion parts long. */
function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [at, name] of [...'bcdefghij'].entries())
    lines.push(`${name}: &${name} [${`*${'abcdefghi'[at]}, `.repeat(9)}]`)
  return lines.join('\n')
}
