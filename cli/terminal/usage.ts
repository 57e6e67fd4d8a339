// How the command line says what went wrong: options with their dashes, remedies in its own words, and the exit code.

import { DeliveryError, OperationalError, OptionError, withoutCredentials } from '../../engine/index.ts'

/** Wrong usage that no single option stands for: an argument, or options that do not go together. */
export class UsageError extends OperationalError {
  override name = 'UsageError'

  /** @param message names what was typed, and the rule */
  constructor(message: string, options?: ErrorOptions) {
    super(message, { ...options, code: 'USAGE' })
  }
}

/** What can be done about it from here. */
const REMEDIES: Readonly<Record<string, string>> = {
  WORLD_TOO_NEW: ': take a newer tutorsim',
  FILE_CHANGED: '; name another file, or let go of this one with tutorsim worlds --forget',
}

/** Whatever ended a command early, in one line. */
export function lineOf(error: unknown): string {
  return lineAs(error, ({ option }) => `--${option}`)
}

/** The same, with an option as it was set: by its dashes or by a variable. */
export function lineAs(error: unknown, calledBy: (error: OptionError) => string): string {
  if (!(error instanceof OperationalError)) return withoutCredentials((error as Error).message ?? String(error))
  return `${withDashes(error, calledBy)}${REMEDIES[error.code] ?? ''}`
}

function withDashes(error: OperationalError, calledBy: (error: OptionError) => string): string {
  if (error instanceof OptionError) return error.as(calledBy(error))
  return error instanceof DeliveryError ? `--to ${error.message}` : error.message
}

/** What was asked for cannot be, whatever happens: exit code 2. */
export function isWrongUsage(error: unknown): boolean {
  return error instanceof OperationalError && (error.code === 'USAGE' || error.code === 'OPTION')
}
