// Which agents and sessions are asked for: by the values of their fields, or by a function.

import { type BrokenRule, OptionError } from '../engine/index.ts'
import { brokenNames } from './settings/names.ts'
import type { FieldsOf } from './views.ts'

/** Those with these values, or those of which it is true; without `where` all. A list, such as `subjects`, is for a function. */
export interface Which<View> {
  where?:
    | { [Name in keyof View as View[Name] extends readonly unknown[] ? never : Name]?: View[Name] }
    | ((view: View) => boolean)
}

/**
 * Whether a view is asked for.
 * @param what is listed, in the plural
 * @throws OptionError where a name is none, or a value cannot be met
 */
export function test<View extends object>(
  what: string,
  fields: FieldsOf<View>,
  which: Which<View> = {},
): (view: View) => boolean {
  refuse(brokenNames({ option: what, noun: 'name that this takes', names: ['where'] }, which))
  const { where } = which
  if (where === undefined) return () => true
  if (typeof where === 'function') return where
  const names = Object.keys(fields)
  refuse(brokenNames({ option: 'where', noun: `field of ${what}`, names }, where))
  const wanted = Object.entries(where)
  for (const [name, value] of wanted) {
    const isList = fields[name as keyof View] === 'list'
    const isValue = !isList && value !== undefined && (typeof value !== 'object' || value === null)
    const rule = `${isList ? 'a list' : 'one value'}; for more give a function, such as where: ({ ${name} }) => …`
    refuse(isValue ? undefined : { option: name, rule, value })
  }
  return (view) => wanted.every(([name, value]) => view[name as keyof View] === value)
}

function refuse(broken: BrokenRule | undefined): void {
  if (broken) throw new OptionError(broken)
}
