// Errors of the world outside: a store, a target, a file, an option is not as it has to be. What is wrong inside is a
// bug, and some other Error.
// What is named in a message may hold a secret, mistyped or repeated by others: whatever looks like one is left out.
//
// A program goes by an error's class, its `code` and its fields; the message is for people. An error names an option
// plainly, as the library does; a front end that calls it otherwise, with dashes or by a variable, says so with `as`.

import { withoutCredentials } from './foreign.ts'

/** Characters of a name or value that a message repeats. */
const SHOWN_MAX = 160

/** Something outside is not as it has to be. The message is one line. */
export class OperationalError extends Error {
  override name = 'OperationalError'
  /** What went wrong, as text that stays the same from version to version: `STORE_DAMAGED`, `OPTION`. */
  readonly code: string

  constructor(message: string, { code, ...options }: OperationalErrorOptions) {
    super(oneLine(withoutCredentials(message)), options)
    this.code = code
  }
}

/** What is said of an error besides its message. */
export interface OperationalErrorOptions<Code extends string = string> extends ErrorOptions {
  code: Code
}

/** An option's rule, and the value that breaks it. */
export interface BrokenRule {
  /** The option's plain name: `tick`, `to`; with dots where options are nested. */
  option: string
  /** What the value has to be, or what is wrong with it. */
  rule: string
  /** As it was given, without secrets; undefined where there is none. */
  value?: unknown
}

/** An option's value breaks a rule: `tick 7h: must divide a day into ticks of 1s or more`. */
export class OptionError extends OperationalError implements BrokenRule {
  override name = 'OptionError'
  readonly option: string
  readonly rule: string
  readonly value: unknown

  /** @param options its code is `OPTION`, unless the world outside may yet come round to what was asked for */
  constructor(broken: BrokenRule, options: Partial<OperationalErrorOptions> = {}) {
    super(lineOf(broken), { code: 'OPTION', ...options })
    this.option = broken.option
    this.rule = oneLine(withoutCredentials(broken.rule))
    this.value = typeof broken.value === 'string' ? withoutCredentials(broken.value) : broken.value
  }

  /** The message, with the option under the name that a front end has for it. */
  as(name: string): string {
    return oneLine(withoutCredentials(lineOf({ ...this, option: name })))
  }
}

function lineOf({ option, rule, value }: BrokenRule): string {
  const name = shortened(option)
  return value === undefined ? `${name}: ${rule}` : `${name} ${shortened(withoutCredentials(inWords(value)))}: ${rule}`
}

/** Its beginning, where a text is longer than anybody reads. */
export function shortened(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`
}

function inWords(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object') return String(value) || '""'
  try {
    return JSON.stringify(value) ?? 'an object'
  } catch {
    return 'an object'
  }
}

/** Marks that turn the direction of what follows them: a line could show another value than it holds. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g

/** What is named in a message may come from others, or be damaged. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, '; ')
    .replace(TURNING, '\uFFFD')
}

/**
 * Loads what an optional package is needed for.
 * @param what needs it, as a person would say: `--store dynamodb:`
 * @param packages that have to be installed for it
 * @throws OperationalError that names them, where one is not there
 */
export async function needing<Loaded>(what: string, packages: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new OperationalError(`${what} needs ${packages}: npm install ${packages}`, { code: 'PACKAGE_MISSING', cause })
  }
}
