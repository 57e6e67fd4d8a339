// The package as somebody installs it: packed, put into an empty project outside this one, and used there on every Node that
// it is for, without the AWS clients.

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const TOOLS = join(root, 'test/package/node_modules/.bin')
const NODES = {
  'Node 22.19': join(root, 'test/node22/node_modules/.bin/node'),
  'Node 24': process.execPath,
  'Node 26': join(root, 'test/node26/node_modules/.bin/node'),
}
const INSTALLED_MEGABYTES_MAX = 60
/** Nobody asks for these when their scripts are not to run. */
const NPM = ['--no-audit', '--no-fund', '--ignore-scripts']

let folder: string
let tarball: string
const npm = (...words: string[]): string => execFileSync('npm', words, { cwd: folder, encoding: 'utf8' })
const installed = (path = ''): string => join(folder, 'node_modules/tutorsim', path)
const node = async (program: string, script: string): Promise<string> =>
  (await promisify(execFile)(program, ['--input-type=module', '-e', script], { cwd: folder })).stdout
const tutorsim = (program: string, ...words: string[]) =>
  promisify(execFile)(program, ['--disable-warning=ExperimentalWarning', installed('cli/tutorsim.js'), ...words], {
    cwd: folder,
  })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-package-'))
  execFileSync(process.execPath, [join(root, 'package/build.ts')])
  const [packed] = JSON.parse(npm('pack', join(root, 'dist'), '--json', '--pack-destination', folder))
  tarball = join(folder, packed.filename)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  npm('install', tarball, ...NPM)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function bytesIn(path: string): number {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

describe('what is installed', () => {
  it('is small, has no install script, and no AWS client comes along', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
    const packages = Object.entries<{ hasInstallScript?: boolean; license?: string }>(lock.packages).slice(1)
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
    expect(packages.filter(([name]) => /aws|smithy/.test(name))).toEqual([])
    for (const [name, { license }] of packages) expect(license, name).toMatch(/^(MIT|ISC|Apache-2\.0|BSD-\d-Clause)$/)
    const megabytes = bytesIn(join(folder, 'node_modules')) / 1e6
    console.log(
      `${packages.length} packages, ${megabytes.toFixed(1)} MB; packed ${(statSync(tarball).size / 1e6).toFixed(2)} MB`,
    )
    expect(megabytes).toBeLessThan(INSTALLED_MEGABYTES_MAX)
  })

  it('is judged well by publint and by attw', () => {
    execFileSync(join(TOOLS, 'publint'), ['--strict', join(root, 'dist')])
    // Of the resolutions that the profile leaves out, one alone cannot follow imports such as #sha256; its status says so all the
    // same.
    execFileSync(join(TOOLS, 'attw'), [tarball, '--profile', 'esm-only', '--ignore-rules', 'internal-resolution-error'])
  })
})

describe.each(Object.entries(NODES))('on %s', (_, program) => {
  it('every entry can be imported, and a world stepped', async () => {
    const script = `
      import { createWorld, restoreWorld } from 'tutorsim'
      import { Host, Runner, Table } from 'tutorsim/engine'
      import { openStore } from 'tutorsim/stores'
      import { openSink, realMachine } from 'tutorsim/sinks'
      import started from 'tutorsim/schemas/session_started.schema.json' with { type: 'json' }
      const world = createWorld({ seed: 'x', students: 50 })
      const events = world.run(2 * 96)
      const again = restoreWorld(world.checkpoint())
      console.log(JSON.stringify([
        events.length > 50, again.digest() === world.digest(), started.title ?? started.$id,
        [Host, Runner, Table, openStore, openSink, realMachine].every((one) => typeof one === 'function'),
      ]))`
    expect(JSON.parse(await node(program, script))).toEqual([
      true,
      true,
      expect.stringContaining('session_started'),
      true,
    ])
  })

  it('require works too, as far as that Node lets it', async () => {
    const script = `const { createWorld } = require('tutorsim'); console.log(createWorld({ students: 5 }).tick)`
    const { stdout } = await promisify(execFile)(program, ['--input-type=commonjs', '-e', script], { cwd: folder })
    expect(stdout.trim()).toBe('0')
  })

  it('what AWS is needed for says in one line what to install', async () => {
    await expect(tutorsim(program, 'run', '--store', 'dynamodb:worlds', '--for', '1h')).rejects.toMatchObject({
      code: 1,
      stderr: 'tutorsim: a DynamoDB table needs @aws-sdk/client-dynamodb: npm install @aws-sdk/client-dynamodb\n',
    })
    const kinesis = tutorsim(program, 'run', '--store', 'memory', '--for', '1h', '--to', 'kinesis:x')
    await expect(kinesis).rejects.toMatchObject({
      stderr: expect.stringMatching(/^tutorsim: a Kinesis stream needs @aws-sdk\/client-kinesis.*\n$/),
    })
  })
})

it('writes the same stream on every Node, and on threads', async () => {
  const digests = []
  for (const [name, program] of Object.entries(NODES))
    for (const workers of ['1', '3']) {
      const file = `${name.replace(/\D/g, '')}-${workers}.ndjson`
      const words = [
        'run',
        '--store',
        'memory',
        '--seed',
        'x',
        '--students',
        '8000',
        '--for',
        '3d',
        '--workers',
        workers,
      ]
      await tutorsim(program, ...words, '--to', file)
      digests.push(
        createHash('sha256')
          .update(readFileSync(join(folder, file)))
          .digest('hex'),
      )
    }
  expect(new Set(digests).size).toBe(1)
})

it('is the program of the clone: keeps, checks, shows and forks a world, by npx', () => {
  const npx = (...words: string[]): string => npm('exec', '--', 'tutorsim', ...words)
  npx('run', '--students', '300', '--for', '3d', '--to', 'installed.ndjson')
  npx('run', '--for', '1d', '--to', 'installed.ndjson')
  const clone = join(root, 'cli/tutorsim.js')
  const words = ['run', '--store', 'memory', '--students', '300', '--for', '4d', '--to', 'clone.ndjson']
  execFileSync(process.execPath, [clone, ...words], { cwd: folder, stdio: 'ignore' })
  expect(readFileSync(join(folder, 'installed.ndjson'), 'utf8')).toBe(
    readFileSync(join(folder, 'clone.ndjson'), 'utf8'),
  )
  expect(npx('check', 'installed.ndjson', '--json')).toContain('"violations":0')
  expect(npx('show', 'stu_1042')).toMatch(/^id +stu_1042$/m)
  npx('fork', 'default@96', '--as', 'what-if')
  expect(npx('worlds')).toMatch(/^what-if +96 /m)
  expect(npx('--help')).toBe(execFileSync(process.execPath, [clone, '--help'], { encoding: 'utf8' }))
})

describe.each([
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
])('a strict consumer with moduleResolution %s', (moduleResolution, module) => {
  const compile = (source: string, ...options: string[]): void => {
    writeFileSync(join(folder, 'consumer.ts'), source)
    const strict = ['--strict', '--noEmit', '--target', 'es2024', '--lib', 'es2024,dom']
    const words = [...strict, '--module', module, '--moduleResolution', moduleResolution, ...options, 'consumer.ts']
    execFileSync(process.execPath, [join(root, 'test/package/node_modules/typescript/bin/tsc'), ...words], {
      cwd: folder,
      encoding: 'utf8',
    })
  }

  it('compiles against the library and the engine, every type of theirs checked, without the types of Node', () => {
    compile(
      `import { createWorld, type Event } from 'tutorsim'
       import { Host, type Model, type Observer, type Sink } from 'tutorsim/engine'
       const events: Event[] = createWorld({ seed: 'x', students: 5 }).step()
       for (const event of events) if (event.event_type === 'session_started') {
         const minutes: 30 | 60 | 90 = event.payload.scheduled_duration_minutes
         console.log(minutes, event.payload.subject satisfies string)
       }
       export const typed: typeof Host = Host
       export type Ports = [Model, Observer, Sink]`,
      '--skipLibCheck',
      'false',
    )
  })

  it('compiles against stores and sinks with the types of Node, without the AWS clients', () => {
    compile(
      `import { openSink, realMachine } from 'tutorsim/sinks'
       import { openStore } from 'tutorsim/stores'
       export const typed: [typeof openStore, typeof openSink, typeof realMachine] = [openStore, openSink, realMachine]`,
      ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node', '--skipLibCheck'],
    )
  })
})

it('has a fixture and matchers for vitest', () => {
  npm('install', '--save-dev', 'vitest@5.1.1', ...NPM)
  writeFileSync(
    join(folder, 'world.test.js'),
    `import { expect } from 'vitest'
     import { test } from 'tutorsim/vitest'
     test('a world steps', ({ world }) => {
       const events = world.run('2d')
       expect(events).toBeCoherent()
       expect(events).toHaveEvent({ event_type: 'session_started' })
     })`,
  )
  expect(npm('exec', '--', 'vitest', 'run', 'world.test.js', '--reporter', 'verbose')).toMatch(/1 passed/)
})

it('goes into a browser’s bundle without a module of Node, and lives there', async () => {
  writeFileSync(
    join(folder, 'browser.js'),
    `import { createWorld } from 'tutorsim'
     const world = createWorld({ seed: 'x', students: 50 })
     world.run(96)
     globalThis.digest = world.digest()`,
  )
  const { outputFiles, warnings } = await build({
    entryPoints: [join(folder, 'browser.js')],
    ...{ bundle: true, platform: 'browser', format: 'esm', write: false, minify: true },
  })
  const [{ text = '' } = {}] = outputFiles
  expect(warnings).toEqual([])
  expect(text).not.toMatch(/["'`](node:\w+|crypto|fs|worker_threads)["'`]/)
  console.log(`${(text.length / 1024).toFixed(0)} KB in a browser's bundle`)
  writeFileSync(join(folder, 'bundled.mjs'), `${text}\nconsole.log(globalThis.digest)`)
  const bundled = execFileSync(process.execPath, [join(folder, 'bundled.mjs')], { encoding: 'utf8' })
  const script = `import { createWorld } from 'tutorsim'; const world = createWorld({ seed: 'x', students: 50 }); world.run(96); console.log(world.digest())`
  expect(bundled).toBe(await node(process.execPath, script))
})

it('starts soon: an import costs little more than an empty Node', async () => {
  const time = async (script: string): Promise<number> => {
    const began = performance.now()
    await node(process.execPath, script)
    return performance.now() - began
  }
  const starts: { empty: number; imported: number }[] = []
  for (let round = 0; round < 9; round++)
    starts.push({ empty: await time(''), imported: await time(`await import('tutorsim')`) })
  const empty = Math.min(...starts.map((one) => one.empty))
  const imported = Math.min(...starts.map((one) => one.imported))
  console.log(`an empty Node ${empty.toFixed(0)} ms, with the library ${imported.toFixed(0)} ms`)
  expect(imported).toBeLessThan(1.5 * empty + 60)
})
