// What the environment asks of the simulator (contract, section 7): read once, when the function starts.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeliveryError, nearest, OptionError, parseDuration, WorldError, withoutCredentials } from '../engine/index.ts'
import { layered, type Scenario, SettingsError, type SettingsInput, settingsFrom } from '../model/index.ts'
import { builtIn, CATALOGUE, STRENGTHS, type Strength } from '../model/scenarios/index.ts'

/** A variable breaks its rule; `option` is the variable. */
export class EnvironmentError extends OptionError {
  override name = 'EnvironmentError'
}

export interface Environment {
  ingestApiUrl: string
  apiKeyParameter: string | undefined
  table: string
  world: string
  seed: string
  /** Figures, calendar and shocks of the file that lies beside the function; none by default. */
  settings: SettingsInput
  /** What happens to the world; undefined where nothing does. */
  scenario: Scenario | undefined
  /** Size by students; undefined where it is by rate. */
  students: number | undefined
  streams: number
  eventsPerRun: number
  tick: string
  paceWithinRun: boolean
  /** Whether a target that is new to the world is first told what stands. */
  opening: boolean
  /** Events of one stream in a post at the most. */
  batch: number
  /** How far after the clock the time of an invocation may lie. */
  aheadMaxMilliseconds: number
}

/** The variables that the options of what is run here come from. */
const VARIABLE: Readonly<Record<string, string>> = {
  seed: 'SEED',
  tick: 'TICK',
  students: 'STUDENTS',
  rate: 'STREAM_COUNT x EVENTS_PER_RUN',
  to: 'INGEST_API_URL',
  world: 'WORLD',
  // A world starts when its first run is scheduled.
  start: 'time',
}

function inVariables(error: OptionError): EnvironmentError {
  return new EnvironmentError(
    { option: VARIABLE[error.option] ?? error.option, rule: error.rule, value: error.value },
    { cause: error },
  )
}

/** Whatever went wrong, in one line for who deployed the function: options are variables here. */
export function lineOf(error: unknown): string {
  if (error instanceof OptionError) return inVariables(error).message
  const { message, name } = error as Error
  if (error instanceof DeliveryError) return `${VARIABLE.to} ${message}`
  if (error instanceof WorldError && error.code === 'WORLD_TOO_NEW') return `${message}: take a newer tutorsim`
  return withoutCredentials(message || name).replaceAll(/\s+/g, ' ')
}

type Variables = Readonly<Record<string, string | undefined>>

/** @throws EnvironmentError */
export function environmentFrom(given: Variables): Environment {
  const { variables, names } = recorded(given)
  const text = (name: string, standard: string): string => variables[name] || standard
  const environment = {
    ingestApiUrl: required(variables, 'INGEST_API_URL', 'the https URL that events are posted to'),
    apiKeyParameter: variables.INGEST_API_KEY_PARAMETER || undefined,
    table: required(variables, 'WORLD_TABLE', 'the name of a DynamoDB table'),
    world: text('WORLD', 'default'),
    seed: text('SEED', 'demo'),
    settings: settingsIn(text('SETTINGS', '')),
    scenario: scenarioNamed(text('SCENARIO', '')),
    students: variables.STUDENTS ? whole(variables, 'STUDENTS', 1, 10_000_000) : undefined,
    streams: whole(variables, 'STREAM_COUNT', 1, 10_000, 50),
    eventsPerRun: number(variables, 'EVENTS_PER_RUN', 10),
    tick: text('TICK', '1m'),
    paceWithinRun: flag(variables, 'PACE_WITHIN_RUN'),
    opening: flag(variables, 'OPENING'),
    batch: whole(variables, 'INGEST_BATCH', 1, 500, 1),
    aheadMaxMilliseconds: duration('AHEAD_MAX', text('AHEAD_MAX', '1h')),
  }
  refuseSlips(given, names)
  if (!/^[\w.-]{1,64}$/.test(environment.world))
    throw new EnvironmentError({
      option: 'WORLD',
      rule: 'not up to 64 letters, digits, _ . and -',
      value: environment.world,
    })
  duration('TICK', environment.tick)
  try {
    inputFrom(environment)
  } catch (error) {
    throw error instanceof SettingsError ? inVariables(error) : error
  }
  return environment
}

/** A built-in scenario: `NAME`, or `NAME:mild`. @throws EnvironmentError */
function scenarioNamed(text: string): Scenario | undefined {
  if (text === '') return undefined
  const [name = '', strength = 'severe', ...more] = text.split(':')
  const refuse = (rule: string): never => {
    throw new EnvironmentError({ option: 'SCENARIO', rule, value: text })
  }
  const names = CATALOGUE.map((one) => one.name)
  const found = builtIn(name, strength as Strength)
  if (!found) {
    const meant = nearest(name, names)
    return refuse(meant ? `there is none; is ${meant} meant?` : `one of ${names.join(', ')}`)
  }
  if (more.length > 0 || !STRENGTHS.includes(strength as Strength))
    return refuse(`${name}, or ${name}:${STRENGTHS.join(` or ${name}:`)}`)
  return found
}

/** The variables, and the names of those that were read of them so far. */
function recorded(given: Variables): { variables: Variables; names: Set<string> } {
  const names = new Set<string>()
  const get = (_: Variables, name: string): string | undefined => {
    names.add(name)
    return given[name]
  }
  return { variables: new Proxy(given, { get }), names }
}

/** Variables of others are here too; one that is nearly ours is a slip. Its value may be a secret. @throws EnvironmentError */
function refuseSlips(given: Variables, names: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(given)) {
    const meant = names.has(name) || !value ? undefined : nearest(name, [...names])
    if (meant !== undefined)
      throw new EnvironmentError({ option: name, rule: `no variable of the simulator; is ${meant} meant?` })
  }
}

/** @param region that is a world of its own; '' for the whole */
export function worldNameOf(world: string, region: string): string {
  return region === '' ? world : `${world}.${region}`
}

/** Settings of the world that is asked for, but for when it starts. @throws SettingsError */
export function inputFrom(environment: Environment, start?: string): SettingsInput {
  const { seed, settings, tick } = environment
  const input = layered(settings, { ...sizeOf(environment), seed, tick, ...(start === undefined ? {} : { start }) })
  settingsFrom(input)
  return input
}

/** @param name of a file that came with the function @throws EnvironmentError */
function settingsIn(name: string): SettingsInput {
  if (name === '') return {}
  try {
    return JSON.parse(readFileSync(join(process.env.LAMBDA_TASK_ROOT ?? '.', name), 'utf8')) as SettingsInput
  } catch (cause) {
    throw new EnvironmentError({ option: 'SETTINGS', rule: (cause as Error).message, value: name }, { cause })
  }
}

/** The size of the world that is asked for. */
export function sizeOf({ students, streams, eventsPerRun }: Environment): { students: number } | { rate: number } {
  return students === undefined ? { rate: streams * eventsPerRun } : { students }
}

function required(variables: Variables, name: string, what: string): string {
  const value = variables[name]
  if (!value) throw new EnvironmentError({ option: name, rule: `needed, ${what}` })
  return value
}

function number(variables: Variables, name: string, standard?: number): number {
  const text = variables[name]
  if (!text && standard !== undefined) return standard
  if (!/^\d+(\.\d+)?$/.test(text ?? '') || Number(text) <= 0)
    throw new EnvironmentError({ option: name, rule: 'not a number above 0', value: text })
  return Number(text)
}

function whole(variables: Variables, name: string, min: number, max: number, standard?: number): number {
  const value = number(variables, name, standard)
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new EnvironmentError({ option: name, rule: `not a whole number from ${min} to ${max}`, value })
  return value
}

function duration(name: string, value: string): number {
  const milliseconds = parseDuration(value)
  if (milliseconds === undefined)
    throw new EnvironmentError({ option: name, rule: 'not a duration such as 1m or 2h', value })
  return milliseconds
}

function flag(variables: Variables, name: string): boolean {
  const text = variables[name]
  if (!text || text === 'false') return false
  if (text === 'true') return true
  throw new EnvironmentError({ option: name, rule: 'not true or false', value: text })
}
