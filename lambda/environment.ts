// What the environment asks of the simulator (contract, section 7): read once, when the function starts.

import { parseDuration } from '../engine/index.ts'
import { SettingsError, settingsFrom } from '../model/index.ts'

/** A variable breaks its rule; the message names the variable, the rule and the value in one line. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError'
}

export interface Environment {
  ingestApiUrl: string
  apiKeyParameter: string | undefined
  table: string
  world: string
  seed: string
  /** Size by students; undefined where it is by rate. */
  students: number | undefined
  streams: number
  eventsPerRun: number
  tick: string
  paceWithinRun: boolean
}

/** The variables that settings come from. */
const VARIABLE = { seed: 'SEED', tick: 'TICK', students: 'STUDENTS', rate: 'STREAM_COUNT x EVENTS_PER_RUN' }

type Variables = Readonly<Record<string, string | undefined>>

/** @throws EnvironmentError */
export function environmentFrom(variables: Variables): Environment {
  const text = (name: string, standard: string): string => variables[name] || standard
  const environment = {
    ingestApiUrl: required(variables, 'INGEST_API_URL', 'the https URL that events are posted to'),
    apiKeyParameter: variables.INGEST_API_KEY_PARAMETER || undefined,
    table: required(variables, 'WORLD_TABLE', 'the name of a DynamoDB table'),
    world: text('WORLD', 'default'),
    seed: text('SEED', 'demo'),
    students: variables.STUDENTS ? whole(variables, 'STUDENTS', 1, 10_000_000) : undefined,
    streams: whole(variables, 'STREAM_COUNT', 1, 10_000, 50),
    eventsPerRun: number(variables, 'EVENTS_PER_RUN', 10),
    tick: text('TICK', '1m'),
    paceWithinRun: flag(variables, 'PACE_WITHIN_RUN'),
  }
  if (!/^[\w.-]{1,64}$/.test(environment.world))
    throw new EnvironmentError(`WORLD ${environment.world}: not up to 64 letters, digits, _ . and -`)
  if (variables.SCENARIO) throw new EnvironmentError(`SCENARIO ${variables.SCENARIO}: not available yet`)
  if (parseDuration(environment.tick) === undefined)
    throw new EnvironmentError(`TICK ${environment.tick}: not a duration such as 1m or 2h`)
  try {
    settingsFrom({ ...sizeOf(environment), seed: environment.seed, tick: environment.tick })
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    const message = error.message.replace(/^\w+/, (setting) => VARIABLE[setting as keyof typeof VARIABLE] ?? setting)
    throw new EnvironmentError(message, { cause: error })
  }
  return environment
}

/** @param region that is a world of its own; '' for the whole */
export function worldNameOf(world: string, region: string): string {
  return region === '' ? world : `${world}.${region}`
}

/** The size of the world that is asked for. */
export function sizeOf({ students, streams, eventsPerRun }: Environment): { students: number } | { rate: number } {
  return students === undefined ? { rate: streams * eventsPerRun } : { students }
}

function required(variables: Variables, name: string, what: string): string {
  const value = variables[name]
  if (!value) throw new EnvironmentError(`${name}: needed, ${what}`)
  return value
}

function number(variables: Variables, name: string, standard?: number): number {
  const text = variables[name]
  if (!text && standard !== undefined) return standard
  if (!/^\d+(\.\d+)?$/.test(text ?? '') || Number(text) <= 0)
    throw new EnvironmentError(`${name} ${text}: not a number above 0`)
  return Number(text)
}

function whole(variables: Variables, name: string, min: number, max: number, standard?: number): number {
  const value = number(variables, name, standard)
  if (!(Number.isInteger(value) && value >= min && value <= max))
    throw new EnvironmentError(`${name} ${value}: not a whole number from ${min} to ${max}`)
  return value
}

function flag(variables: Variables, name: string): boolean {
  const text = variables[name]
  if (!text || text === 'false') return false
  if (text === 'true') return true
  throw new EnvironmentError(`${name} ${text}: not true or false`)
}
