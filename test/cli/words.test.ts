// What is typed and what the environment says: options, their variables, words that are none, and help.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  code: number
  stdout: string
  stderr: string
}

function tutorsim(words: string, variables: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...variables }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...words.split(' ').filter(Boolean)],
      { cwd: folder, env },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

const TINY = 'run --store memory --warmup 0d --ticks 4 --to x.ndjson --json'
const figures = ({ stdout }: Ended): { seed: string; students: number; ticks: number } => JSON.parse(stdout)

describe('a variable', { timeout: 60_000 }, () => {
  it('sets its option, an option that is given beats it, and a plain name is not read', async () => {
    const fromVariables = await tutorsim(TINY, { TUTORSIM_SEED: 'x', TUTORSIM_STUDENTS: '7', STUDENTS: '9', SEED: 'y' })
    expect(figures(fromVariables)).toMatchObject({ seed: 'x', students: 7 })
    expect(fromVariables.stderr).toContain(' of 7 students over 1 hour, to x.ndjson\n')
    expect(figures(await tutorsim(`${TINY} --students 5`, { TUTORSIM_STUDENTS: '7' }))).toMatchObject({ students: 5 })
  })

  it('has a seed that is the same, composed or not', async () => {
    const kept = TINY.replace('memory', 'sqlite:seeds.db').replace('x.ndjson', 'seeds.ndjson')
    const [composed, decomposed] = ['Zo\u00EB', 'Zoe\u0308']
    expect(figures(await tutorsim(`${kept} --students 3 --seed ${decomposed}`)).seed).toBe(composed)
    expect(figures(await tutorsim(`${kept} --seed ${composed}`)).seed).toBe(composed)
    expect(figures(await tutorsim(kept, { TUTORSIM_SEED: decomposed })).seed).toBe(composed)
    expect((await tutorsim(`${kept} --seed Zoe`)).stderr).toContain('was born with seed Zo\u00EB, not seed Zoe')
  })

  it('that is empty is unset', async () => {
    const empty = { TUTORSIM_SEED: '', TUTORSIM_RATE: '', TUTORSIM_TICK: '', TUTORSIM_MAX_RATE: '' }
    expect(figures(await tutorsim(`${TINY} --students 1`, empty))).toMatchObject({
      seed: 'demo',
      students: 1,
      ticks: 4,
    })
  })

  it('gives way to an option that says the same thing in another way', async () => {
    const others = { TUTORSIM_RATE: '500', TUTORSIM_FOR: '30d', TUTORSIM_LIVE: 'true' }
    expect(figures(await tutorsim(`${TINY} --students 3 --pace max`, others))).toMatchObject({ students: 3, ticks: 4 })
  })

  it('of a flag is true or false', async () => {
    const words = TINY.replace(' --json', ' --students 1')
    expect(figures(await tutorsim(words, { TUTORSIM_JSON: 'true' })).students).toBe(1)
    expect((await tutorsim(words, { TUTORSIM_JSON: 'false' })).stdout).toBe('')
    expect(await tutorsim(words, { TUTORSIM_JSON: 'maybe' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tutorsim: TUTORSIM_JSON maybe: true or false\n',
    })
  })

  it.each([
    [{ TUTORSIM_STUDENTS: 'many' }, 'TUTORSIM_STUDENTS many: not a number'],
    [{ TUTORSIM_STUDENTS: '0' }, 'TUTORSIM_STUDENTS 0: a whole number from 1 to 10000000'],
    [{ TUTORSIM_GIVE_UP: 'soon' }, 'TUTORSIM_GIVE_UP soon: a duration such as 30s or 5m'],
    [{ TUTORSIM_STUDNETS: '5' }, 'TUTORSIM_STUDNETS: no variable of tutorsim; is TUTORSIM_STUDENTS meant?'],
  ])('is named where it is wrong: %o', async (variables, line) => {
    expect(await tutorsim(TINY, variables)).toEqual({ code: 2, stdout: '', stderr: `tutorsim: ${line}\n` })
  })

  it('of another program, or of none that is near, is nobody’s business', async () => {
    const others = { TUTORSIM_SERVICE_HOST: '10.0.0.1', TUTORSIM_SERVICE_PORT: '80', STUDNETS: '5' }
    expect((await tutorsim(`${TINY} --students 1`, others)).code).toBe(0)
  })
})

describe('a word that is none', { timeout: 60_000 }, () => {
  it.each([
    ['chek x', "unknown command 'chek' (Did you mean check?)"],
    ['chek --json', "unknown command 'chek' (Did you mean check?)"],
    ['run --studnets 5', "unknown option '--studnets' (Did you mean --students?)"],
    ['run --studnets=5', "unknown option '--studnets' (Did you mean --students?)"],
    ['run --api-kye-file=SECRET', "unknown option '--api-kye-file' (Did you mean --api-key-file?)"],
    ['run --colour red', "unknown option '--colour'"],
    ['--key=SECRET run', "unknown option '--key'; the options of a command come after it"],
    ['worlds --jsn', "unknown option '--jsn' (Did you mean --json?)"],
    ['--json run', "unknown option '--json'; the options of a command come after it"],
    ['frobnicate all', /^unknown command 'frobnicate'; commands are run, check, /],
  ])('is named with the nearest that is one: %s', async (words, line) => {
    const { code, stdout, stderr } = await tutorsim(words)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^tutorsim: [^\n]+\n$/)
    expect(stderr.slice('tutorsim: '.length, -1)).toEqual(typeof line === 'string' ? line : expect.stringMatching(line))
  })
})

describe('help', { timeout: 60_000 }, () => {
  it.each(['', 'run', 'check', 'ingest', 'distribution', 'worlds', 'show', 'fork', 'set', 'diff'])(
    'of %j ends with two or three examples, each of words that there are',
    async (command) => {
      const { code, stdout } = await tutorsim(`${command} --help`)
      expect(code).toBe(0)
      const [said = '', examples = ''] = stdout.split('\nExamples:\n')
      const lines = examples.trimEnd().split('\n')
      expect([2, 3]).toContain(lines.length)
      for (const line of lines) expect(line).toMatch(/^ {4}tutorsim /)
      const own = lines.flatMap(
        (line) =>
          line
            .split(' | ')
            .at(-1)
            ?.match(/--[a-z-]+/g) ?? [],
      )
      if (command !== '') expect(own.filter((option) => !said.includes(`  ${option} `))).toEqual([])
    },
  )

  it('says every option once, with its group and the way to set it in the environment', async () => {
    const { stdout } = await tutorsim('run --help')
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
    expect(new Set(options).size).toBe(options.length)
    expect(stdout.match(/^[A-Z][^\n]+:$/gm)?.length).toBeGreaterThan(4)
    expect(stdout).toContain('Each option can also be set in the environment: --world as TUTORSIM_WORLD.')
  })
})
