// The scenarios that are built in. What happens in each is data, so that commands, docs and dashboard read the same.

import { badCohort } from './built-in/bad-cohort.ts'
import { billingMixUp } from './built-in/billing-mix-up.ts'
import { churnWave } from './built-in/churn-wave.ts'
import { dirtyPipeline } from './built-in/dirty-pipeline.ts'
import { examRush } from './built-in/exam-rush.ts'
import { marketingSurge } from './built-in/marketing-surge.ts'
import { physicsDrought } from './built-in/physics-drought.ts'
import { platformOutage } from './built-in/platform-outage.ts'
import { silentFailures } from './built-in/silent-failures.ts'
import { slowDecline } from './built-in/slow-decline.ts'
import { summerDip } from './built-in/summer-dip.ts'
import { tutorStrike } from './built-in/tutor-strike.ts'
import type { BuiltIn, Scenario, Strength } from './scenario.ts'

export const CATALOGUE: readonly BuiltIn[] = [
  examRush,
  physicsDrought,
  tutorStrike,
  platformOutage,
  billingMixUp,
  badCohort,
  churnWave,
  marketingSurge,
  slowDecline,
  summerDip,
  silentFailures,
  dirtyPipeline,
]

/** @returns the scenario of this name; undefined where there is none */
export function builtIn(name: string, strength: Strength = 'severe'): Scenario | undefined {
  const found = CATALOGUE.find((one) => one.name === name)
  return found && { name, sentence: found.sentence, interventions: found.strengths[strength], moments: found.moments }
}
