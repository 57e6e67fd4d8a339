// Options in the environment: `--give-up` is TUTORSIM_GIVE_UP. An option that is given beats its variable.

import { type Command, Option } from 'commander'
import { nearest } from '../../engine/index.ts'
import { UsageError } from './usage.ts'

const PREFIX = 'TUTORSIM_'
/** Read besides those of options: stack traces, and what a run cost. */
const OTHERS = ['TUTORSIM_DEBUG', 'TUTORSIM_USAGE']
const FLAGS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** Options of which one says what the other could. */
const ALTERNATIVES = [
  ['students', 'rate'],
  ['ticks', 'for'],
  ['pace', 'live'],
  ['sinceBirth', 'midLife'],
] as const

/** An option that its variable sets as well. */
export function setting(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(PREFIX + option.name().replaceAll('-', '_').toUpperCase())
}

/**
 * Looks over the variables before a command reads them: an empty one counts as unset, because compose files pass on what is
 * not set as empty; a flag's is true or false.
 * @throws UsageError
 */
export function prepareVariables(program: Command, command: Command, environment: NodeJS.ProcessEnv): void {
  const ofOptions = program.commands.flatMap(({ options }) => options.map(({ envVar = '' }) => envVar))
  const known = [...ofOptions, ...OTHERS].map((name) => name.slice(PREFIX.length))
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX)) continue
    if (value === '') delete environment[name]
    const meant = nearest(name.slice(PREFIX.length), known)
    if (value !== '' && meant !== undefined && name !== PREFIX + meant)
      throw new UsageError(`${name}: no variable of tutorsim; is ${PREFIX}${meant} meant?`)
  }
  for (const { envVar = '', required, optional } of command.options) {
    const value = environment[envVar]
    if (value === undefined || required || optional) continue
    const isSet = FLAGS.get(value)
    if (isSet === undefined) throw new UsageError(`${envVar} ${value}: true or false`)
    if (!isSet) delete environment[envVar]
  }
}

/** Where an option is given, the variable of its alternative has no say. */
export function preferOptions(command: Command): void {
  for (const [one, other] of ALTERNATIVES.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]))
    if (command.getOptionValueSource(one) === 'cli' && command.getOptionValueSource(other) === 'env')
      command.setOptionValue(other, undefined)
}

/**
 * What an option is called where it was set.
 * @param value as its error has it: a value that cannot be read has no source yet
 */
export function calledBy(command: Command | undefined, name: string, value: unknown): string {
  const option = command?.options.find(({ long }) => long === `--${name}`)
  const source = option && command?.getOptionValueSource(option.attributeName())
  const variable = option?.envVar ?? ''
  const isVariable = source === 'env' || (source === undefined && process.env[variable] === String(value))
  if (isVariable) return variable
  // HTTPS_PROXY is no option's, and is not always written in capitals.
  return /_proxy$/i.test(name) ? name : `--${name}`
}
