// What led to an event, as whoever asks is told it: a chain of steps from the event to what no event led to, each with the
// rules that decided it.

import type { Event } from '../events/index.ts'
import type { Kind } from '../interventions/kinds.ts'
import type { Reason, Rule } from '../state/trace.ts'
import type { Hidden, HiddenValue } from './hidden.ts'

/** A part of a chance, of a sum of points, or of hours. */
export interface ReasonTold {
  reason: Reason
  says: string
  /** Of docs/calibration.md; null where it is none of those. */
  cause: number | null
  /** A factor; points where the rule adds. */
  value: number
}

/** An intervention, as it was when it mattered. */
export interface InterventionTold {
  kind: Kind
  says: string
  from: string
  /** Null where it is for good. */
  until: string | null
  /** At that moment, in the unit of its kind. */
  size: number
}

/** What a rule decided. */
export interface RuleTold {
  rule: Rule
  says: string
  /** Of docs/calibration.md; null where it is none of those. */
  cause: number | null
  at: string
  /** Null where there was no chance. */
  chance: number | null
  /** From 0 to 1: it happened where this is below the chance. */
  drawn: number | null
  happened: boolean
  because: ReasonTold[]
  /** Whether they are added up, in place of multiplied. */
  is_sum: boolean
  state: Partial<Record<Hidden, HiddenValue>>
  /** Ids of what hit many at once, and mattered to it. */
  shocks: string[]
  /** Interventions in force that mattered to it. */
  interventions: InterventionTold[]
}

/** One link of the chain: an event, or a moment of somebody's life that no event tells. */
export interface Step {
  /** Null at a moment that no event tells, and where the history begins after the event. */
  event: Event | null
  event_id: string | null
  at: string
  says: string
  /** What led to it. */
  rules: RuleTold[]
  /** What was decided besides, as it happened. */
  besides: RuleTold[]
}

export interface Explanation {
  event_id: string
  /** From the event to what no event led to. */
  chain: Step[]
  /** False where the history that is kept does not go back so far. */
  complete: boolean
  /** What was looked at begins here. */
  history_begins: string
}
