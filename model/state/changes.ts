// Settings that have been changed in the course of a world's life. What it lives by is what it was born with and these.

import { type GivenFigures, SETTINGS, type Setting, settingByName, settingByNumber } from '../settings/catalogue.ts'
import type { RegionState } from './region.ts'

type Changing = Pick<RegionState, 'bornWith' | 'changes' | 'change'>

/** Values of settings by name, where they are not the default. */
export function figuresInForce({ bornWith, changes, change }: Changing): GivenFigures | undefined {
  if (changes.count === 0) return bornWith
  const values: Record<string, number> = { ...bornWith }
  for (let row = 0; row < changes.count; row++) {
    const { setting, value } = change.at(row)
    values[nameOf(setting)] = value
  }
  return Object.fromEntries(
    SETTINGS.flatMap(({ name, default: usual }) => {
      const value = values[name] ?? usual
      return value === usual ? [] : [[name, value]]
    }),
  )
}

/** A setting has another value from an instant on. */
export function noteChange({ changes, change }: Changing, name: string, value: number, now: number): void {
  const { number } = settingByName.get(name) as Setting
  let row = 0
  while (row < changes.count && change.at(row).setting !== number) row++
  change.edit(row < changes.count ? row : changes.add())
  change.setting = number
  change.value = value
  change.since = now
}

function nameOf(number: number): string {
  const setting = settingByNumber.get(number)
  if (!setting) throw new Error(`state changes setting ${number}, which this version does not have`)
  return setting.name
}
