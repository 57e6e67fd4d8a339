// A scenario: a story that happens to a world. As a person writes it in a file, with the check of all that is in it; times stay
// as they are written until a world's start is known.

import { nearest, OptionError } from '../../engine/index.ts'
import { type InterventionInput, instantOf, interventionFrom, type When } from '../interventions/intervention.ts'
import { type SettingsInput, settingsFrom } from '../state/settings.ts'
import type { Expected } from './signature.ts'

/** Something to point at while a scenario is shown. */
export interface Moment {
  readonly at: When
  /** For people. */
  readonly sentence: string
}

export interface Scenario {
  /** What it is called by. */
  readonly name: string
  /** What happens, for people. */
  readonly sentence: string
  /** Of the world that it is meant for, if it wants one of its own. */
  readonly seed?: string
  readonly settings?: SettingsInput
  readonly interventions: readonly InterventionInput[]
  readonly moments: readonly Moment[]
}

/** How hard a built-in scenario hits. */
export const STRENGTHS = ['mild', 'severe'] as const
export type Strength = (typeof STRENGTHS)[number]

/** A built-in scenario; not to name one is to have it off. */
export interface BuiltIn {
  readonly name: string
  readonly sentence: string
  readonly strengths: Readonly<Record<Strength, readonly InterventionInput[]>>
  readonly moments: readonly Moment[]
  /** What it leaves in the stream where it is severe, whatever the seed: seen there, and not in the same world without it. */
  readonly signature: readonly Expected[]
}

/** Editors look up in `$schema` what a file may say. */
const NAMES = ['$schema', 'name', 'sentence', 'seed', 'settings', 'interventions', 'moments'] as const
const NAMES_OF_MOMENT = ['at', 'sentence'] as const
const INTERVENTIONS_MAX = 100
const MOMENTS_MAX = 100
const SENTENCE_MAX = 500
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u
/** Line ends and the like, and marks that turn the direction of what follows. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u
const TIME_RULE = 'an instant in UTC such as 2026-01-17T09:00:00Z, or an offset from the start such as +12d'

/**
 * Checks what a file holds, or a program hands over.
 * @throws OptionError whose option is the path of the part: `interventions[2].where.share`; `scenario` of the whole
 */
export function scenarioFrom(value: unknown): Scenario {
  const { name, sentence, seed, settings, interventions, moments = [] } = objectOf<Scenario>(value, '', NAMES)
  if (typeof name !== 'string' || !NAME.test(name))
    refuse('name', 'needed: up to 64 letters, digits, dots, dashes, underscores', name)
  checkSentence('sentence', sentence)
  // The seed and the settings of a world are judged as at its birth.
  if (settings !== undefined) within('settings', () => settingsFrom(settings))
  if (seed !== undefined) settingsFrom({ seed })
  if (seed !== undefined && settings?.seed !== undefined) refuse('settings.seed', 'seed gives it too, give one', seed)
  listOf('interventions', interventions, 1, INTERVENTIONS_MAX)
  for (const [place, one] of interventions.entries()) checkIntervention(`interventions[${place}]`, one)
  checkIds(interventions)
  listOf('moments', moments, 0, MOMENTS_MAX)
  for (const [place, one] of moments.entries()) checkMoment(`moments[${place}]`, one)
  return {
    ...{ name, sentence, interventions, moments },
    ...(seed === undefined ? {} : { seed }),
    ...(settings === undefined ? {} : { settings }),
  }
}

/** Its form, and its two times against each other as far as they can be compared without a world's start. */
function checkIntervention(path: string, one: unknown): void {
  const { from, until } = interventionFrom(one, path)
  if (from === undefined || until === undefined || isOffset(from) !== isOffset(until)) return
  if (instantOf(until, 0) <= instantOf(from, 0)) refuse(`${path}.until`, `after from, which is ${shown(from)}`, until)
}

function isOffset(when: When): boolean {
  return typeof when === 'string' && /^[+-]/.test(when)
}

function shown(when: When): string {
  return typeof when === 'object' ? String(when.getTime()) : String(when)
}

/** Labels tell interventions by their ids. */
function checkIds(interventions: readonly InterventionInput[]): void {
  const seen = new Set<string>()
  for (const [place, { id }] of interventions.entries()) {
    if (id === undefined) continue
    if (seen.has(id)) refuse(`interventions[${place}].id`, 'an id that no other has', id)
    seen.add(id)
  }
}

function checkMoment(path: string, one: unknown): void {
  const { at, sentence } = objectOf<Moment>(one, path, NAMES_OF_MOMENT)
  if (at === undefined || Number.isNaN(instantOf(at, 0))) refuse(`${path}.at`, TIME_RULE, at)
  checkSentence(`${path}.sentence`, sentence)
}

function checkSentence(path: string, sentence: unknown): void {
  const isGood = typeof sentence === 'string' && sentence.trim() !== '' && sentence.length <= SENTENCE_MAX
  if (!isGood || CONTROLS.test(sentence))
    refuse(path, `needed: a sentence of up to ${SENTENCE_MAX} characters`, sentence)
}

function listOf(path: string, value: unknown, least: number, most: number): void {
  if (!Array.isArray(value)) refuse(path, `a list of ${least} to ${most}`, value)
  if (value.length < least || value.length > most) refuse(path, `a list of ${least} to ${most}`, value.length)
}

/** An object of these names alone. */
function objectOf<Named>(value: unknown, path: string, names: readonly string[]): Named {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(path || 'scenario', `an object with ${shownNames(names)}`, value)
  for (const [key, given] of Object.entries(value)) {
    if (names.includes(key)) continue
    const meant = nearest(key, names)
    const rule = meant ? `there is none; is ${meant} meant?` : `one of ${shownNames(names)}`
    refuse(path ? `${path}.${key}` : key, rule, given)
  }
  return value as Named
}

const shownNames = (names: readonly string[]): string => names.filter((name) => name !== '$schema').join(', ')

/** What is wrong in a part, with the part's path before it. */
function within(path: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof OptionError)) throw error
    const option = error.option === path ? path : `${path}.${error.option}`
    throw new OptionError({ option, rule: error.rule, value: error.value }, { cause: error })
  }
}

function refuse(option: string, rule: string, value: unknown): never {
  throw new OptionError({ option, rule, value })
}
