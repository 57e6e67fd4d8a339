// The package as somebody installs it: packed, put into an empty project outside this one, and used there on every Node that
// it is for, without the AWS clients.

import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as engine from '../../engine/index.ts'
import * as model from '../../model/index.ts'
import * as schemas from '../../schemas/index.ts'
import * as sinks from '../../sinks/index.ts'
import * as stores from '../../stores/index.ts'

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
const installed = (...path: string[]): string => join(folder, 'node_modules/tutorsim', ...path)
const node = async (program: string, script: string): Promise<string> =>
  (await promisify(execFile)(program, ['--input-type=module', '-e', script], { cwd: folder })).stdout
/** Runs the bin as a shell does, on the Node that comes first in PATH. */
const tutorsim = (program: string, ...words: string[]) =>
  promisify(execFile)(join(folder, 'node_modules/.bin/tutorsim'), words, {
    cwd: folder,
    env: { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH}` },
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

interface Installed {
  version: string
  license?: string
  hasInstallScript?: boolean
}

/** Its entries, as the sources have them; vitest's is for its own test. */
const ENTRIES = { '': model, '/engine': engine, '/stores': stores, '/sinks': sinks, '/schemas': schemas }

describe('what is installed', () => {
  it('is small, has no install script, and no AWS client comes along', () => {
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
    const packages = Object.entries<Installed>(lock.packages).slice(1)
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([])
    expect(packages.filter(([path]) => /aws|smithy/.test(path))).toEqual([])
    const megabytes = bytesIn(join(folder, 'node_modules')) / 1e6
    console.log(
      `${packages.length} packages, ${megabytes.toFixed(1)} MB; packed ${(statSync(tarball).size / 1e6).toFixed(2)} MB`,
    )
    expect(megabytes).toBeLessThan(INSTALLED_MEGABYTES_MAX)
  })

  it('is under licences that docs/licences.md lists; `npm run licences` writes it', () => {
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'))
    const rows = Object.entries<Installed>(packages)
      .filter(([path]) => path !== '' && path !== 'node_modules/tutorsim')
      .map(([path, { version, license }]) => `${path.slice('node_modules/'.length)} | ${version} | ${license}`)
    const listed = [...readFileSync(join(root, 'docs/licences.md'), 'utf8').matchAll(/^\| (.+) \| [\d.]+ \|$/gm)]
    expect(listed.map(([, row]) => row)).toEqual(rows.sort())
    for (const row of rows)
      expect(row).toMatch(/ \| (MIT|ISC|Apache-2\.0|MIT OR Apache-2\.0|BSD-\d-Clause|0BSD|Unlicense)$/)
  })

  it('holds what is built, the schemas and the papers, and nothing else', () => {
    const files = readdirSync(installed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(installed(), join(entry.parentPath, entry.name)))
    const isBuilt =
      /^(((engine|model|stores|sinks|schemas|vitest)\/.*\.(js|js\.map|d\.ts))|(chunks|cli)\/[\w-]+\.js(\.map)?)$/
    const papers = /^(README\.md|CHANGELOG\.md|LICENSE|package\.json|schemas\/\w+\.schema\.json|presets\/[\w-]+\.yaml)$/
    const page = /^dashboard\/page\/(index\.html|licences\.txt|assets\/(index|icon)-[\w-]+\.(js|css|svg))$/
    expect(files.filter((file) => ![isBuilt, papers, page].some((form) => form.test(file)))).toEqual([])
    for (const file of [
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
      join('model', 'index.d.ts'),
      join('cli', 'main.js.map'),
    ])
      expect(files).toContain(file)
    expect(readFileSync(installed('cli/tutorsim.js'))).toEqual(readFileSync(join(root, 'cli/tutorsim.js')))
  })

  it('is judged well by publint and by attw', () => {
    execFileSync(join(TOOLS, 'publint'), ['--strict', join(root, 'dist')])
    // Of the resolutions that the profile leaves out, one alone cannot follow imports such as #sha256; its status says so all the
    // same. Presets are no modules.
    const presets = readdirSync(join(root, 'presets')).map((file) => `presets/${file}`)
    execFileSync(join(TOOLS, 'attw'), [
      ...[tarball, '--profile', 'esm-only', '--ignore-rules', 'internal-resolution-error'],
      ...['--exclude-entrypoints', ...presets],
    ])
  })
})

describe.each(Object.entries(NODES))('on %s', (_, program) => {
  it.each(Object.entries(ENTRIES))('tutorsim%s can be imported, and has what the sources have', async (entry, own) => {
    const script = `console.log(JSON.stringify(Object.keys(await import('tutorsim${entry}'))))`
    expect(JSON.parse(await node(program, script))).toEqual(Object.keys(own).sort())
  })

  it('a world is stepped, saved and restored, and comes to the state of one of the sources', async () => {
    const script = `
      import { createWorld, restoreWorld } from 'tutorsim'
      const world = createWorld({ seed: 'x', students: 50 })
      world.run(2 * 96)
      console.log(world.digest(), restoreWorld(world.checkpoint()).digest())`
    const own = model.createWorld({ seed: 'x', students: 50 })
    own.run(2 * 96)
    expect(await node(program, script)).toBe(`${own.digest()} ${own.digest()}\n`)
  })

  it('a schema is there as a file', async () => {
    const script = `
      import schema from 'tutorsim/schemas/session_started.schema.json' with { type: 'json' }
      console.log(JSON.stringify(schema))`
    expect(JSON.parse(await node(program, script))).toEqual(schemas.schemas.session_started)
  })

  it('require works too, as far as that Node lets it', async () => {
    const script = `const { createWorld } = require('tutorsim'); console.log(createWorld({ students: 5 }).tick)`
    const { stdout } = await promisify(execFile)(program, ['--input-type=commonjs', '-e', script], { cwd: folder })
    expect(stdout.trim()).toBe('0')
  })

  it('a map posts what it makes: its process is there, and starts', async () => {
    const bodies: string[] = []
    const server = createServer(async (request, response) => {
      bodies.push(await text(request))
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      writeFileSync(join(folder, 'map.jsonata'), '{"is": $replace(event_type, /_/, " ")}')
      const to = ['--to', `http://127.0.0.1:${port}/`, '--map', 'map.jsonata']
      await tutorsim(program, 'run', '--store', 'memory', '--students', '50', '--for', '1d', ...to)
    } finally {
      server.close()
    }
    expect(bodies.length).toBeGreaterThan(10)
    for (const body of bodies) expect(body).toMatch(/^\{"is":"[a-z ]+"\}$/)
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

it('writes the same stream on every Node, and on threads', { timeout: 120_000 }, async () => {
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
  // They were threads: without their file there is nothing to start.
  const [there, away] = [installed('engine', 'host', 'worker.js'), installed('away.js')]
  renameSync(there, away)
  try {
    const words = [
      'run',
      '--store',
      'memory',
      '--students',
      '8000',
      '--for',
      '1h',
      '--workers',
      '3',
      '--to',
      'no.ndjson',
    ]
    await expect(tutorsim(process.execPath, ...words)).rejects.toMatchObject({ code: 1, stderr: /worker\.js/ })
  } finally {
    renameSync(away, there)
  }
})

describe('the program is that of the clone', () => {
  const clone = (...words: string[]): string =>
    execFileSync(process.execPath, [join(root, 'cli/tutorsim.js'), ...words], { cwd: folder, encoding: 'utf8' })
  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')

  it.each(Object.entries(NODES))(
    'keeps, checks, shows and forks a world on %s, and says what it says there',
    async (name, program) => {
      /** What both say, once at least on each stream. */
      const said: string[] = []
      const both = async (...words: string[]): Promise<void> => {
        const [store, file] = [`${name.replace(/\D/g, '')}.db`, `${name.replace(/\D/g, '')}.ndjson`]
        const run = (at: string) =>
          words.map((word) => word.replace('STORE', `sqlite:${at}${store}`).replace('FILE', `${at}${file}`))
        const { stdout, stderr } = await tutorsim(program, ...run('installed-'))
        const own = spawnSync(process.execPath, [join(root, 'cli/tutorsim.js'), ...run('clone-')], {
          cwd: folder,
          encoding: 'utf8',
        })
        expect(`${stdout}${stderr}`.replaceAll('installed-', 'clone-')).toBe(`${own.stdout}${own.stderr}`)
        expect(own.status).toBe(0)
        said.push(stdout, stderr)
      }
      await both('run', '--students', '300', '--for', '3d', '--store', 'STORE', '--to', 'FILE')
      await both('run', '--for', '1d', '--store', 'STORE', '--to', 'FILE')
      await both('check', 'FILE', '--json')
      await both('show', 'stu_1042', '--store', 'STORE')
      await both('fork', 'default@96', '--as', 'what-if', '--store', 'STORE')
      await both('worlds', '--store', 'STORE')
      await both('--help')
      expect(said.join('')).toMatch(/"violations":0[\s\S]*^id +stu_1042$[\s\S]*^what-if +\S+ +96 /m)
    },
  )

  it('by npx too', () => {
    const words = ['run', '--store', 'memory', '--students', '300', '--for', '2d', '--to']
    npm('exec', '--', 'tutorsim', ...words, 'npx.ndjson')
    clone(...words, 'clone.ndjson')
    expect(textOf('npx.ndjson')).toBe(textOf('clone.ndjson'))
  })

  it.each([
    ['the package', () => installed('cli/tutorsim.js'), ''],
    [
      'the clone',
      () => join(root, 'cli/tutorsim.js'),
      ': run it with npx tutorsim or npm start, which bring theirs along',
    ],
  ])('says of an older Node in one line that it is too old, in %s', (_, program, remedy) => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.18.0'}})`
    const { status, stderr } = spawnSync(process.execPath, ['--import', older, program(), '--version'], {
      encoding: 'utf8',
    })
    expect(stderr).toBe(`tutorsim needs Node 22.19.0 or newer, this is ${process.version}${remedy}\n`)
    expect(status).toBe(1)
    expect(JSON.parse(readFileSync(installed('package.json'), 'utf8')).engines).toEqual({ node: '>=22.19.0' })
  })
})

it('bears a model of one’s own, in one thread or in several: that of docs/extending.md', async () => {
  const page = readFileSync(join(root, 'docs/extending.md'), 'utf8')
  const lighthouse = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n')
  const busy = lighthouse.replace('eventsPerHour: () => 1,', 'eventsPerHour: () => 1e6,')
  const threaded = busy.replace('machine })', 'machine, workers: 2 })')
  expect(new Set([lighthouse, busy, threaded]).size).toBe(3)
  for (const [name, source] of Object.entries({ lighthouse, threaded })) {
    const last = `console.log(await live('sqlite:${name}.db', '${name}.ndjson', 60))`
    writeFileSync(join(folder, `${name}.ts`), source)
    writeFileSync(join(folder, `${name}.js`), `import { live } from './${name}.ts'\n${last}`)
    const { stdout } = await promisify(execFile)(process.execPath, [`${name}.js`], { cwd: folder })
    expect(Number(stdout)).toBeGreaterThan(100)
  }
  expect(readFileSync(join(folder, 'threaded.ndjson'))).toEqual(readFileSync(join(folder, 'lighthouse.ndjson')))
})

describe.each([
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
])('a strict consumer with moduleResolution %s', (moduleResolution, module) => {
  const compile = (source: string, ...options: string[]): void => {
    writeFileSync(join(folder, 'consumer.ts'), source)
    const strict = ['--strict', '--noEmit', '--target', 'es2024', '--lib', 'es2024,dom']
    const words = [...strict, '--module', module, '--moduleResolution', moduleResolution, ...options, 'consumer.ts']
    // The project's own TypeScript, and the one before it.
    for (const place of ['', 'test/package/'])
      execFileSync(process.execPath, [join(root, place, 'node_modules/typescript/bin/tsc'), ...words], {
        cwd: folder,
        encoding: 'utf8',
      })
  }

  it('compiles against the library, the engine and the schemas, without the types of Node', () => {
    compile(
      `import { createWorld, type Event } from 'tutorsim'
       import { Host, type Model, type Observer, type Sink } from 'tutorsim/engine'
       import { type JsonSchema, schemas } from 'tutorsim/schemas'
       const events: Event[] = createWorld({ seed: 'x', students: 5 }).step()
       for (const event of events) if (event.event_type === 'session_started') {
         const minutes: 30 | 60 | 90 = event.payload.scheduled_duration_minutes
         console.log(minutes, event.payload.subject satisfies string)
       }
       export const typed: [typeof Host, JsonSchema] = [Host, schemas.session_started]
       export type Ports = [Model, Observer, Sink]`,
    )
  })

  it('compiles against stores and sinks with the types of Node, without the AWS clients', () => {
    compile(
      `import { openSink, realMachine } from 'tutorsim/sinks'
       import { openStore } from 'tutorsim/stores'
       export const typed: [typeof openStore, typeof openSink, typeof realMachine] = [openStore, openSink, realMachine]`,
      ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'],
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

it('starts soon: an import costs a few times an empty Node at the most', async () => {
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
  // It takes 2.5 to 3.9 times as long, by machine.
  expect(imported / empty).toBeLessThan(5)
})
