// `tutorsim intervene` as a person meets it: what it says, what it refuses, and that the world lives on with what it took.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type InterveneOptions, intervene } from '../../cli/commands/intervene.ts'
import { run } from '../../cli/commands/run.ts'
import { worlds } from '../../cli/commands/worlds.ts'
import type { Event } from '../../model/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-intervene-'))
const store = `sqlite:${join(folder, 'worlds.db')}`
const to = join(folder, 'events.ndjson')
const said: string[] = []
const goOn = (length: string) =>
  run({ store, to, world: 'w', students: 60, warmup: '0d', tick: '1h', for: length, workers: 1 })

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0)
  expect(await goOn('2d')).toBe(0)
  said.splice(0)
})
afterEach(() => said.splice(0))
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const by = (options: Omit<InterveneOptions, 'store'>) => intervene('w', { store, ...options })

describe('tutorsim intervene', () => {
  it.each([
    [{}, '--kind or --file: needed'],
    [{ kind: 'calls' }, '--size: needed'],
    [{ kind: 'cals', size: 2 }, 'kind cals: there is none; is calls meant?'],
    [{ kind: 'calls', size: 200 }, 'size 200: calls, against the usual: a number from 0 to 100'],
    [{ kind: 'calls', size: 2, region: ['wset'] }, 'region wset: there is none; is west meant?'],
    [{ kind: 'calls', size: 2, share: 2 }, 'share 2: a share of the people'],
    [{ kind: 'calls', size: 2, id: ['tut_117'] }, 'id tut_117: for calls an id such as stu_1042'],
    [{ kind: 'calls', size: 2, from: '+1d' }, 'from +1d: before 2026-01-07T00:00:00.000Z'],
    [{ kind: 'calls', size: 2, from: '+5d', until: '+4d' }, 'until +4d: after from'],
    [{ kind: 'calls', size: 2, shape: 'ramp' }, 'shape ramp: needs until'],
    [{ file: 'ours.yaml', kind: 'calls' }, '--kind: the file says all of it'],
  ])('%j is refused with the option that is wrong, and the world is left as it was', async (options, line) => {
    await expect(by(options)).rejects.toThrow(line)
    expect(said).toEqual([])
  })

  it('takes all that a scenario file has, or nothing of it', async () => {
    const file = join(folder, 'ours.yaml')
    const written = (until: string) =>
      writeFileSync(
        file,
        'name: ours\nsentence: Nobody teaches, and some call about it.\ninterventions:\n' +
          '  - { kind: tutor_hours, size: 0, from: +3d }\n' +
          `  - { kind: calls, size: 50, reason: billing_question, from: +3d, until: ${until} }\n`,
      )
    written('2026-01-08')
    await expect(by({ file })).rejects.toThrow(`--file ${file}: interventions[1].until 2026-01-08: after from`)
    expect(said).toEqual([])
    written('+6d')
    expect(await by({ file })).toBe(0)
    expect(said).toEqual([
      'world w: tutor_hours 0 from 2026-01-08T00:00:00Z; taken with tick 48\n',
      'world w: calls 50 from 2026-01-08T00:00:00Z until 2026-01-11T00:00:00Z; taken with tick 48\n',
    ])
  })

  it('is seen in the stream from its time on, and by whoever lives the world over again', async () => {
    expect(await goOn('4d')).toBe(0)
    const events = readFileSync(to, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): Event => JSON.parse(line))
    const started = events.filter(({ event_type }) => event_type === 'session_started')
    const times = started.map(({ payload }) => payload.timestamp)
    expect(times.filter((time) => time < '2026-01-08').length).toBeGreaterThan(10)
    // Tutors hear of it within six hours.
    expect(times.filter((time) => time >= '2026-01-08T06:00')).toEqual([])
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => said.push(String(line)) > 0)
    expect(await worlds({ store, verify: true })).toBe(0)
    expect(said.join('')).toContain('verified')
  })
})
