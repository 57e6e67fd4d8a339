// Every setting of the marketplace by its full name, in the order in which they are listed.

import { calls } from './calls.ts'
import { clock } from './clock.ts'
import { type Definition, type Group, type GroupInput, isDefinition, isWeights, type NamesIn } from './definition.ts'
import { growth } from './growth.ts'
import { markets } from './markets.ts'
import { people } from './people.ts'
import { sessions } from './sessions.ts'
import { shocks } from './shocks.ts'
import { slots } from './slots.ts'
import { tutors } from './tutors.ts'

export const GROUPS = { people, growth, sessions, slots, tutors, calls, markets, shocks, clock }

export type SettingName = NamesIn<typeof GROUPS>

/** Settings as a user writes them: in groups, by their full names with dots, or both. */
export type FiguresInput = GroupInput<typeof GROUPS> & { [Name in SettingName]?: number }

/** Values of settings by their full names: those that are not as by default, in the order of the catalogue. */
export type GivenFigures = Readonly<Record<string, number>>

/** A setting with its name. */
export interface Setting extends Definition {
  readonly name: string
  /** By which state refers to it: the same in every version that has a setting of the name. */
  readonly number: number
  /** Full name of the whole that it is a share of. */
  readonly wholeOf?: string
}

export const SETTINGS: readonly Setting[] = Object.entries(GROUPS).flatMap(([name, group]) => settingsIn(name, group))

export const settingByName: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.name, setting]))

export const settingByNumber: ReadonlyMap<number, Setting> = new Map(
  SETTINGS.map((setting) => [setting.number, setting]),
)

/** The value of a setting, as it is given or by default. */
export function valueIn(given: GivenFigures | undefined, name: string): number {
  const value = given?.[name] ?? settingByName.get(name)?.default
  if (value === undefined) throw new Error(`there is no setting ${name}`)
  return value
}

/** Names of groups, and of groups in groups and wholes. */
export const GROUP_NAMES: ReadonlySet<string> = new Set(
  SETTINGS.flatMap(({ name }) => {
    const parts = name.split('.').slice(0, -1)
    return parts.map((_, at) => parts.slice(0, at + 1).join('.'))
  }),
)

function settingsIn(prefix: string, group: Group): Setting[] {
  return Object.entries(group).flatMap(([part, content]) => {
    const name = `${prefix}.${part}`
    if (isDefinition(content)) return [settingOf(name, content)]
    if (!isWeights(content)) return settingsIn(name, content)
    return Object.entries(content.weights).map(([of, weight]) => ({
      ...settingOf(`${name}.${of}`, weight),
      wholeOf: name,
    }))
  })
}

function settingOf(name: string, definition: Definition): Setting {
  return { ...definition, name, number: numberOf(name) }
}

/** FNV-1a of the name. */
function numberOf(name: string): number {
  let hash = 0x81_1c_9d_c5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01_00_01_93)
  return hash >>> 0
}
