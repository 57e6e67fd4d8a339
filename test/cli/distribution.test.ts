// Counts by type, in files of any kind, and the shares that they are compared with.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorld, EVENT_TYPES, eventTypes } from '../../model/index.ts'

const PROGRAM = `
  import { distribution } from '${import.meta.dirname}/../../cli/commands/distribution.ts'
  try {
    process.exitCode = await distribution(process.argv[1], { json: process.argv[2] === '--json' })
  } catch (error) {
    process.stderr.write(error.code + ' ' + error.message + '\\n')
    process.exitCode = 1
  }
`

/** The command in a process of its own. */
function run(
  target: string,
  input = '',
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const args = ['--input-type=module', '-e', PROGRAM, target, ...words]
    const child = execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
    child.stdin?.end(input)
  })
}

function file(name: string, content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const line = (type: string) => `{"event_id":"a","caused_by":null,"event_type":"${type}","payload":{}}\n`
const LINES = line('session_started').repeat(3) + line('customer_health_update').repeat(5)

describe('distribution', { timeout: 30_000 }, () => {
  it('counts the events of each type, the most frequent first, beside what the default world has', async () => {
    const { code, stdout, stderr } = await run(file('events.ndjson', LINES))
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'event type                        events     share  expected',
      'customer_health_update                 5    62.5 %    45.0 %',
      'session_started                        3    37.5 %    18.0 %',
    ])
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^in all +8 *$/)
  })

  it('has standard output for the figures alone with --json, and tells people on standard error', async () => {
    const { stdout, stderr } = await run(file('events.ndjson', LINES), '', '--json')
    expect(stderr).toMatch(/\nin all +8 *\n$/)
    const figures = JSON.parse(stdout)
    expect(figures).toMatchObject({
      events: 8,
      no_events: 0,
      events_by_type: { session_started: 3, customer_health_update: 5, ib_call_logged: 0 },
      shares: { session_started: 0.375, customer_health_update: 0.625, ib_call_logged: 0 },
    })
    expect(Object.keys(figures.events_by_type)).toEqual([...EVENT_TYPES])
  })

  it('reads compressed files of several frames, and standard input', async () => {
    const [first, second] = [LINES.slice(0, 100), LINES.slice(100)].map((part) => zstdCompressSync(Buffer.from(part)))
    const compressed = await run(
      file('events.ndjson.zst', Buffer.concat([first as Buffer, second as Buffer])),
      '',
      '--json',
    )
    expect(JSON.parse(compressed.stdout).events).toBe(8)
    expect(JSON.parse((await run('-', LINES.trimEnd(), '--json')).stdout).events).toBe(8)
  })

  it('says how much is no event', async () => {
    const noise = `\n[]\nnull\n{"event_type":"other"}\n{"event_type":"constructor"}\n`
    const { code, stdout, stderr } = await run(file('events.ndjson', `${noise}${LINES}{"event_ty`), '', '--json')
    expect([code, JSON.parse(stdout).no_events]).toEqual([0, 6])
    expect(stderr).toMatch(/\n6 records are no event\n$/)
  })

  it('fails where there is nothing, or nothing to read, in one line', async () => {
    const empty = await run(file('events.ndjson', ''), '', '--json')
    expect([empty.code, JSON.parse(empty.stdout).shares.session_started]).toEqual([1, null])
    const unread = async (target: string) => {
      const { code, stdout, stderr } = await run(target)
      expect([code, stdout]).toEqual([1, ''])
      return stderr
    }
    expect(await unread('/none/x.ndjson')).toBe('FILE_UNREADABLE cannot read /none/x.ndjson: no such file\n')
    expect(await unread('http://x/')).toBe('USAGE http://x/: not kinesis:NAME, nor a file\n')
    expect(await unread('kinesis:a/b')).toBe(
      "USAGE kinesis:a/b: a stream's name has 1 to 128 letters, digits, dots, dashes and underscores\n",
    )
  })

  it('expects what the default world does in the week after its warm-up', () => {
    const world = createWorld({ seed: 'demo', students: 2000, warmup: '35d', tick: '1d' })
    const events = Array.from({ length: 7 }, () => world.step()).flat()
    for (const { name, expectedPercent } of eventTypes) {
      const share = (100 * events.filter(({ event_type }) => event_type === name).length) / events.length
      expect(share, name).toBeCloseTo(expectedPercent, 0)
    }
  })
})
