// Labels of a run that is killed, cut into pieces or spread over threads are those of a run that goes through.

import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const KILLS = 20
const SEED = 'labels'
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  writeFileSync(
    join(folder, 'story.yaml'),
    `name: story
sentence: A rush, and an outage in its midst.
interventions:
  - {kind: demand, where: {region: [west, midwest]}, from: +6h, until: +6d, size: 1.8, id: rush}
  - {kind: platform_outage, from: +3d, until: +4d, size: 0.8, id: outage}
`,
  )
  writeFileSync(
    join(folder, 'one.yaml'),
    `name: one
sentence: More lessons.
interventions: [{kind: demand, where: {region: west}, from: +1d, size: 1.8}]
`,
  )
  await tutorsim(
    'run',
    ...WORLD,
    '--store',
    'memory',
    '--for',
    '10d',
    '--to',
    'whole.ndjson',
    '--labels',
    'whole.labels',
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const WORLD = ['--seed', SEED, '--students', '300', '--warmup', '5d', '--tick', '1h', '--scenario', 'story.yaml']

function tutorsim(...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CLI, ...words], { cwd: folder }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    )
  })
}

/** Of a run that tells what it has cost. */
function usage(...words: string[]): Promise<{ stderr: string }> {
  const env = { ...process.env, TUTORSIM_USAGE: '1' }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [CLI, ...words], { cwd: folder, env }, (error, _, stderr) =>
      error ? reject(new Error(stderr)) : resolve({ stderr }),
    )
  })
}

const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')

function expectWhole(name: string): void {
  for (const ending of ['ndjson', 'labels', 'labels.windows.json'])
    expect(textOf(`${name}.${ending}`) === textOf(`whole.${ending}`), `${name}.${ending}`).toBe(true)
  expect(
    readdirSync(folder)
      .filter((file) => file.startsWith(name))
      .sort(),
  ).toEqual(expect.arrayContaining([`${name}.labels`, `${name}.labels.windows.json`, `${name}.ndjson`]))
  expect(existsSync(join(folder, `${name}.labels.part`))).toBe(false)
}

describe('labels', () => {
  it('say something, and leave the stream as it is without them', async () => {
    expect(textOf('whole.labels').split('\n').length).toBeGreaterThan(1000)
    await tutorsim('run', ...WORLD, '--store', 'memory', '--for', '10d', '--to', 'bare.ndjson')
    expect(textOf('bare.ndjson') === textOf('whole.ndjson')).toBe(true)
  })

  it.each(['1', '2', '5'])('are the same in %s threads', async (workers) => {
    const name = `threads-${workers}`
    await tutorsim(
      ...['run', ...WORLD, '--store', 'memory', '--workers', workers, '--for', '10d'],
      ...['--to', `${name}.ndjson`, '--labels', `${name}.labels`],
    )
    expectWhole(name)
  })

  it('of one intervention cost at most 2.3 times a run without', async () => {
    const words = ['run', '--store', 'memory', '--workers', '1', '--students', '3000', '--warmup', '5d', '--for', '14d']
    const cost = async (...more: string[]): Promise<number> => {
      const { stderr } = await usage(...words, '--scenario', 'one.yaml', '--to', 'cost.ndjson', ...more)
      return JSON.parse(/^\{"cpuSeconds".*$/m.exec(stderr)?.[0] ?? '').cpuSeconds
    }
    const [without, labelled] = [await cost(), await cost('--labels', 'cost.labels')]
    expect(labelled / without).toBeLessThan(2.3)
  })

  it('of a world that is kept and stopped again and again go on', async () => {
    for (let run = 0; run < 6; run++)
      await tutorsim(
        ...[
          'run',
          '--world',
          'pieces',
          ...WORLD,
          '--ticks',
          '40',
          '--to',
          'pieces.ndjson',
          '--labels',
          'pieces.labels',
        ],
      )
    expectWhole('pieces')
  })

  it(`lose and repeat nothing when their run is killed ${KILLS} times`, async () => {
    const words = ['run', '--world', 'killed', ...WORLD, '--to', 'killed.ndjson', '--labels', 'killed.labels']
    const file = join(folder, 'killed.ndjson')
    const written = (): number => (existsSync(file) ? statSync(file).size : 0)
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [CLI, ...words, '--pace', '25000x'], { cwd: folder, stdio: 'ignore' })
      const over = new Promise((resolve) => child.on('exit', resolve))
      // When it has come further, however fast the machine is.
      const enough = written() + 500 + 20 * ((kill * 397) % 1300)
      while (child.exitCode === null && written() < enough) await new Promise((resolve) => setTimeout(resolve, 10))
      child.kill('SIGKILL')
      await over
      if (existsSync(join(folder, 'killed.labels'))) expect(textOf('killed.labels')).toMatch(/^$|^\{"label":/)
    }
    const { worlds } = JSON.parse(await tutorsim('worlds', '--json')) as { worlds: { world: string; tick: number }[] }
    const tick = worlds.find(({ world }) => world === 'killed')?.tick as number
    expect(tick, 'it was not far when it was killed last').toBeLessThan(240)
    await tutorsim(...words, '--ticks', String(240 - tick))
    expectWhole('killed')
  })
})
