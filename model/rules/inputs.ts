// Changes from outside. They take effect at the beginning of a tick, in every region that they concern.

import { REGIONS, type Region } from '../events/index.ts'
import { checkIntervention, type InterventionInput } from '../interventions/intervention.ts'
import type { FiguresInput } from '../settings/catalogue.ts'
import { figuresOf } from '../settings/figures.ts'
import { changesOf, changesTaken, figuresOfBirth, readFigures } from '../settings/input.ts'
import { figuresInForce, noteChange } from '../state/changes.ts'
import { studentNumbers } from '../state/numbering.ts'
import type { RegionState } from '../state/region.ts'
import { refuseNames, type Settings, SettingsError, size, studentCount } from '../state/settings.ts'
import { changeSize, seatsFor } from './seats.ts'

/** A new size: by students, by mean events a tick over a week, or by the students of one region. */
export type NewSize = { students: number } | { rate: number } | { [Name in `students.${Region}`]?: number }

/** Figures of the marketplace that are others from now on, as `settings` of a world's birth have them. */
export interface NewFigures {
  settings: FiguresInput
}

/** Something is changed for a time, in a place. */
export interface NewIntervention {
  intervene: InterventionInput
}

export type Input = NewSize | NewFigures | NewIntervention

/** What an input asks for: so many students in all regions together, or in one. */
export interface Asked {
  /** Index into REGIONS; all where it is undefined. */
  region: number | undefined
  students: number
}

const OF_REGIONS = REGIONS.map((name) => `students.${name}` as const)
/** What a new size is asked for by. */
export const SIZE_NAMES = ['students', 'rate', ...OF_REGIONS]

/**
 * Whether an input may be taken. One that was taken is not asked again: what an older version took has to replay.
 * @throws SettingsError
 */
export function checkInput(input: unknown, now: number, settings: Settings): void {
  if (isOfSettings(input)) return checkFigures(input, settings)
  if (isIntervention(input)) {
    refuseNames('input', ['intervene'], input)
    return checkIntervention(input.intervene, settings.start, now)
  }
  refuseNames('input', [...SIZE_NAMES, 'settings', 'intervene'], input)
  askedBy(input as NewSize, now, settings)
}

/** Whether an input changes figures. */
export function isOfSettings(input: unknown): input is NewFigures {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'settings')
}

/** Whether an input is an intervention. */
export function isIntervention(input: unknown): input is NewIntervention {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'intervene')
}

/** What of it changes anything, is known to the world alone: the figures of its birth may have been changed since. */
function checkFigures(input: NewFigures, { figures }: Settings): void {
  refuseNames('input', ['settings'], input)
  const { settings } = input
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new SettingsError({ option: 'settings', rule: 'an object with settings by group or name', value: settings })
  const values = readFigures(settings)
  if (values.size === 0) throw new SettingsError({ option: 'settings', rule: 'at least one setting', value: settings })
  changesOf(figures, values)
}

/** Figures that are not as by default, where an input is put on those that were in force before. */
export function figuresAfter(before: Settings['figures'], { settings }: NewFigures): Settings['figures'] {
  const values = new Map([...Object.entries(before ?? {}), ...readFigures(settings)])
  return figuresOfBirth(values)
}

/** Figures are others from now on. What they were already stays, and nothing is noted of it. */
export function changeFigures(region: RegionState, { settings }: NewFigures, now: number): void {
  const changes = Object.entries(changesTaken(figuresInForce(region), readFigures(settings)))
  if (changes.length === 0) return
  for (const [name, value] of changes) noteChange(region, name, value, now)
  region.liveBy(figuresInForce(region))
}

/**
 * @param now instant from which it holds
 * @throws SettingsError
 */
export function askedBy(input: NewSize, now: number, settings: Settings): Asked {
  const given = input as Partial<Record<string, number>>
  const names = SIZE_NAMES.filter((name) => given[name] !== undefined)
  const [name, other] = names
  if (name === undefined) throw new SettingsError({ option: 'students', rule: 'needed, or else rate' })
  if (other !== undefined)
    throw new SettingsError({ option: name, rule: `${other} gives the size too, give one`, value: given[name] })
  const region = OF_REGIONS.indexOf(name as `students.${Region}`)
  if (region >= 0) return { region, students: studentCount(name, given[name] as number) }
  return {
    region: undefined,
    students: size(input as { students: number }, now, settings),
  }
}

/** What each region is to have, where an input is put on what it had before. */
export function targetsAfter(
  before: readonly number[],
  { region, students }: Asked,
  settings: Pick<Settings, 'figures'>,
): number[] {
  if (region === undefined) return sharesOf(students, settings)
  return before.map((target, index) => (index === region ? students : target))
}

/** How many students each region is to have of so many in all, in the order of REGIONS. */
export function sharesOf(students: number, { figures }: Pick<Settings, 'figures'>): number[] {
  const { regions } = figuresOf(figures).people
  if (!regions) return REGIONS.map((_, region) => studentNumbers.seatsAmong(students, region))
  const all = regions.reduce((sum, weight) => sum + weight, 0)
  const shares = regions.map((weight) => (students * weight) / all)
  const whole = shares.map(Math.floor)
  // Those that lose most by it get what rounding down has left.
  const byLoss = [...shares.keys()].sort((a, b) => ((shares[b] as number) % 1) - ((shares[a] as number) % 1) || a - b)
  const left = students - whole.reduce((sum, share) => sum + share, 0)
  for (const region of byLoss.slice(0, left)) whole[region] = (whole[region] as number) + 1
  return whole
}

/** Lets a region grow or shrink to what is asked. */
export function resize(region: RegionState, asked: Asked, settings: Pick<Settings, 'figures'>, now: number): void {
  const figures = region.figures.edit(0)
  const before = REGIONS.map((name) => figures[name])
  const targets = targetsAfter(before, asked, settings)
  for (const [index, name] of REGIONS.entries()) figures[name] = targets[index] as number
  changeSize(region, seatsFor(region, targets[region.index] as number), now)
}
