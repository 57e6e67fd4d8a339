// Worlds of random settings: whatever figures somebody has chosen within their ranges, the stream keeps every promise, does not
// depend on ticks or threads, and costs what its events cost. SETTINGS_SEED takes another seed.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { CALLS_DOUBLED, CALLS_WITHOUT_WEIGHT, sessionsMoved } from '../../bench/settings-page.ts'
import { Random, worldKey } from '../../engine/index.ts'
import { Checker } from '../../model/checker/index.ts'
import { createWorld, SETTINGS, type SettingsInput } from '../../model/index.ts'
import { sweep } from '../sweep.ts'

const PROGRAM = join(import.meta.dirname, '../../cli/tutorsim.js')
const SEED = process.env.SETTINGS_SEED ?? 'random settings'
const STUDENTS = 200
const DAYS = 60
/** More than that of a student in a day is a world that has run away. */
const EVENTS_A_STUDENT_DAY_MAX = 40
const TWO_32 = 0x1_0000_0000

/** Settings of a number: a few, or many, each anywhere in its range and often at an end of it. */
function settingsOf(number: number): SettingsInput {
  const random = new Random(worldKey(SEED))
  const [howMany] = random.draw(1, number, 0) as unknown as [number]
  const share = [0.02, 0.1, 0.5, 1][howMany % 4] as number
  const figures: Record<string, number> = {}
  for (const [at, { name, minimum, maximum, integer, wholeOf, default: usual }] of SETTINGS.entries()) {
    const [whether, where, end] = random.draw(2, number, at) as unknown as [number, number, number]
    if (whether >= share * TWO_32) continue
    const place = end % 4 === 0 ? Math.round(where / TWO_32) : where / TWO_32
    const value = minimum + place * (maximum - minimum)
    // Of a whole something has to be left.
    const least = wholeOf !== undefined && value === 0 ? usual : value
    figures[name] = integer ? Math.round(least) : Number(least.toPrecision(6))
  }
  return figures as SettingsInput
}

const folder = mkdtempSync(join(tmpdir(), 'tutorsim-random-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Lived {
  events: number
  violations: string[]
  digest: string
}

function live(figures: SettingsInput, tick: string): Lived {
  const world = createWorld({ ...figures, seed: SEED, students: STUDENTS, tick, warmup: '0d' })
  const violations: string[] = []
  const checker = new Checker({
    sinceBirth: true,
    report: ({ rule, message }) => violations.push(`${rule}: ${message}`),
  })
  const hash = createHash('sha256')
  let events = 0
  for (const event of world.run(`${DAYS}d`)) {
    const line = JSON.stringify(event)
    hash.update(line)
    checker.line(line)
    events++
  }
  checker.end()
  return { events, violations, digest: hash.digest('hex') }
}

const numbers = Array.from({ length: sweep(200, 12) }, (_, number) => number)

it.each(numbers)(
  `world %d of seed ${SEED} keeps its promises, with ticks of a day and of an hour`,
  (number) => {
    const figures = settingsOf(number)
    const { events, violations, digest } = live(figures, '1d')
    expect(violations.slice(0, 5), JSON.stringify(figures)).toEqual([])
    expect(events / (STUDENTS * DAYS)).toBeLessThan(EVENTS_A_STUDENT_DAY_MAX)
    expect(live(figures, '1h').digest).toBe(digest)
  },
  300_000,
)

it.each(numbers.filter((number) => number % 4 === 0))(
  `world %d of seed ${SEED} is the same with one thread and three`,
  (number) => {
    const file = join(folder, `${number}.json`)
    writeFileSync(file, JSON.stringify(settingsOf(number)))
    const run = (workers: number): string => {
      const to = join(folder, `${number}-${workers}.ndjson`)
      const words = [
        '--settings',
        file,
        '--students',
        String(STUDENTS),
        '--for',
        `${DAYS}d`,
        '--warmup',
        '0d',
        '--to',
        to,
      ]
      const options = ['run', '--store', 'memory', '--workers', String(workers), ...words]
      execFileSync(process.execPath, [PROGRAM, ...options], { stdio: 'pipe' })
      return createHash('sha256').update(readFileSync(to)).digest('hex')
    }
    expect(run(3)).toBe(run(1))
  },
  300_000,
)

it('twice as many calls move the sessions of those who leave over them, and hardly any others', () => {
  expect(sessionsMoved({}, CALLS_DOUBLED)).toBeLessThan(7)
  const other = { ...CALLS_WITHOUT_WEIGHT, ...CALLS_DOUBLED }
  const moved = sessionsMoved(CALLS_WITHOUT_WEIGHT, other)
  expect(moved).toBeLessThan(0.5)
  expect(moved).toBeGreaterThan(0)
}, 300_000)
