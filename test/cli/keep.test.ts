// How far back history goes: all the way, or as far as `--keep` says; and what is told of what lies before.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CLI = join(import.meta.dirname, '../../cli/tutorsim.js')
const WORLD = ['--seed', 'keep', '--students', '200', '--warmup', '2d', '--tick', '1h', '--scenario', 'platform-outage']
let folder: string
let oldest: number

function tutorsim(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [CLI, ...words], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
}

const worldNamed = (name: string): { tick: number; kept_from: number } =>
  JSON.parse(tutorsim('worlds', '--world', name, '--json').stdout).worlds[0]

interface Line {
  event_id: string
  payload: { timestamp: string }
}

const linesOf = (file: string): Line[] =>
  readFileSync(join(folder, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const idsOf = (file: string): string[] => linesOf(file).map(({ event_id }) => event_id)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutorsim-'))
  tutorsim('run', ...WORLD, '--for', '30d', '--keep', '1ms', '--world', 'short', '--to', 'short.ndjson')
  tutorsim('run', ...WORLD, '--for', '30d', '--world', 'whole', '--to', 'whole.ndjson')
  oldest = worldNamed('short').kept_from
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('--keep', () => {
  it('keeps all by default, and at least so much of the latest where it says so; the stream is the same', () => {
    expect(worldNamed('whole')).toMatchObject({ tick: 720, kept_from: 0 })
    expect(oldest).toBeGreaterThan(0)
    expect(oldest).toBeLessThan(720)
    expect(idsOf('short.ndjson')).toEqual(idsOf('whole.ndjson'))
    expect(tutorsim('worlds', '--verify').status).toBe(0)
  })

  it('leaves one line, which names the oldest tick, to whoever asks for an older one', () => {
    const [first = ''] = idsOf('short.ndjson')
    for (const words of [
      ['show', 'stu_1001', '--at', '0', '--world', 'short'],
      ['explain', first, '--world', 'short'],
      ['fork', 'short@3', '--as', 'forked'],
    ]) {
      const { status, stderr } = tutorsim(...words)
      expect(stderr).toMatch(
        new RegExp(`^tutorsim: .* is not kept any more: history goes back to tick ${oldest}\\b.*\\n$`),
      )
      expect(status).toBe(1)
    }
    expect(tutorsim('explain', first, '--world', 'whole').status).toBe(0)
  })

  it('lets what is kept be shown and explained, and says where that begins', () => {
    const begins = new Date(Date.UTC(2026, 0, 5) + oldest * 3_600_000).toISOString()
    const { stderr } = tutorsim('show', 'stu_1001', '--world', 'short')
    expect(stderr).toBe(`what happened before tick ${oldest}, ${begins.slice(0, 16)}, is not kept any more\n`)
    expect(JSON.parse(tutorsim('show', 'stu_1001', '--world', 'short', '--json').stdout).history_begins).toBe(begins)
    expect(tutorsim('show', 'stu_1001', '--world', 'whole').stderr).toBe('')
    // A session that was under way when the history begins.
    const isKept = ({ payload }: Line): boolean => payload.timestamp >= begins
    const hasBegunBefore = ({ event_id }: Line): boolean => Number(event_id.split('_')[1]) < Date.parse(begins)
    const { event_id: id } = linesOf('short.ndjson')
      .filter(({ event_id }) => event_id.endsWith('.completed'))
      .find((line) => isKept(line) && hasBegunBefore(line)) as Line
    const explained = JSON.parse(tutorsim('explain', id, '--world', 'short', '--json').stdout)
    expect(explained).toMatchObject({ complete: false, history_begins: begins })
    expect(explained.chain[0].event_id).toBe(id)
  })

  it('does not make a world forget the scenario that it was born with', () => {
    const { status, stderr } = tutorsim('run', ...WORLD, '--for', '1d', '--world', 'short', '--to', 'short.ndjson')
    expect(stderr).not.toContain('comes at')
    expect(status).toBe(0)
  })
})
