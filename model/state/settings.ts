// What a user can set of a world. Everything that decides the stream is here, in the seed and in the inputs.

import { DAY, dayNumber, formatDuration, formatInstant, parseDuration, parseInstant } from '../../engine/index.ts'
import type { FiguresInput, GivenFigures } from '../settings/catalogue.ts'
import { figuresOfBirth, isOfFigures, readFigures } from '../settings/input.ts'
import { brokenNames } from '../settings/names.ts'
import { SettingsError } from '../settings/settings-error.ts'
import { Calendar, type CalendarInput, calendarFrom, isStandard, standardCalendar } from './calendar.ts'
import { studentsForRate } from './size.ts'

export { SettingsError } from '../settings/settings-error.ts'

/** As a user writes them; durations as `15m` or milliseconds, instants as ISO 8601 or milliseconds since 1970. */
export interface BasicSettings {
  /** Any text, which counts in Unicode's normal form NFC. Default `demo`. */
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
  /** The year as it is lived: holidays, breaks, exams. Default: the United States'. */
  calendar?: CalendarInput
  /** `off`: no weather, no illness, no outages, no bad releases, no changes of price. Default `on`. */
  shocks?: 'on' | 'off'
}

/**
 * Beside those any figure of the marketplace: in its group, as `calls: { per_100_sessions: 8 }`, or by its name, as
 * `'calls.per_100_sessions': 8`.
 */
export interface SettingsInput extends Omit<BasicSettings, 'shocks'>, Omit<FiguresInput, 'shocks'> {
  /** Whether there are any, or what they are like. */
  shocks?: BasicSettings['shocks'] | FiguresInput['shocks']
}

export interface Settings {
  readonly seed: string
  readonly students: number
  readonly start: number
  readonly tickMilliseconds: number
  readonly warmupMilliseconds: number
  /** Only where it is not the United States'. */
  readonly calendar?: CalendarInput
  /** Only where there are none. */
  readonly shocks?: 'off'
  /** Only those that are not as by default. */
  readonly figures?: GivenFigures
}

const STUDENTS = 2000
const STUDENTS_MAX = 10_000_000
const START_MIN = parseInstant('2003-01-01') as number
const START_MAX = parseInstant('2099-12-31') as number
const WARMUP_MAX = 366 * DAY

const NAMES = [
  'seed',
  'students',
  'rate',
  'start',
  'tick',
  'warmup',
  'calendar',
  'shocks',
] satisfies (keyof BasicSettings)[]

/** Fills in defaults and checks every rule. What is not there has its default; null is a value, and none that is allowed. @throws SettingsError */
export function settingsFrom(input: SettingsInput): Settings {
  const figures = figuresIn(input)
  const { tick = '15m', warmup = '35d' } = input
  const tickMilliseconds = duration('tick', tick)
  if (tickMilliseconds < 1000 || DAY % tickMilliseconds !== 0)
    throw new SettingsError({
      option: 'tick',
      rule: `must divide a day into ticks of 1s or more${asNumber(tick)}`,
      value: tick,
    })
  const warmupMilliseconds = duration('warmup', warmup)
  if (warmupMilliseconds % tickMilliseconds !== 0)
    throw new SettingsError({
      option: 'warmup',
      rule: `must be a whole number of ticks of ${formatDuration(tickMilliseconds)}${asNumber(warmup)}`,
      value: warmup,
    })
  if (warmupMilliseconds > WARMUP_MAX)
    throw new SettingsError({ option: 'warmup', rule: `at most 366d${asNumber(warmup)}`, value: warmup })
  const start = instant('start', input.start === undefined ? '2026-01-05T00:00:00Z' : input.start)
  const circumstances = circumstancesFrom(input)
  const students = size(input, start, { ...circumstances, tickMilliseconds, ...(figures ? { figures } : {}) })
  return {
    ...{ seed: textOf(input.seed), students, start, tickMilliseconds, warmupMilliseconds },
    ...circumstances,
    ...(figures ? { figures } : {}),
  }
}

/**
 * Settings on top of others: what a later one says holds. What each says of a figure must be valid, as it is known by its full name.
 * @throws SettingsError
 */
export function layered(...layers: readonly SettingsInput[]): SettingsInput {
  let basics: Record<string, unknown> = {}
  const figures = new Map<string, number>()
  for (const layer of layers) {
    const { others, values } = partsOf(layer)
    const { students, rate, ...rest } = basics
    const isSized = others.students !== undefined || others.rate !== undefined
    basics = { ...(isSized ? rest : basics), ...others }
    for (const [name, value] of values) figures.set(name, value)
  }
  return { ...basics, ...Object.fromEntries(figures) }
}

/** What settings say of figures, by full names, and whatever else they say. @throws SettingsError */
export function partsOf(input: SettingsInput): { others: BasicSettings; values: Map<string, number> } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) refuseNames('settings', NAMES, input)
  const parts = Object.entries(input).filter(([, value]) => value !== undefined)
  const others = Object.fromEntries(parts.filter((part) => !isFigure(part)))
  refuseNames('settings', NAMES, others)
  return { others, values: readFigures(Object.fromEntries(parts.filter(isFigure))) }
}

/** Whether a name is meant to be one of figures. */
function isFigure([name, value]: readonly [string, unknown]): boolean {
  return name === 'shocks' ? typeof value === 'object' : !(NAMES as string[]).includes(name) && isOfFigures(name)
}

/** Figures among settings, whose other names are all known. */
function figuresIn(input: SettingsInput): GivenFigures | undefined {
  return figuresOfBirth(partsOf(input).values)
}

/** What is not as by default, and nothing else: only that makes a world another one. */
function circumstancesFrom({ calendar, shocks = 'on' }: SettingsInput): Pick<Settings, 'calendar' | 'shocks'> {
  if (typeof shocks !== 'object' && shocks !== 'on' && shocks !== 'off')
    throw new SettingsError({ option: 'shocks', rule: 'on or off', value: shocks })
  const own = calendar === undefined ? undefined : calendarFrom(calendar)
  return {
    ...(own === undefined || isStandard(own) ? {} : { calendar: own }),
    ...(shocks === 'off' ? { shocks } : {}),
  }
}

/** The calendar that a world lives by. */
export function calendarOf({ calendar }: Pick<Settings, 'calendar'>): Calendar {
  return calendar ? new Calendar(calendar) : standardCalendar
}

/** What a user writes for these settings: seed and size, and of the others those that are not as by default. */
export function inputFor({ seed, students, ...settings }: Settings): SettingsInput {
  const standard = settingsFrom({})
  return {
    ...{ seed, students },
    ...(settings.start === standard.start ? {} : { start: formatInstant(settings.start) }),
    ...(settings.tickMilliseconds === standard.tickMilliseconds
      ? {}
      : { tick: formatDuration(settings.tickMilliseconds) }),
    ...(settings.warmupMilliseconds === standard.warmupMilliseconds
      ? {}
      : { warmup: formatDuration(settings.warmupMilliseconds) }),
    ...(settings.calendar ? { calendar: settings.calendar } : {}),
    ...(settings.shocks ? { shocks: settings.shocks } : {}),
    ...settings.figures,
  }
}

const NAMES_OF_BORN = [
  'seed',
  'students',
  'start',
  'tickMilliseconds',
  'warmupMilliseconds',
  'calendar',
  'shocks',
  'figures',
] satisfies (keyof Settings)[]

/** Settings that a world was born with, from elsewhere. Its seed is what it was then. @throws SettingsError */
export function settingsOfBorn(settings: Settings): Settings {
  refuseNames('settings', NAMES_OF_BORN, settings)
  const { seed, students, start, tickMilliseconds, warmupMilliseconds, calendar, shocks, figures } = settings
  if (typeof seed !== 'string') throw new SettingsError({ option: 'seed', rule: 'a text', value: seed })
  const circumstances = { ...(calendar ? { calendar } : {}), ...(shocks ? { shocks } : {}) }
  const born = { students, start, tick: tickMilliseconds, warmup: warmupMilliseconds, ...circumstances, ...figures }
  return { ...settingsFrom(born), seed }
}

/** Refuses what is no object, or has a name that is none. @param option what the object is @throws SettingsError */
export function refuseNames(option: string, names: readonly string[], given: unknown): void {
  const broken = brokenNames({ option, noun: 'setting', names }, given)
  if (broken) throw new SettingsError(broken)
}

/** A seed as it counts: what looks the same is one, composed or not; what is not text is refused, as it would all look the same. */
function textOf(seed: unknown = 'demo'): string {
  if (typeof seed !== 'string') throw new SettingsError({ option: 'seed', rule: 'a text', value: seed })
  if (seed.isWellFormed() && !seed.includes('\uFFFD')) return seed.normalize('NFC')
  const rule = 'a text without lone surrogates, and without what stands for damaged characters (U+FFFD)'
  throw new SettingsError({ option: 'seed', rule, value: seed })
}

/** A text of digits looks like the number that it is not. */
function asText(value: unknown): string {
  return typeof value === 'string' ? '; this is a text' : ''
}

/** What is to be known where a duration that is a number is wrong. */
function asNumber(value: string | number): string {
  return typeof value === 'number' ? '; a bare number is milliseconds, such as 900000 for 15m' : ''
}

/** Students that `students` or `rate` calls for in a world of these settings. @throws SettingsError */
export function size(
  { students, rate }: Pick<SettingsInput, 'students' | 'rate'>,
  start: number,
  settings: Pick<Settings, 'tickMilliseconds' | 'calendar' | 'figures'>,
): number {
  if (students !== undefined && rate !== undefined)
    throw new SettingsError({ option: 'students', rule: 'rate gives the size too, give one', value: students })
  if (rate === undefined) {
    return studentCount('students', students === undefined ? STUDENTS : students)
  }
  const season = calendarOf(settings).season(dayNumber(start))
  const wanted = Number.isFinite(rate) && rate > 0 ? studentsForRate(rate, { ...settings, season }) : Number.NaN
  if (!(wanted <= STUDENTS_MAX))
    throw new SettingsError({
      option: 'rate',
      rule: `events a tick, above 0 and at most what ${STUDENTS_MAX} students bring${asText(rate)}`,
      value: rate,
    })
  return wanted
}

/** @param option that says so @throws SettingsError */
export function studentCount(option: string, students: number): number {
  if (Number.isInteger(students) && students >= 1 && students <= STUDENTS_MAX) return students
  throw new SettingsError({
    option,
    rule: `a whole number from 1 to ${STUDENTS_MAX}${asText(students)}`,
    value: students,
  })
}

function duration(name: string, value: string | number): number {
  const milliseconds = typeof value === 'string' ? parseDuration(value) : value
  if (milliseconds === undefined || !Number.isInteger(milliseconds) || milliseconds < 0)
    throw new SettingsError({ option: name, rule: 'a duration such as 90s, 15m, 1h or 30d', value })
  return milliseconds
}

function instant(name: string, value: unknown): number {
  const milliseconds = instantOf(value)
  if (!(Number.isInteger(milliseconds) && milliseconds >= START_MIN && milliseconds <= START_MAX))
    throw new SettingsError({
      option: name,
      rule: 'an instant in UTC from 2003 to 2099 such as 2026-01-05T00:00:00Z',
      value,
    })
  return milliseconds
}

/** Milliseconds since 1970 of a text, a number or a Date; NaN where it is none of them. */
export function instantOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return parseInstant(value) ?? Number.NaN
  const { getTime } = Object(value) as { getTime?: unknown }
  return typeof getTime === 'function' ? Number(getTime.call(value)) : Number.NaN
}
