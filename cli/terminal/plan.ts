// What a run does, worked out of its options; every rule that an option has is here.

import { availableParallelism } from 'node:os'
import { formatDuration, OptionError, parseDuration } from '../../engine/index.ts'
import { type Settings, type SettingsInput, settingsFrom } from '../../model/index.ts'
import { targetName } from '../../sinks/index.ts'
import { UsageError } from './usage.ts'

/** As the command line gives them. */
export interface RunOptions {
  world: string
  seed: string
  students?: number
  rate?: number
  start: string
  tick: string
  ticks?: number
  for?: string
  warmup: string
  to?: string[] | string
  streams: number
  giveUp: string
  store: string
  workers?: number
  pace: string
  format: string
  maxRate?: number
  apiKeyFile?: string
  signKeyFile?: string
  scenario?: string
  labels?: string
  json?: boolean
  /** Options that the user gave; the others have their defaults. */
  given?: readonly string[]
}

export interface Plan {
  world: string
  store: string
  settings: Settings
  /** Options that the user gave and that decide settings: a world that is there already must agree with them. */
  given: readonly SettingOption[]
  targets: string[]
  /** Ticks to go; infinite for until Ctrl-C. */
  ticks: number
  workers: number
  streams: number
  giveUpMilliseconds: number
  format: 'plain' | 'cloudevents'
  maxRate: number | undefined
  apiKeyFile: string | undefined
  signKeyFile: string | undefined
  /** Simulated time over real time; infinite for as fast as it goes. */
  pace: number
}

/** The settings that an option decides. */
export const SETTING_OF = {
  seed: 'seed',
  students: 'students',
  rate: 'students',
  start: 'start',
  tick: 'tickMilliseconds',
  warmup: 'warmupMilliseconds',
} as const satisfies Record<string, keyof Settings>
export type SettingOption = keyof typeof SETTING_OF

/** A longer wait between two events is hardly meant. */
const MAX_RATE_MIN = 0.001

/** @throws OptionError */
export function planOf(options: RunOptions): Plan {
  const { students, rate } = options
  rule(students === undefined || rate === undefined, 'students', '--rate gives the size too, give one', students)
  const settings = settingsOf(options)
  const { tickMilliseconds } = settings
  rule(isWorldName(options.world), 'world', 'up to 64 letters, digits, dots, dashes', options.world)
  rule(options.format === 'plain' || options.format === 'cloudevents', 'format', 'plain or cloudevents', options.format)
  for (const name of ['scenario', 'labels'] as const)
    rule(options[name] === undefined, name, 'not available yet', options[name])
  const giveUp = parseDuration(options.giveUp)
  rule(giveUp !== undefined && giveUp > 0, 'give-up', 'a duration such as 30s or 5m', options.giveUp)
  rule(
    !(options.ticks !== undefined && options.for !== undefined),
    'ticks',
    '--for says how far too, give one',
    options.ticks,
  )
  const { maxRate } = options
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
  rule(!(options.json && targets.includes('-')), 'json', 'standard output is taken by --to', '-')
  return {
    world: options.world,
    store: options.store,
    settings,
    given: (options.given ?? []).filter((option): option is SettingOption => option in SETTING_OF),
    targets,
    ticks:
      options.for === undefined
        ? options.ticks === undefined
          ? Number.POSITIVE_INFINITY
          : count('ticks', options.ticks, 1, 1e9)
        : spanOf(options.for, tickMilliseconds) / tickMilliseconds,
    workers: count('workers', options.workers ?? availableParallelism(), 1, 1024),
    streams: count('streams', options.streams, 1, 10_000),
    giveUpMilliseconds: giveUp as number,
    format: options.format as Plan['format'],
    maxRate,
    apiKeyFile: options.apiKeyFile,
    signKeyFile: options.signKeyFile,
    pace: paceOf(options.pace),
  }
}

/** A world name as commands take it. @throws UsageError */
export function worldName(name: string): string {
  if (!isWorldName(name)) throw new UsageError(`${name}: a world is named by up to 64 letters, digits, dots, dashes`)
  return name
}

function isWorldName(name: string): boolean {
  return /^[\w.-]{1,64}$/.test(name)
}

/** A target as it may be shown: a URL's query can hold a secret. @throws TargetError */
export function shown(to: string): string {
  return /^https?:/i.test(to) ? targetName(to) : to
}

function settingsOf({ seed, students, rate, start, tick, warmup }: RunOptions): Settings {
  const input: SettingsInput = { seed, start, tick, warmup }
  if (students !== undefined) input.students = students
  if (rate !== undefined) input.rate = rate
  return settingsFrom(input)
}

function spanOf(text: string, tickMilliseconds: number): number {
  const span = parseDuration(text)
  rule(span !== undefined && span > 0, 'for', 'a duration such as 12h or 30d', text)
  rule((span as number) % tickMilliseconds === 0, 'for', `whole ticks of ${formatDuration(tickMilliseconds)}`, text)
  return span as number
}

function paceOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY
  if (text === 'realtime') return 1
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  rule(factor > 0, 'pace', 'max, realtime or a factor such as 60x', text)
  return factor
}

function count(name: string, value: number, min: number, max: number): number {
  rule(Number.isInteger(value) && value >= min && value <= max, name, `a whole number from ${min} to ${max}`, value)
  return value
}

function rule(holds: boolean, option: string, what: string, value: unknown): void {
  if (!holds) throw new OptionError({ option, rule: what, value })
}
