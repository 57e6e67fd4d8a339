// Changes from outside. They take effect at the beginning of a tick, in every region at once.

import { rowsAmong } from '../state/numbering.ts'
import type { RegionState } from '../state/region.ts'
import { refuseNames, SettingsError, size } from '../state/settings.ts'
import { awaitSignUp } from './students.ts'

/** A new size: by students, or by mean events a tick over a week. */
export type Input = { students: number } | { rate: number }

const NAMES = ['students', 'rate']

/**
 * How many students an input calls for.
 * @param now instant from which it holds
 * @throws SettingsError
 */
export function studentsOf(input: Input, now: number, tickMilliseconds: number): number {
  refuseNames('input', NAMES, input)
  if (NAMES.every((name) => (input as Partial<Record<string, unknown>>)[name] === undefined))
    throw new SettingsError({ option: 'students', rule: 'needed, or else rate' })
  return size(input, now, tickMilliseconds)
}

/** Lets a region grow or shrink towards its share of so many students. */
export function resize(region: RegionState, students: number, now: number): void {
  region.figures.edit(0).target = rowsAmong(students, region.index)
  region.figures.worldTarget = students
  awaitSignUp(region, now)
}
