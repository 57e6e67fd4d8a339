// Wrong usage: what was asked for cannot be, whatever happens. Ends a command with exit code 2.

/** The message names the option, the rule and the value in one line. */
export class UsageError extends Error {
  override name = 'UsageError'
}
