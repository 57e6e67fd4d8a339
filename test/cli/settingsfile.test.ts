// A file of settings: what it says of a world, which is asked before it, and what is said of one that is wrong.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkFile, planOf, settingsOf } from '../../cli/terminal/plan.ts'
import { presets, readSettings } from '../../cli/terminal/settingsfile.ts'
import { OptionError } from '../../engine/index.ts'
import { SETTINGS, type SettingsInput, settingsFrom, settingsSchema } from '../../model/index.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/tutorsim.js')
const CALLS = SETTINGS.find(({ name }) => name === 'calls.per_100_sessions')?.default
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'ours.yaml')

async function read(text: string | Uint8Array): Promise<SettingsInput> {
  writeFileSync(file, text)
  return (await readSettings(file, checkFile)).input
}

/** What is said of a file with this text, without its name. */
async function wrongIn(text: string | Uint8Array): Promise<string> {
  const error = await read(text).catch((thrown: Error) => thrown)
  expect(error, String(text).slice(0, 60)).toBeInstanceOf(OptionError)
  return (error as Error).message.replace(file, 'FILE')
}

/** Settings of a birth with options and a file. */
async function born(text: string, options: Partial<Parameters<typeof planOf>[0]> = {}) {
  writeFileSync(file, text)
  const given = await readSettings(file, checkFile)
  return settingsOf(planOf({ store: 'memory', ...options }, { file: given }), undefined)
}

describe('a file of settings', () => {
  it('may nest them, name them with dots, or both', async () => {
    const figures = { 'sessions.failed_percent': 20, 'calls.per_100_sessions': 8 }
    expect((await born('calls.per_100_sessions: 8\nsessions.failed_percent: 20\n')).figures).toEqual(figures)
    expect((await born('calls: { per_100_sessions: 8 }\nsessions:\n  failed_percent: 20\n')).figures).toEqual(figures)
    expect(
      (await born(JSON.stringify({ calls: { per_100_sessions: 8 }, sessions: { failed_percent: 20 } }))).figures,
    ).toEqual(figures)
  })

  it('asks for nothing where it says nothing, or what is so by default', async () => {
    expect(await born('# nothing\n')).toEqual(settingsFrom({}))
    expect(await born(`calls.per_100_sessions: ${CALLS}\nshocks: on\n`)).toEqual(settingsFrom({}))
  })

  it('has a say where no option has', async () => {
    expect(await born('seed: theirs\nrate: 500\ntick: 1h\n', { students: 70 })).toEqual(
      settingsFrom({ seed: 'theirs', students: 70, tick: '1h' }),
    )
  })

  it('agrees with the world that was born by it, and is refused with what would change the world', async () => {
    writeFileSync(file, 'calls.per_100_sessions: 8\nshocks.outages.every_days: 9\n')
    const given = await readSettings(file, checkFile)
    const plan = planOf({ store: 'sqlite:w.db' }, { file: given })
    const world = settingsFrom({ 'calls.per_100_sessions': 8, 'shocks.outages.every_days': 9 })
    const own = { born: world, students: 2000, figures: world.figures }
    expect(settingsOf(plan, own)).toBe(world)
    const refusal = (figures: Record<string, number>): string => {
      try {
        settingsOf(plan, { ...own, figures })
      } catch (error) {
        return (error as Error).message.replace(file, 'FILE')
      }
      return ''
    }
    expect(refusal({ 'shocks.outages.every_days': 9 })).toBe(
      `settings FILE: calls.per_100_sessions: world default of sqlite:w.db has ${CALLS}, not 8; tutorsim set default calls.per_100_sessions=8 changes it`,
    )
    expect(refusal({ 'calls.per_100_sessions': 8 })).toMatch(/: shocks\.outages\.every_days: .* take another --world$/)
  })

  it.each([
    [
      'a setting that is none',
      'calls:\n  per_100_session: 8\n',
      /line 2, column 20: calls\.per_100_session 8: no setting; is calls\.per_100_sessions meant\?/,
    ],
    ['a group that is none', 'coals:\n  a: 8\n', /line 2, column 3: coals .*: no setting/],
    [
      'a value out of its range',
      'sessions:\n  failed_percent: 61\n',
      /line 2, column 19: .* a number from 0 to 60 \(percent\)$/,
    ],
    ['a number as text', 'calls.per_100_sessions: "8"\n', /line 1, column 25: .*; this is a text$/],
    ['no number', 'calls.per_100_sessions: .nan\n', /line 1, column 25: .* a number from 0 to 40/],
    ['nothing for a number', 'calls.per_100_sessions:\n', /line 1, column \d+: .* a number from 0 to 40/],
    [
      'a setting in two ways',
      'calls: { per_100_sessions: 8 }\ncalls.per_100_sessions: 9\n',
      /line \d, column \d+: .*given twice/,
    ],
    [
      'all weights of a whole 0',
      'sessions.length: { minutes_30: 0, minutes_60: 0, minutes_90: 0 }\n',
      /sessions\.length: not all of its weights may be 0/,
    ],
    ['a tick that does not divide a day', 'tick: 7h\n', /line 1, column 7: tick 7h: must divide a day/],
    ['students and rate', 'students: 5\nrate: 9\n', /students .*rate gives the size too/],
    ['a list', '- 1\n', /FILE: an object with any of/],
    ['names of prototypes', '__proto__: { a: 1 }\n', /line 1, column 1[24]: __proto__.*: no setting/],
  ])('is refused with the place where it has %s', async (_, text, said) => {
    expect(await wrongIn(text)).toMatch(said)
  })

  it('that is not there, or no preset, is named', async () => {
    await expect(readSettings(join(folder, 'none.yaml'), checkFile)).rejects.toThrow(/none\.yaml: ENOENT/)
    await expect(readSettings('preset:clam', checkFile)).rejects.toThrow(
      'settings preset:clam: no preset; is preset:calm meant?',
    )
  })

  it('is one line, exit 2 and nothing written, whatever somebody has put into it', async () => {
    const seed = 18
    const number = fc.constantFrom(
      '1e999',
      '-1',
      '0x1F',
      '"5"',
      '.inf',
      '-.inf',
      '.nan',
      'null',
      'true',
      '[1]',
      '{a: 1}',
      '5.0.0',
      '2026-01-05',
      '!!binary aGk=',
      '',
    )
    const name = fc.constantFrom(
      ...SETTINGS.map((one) => one.name),
      '__proto__',
      'constructor',
      'toString',
      'calls',
      'calls.',
      '.calls',
      'hasOwnProperty',
      '1',
      '"\\u0000"',
      '? [a]\n',
    )
    const line = fc.tuple(name, number).map(([key, value]) => `${key}: ${value}\n`)
    const texts = fc.oneof(
      line.filter((one) => !/^[a-z_0-9.A-Z ]+: (0x1F|-1)\n$/.test(one)),
      fc.string({ unit: 'binary', minLength: 3 }).map((text) => `{${text}`),
      fc.tuple(line, line).map(([one]) => `${one}${one}`),
      fc
        .constantFrom('[', '{', '- ', '? ', '"', '&a [*a, ', 'a: *b', '%YAML 9\n---\n', '\t', '!!x ')
        .chain((part) => fc.integer({ min: 1, max: 3000 }).map((times) => `calls: ${part.repeat(times)}`)),
    )
    let refused = 0
    for (const text of fc.sample(texts, { numRuns: 200, seed })) {
      const said = await wrongIn(text)
      expect(said.split('\n'), `seed ${seed}: ${text.slice(0, 80)}`).toHaveLength(1)
      expect(said.length, said.slice(0, 200)).toBeLessThan(4000)
      refused++
    }
    expect(refused).toBe(200)
    expect(readdirSync(folder)).toEqual(['ours.yaml'])
  }, 120_000)

  it.each([
    ['a directory', '.'],
    ['ten megabytes', 'large.yaml'],
    ['a text that is a number', 'text.yaml'],
  ])('is refused by the command: %s', (_, path) => {
    const home = mkdtempSync(join(folder, 'home-'))
    writeFileSync(join(home, 'large.yaml'), 'x'.repeat(10_000_000))
    writeFileSync(join(home, 'text.yaml'), 'calls.per_100_sessions: "8"\n')
    const before = readdirSync(home)
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [PROGRAM, 'run', '--settings', path, '--for', '1d', '--to', 'x.ndjson'],
      { cwd: home, encoding: 'utf8' },
    )
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^tutorsim: --settings [^\n]+\n$/)
    expect(readdirSync(home)).toEqual(before)
  })
})

describe('variables', () => {
  it('of other programs change nothing', () => {
    const run = (variables: NodeJS.ProcessEnv): string =>
      execFileSync(
        process.execPath,
        [PROGRAM, 'run', '--store', 'memory', '--students', '60', '--for', '1d', '--warmup', '0d'],
        {
          encoding: 'utf8',
          cwd: folder,
          env: { ...process.env, ...variables },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
    const others = { TO: 'x', FORMAT: 'y', WORKERS: 'z', WORLD: 'w', FOR: '9d', START: 'v', RATE: 'u', SETTINGS: 't' }
    expect(run(others)).toBe(run({}))
    expect(existsSync(join(folder, 'x'))).toBe(false)
  })

  it('TUTORSIM_SETTINGS names a file', () => {
    mkdirSync(join(folder, 'there'))
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'run', '--for', '1d'], {
      encoding: 'utf8',
      cwd: join(folder, 'there'),
      env: { ...process.env, TUTORSIM_SETTINGS: 'preset:none-such-preset' },
    })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^tutorsim: TUTORSIM_SETTINGS preset:none-such-preset: no preset; there are /)
  })
})

describe('the table of settings', () => {
  const tell = (...words: string[]): string =>
    execFileSync(process.execPath, [PROGRAM, 'settings', ...words], { encoding: 'utf8' })

  it('is told as data with all that there is to say of each', () => {
    const told = JSON.parse(tell('--json')) as Record<string, unknown>[]
    expect(new Set(told.flatMap(Object.keys))).toEqual(
      new Set(['name', 'default', 'minimum', 'maximum', 'unit', 'source', 'description']),
    )
    expect(told.length).toBe(SETTINGS.length + 8)
  })

  it('is told to people, in whole, by group and one by one', () => {
    const all = tell()
    for (const { name, wholeOf } of SETTINGS) expect(all).toContain(wholeOf ?? name)
    expect(tell('calls')).not.toContain('sessions.failed_percent')
    expect(tell('calls.per_100_sessions')).toMatch(new RegExp(`default {2}${CALLS}\n.*range {4}0 to 40\n`, 's'))
  })

  it('names the nearest of what it does not have', () => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'settings', 'calls.per_100'], { encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr.split('\n')).toHaveLength(2)
  })

  it('is a schema that takes what a world takes', async () => {
    const schema = z.fromJSONSchema(settingsSchema() as Parameters<typeof z.fromJSONSchema>[0])
    for (const { name } of presets()) {
      const { input } = await readSettings(`preset:${name}`, checkFile)
      expect(schema.safeParse(input).error, name).toBeUndefined()
    }
    expect(schema.safeParse({ calls: { per_100_sessions: 8 }, 'sessions.failed_percent': 3 }).success).toBe(true)
    expect(schema.safeParse({ calls: { per_100_sessions: 41 } }).success).toBe(false)
    expect(schema.safeParse({ coals: 1 }).success).toBe(false)
  })
})

describe('a preset', () => {
  it.each(presets())('$name is a file with a sentence, and not the default world', async ({ name, sentence }) => {
    expect(sentence).toMatch(/^[A-Z].*\.$/)
    const { input } = await readSettings(`preset:${name}`, checkFile)
    expect(settingsFrom(input)).not.toEqual(settingsFrom({}))
    expect(readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8')).toContain(`\`${name}\``)
  })
})
