// The scenarios that are built in. What happens in each is data, so that commands, docs and dashboard read the same.

import type { InterventionInput } from '../interventions/intervention.ts'
import type { Moment, Scenario } from './scenario.ts'

/** How hard a built-in scenario hits. */
export const STRENGTHS = ['mild', 'severe'] as const
export type Strength = (typeof STRENGTHS)[number]

/** A built-in scenario; not to name one is to have it off. */
export interface BuiltIn {
  readonly name: string
  readonly sentence: string
  readonly strengths: Readonly<Record<Strength, readonly InterventionInput[]>>
  readonly moments: readonly Moment[]
}

export const CATALOGUE: readonly BuiltIn[] = []

/** @returns the scenario of this name; undefined where there is none */
export function builtIn(name: string, strength: Strength = 'severe'): Scenario | undefined {
  const found = CATALOGUE.find((one) => one.name === name)
  return found && { name, sentence: found.sentence, interventions: found.strengths[strength], moments: found.moments }
}
