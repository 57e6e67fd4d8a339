// A scenario's world beside the same world without it, as tests of scenarios read them.

import { DAY, formatInstant, parseInstant } from '../../engine/index.ts'
import { digitsIn, FIRST_STUDENT, FIRST_TUTOR, placesOf } from '../../model/events/entities.ts'
import {
  createWorld,
  type Event,
  type InterventionInput,
  instantOf,
  REGIONS,
  type SettingsInput,
} from '../../model/index.ts'
import type { Expected } from '../../model/scenarios/signature.ts'
import { studentNumbers, tutorNumbers } from '../../model/state/numbering.ts'

/** When the worlds of these tests begin. */
const START = parseInstant('2026-01-05') as number

/** A world that lives on with interventions. */
export function lived(settings: SettingsInput, interventions: readonly InterventionInput[], days: number) {
  const world = createWorld(settings)
  for (const one of interventions) world.intervene(one)
  return { world, events: world.run(`${days}d`) }
}

/** The last day on which a scenario's signature is looked for. */
export function daysOf(signature: readonly Expected[]): number {
  return Math.ceil(Math.max(...signature.map(({ until }) => instantOf(until, 0))) / DAY)
}

export function regionOf({ payload }: Event): string {
  if ('region' in payload) return payload.region
  const group =
    'student_id' in payload
      ? studentNumbers.locate(Number(digitsIn(payload.student_id)) - FIRST_STUDENT).group
      : placesOf(tutorNumbers.locate(Number(digitsIn(payload.tutor_id)) - FIRST_TUTOR).group).region
  return REGIONS[group] as string
}

/** What a signature counts in a stream. */
export function counted(events: readonly Event[], expected: Expected): number {
  const { region, from, until } = expected
  const [begin, end] = [formatInstant(instantOf(from, START)), formatInstant(instantOf(until, START))]
  return events.filter(
    (event) =>
      event.payload.timestamp >= begin &&
      event.payload.timestamp < end &&
      counts(event, expected) &&
      (!region || (region as readonly string[]).includes(regionOf(event))),
  ).length
}

/** Whether an event is one of a metric of labels. */
function counts(event: Event, { metric, words }: Expected): boolean {
  const isOf = (word: string) => !words || (words as readonly string[]).includes(word)
  switch (event.event_type) {
    case 'session_started':
      return metric === 'sessions_started' && isOf(event.payload.subject)
    case 'session_completed': {
      const { subject, completed_successfully: succeeded, student_rating: rating } = event.payload
      const is = { sessions_completed: true, sessions_failed: !succeeded, low_ratings: rating <= 2 }
      return isOf(subject) && is[metric as keyof typeof is] === true
    }
    case 'ib_call_logged': {
      const is = { calls: true, calls_unresolved: !event.payload.resolved }
      return isOf(event.payload.reason) && is[metric as keyof typeof is] === true
    }
    case 'tutor_availability_updated':
      return metric === 'availability_updates'
    case 'customer_health_update':
      return metric === 'health_updates' || (metric === 'high_risk' && event.payload.churn_risk === 'high')
    case 'supply_demand_update':
      return metric === 'high_demand' && isOf(event.payload.subject) && event.payload.balance_status === 'high_demand'
  }
}

/** When the first of them begins. */
export function firstOf(interventions: readonly InterventionInput[]): number {
  return Math.min(...interventions.map(({ from = START }) => instantOf(from, START)))
}
