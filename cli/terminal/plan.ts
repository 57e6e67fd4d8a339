// What a run does, worked out of its options and of the world that it goes on with; every rule that an option has is
// here. An option that was not given is the world's own where there is a world, and has its default at a birth.

import { availableParallelism } from 'node:os'
import {
  counted,
  formatDuration,
  formatInstant,
  HOUR,
  LIVE,
  OptionError,
  type Pace,
  parseDuration,
} from '../../engine/index.ts'
import {
  type BasicSettings,
  type CalendarInput,
  layered,
  partsOf,
  type Scenario,
  type Setting,
  type Settings,
  type SettingsInput,
  settingByName,
  settingsFrom,
} from '../../model/index.ts'
import { targetName } from '../../sinks/index.ts'
import type { GivenFile } from './settingsfile.ts'
import { isByTheClock, startByTheClock } from './spans.ts'
import type { Targets } from './targets.ts'
import { UsageError } from './usage.ts'

/** As the command line gives them. */
export interface RunOptions {
  world?: string
  seed?: string
  students?: number
  rate?: number
  start?: string
  live?: boolean
  tick?: string
  ticks?: number
  for?: string
  warmup?: string
  calendar?: string
  shocks?: string
  settings?: string
  to?: string[] | string
  streams?: number
  opening?: boolean
  giveUp?: string
  store: string
  workers?: number
  pace?: string
  format?: string
  batch?: number
  ack?: string
  map?: string
  header?: string[] | string
  maxRate?: number
  keep?: string
  apiKeyFile?: string
  signKeyFile?: string
  scenario?: string[] | string
  labels?: string
  json?: boolean
}

export interface Plan extends Targets {
  store: string
  /** Settings that were given: a world that is there already must agree with them. */
  given: SettingsInput
  /** The file that some of them are from, and names of those that are not. */
  from?: { file: string; options: ReadonlySet<string> } | undefined
  /** How far to go; infinite without an end. */
  length: { ticks: number } | { milliseconds: number; text: string }
  workers: number
  giveUpMilliseconds: number
  /** How much history the store keeps at least; infinite for all. */
  keepMilliseconds: number
  maxRate: number | undefined
  /** What happens to the world. */
  scenarios: readonly Scenario[]
  /** Where true labels go. */
  labels: string | undefined
  /** Whether a target that is new to the world is first told what stands. */
  opening: boolean
  /** As fast as it goes, a second a second, each event at its own timestamp, or simulated time over real time. */
  pace: 'max' | 'realtime' | 'live' | number
  /** The start was told by the clock, as `now-30d` is: it holds at a birth. */
  isByTheClock: boolean
}

/** A longer wait between two events is hardly meant. */
const MAX_RATE_MIN = 0.001
const WORLD_NAME = 'up to 64 letters (a to z, A to Z), digits, dots, dashes, underscores'

/** What the files hold that options name. */
export interface NamedFiles {
  calendar?: CalendarInput | undefined
  file?: GivenFile | undefined
  scenarios?: readonly Scenario[]
}

/** Of settings, options have the last word, then the file's, then a scenario's. @throws OptionError */
export function planOf(options: RunOptions, { calendar, file, scenarios = [] }: NamedFiles = {}): Plan {
  const { world = 'default', seed, students, rate, start, tick, warmup, giveUp: giveUpText = '30s', maxRate } = options
  rule(students === undefined || rate === undefined, 'students', '--rate gives the size too, give one', students)
  const shocks = options.shocks as SettingsInput['shocks']
  const ofOptions = present({ seed, students, rate, start, tick, warmup, calendar, shocks })
  const asWritten = layered(file?.input ?? {}, ofOptions)
  const given = byTheClock(asWritten)
  checkSettings(given)
  rule(isWorldName(world), 'world', WORLD_NAME, world)
  const { format = 'plain' } = options
  rule(format === 'plain' || format === 'cloudevents', 'format', 'plain or cloudevents', format)
  rule(options.ack !== '', 'ack', 'the name of a field', options.ack)
  rule(options.labels !== '' && options.labels !== '-', 'labels', 'the name of a file', options.labels)
  const giveUp = parseDuration(giveUpText)
  rule(giveUp !== undefined && giveUp > 0, 'give-up', 'a duration such as 30s or 5m', giveUpText)
  rule(
    maxRate === undefined || maxRate >= MAX_RATE_MIN,
    'max-rate',
    `events a second, from ${MAX_RATE_MIN} on`,
    maxRate,
  )
  const targets = [options.to ?? '-'].flat()
  rule(
    new Set(targets.map(targetName)).size === targets.length,
    'to',
    'each target once',
    targets.map(shown).join(', '),
  )
  rule(
    options.map === undefined || format === 'plain',
    'map',
    'makes bodies of its own: --format is plain',
    options.map,
  )
  rule(
    options.map === undefined || targets.some((to) => /^https?:/i.test(to)),
    ...(['map', 'is for http(s) targets, and --to names none', options.map] as const),
  )
  rule(!(options.json && targets.includes('-')), 'json', 'standard output is taken by --to', '-')
  const plan: Plan = {
    ...{ world, targets, format: format as Plan['format'], maxRate, given },
    from: file && { file: file.name, options: new Set(Object.keys(ofOptions)) },
    store: options.store,
    length: lengthOf(options),
    workers: count('workers', options.workers ?? availableParallelism(), 1, 1024),
    streams: options.streams === undefined ? undefined : count('streams', options.streams, 1, 10_000),
    giveUpMilliseconds: giveUp as number,
    keepMilliseconds: keepOf(options),
    scenarios,
    labels: options.labels,
    opening: options.opening ?? false,
    batch: batchOf(options.batch),
    ack: options.ack,
    map: options.map,
    header: options.header,
    apiKeyFile: options.apiKeyFile,
    signKeyFile: options.signKeyFile,
    pace: paceOf(options),
    isByTheClock: asWritten.start !== given.start,
  }
  // Where the tick is given it is known before a store is opened.
  if (given.tick !== undefined) ticksOf(plan, settingsFrom(given).tickMilliseconds)
  return plan
}

/**
 * As far as they can be judged before it is known which world they meet: a tick that was not given is the world's own, so
 * what depends on it is only held against the most that any tick allows.
 * @throws SettingsError
 */
function checkSettings({ rate, warmup, ...given }: SettingsInput): void {
  const input =
    given.tick === undefined ? present({ rate, tick: '1d', warmup: '0d' }) : present({ ...given, rate, warmup })
  settingsFrom(given.tick === undefined ? present({ warmup, tick: '1s' }) : {})
  if (rate === undefined) settingsFrom(given)
  settingsFrom(input)
}

/** What a file of settings says, by itself. @throws SettingsError */
export function checkFile(input: SettingsInput): void {
  const { students, rate } = input
  if (rate !== undefined) settingsFrom(present({ students, rate, tick: '1d', warmup: '0d' }))
  checkSettings(byTheClock(layered(input)))
}

/** What settings say of figures. @throws SettingsError */
export function figuresOnly(input: SettingsInput): SettingsInput {
  return Object.fromEntries(partsOf(input).values)
}

/** How many ticks of a length a run goes; infinite without an end. @throws OptionError */
export function ticksOf({ length }: Plan, tickMilliseconds: number): number {
  if ('ticks' in length) return length.ticks
  const { milliseconds, text } = length
  rule(milliseconds % tickMilliseconds === 0, 'for', `whole ticks of ${formatDuration(tickMilliseconds)}`, text)
  return milliseconds / tickMilliseconds
}

/** @throws OptionError */
function keepOf({ keep = 'all', store }: RunOptions): number {
  const milliseconds = keep === 'all' ? Number.POSITIVE_INFINITY : parseDuration(keep)
  rule(milliseconds !== undefined && milliseconds > 0, 'keep', 'all, or a duration such as 48h or 30d', keep)
  rule(keep === 'all' || store !== 'memory', 'keep', 'a world in memory ends with its process', keep)
  return milliseconds as number
}

/** What decides settings, by the option that does. */
const SETTING_OF = {
  seed: 'seed',
  start: 'start',
  tick: 'tickMilliseconds',
  warmup: 'warmupMilliseconds',
  students: 'students',
  rate: 'students',
  calendar: 'calendar',
  shocks: 'shocks',
} as const satisfies Record<keyof BasicSettings, keyof Settings>

const IN_WORDS: Record<Exclude<keyof Settings, 'figures'>, (value: Settings[keyof Settings]) => string> = {
  seed: (seed) => `seed ${seed}`,
  students: (students) => counted(students as number, 'student'),
  start: (start) => formatInstant(start as number),
  tickMilliseconds: (tick) => formatDuration(tick as number),
  warmupMilliseconds: (warmup) => formatDuration(warmup as number),
  calendar: (calendar) => (calendar ? `the calendar ${nameOf(calendar as CalendarInput)}` : 'the default calendar'),
  shocks: (shocks) => `shocks ${shocks ?? 'on'}`,
}

function nameOf({ name = 'without a name' }: CalendarInput): string {
  return name
}

/** What a world is by now. */
export interface Own {
  born: Settings
  /** As many as it was born with, or as the latest change of its size asked for. */
  students: number
  /** Figures in force that are not as by default. */
  figures?: Settings['figures'] | undefined
}

/**
 * Those that the world was born with; the ones that are given must agree with what it is.
 * @param own none: it is to be born
 * @throws OptionError that says what changes it
 */
export function settingsOf(plan: Plan, own: Own | undefined): Settings {
  const { given, scenarios, isByTheClock, world, store, from } = plan
  if (!own) return settingsFrom(layered(...scenarios.map(wantedBy), given))
  const { born, students } = own
  const differs = (option: string, what: string, value: unknown): OptionError =>
    from && !from.options.has(option)
      ? new OptionError({ option: 'settings', rule: `${option}: ${what}`, value: from.file })
      : new OptionError({ option, rule: what, value })
  // A world of a time when any form of a text counted goes on with its seed in each of them.
  const known = { ...born, students, seed: born.seed.normalize('NFC') }
  const base: SettingsInput = { start: born.start, tick: born.tickMilliseconds, warmup: 0 }
  for (const option of Object.keys(SETTING_OF) as (keyof BasicSettings)[]) {
    if (given[option] === undefined || (option === 'start' && isByTheClock)) continue
    const setting = SETTING_OF[option]
    const asked = settingsFrom({ ...base, [option]: given[option] })[setting]
    const is = known[setting]
    const inWords = IN_WORDS[setting]
    const [has, remedy] =
      setting === 'students'
        ? ['has', `tutorsim set ${world} students=${asked} changes it`]
        : ['was born with', 'take another --world']
    if (isSame(asked, is)) continue
    const what = `world ${world} of ${store} ${has} ${inWords(is)}, not ${inWords(asked)}; ${remedy}`
    throw differs(option, what, option === 'calendar' ? undefined : given[option])
  }
  for (const [name, asked] of partsOf(given).values) {
    const setting = settingByName.get(name) as Setting
    const is = own.figures?.[name] ?? setting.default
    if (asked === is) continue
    const remedy = setting.atBirth
      ? 'that is set at birth only, take another --world'
      : `tutorsim set ${world} ${name}=${asked} changes it`
    throw differs(name, `world ${world} of ${store} has ${is}, not ${asked}; ${remedy}`, undefined)
  }
  return born
}

/** What a scenario wants of the world that it is told in. */
/** What a scenario wants of a world that is to be born. */
export function wantedBy({ seed, settings }: Scenario): SettingsInput {
  return { ...settings, ...(seed === undefined ? {} : { seed }) }
}

/** Calendars are alike where they say the same. */
function isSame(one: Settings[keyof Settings], other: Settings[keyof Settings]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

export function isPaced({ pace }: Pick<Plan, 'pace'>): boolean {
  return pace !== 'max'
}

/**
 * @param now when the world's next tick begins; near the clock's own time, real time is the clock's
 * @returns none: as fast as it goes
 */
export function paceFrom({ pace }: Plan, { tickMilliseconds }: Settings, now: number): Pace | undefined {
  if (pace === 'max') return undefined
  if (typeof pace === 'number') return { factor: pace }
  const isNear = Math.abs(now - Date.now()) <= Math.max(HOUR, tickMilliseconds)
  return pace === 'live' || isNear ? LIVE : { factor: 1, clock: 'wall' }
}

/** A world name as commands take it. @throws UsageError */
export function worldName(name: string): string {
  if (!isWorldName(name)) throw new UsageError(`${name}: a world is named by ${WORLD_NAME}`)
  return name
}

function isWorldName(name: string): boolean {
  return /^[\w.-]{1,64}$/.test(name)
}

/** A target as it may be shown: a URL's query can hold a secret. @throws TargetError */
export function shown(to: string): string {
  return /^https?:/i.test(to) ? targetName(to) : to
}

function present<Given extends object>(given: Given): { [Key in keyof Given]?: NonNullable<Given[Key]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]?: NonNullable<Given[Key]>
  }
}

function lengthOf({ ticks, for: text }: RunOptions): Plan['length'] {
  rule(ticks === undefined || text === undefined, 'ticks', '--for says how far too, give one', ticks)
  if (text === undefined)
    return { ticks: ticks === undefined ? Number.POSITIVE_INFINITY : count('ticks', ticks, 1, 1e9) }
  const milliseconds = parseDuration(text)
  rule(milliseconds !== undefined && milliseconds > 0, 'for', 'a duration such as 12h or 30d', text)
  return { milliseconds: milliseconds as number, text }
}

/** Settings whose start, if it is told by the clock, is the instant that it stands for now. @throws OptionError */
function byTheClock(given: SettingsInput): SettingsInput {
  const { start } = given
  if (typeof start !== 'string' || !isByTheClock(start)) return given
  return { ...given, start: formatInstant(startByTheClock(start, Date.now())) }
}

function paceOf({ pace: text = 'max', live }: RunOptions): Plan['pace'] {
  if (live) {
    rule(text === 'max', 'live', 'has a pace of its own, leave --pace out', text)
    return 'live'
  }
  if (text === 'max' || text === 'realtime') return text
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  rule(factor > 0, 'pace', 'max, realtime or a factor such as 60x', text)
  return factor
}

function count(name: string, value: number, min: number, max: number): number {
  rule(Number.isInteger(value) && value >= min && value <= max, name, `a whole number from ${min} to ${max}`, value)
  return value
}

/** Events in a post. @throws OptionError */
export function batchOf(batch = 1): number {
  return count('batch', batch, 1, 500)
}

function rule(holds: boolean, option: string, what: string, value: unknown): void {
  if (!holds) throw new OptionError({ option, rule: what, value })
}
