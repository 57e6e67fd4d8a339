// What a scenario must leave in the stream: how a series of labels stands against the same world without it.

import type { CallReason, Region, Subject } from '../events/vocabulary.ts'
import type { When } from '../interventions/intervention.ts'
import type { METRICS } from './metrics.ts'

export interface Expected {
  /** What is counted. */
  readonly metric: (typeof METRICS)[number]['name']
  /** Of these subjects, or these reasons of calls; all where it is missing. */
  readonly words?: readonly (Subject | CallReason)[]
  readonly region?: readonly Region[]
  /** By when it is there: counted from one time to before another. */
  readonly from: When
  readonly until: When
  /** It is at least, or at most, so many times what it is without the scenario. */
  readonly least?: number
  readonly most?: number
}

/** Whether a series stands as is expected, by what was counted with and without a scenario. */
export function isThere({ least, most }: Expected, was: number, without: number): boolean {
  const isEnough = least === undefined || was >= least * without
  return isEnough && (most === undefined || was <= most * without) && was !== without
}
