// What a user can set of a world. Everything that decides the stream is here, in the seed and in the inputs.

import { DAY, formatDuration, nearest, OptionError, parseDuration, parseInstant } from '../../engine/index.ts'
import { studentsForRate } from './calibration.ts'

/** As a user writes them; durations as `15m` or milliseconds, instants as ISO 8601 or milliseconds since 1970. */
export interface SettingsInput {
  /** Any text. Default `demo`. */
  seed?: string
  /** Students to begin with and to stay near, 1 to 10,000,000. Default 2000. */
  students?: number
  /** Instead of `students`: mean events a tick over a week. */
  rate?: number
  /** Tick 0 begins here; a Date too. Default `2026-01-05T00:00:00Z`. */
  start?: string | number | { getTime(): number }
  /** Length of a tick; divides a day. Default `15m`. */
  tick?: string | number
  /** Simulated silently before `start`: whole ticks. Default `35d`. */
  warmup?: string | number
}

export interface Settings {
  readonly seed: string
  readonly students: number
  readonly start: number
  readonly tickMilliseconds: number
  readonly warmupMilliseconds: number
}

/** A setting breaks its rule; `option` is the setting's name, with dots where it is nested. */
export class SettingsError extends OptionError {
  override name = 'SettingsError'
}

const STUDENTS_MAX = 10_000_000
const START_MIN = parseInstant('2003-01-01') as number
const START_MAX = parseInstant('2099-12-31') as number
const WARMUP_MAX = 366 * DAY

/** Fills in defaults and checks every rule. @throws SettingsError */
export function settingsFrom(input: SettingsInput): Settings {
  refuseUnknown(input)
  const seed = input.seed ?? 'demo'
  if (typeof seed !== 'string') throw new SettingsError({ option: 'seed', rule: 'a text', value: seed })
  const tickMilliseconds = duration('tick', input.tick ?? '15m')
  if (tickMilliseconds < 1000 || DAY % tickMilliseconds !== 0)
    throw new SettingsError({ option: 'tick', rule: 'must divide a day into ticks of 1s or more', value: input.tick })
  const warmupMilliseconds = duration('warmup', input.warmup ?? '35d')
  if (warmupMilliseconds % tickMilliseconds !== 0)
    throw new SettingsError({
      option: 'warmup',
      rule: `must be a whole number of ticks of ${formatDuration(tickMilliseconds)}`,
      value: input.warmup ?? '35d',
    })
  if (warmupMilliseconds > WARMUP_MAX)
    throw new SettingsError({ option: 'warmup', rule: 'at most 366d', value: input.warmup })
  const start = instant('start', input.start ?? '2026-01-05T00:00:00Z')
  return { seed, students: size(input, start, tickMilliseconds), start, tickMilliseconds, warmupMilliseconds }
}

const NAMES = ['seed', 'students', 'rate', 'start', 'tick', 'warmup'] satisfies (keyof SettingsInput)[]

/** A name that is none is a setting that somebody believes to have set. @throws SettingsError */
function refuseUnknown(input: unknown): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new SettingsError({ option: 'settings', rule: `an object with any of ${NAMES.join(', ')}`, value: input })
  for (const name of Object.keys(input)) {
    if ((NAMES as string[]).includes(name)) continue
    const meant = nearest(name, NAMES)
    const rule = meant ? `no setting; is ${meant} meant?` : `no setting; there are ${NAMES.join(', ')}`
    throw new SettingsError({ option: name, rule })
  }
}

/** Students that `students` or `rate` calls for. @throws SettingsError */
export function size(input: Pick<SettingsInput, 'students' | 'rate'>, start: number, tickMilliseconds: number): number {
  if (input.students !== undefined && input.rate !== undefined)
    throw new SettingsError({ option: 'students', rule: 'rate gives the size too, give one', value: input.students })
  if (input.rate !== undefined) {
    const students = studentsForRate(input.rate, start, tickMilliseconds)
    if (!(input.rate > 0 && students <= STUDENTS_MAX))
      throw new SettingsError({
        option: 'rate',
        rule: `events a tick, above 0 and at most what ${STUDENTS_MAX} students bring`,
        value: input.rate,
      })
    return students
  }
  const students = input.students ?? 2000
  if (!(Number.isInteger(students) && students >= 1 && students <= STUDENTS_MAX))
    throw new SettingsError({ option: 'students', rule: `a whole number from 1 to ${STUDENTS_MAX}`, value: students })
  return students
}

function duration(name: string, value: string | number): number {
  const milliseconds = typeof value === 'number' ? value : parseDuration(value)
  if (milliseconds === undefined || !Number.isInteger(milliseconds) || milliseconds < 0)
    throw new SettingsError({ option: name, rule: 'a duration such as 90s, 15m, 1h or 30d', value })
  return milliseconds
}

function instant(name: string, value: string | number | { getTime(): number }): number {
  const milliseconds =
    typeof value === 'object' ? value.getTime() : typeof value === 'number' ? value : parseInstant(value)
  if (
    milliseconds === undefined ||
    !Number.isInteger(milliseconds) ||
    milliseconds < START_MIN ||
    milliseconds > START_MAX
  )
    throw new SettingsError({
      option: name,
      rule: 'an instant in UTC from 2003 to 2099 such as 2026-01-05T00:00:00Z',
      value,
    })
  return milliseconds
}
