// `tutorsim check` as a person meets it: exit codes, what is printed where, and files that are no fine NDJSON.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { type CheckOptions, check } from '../../cli/commands/check.ts'

const BIRTH = Date.UTC(2026, 0, 5)
const HOUR = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'tutorsim-check-'))

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

/** A market that reports every hour: a good stream of any length. */
function market(hour: number, more: object = {}): string {
  const instant = BIRTH + hour * HOUR
  return JSON.stringify({
    event_id: `west.French.market.${instant}`,
    caused_by: null,
    event_type: 'supply_demand_update',
    payload: {
      timestamp: new Date(instant).toISOString(),
      source: 'simulator',
      subject: 'French',
      region: 'west',
      available_tutors: 3,
      active_students: 20,
      demand_score: 50,
      supply_score: 55,
      balance_status: 'balanced',
      ...more,
    },
  })
}

function hours(count: number): string[] {
  return Array.from({ length: count }, (_, hour) => market(hour))
}

function stored(name: string, content: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

interface Answer {
  code: number
  err: string
  out: string[]
}

async function checked(content: string | Buffer, options: CheckOptions = {}, name = 'stream.ndjson'): Promise<Answer> {
  const file = stored(name, content)
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const code = await check(file, options)
  const text = (spy: { mock: { calls: unknown[][] } }) => spy.mock.calls.map(([chunk]) => chunk).join('')
  const answer = { code, err: text(err), out: text(out).split('\n').slice(0, -1) }
  vi.restoreAllMocks()
  return answer
}

describe('a good stream', () => {
  it('exits 0 with one line of summary on standard output, and nothing on standard error', async () => {
    expect(await checked(`${hours(1200).join('\n')}\n`)).toEqual({
      code: 0,
      out: ['1,200 events over 49 days 23 hours: 0 violations'],
      err: '',
    })
    expect((await checked(market(0))).out).toEqual(['1 event over 0 seconds: 0 violations'])
  })

  it('may lack its last line feed, end lines with CRLF, or begin with a byte order mark', async () => {
    const lines = hours(3)
    const good = { code: 0, out: ['3 events over 2 hours: 0 violations'], err: '' }
    expect(await checked(lines.join('\n'))).toEqual(good)
    expect(await checked(`${lines.join('\r\n')}\r\n`)).toEqual(good)
    expect(await checked(`\uFEFF${lines.join('\n')}\n`)).toEqual(good)
  })

  it('may be larger than what is read at once, wherever the reads end', async () => {
    const { code, out } = await checked(`${hours(9000).join('\n')}\n`)
    expect([code, out]).toEqual([0, ['9,000 events over 374 days 23 hours: 0 violations']])
  })

  it('may be compressed, in several parts', async () => {
    const parts = [hours(3), hours(6).slice(3)].map((lines) => zstdCompressSync(Buffer.from(`${lines.join('\n')}\n`)))
    const { out } = await checked(Buffer.concat(parts), {}, 'stream.ndjson.zst')
    expect(out).toEqual(['6 events over 5 hours: 0 violations'])
  })

  it('may come by standard input', () => {
    const script = `import { check } from './cli/commands/check.ts'; process.exitCode = await check('-', {})`
    const options = { input: `${hours(3000).join('\n')}\n`, encoding: 'utf8' as const, maxBuffer: 1 << 24 }
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
    expect([status, stderr, stdout]).toEqual([0, '', '3,000 events over 124 days 23 hours: 0 violations\n'])
  })

  it('from mid-life says what was left open', async () => {
    const cause = (hour: number) => market(hour).replace('null', '"call_5_1000.logged"')
    const { code, out } = await checked([market(0), cause(1), cause(2)].join('\n'))
    expect([code, out]).toEqual([
      0,
      ['3 events over 2 hours: 0 violations', 'begins in mid-life: 2 claims about the time before it cannot be judged'],
    ])
    const born = await checked([market(0), cause(1), cause(2)].join('\n'), { sinceBirth: true })
    expect([born.code, born.out.length]).toEqual([1, 3])
  })
})

describe('a stream with violations', () => {
  const wrong = [market(0), market(1, { balance_status: 'high_demand' }), market(2)]

  it('exits 1, with line, promise and both values of each', async () => {
    expect(await checked(wrong.join('\n'))).toEqual({
      code: 1,
      out: [
        'line 2: rule 7, balance_status: says high_demand, recomputed balanced (French in west)',
        '3 events over 2 hours: 1 violation',
      ],
      err: '',
    })
  })

  it('prints twenty, or as many as asked for, and how many more there are', async () => {
    const stream = Array.from({ length: 1030 }, () => market(0)).join('\n')
    const { out } = await checked(stream)
    expect(out).toHaveLength(22)
    expect(out.slice(-2)).toEqual(['and 1,009 more', '1,030 events over 0 seconds: 1,029 violations'])
    expect((await checked(stream, { max: 2 })).out).toHaveLength(4)
    expect((await checked(stream, { max: 0 })).out).toEqual(['1,030 events over 0 seconds: 1,029 violations'])
    expect((await checked(stream, { max: 2000 })).out).toHaveLength(1030)
  })

  it('goes on after a line that is no event', async () => {
    const { code, out } = await checked([market(0), '{"event_id":', '', '\u0007', market(1)].join('\n'))
    expect(code).toBe(1)
    expect(out.join('')).not.toContain('\u0007')
    expect(out).toEqual([
      expect.stringMatching(/^line 2: format, not JSON, /),
      'line 3: format, empty line',
      expect.stringMatching(/^line 4: format, not JSON, /),
      '2 events over 1 hour: 3 violations',
    ])
  })

  it('is an empty file', async () => {
    expect(await checked('')).toEqual({ code: 1, out: ['line 1: format, no events', '0 events: 1 violation'], err: '' })
  })

  it('is one of another kind of file, in whatever bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * at * 31) % 256))
    const { code, out } = await checked(bytes)
    expect(code).toBe(1)
    expect(out.every((line) => line.length < 400)).toBe(true)
  })

  it('has a line beyond all measure, which is refused unread while the rest is checked', async () => {
    const long = (length: number) => `"${'ä'.repeat(length)}"`
    const { out } = await checked([market(0), long(6_000_000), market(1), long(1_000_001), market(2)].join('\n'))
    expect(out).toEqual([
      'line 2: format, longer than 1000000 characters',
      'line 4: format, longer than 1000000 characters',
      '3 events over 2 hours: 2 violations',
    ])
    expect((await checked(long(6_000_000))).out[0]).toBe('line 1: format, longer than 1000000 characters')
  })
})

describe('--json', () => {
  it('has standard output for the figures alone, one line, and tells people on standard error', async () => {
    const { code, err, out } = await checked([market(0), market(24), market(24)].join('\n'), { json: true })
    expect([code, err.split('\n').length]).toEqual([1, 3])
    expect(out).toHaveLength(1)
    expect(JSON.parse(out[0] ?? '')).toEqual({
      lines: 3,
      events: 3,
      events_by_type: {
        session_started: 0,
        session_completed: 0,
        ib_call_logged: 0,
        tutor_availability_updated: 0,
        customer_health_update: 0,
        supply_demand_update: 3,
      },
      first: '2026-01-05T00:00:00.000Z',
      last: '2026-01-06T00:00:00.000Z',
      simulated_days: 1,
      students: 0,
      tutors: 0,
      churned: 0,
      returned: 0,
      since_birth: false,
      violations: 1,
      violations_by_rule: { 1: 1 },
      left_open: 0,
    })
    const none = await checked('', { json: true })
    expect(JSON.parse(none.out[0] ?? '')).toMatchObject({ events: 0, first: null, last: null, simulated_days: 0 })
  })
})

describe('a file that cannot be read', () => {
  it('is an error with one line for people', async () => {
    const missing = join(folder, 'missing.ndjson')
    await expect(check(missing, {})).rejects.toThrow(`cannot read ${missing}: no such file`)
    const directory = join(folder, 'directory')
    mkdirSync(directory)
    await expect(check(directory, {})).rejects.toThrow(`cannot read ${directory}: it is a directory`)
    const damaged = stored('damaged.zst', 'no zstandard frame')
    await expect(check(damaged, {})).rejects.toThrow(new RegExp(`^cannot read ${damaged}: [^\n]+$`))
  })

  it('nor is a compressed one cut short taken for a whole one', async () => {
    const whole = zstdCompressSync(Buffer.from(`${hours(500).join('\n')}\n`))
    const cut = stored('cut.zst', whole.subarray(0, whole.length - 20))
    await expect(check(cut, {})).rejects.toThrow(`cannot read ${cut}: `)
  })
})

describe('progress', () => {
  it('is shown on a terminal only, and cleared before anything else is printed', async () => {
    const stream = `${hours(9000).join('\n')}\n`
    let clock = 0
    vi.spyOn(performance, 'now').mockImplementation(() => {
      clock += 600
      return clock
    })
    const quiet = await checked(stream)
    expect(quiet.err).toBe('')
    const isTTY = process.stderr.isTTY
    process.stderr.isTTY = true
    vi.spyOn(performance, 'now').mockImplementation(() => {
      clock += 600
      return clock
    })
    const shown = await checked(stream)
    process.stderr.isTTY = isTTY
    const drawn = shown.err.split('\r\u001b[2K')
    expect(drawn[1]).toMatch(/^\[#*-*\] +\d+ % {2}[\d,]+ lines, 0 violations$/)
    expect(drawn.at(-1)).toBe('')
    expect(shown.out).toEqual(['9,000 events over 374 days 23 hours: 0 violations'])
  })
})
