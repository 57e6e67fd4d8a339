// What worlds and attempts may be called: names become parts of keys, so nothing in them may clash with what joins keys.

import { OptionError } from '../engine/index.ts'

/** Wrong usage: a store (`store`), a world (`world`) or an attempt (`attempt`) that no store can have. */
export class StoreNameError extends OptionError {
  override name = 'StoreNameError'
}

/** @throws StoreNameError */
export function checkWorld(name: string): string {
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new StoreNameError({
      option: 'world',
      rule: 'up to 64 letters (a to z, A to Z), digits, dots, dashes, underscores',
      value: name,
    })
  return name
}

/** @throws StoreNameError */
export function checkAttempt(attempt: string): string {
  if (!/^[\w.:-]{1,100}$/.test(attempt))
    throw new StoreNameError({
      option: 'attempt',
      rule: 'up to 100 letters, digits, dots, dashes, colons',
      value: attempt,
    })
  return attempt
}
