// Settings as a user writes them, in groups or by their names with dots, as values by name. What is wrong is said of the setting
// itself: an unknown name with the nearest that there is, a value with its range.

import { nearest } from '../../engine/index.ts'
import { type GivenFigures, GROUP_NAMES, GROUPS, SETTINGS, type Setting, settingByName, valueIn } from './catalogue.ts'
import { SettingsError } from './settings-error.ts'

/** Whether a name is one of a group of settings, or is meant to be one of a setting. */
export function isOfFigures(name: string): boolean {
  return name.includes('.') || Object.hasOwn(GROUPS, name) || withLastPart(name) !== undefined
}

/**
 * What is set by an object, of which each name is one of a setting or a group.
 * @returns by full names, in the order of the catalogue, defaults too
 * @throws SettingsError
 */
export function readFigures(input: object): Map<string, number> {
  const read = new Map<string, { value: number; as: string }>()
  readInto(read, '', '', input)
  const values = new Map<string, number>()
  for (const { name } of SETTINGS) {
    const found = read.get(name)
    if (found) values.set(name, found.value)
  }
  return values
}

function readInto(
  read: Map<string, { value: number; as: string }>,
  prefix: string,
  writtenIn: string,
  input: object,
): void {
  for (const [written, value] of Object.entries(input)) {
    if (value === undefined) continue
    const name = `${prefix}${written}`
    const setting = settingByName.get(name)
    const as = writtenIn === '' ? written : `${written} in ${writtenIn}`
    if (setting) {
      const before = read.get(name)
      if (before) throw new SettingsError({ option: name, rule: `given twice: as ${before.as} and as ${as}`, value })
      read.set(name, { value: checked(setting, value), as })
    } else if (GROUP_NAMES.has(name)) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new SettingsError({ option: name, rule: `an object with any of ${namesIn(name).join(', ')}`, value })
      readInto(read, `${name}.`, name, value)
    } else throw unknown(name, value)
  }
}

/** A value that the setting may have. @throws SettingsError */
function checked({ name, minimum, maximum, unit, integer }: Setting, value: unknown): number {
  const isIn = typeof value === 'number' && value >= minimum && value <= maximum
  if (isIn && (!integer || Number.isInteger(value))) return value
  const rule = `a ${integer ? 'whole ' : ''}number from ${minimum} to ${maximum} (${unit})`
  throw new SettingsError({ option: name, rule: typeof value === 'string' ? `${rule}; this is a text` : rule, value })
}

function unknown(name: string, value: unknown): SettingsError {
  const meant = nearest(name, [...settingByName.keys(), ...GROUP_NAMES]) ?? withLastPart(name)
  const group = [...GROUP_NAMES].filter((one) => name.startsWith(`${one}.`)).at(-1)
  const there = group
    ? `${group} has ${namesIn(group).join(', ')}`
    : `there are the groups ${Object.keys(GROUPS).join(', ')}`
  return new SettingsError({
    option: name || '""',
    rule: meant ? `no setting; is ${meant} meant?` : `no setting; ${there}`,
    value,
  })
}

/** A setting of another group that is called so in its own. */
function withLastPart(name: string): string | undefined {
  const last = name.split('.').at(-1)
  return SETTINGS.find((setting) => setting.name.endsWith(`.${last}`))?.name
}

/** What stands directly in a group. */
function namesIn(group: string): string[] {
  const inside = SETTINGS.filter(({ name }) => name.startsWith(`${group}.`))
  return [...new Set(inside.map(({ name }) => name.slice(group.length + 1).split('.')[0] as string))]
}

/**
 * Values of a world that is born with these: only those that are not as by default.
 * @returns undefined where all are
 * @throws SettingsError
 */
export function figuresOfBirth(values: ReadonlyMap<string, number>): GivenFigures | undefined {
  const own = [...values].filter(([name, value]) => value !== settingByName.get(name)?.default)
  if (own.length === 0) return undefined
  const given = Object.fromEntries(own)
  checkWholes(given)
  return given
}

/**
 * What changes in a world that lives by these figures.
 * @param given figures in force
 * @throws SettingsError
 */
export function changesOf(given: GivenFigures | undefined, values: ReadonlyMap<string, number>): GivenFigures {
  const changed = [...values].filter(([name, value]) => value !== valueIn(given, name))
  for (const [name, value] of changed) {
    const { atBirth } = settingByName.get(name) as Setting
    if (atBirth) throw new SettingsError({ option: name, rule: `can be set at birth only: ${atBirth}`, value })
  }
  const changes = Object.fromEntries(changed)
  checkWholes({ ...given, ...changes })
  return changes
}

/**
 * The same of an input that was taken, which must not fail: it may have met a world that others had changed meanwhile. What would
 * leave a whole without any weight is not changed.
 */
export function changesTaken(given: GivenFigures | undefined, values: ReadonlyMap<string, number>): GivenFigures {
  const changed = [...values].filter(([name, value]) => value !== valueIn(given, name))
  const empty = emptyWholes({ ...given, ...Object.fromEntries(changed) })
  return Object.fromEntries(changed.filter(([name]) => !empty.includes(settingByName.get(name)?.wholeOf ?? '')))
}

/** Weights of one whole may not all be 0. */
function checkWholes(given: GivenFigures): void {
  const [whole] = emptyWholes(given)
  if (whole !== undefined) throw new SettingsError({ option: whole, rule: 'not all of its weights may be 0' })
}

/** Wholes of which all weights are 0. */
function emptyWholes(given: GivenFigures): string[] {
  const sums = new Map<string, number>()
  for (const { name, wholeOf } of SETTINGS)
    if (wholeOf) sums.set(wholeOf, (sums.get(wholeOf) ?? 0) + valueIn(given, name))
  return [...sums].filter(([, sum]) => sum === 0).map(([whole]) => whole)
}
