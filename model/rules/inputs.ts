// Changes from outside. They take effect at the beginning of a tick, in every region at once.

import { rowsAmong } from '../state/numbering.ts'
import type { RegionState } from '../state/region.ts'
import { refuseNames, SettingsError, size } from '../state/settings.ts'
import { awaitSignUp } from './students.ts'

/** A new size: by students, or by mean events a tick over a week. */
export type Input = { students: number } | { rate: number }

const NAMES = ['students', 'rate']

/**
 * Whether an input may be taken. One that was taken is not asked again: what an older version took has to replay.
 * @throws SettingsError
 */
export function checkInput(input: unknown, now: number, tickMilliseconds: number): void {
  refuseNames('input', NAMES, input)
  studentsOf(input as Input, now, tickMilliseconds)
}

/**
 * How many students an input calls for.
 * @param now instant from which it holds
 * @throws SettingsError
 */
export function studentsOf(input: Input, now: number, tickMilliseconds: number): number {
  const { students, rate }: { students?: number; rate?: number } = input
  if (students === undefined && rate === undefined)
    throw new SettingsError({ option: 'students', rule: 'needed, or else rate' })
  return size(input, now, tickMilliseconds)
}

/** Lets a region grow or shrink towards its share of so many students. */
export function resize(region: RegionState, students: number, now: number): void {
  region.figures.edit(0).target = rowsAmong(students, region.index)
  region.figures.worldTarget = students
  awaitSignUp(region, now)
}
