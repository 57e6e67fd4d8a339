// Files of scenarios from anywhere: whatever is wrong in one is said in one line with its place, the rule and the value, and
// nothing is written.

import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { readScenario } from '../../cli/terminal/scenariofile.ts'
import { OptionError } from '../../engine/index.ts'
import { KIND_NAMES, KINDS, type KindOfIntervention } from '../../model/index.ts'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
afterAll(() => rmSync(folder, { recursive: true }))

const GOOD = {
  name: 'exam-week',
  sentence: 'Everybody wants lessons at once.',
  interventions: [{ kind: 'demand', from: '+7d', until: '+14d', size: 2 }],
  moments: [{ at: '+7d', sentence: 'The rush begins.' }],
}

/** What is in the file, and a text that the line must have. */
type Hostile = readonly [content: string, named: string]

const json = (change: object): string => JSON.stringify({ ...GOOD, ...change }, undefined, 1)
const intervening = (change: object): string => json({ interventions: [{ ...GOOD.interventions[0], ...change }] })
const WRONG_VALUES = [null, true, [], {}, '', 'x\ny', -1, 1e308, 'Ω'.repeat(70), '\u202Eevil', [[[]]]] as const

/** Two hundred and more. */
function hostile(): Hostile[] {
  const cases: Hostile[] = []
  for (const key of ['name', 'sentence', 'interventions', 'moments', 'seed', 'settings'])
    for (const value of WRONG_VALUES) {
      const isGood =
        (key === 'moments' && Array.isArray(value) && value.length === 0) ||
        (key === 'seed' && typeof value === 'string') ||
        (key === 'settings' && JSON.stringify(value) === '{}') ||
        (key === 'sentence' && value === 'Ω'.repeat(70))
      if (!isGood) cases.push([json({ [key]: value }), key])
    }
  for (const key of ['kind', 'where', 'from', 'until', 'shape', 'size', 'reason', 'id'])
    for (const value of WRONG_VALUES)
      if (!(key === 'where' && JSON.stringify(value) === '{}'))
        cases.push([intervening({ [key]: value }), `interventions[0].${key}`])
  for (const kind of KIND_NAMES) {
    const { size }: KindOfIntervention = KINDS[kind]
    cases.push([intervening({ kind, size: size.most + 1 }), `interventions[0].size ${size.most + 1}`])
    cases.push([intervening({ kind, size: size.least - 0.01 }), `interventions[0].size ${size.least - 0.01}`])
    cases.push([intervening({ kind: `${kind}z`, size: size.neutral }), `is ${kind} meant?`])
  }
  for (const share of [0, -0.5, 1.01, 7, '10%'])
    cases.push([intervening({ where: { share } }), 'interventions[0].where.share'])
  for (const [from, until] of [
    ['+9d', '+8d'],
    ['+9d', '+9d'],
    ['2026-02-01', '2026-01-01T00:00Z'],
    ['+1d', '-1d'],
  ])
    cases.push([intervening({ from, until }), 'interventions[0].until'])
  for (const when of ['tomorrow', '+9 days', '2026-02-30', '+99999999999999999d', '12:00', '2026-13-01'])
    cases.push(
      [intervening({ from: when }), 'interventions[0].from'],
      [json({ moments: [{ at: when, sentence: 'x' }] }), 'moments[0].at'],
    )
  cases.push(
    [intervening({ where: { region: 'weset' } }), 'is west meant?'],
    [intervening({ where: { subject: ['Physics', 'Fisics'] } }), 'is Physics meant?'],
    [intervening({ where: { ids: ['stu_x'] } }), 'interventions[0].where.ids[0] stu_x'],
    [intervening({ where: { ids: ['tut_117'] } }), 'interventions[0].where.ids[0] tut_117'],
    [intervening({ where: { ids: Array.from({ length: 1001 }, () => 'stu_1042') } }), '1 to 1000 ids'],
    [json({ interventions: Array.from({ length: 101 }, () => GOOD.interventions[0]) }), 'interventions 101'],
    [json({ moments: Array.from({ length: 101 }, () => GOOD.moments[0]) }), 'moments 101'],
    [json({ settings: { studnets: 7 } }), 'is students meant?'],
    [json({ __proto__x: 1 }), '__proto__x'],
    ['{"__proto__": {"polluted": true}}', '__proto__'],
    ['', 'an object with name'],
    ['just words', 'an object with name'],
    ['[1, 2]', 'an object with name'],
    ['name: a\nname: b\n', 'line 2, column 1: name is given twice'],
    ['a: &a [*a]\n', 'line 1'],
    ['a: &a {b: *a}\n', 'line 1'],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (one) => `${one}: &${one} [${`*${String.fromCharCode(one.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      'line',
    ],
    ['name: *nobody\n', 'line 1, column 7'],
    ['name: !!js/function "x"\n', 'line 1'],
    ['name: "unfinished\n', 'line'],
    ['{"name": "x",,}', 'line 1'],
    ['\t- x', 'line 1'],
    ['name: a\n---\nname: b\n', 'line 2'],
    ['['.repeat(5000), 'line 1'],
    [`${'a:\n '.repeat(1)}${' '.repeat(3)}${'- '.repeat(200)}x`, 'line'],
    [`name: ${'x'.repeat(10 << 20)}`, 'bytes'],
    [`[${'1,'.repeat(60_000)}1]`, 'more than'],
    ['name: \u0000', 'line 1'],
    ['? {a: b}\n: c\n', 'line 1'],
  )
  return cases
}

async function said(content: string, name: string): Promise<string> {
  const file = join(folder, name)
  writeFileSync(file, content)
  try {
    await readScenario('scenario', file)
  } catch (error) {
    if (error instanceof OptionError) return error.message
    throw error
  }
  return 'nothing'
}

describe('a hostile file', () => {
  const cases = hostile()

  it('is one of two hundred and more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200)
  })

  it('is refused in one line that names the file, the place, the rule and the value', async () => {
    const unsaid: string[] = []
    for (const [place, [content, named]] of cases.entries()) {
      const name = `hostile-${place}.yaml`
      const line = await said(content, name)
      if (line.includes(named) && line.includes(name) && !/[\n\r\u202E]/.test(line) && line.length < 1000) continue
      unsaid.push(`${content.slice(0, 200)}\n  ${named}\n  ${line.slice(0, 300)}`)
    }
    expect(unsaid).toEqual([])
    expect(readdirSync(folder)).toHaveLength(cases.length)
  })

  it('ends a command with exit code 2, and nothing written', async () => {
    const own = mkdtempSync(join(tmpdir(), 'tutorsim-'))
    onTestFinished(() => rmSync(own, { recursive: true }))
    writeFileSync(join(own, 'bad.yaml'), intervening({ kind: 'demnad' }))
    const { code, stdout, stderr } = await tutorsim(own, 'scenarios', 'check', 'bad.yaml')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'tutorsim: bad.yaml: line 6, column 12: interventions[0].kind demnad: there is none; is demand meant?\n',
    )
    expect(readdirSync(own)).toEqual(['bad.yaml'])
    const run = await tutorsim(
      own,
      'run',
      '--for',
      '1d',
      '--scenario',
      'bad.yaml',
      '--to',
      'out.ndjson',
      '--labels',
      'out.labels',
    )
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^tutorsim: --scenario bad\.yaml: line 6, column 12: .*demnad[^\n]*\n$/),
    })
    expect(readdirSync(own)).toEqual(['bad.yaml'])
    const labels = await tutorsim(own, 'run', '--for', '1d', '--to', 'out.ndjson', '--labels', 'bad.yaml')
    expect(labels).toMatchObject({
      code: 2,
      stderr: 'tutorsim: --labels bad.yaml: is there, and holds something else than labels\n',
    })
    expect(readdirSync(own)).toEqual(['bad.yaml'])
  })
})

function tutorsim(cwd: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...words], { cwd, maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

describe('scenarios', () => {
  it('checks a good file, as YAML or JSON, names in any script', async () => {
    writeFileSync(
      join(folder, 'good.yaml'),
      'name: prüfung-試験\nsentence: Alle lernen.\ninterventions: [{kind: demand, size: 2}]\n',
    )
    const { code, stdout } = await tutorsim(folder, 'scenarios', 'check', 'good.yaml')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'prüfung-試験: Alle lernen. Its interventions: demand.\n' })
  })

  it('lists kinds for people, and as JSON with schema and metrics', async () => {
    const people = await tutorsim(folder, 'scenarios')
    for (const kind of KIND_NAMES) expect(people.stdout).toMatch(new RegExp(`^  ${kind} `, 'm'))
    const { schema, kinds, metrics } = JSON.parse((await tutorsim(folder, 'scenarios', '--json')).stdout)
    expect(Object.keys(kinds)).toEqual(KIND_NAMES)
    expect(metrics.map(({ name }: { name: string }) => name)).toContain('sessions_started')
    expect(schema).toEqual(
      JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/scenario.schema.json'), 'utf8')),
    )
    const known = z.fromJSONSchema(schema)
    expect(known.safeParse(GOOD).success).toBe(true)
    expect(known.safeParse({ ...GOOD, interventions: [{ kind: 'demnad', size: 2 }] }).success).toBe(false)
  })
})
