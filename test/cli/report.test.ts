// The command that says how real a stream looks: where its page and its figures go, and what it says of which stream.

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CALL_REASONS, createWorld, REGIONS, SESSION_TYPES, SUBJECTS } from '../../model/index.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/tutorsim.js')
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The command in a process and a folder of its own. */
function report(words: string[], input = ''): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, 'report', ...words],
      { cwd: folder, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
    child.stdin?.on('error', () => undefined).end(input)
  })
}

const file = (name: string): string => join(folder, name)

/** Events as people make them up: each field on its own, from nowhere. */
function madeUp(count: number): string {
  let state = 1
  const below = (limit: number): number => {
    state = (state * 48_271) % 0x7fff_ffff
    return state % limit
  }
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  let instant = Date.UTC(2026, 0, 5)
  const lines = Array.from({ length: count }, (_, index) => {
    instant += 800_000
    const common = { timestamp: new Date(instant).toISOString(), source: 'simulator' }
    const student_id = `stu_${1000 + below(900)}`
    const session = {
      session_id: `sess_${instant}_${1000 + below(900)}`,
      ...{ student_id, tutor_id: `tut_${100 + below(300)}`, subject: pick(SUBJECTS) },
    }
    const [event_type, payload] = pick<() => [string, object]>([
      () => ['session_started', { ...session, session_type: pick(SESSION_TYPES), scheduled_duration_minutes: 60 }],
      () => [
        'session_completed',
        {
          ...session,
          ...{ actual_duration_minutes: 20 + below(76), student_rating: 3 + below(3), tutor_rating: 3 + below(3) },
          completed_successfully: below(10) > 0,
        },
      ],
      () => [
        'ib_call_logged',
        {
          ...{ call_id: `call_${instant}_${1000 + below(900)}`, student_id, reason: pick(CALL_REASONS) },
          ...{ duration_seconds: 60 + below(541), resolved: below(10) > 2, priority: 'low' },
        },
      ],
      () => [
        'supply_demand_update',
        {
          ...{
            subject: pick(SUBJECTS),
            region: pick(REGIONS),
            available_tutors: below(100),
            active_students: below(500),
          },
          ...{ demand_score: below(100), supply_score: below(100), balance_status: 'balanced' },
        },
      ],
    ])()
    return JSON.stringify({ event_id: `e${index}`, caused_by: null, event_type, payload: { ...common, ...payload } })
  })
  return `${lines.join('\n')}\n`
}

beforeAll(() => {
  const world = createWorld({ students: 300, start: '2026-01-05T00:00:00Z', tick: '1h' })
  writeFileSync(
    file('ours.ndjson'),
    world
      .run('60d')
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  )
  writeFileSync(file('made-up.ndjson'), madeUp(20_000))
})

describe('report', { timeout: 60_000 }, () => {
  it('writes the page beside where it runs, and says what it found', async () => {
    const { code, stdout, stderr } = await report(['ours.ndjson'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^ours\.ndjson: [a-z ]+, \d+ of \d+ rows on target\n/)
    expect(stdout).toMatch(/the whole report: ours\.ndjson\.html\n$/)
    expect(readFileSync(file('ours.ndjson.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  })

  it('sees that made-up fields are fake, and says by what', async () => {
    const { code, stdout } = await report(['made-up.ndjson', '--out', 'fake.html'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^made-up\.ndjson: looks fake/)
    expect(stdout.split('\n').filter((line) => line.startsWith('  ')).length).toBeGreaterThan(4)
    const page = readFileSync(file('fake.html'), 'utf8')
    expect(page).toMatch(/\d+ contradictions for every 100 events/)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('holds two streams against each other', async () => {
    const { code, stdout } = await report(['ours.ndjson', '--against', 'made-up.ndjson', '--out', 'both.html'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^made-up\.ndjson: looks fake/m)
    expect(stdout).toMatch(/, in made-up\.ndjson .*; real is /)
    const page = readFileSync(file('both.html'), 'utf8')
    expect(page).toContain('Where the two differ the most')
  })

  it('has standard output for the figures alone with --json, and writes no page unless asked to', async () => {
    const { code, stdout, stderr } = await report(['made-up.ndjson', '--against', 'ours.ndjson', '--json'])
    expect(code).toBe(0)
    expect(stderr).toMatch(/looks fake/)
    expect(existsSync(file('made-up.ndjson.html'))).toBe(false)
    const figures = JSON.parse(stdout)
    expect(figures).toMatchObject({ file: 'made-up.ndjson', verdict: 'looks fake', events: 20_000 })
    expect(figures.contradictions).toBeGreaterThan(1000)
    expect(figures.against).toMatchObject({ file: 'ours.ndjson', contradictions: 0 })
    const share = (of: { rows_within: number; rows_judged: number }): number => of.rows_within / of.rows_judged
    expect(share(figures.against)).toBeGreaterThan(share(figures))
    expect(figures.rows.length).toBe(figures.rows_judged + figures.rows_unjudged)
    expect(figures.differences.length).toBeGreaterThan(0)
    expect(figures.series.week_hours.length).toBe(168)
  })

  it('reads standard input, and has the page on standard output with --out -', async () => {
    const stream = readFileSync(file('ours.ndjson'), 'utf8')
    const { code, stdout, stderr } = await report(['-', '--out', '-'], stream)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^<!doctype html>/)
    expect(stderr).toMatch(/^standard input: /)
  })

  it('gives the same page for the same stream', async () => {
    const pages = await Promise.all([1, 2].map(() => report(['ours.ndjson', '--out', '-'])))
    expect(pages[0]?.stdout).toBe(pages[1]?.stdout)
  })

  it('replaces a report, and nothing else', async () => {
    writeFileSync(file('mine.html'), '<!doctype html><p>my page')
    const refused = await report(['ours.ndjson', '--out', 'mine.html'])
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'tutorsim: --out mine.html is there and no report: name another file\n',
    ])
    expect(readFileSync(file('mine.html'), 'utf8')).toBe('<!doctype html><p>my page')
    await report(['ours.ndjson', '--out', 'again.html'])
    expect((await report(['ours.ndjson', '--out', 'again.html'])).code).toBe(0)
  })

  it('fails on a stream without an event, with a page that says so', async () => {
    writeFileSync(file('none.ndjson'), 'no event\n{"event_type":"other"}\n')
    const { code, stdout } = await report(['none.ndjson'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^none\.ndjson: nothing to judge|^none\.ndjson: looks fake/)
    expect(readFileSync(file('none.ndjson.html'), 'utf8')).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('says in one line what it cannot read, and what goes together with nothing', async () => {
    const missing = await report(['missing.ndjson'])
    expect([missing.code, missing.stderr]).toEqual([1, 'tutorsim: cannot read missing.ndjson: no such file\n'])
    const twice = await report(['-', '--against', '-'])
    expect([twice.code, twice.stderr]).toEqual([2, 'tutorsim: --against -: standard input is read once\n'])
    const both = await report(['ours.ndjson', '--json', '--out', '-'])
    expect(both.code).toBe(2)
  })
})
