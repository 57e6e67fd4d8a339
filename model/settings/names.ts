// Names in what a user hands over: one that is none is something that they believe to have said.

import { type BrokenRule, nearest } from '../../engine/index.ts'

/**
 * What is wrong with an object's names.
 * @param option what the object is
 * @param noun what each of its names is
 */
export function brokenNames(
  { option, noun, names }: { option: string; noun: string; names: readonly string[] },
  given: unknown,
): BrokenRule | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { option, rule: `an object with any of ${names.join(', ')}`, value: given }
  for (const [name, value] of Object.entries(given)) {
    if (names.includes(name)) continue
    const meant = nearest(name, names)
    return {
      option: name || '""',
      rule: meant ? `no ${noun}; is ${meant} meant?` : `no ${noun}; there are ${names.join(', ')}`,
      value,
    }
  }
  return undefined
}
