// One event as a sentence, with its people as buttons that open them.

import { person } from '../data/address.ts'
import type { FeedEvent } from '../data/api.ts'
import { nameOf } from '../data/names.ts'
import { plain, stars } from '../words.ts'

/** Whether an event is one that somebody should look at. */
export function isBad({ event_type, payload }: FeedEvent): boolean {
  if (event_type === 'session_completed') return payload.completed_successfully === false
  if (event_type === 'ib_call_logged') return payload.resolved === false
  if (event_type === 'customer_health_update') return payload.churn_risk === 'high'
  return event_type === 'supply_demand_update' && payload.balance_status === 'high_demand'
}

interface SentenceProps {
  event: FeedEvent
  /** Whose page it is: they are not named there. */
  of?: string
}

export function Sentence({ event: { event_type, payload, region }, of }: SentenceProps) {
  const who = (id: unknown) => <Who id={String(id)} />
  const student = payload.student_id === of ? null : <>{who(payload.student_id)} </>
  const tutor = payload.tutor_id === of ? null : <> with {who(payload.tutor_id)}</>
  switch (event_type) {
    case 'session_started':
      return (
        <>
          {student}began {String(payload.subject)}
          {tutor}
        </>
      )
    case 'session_completed':
      return (
        <>
          {student}
          {payload.completed_successfully ? 'finished' : 'broke off'} {String(payload.subject)},{' '}
          <Stars rating={payload.student_rating} />, {payload.completed_successfully ? '' : 'after '}
          {String(payload.actual_duration_minutes)} min{of !== undefined && tutor}
        </>
      )
    case 'ib_call_logged':
      return (
        <>
          {student}called, {plain(String(payload.reason))}, {payload.resolved ? 'resolved' : 'not resolved'}
        </>
      )
    case 'customer_health_update':
      return (
        <>
          {student}health {Math.round(Number(payload.health_score))}, {String(payload.churn_risk)} risk
        </>
      )
    case 'tutor_availability_updated':
      return (
        <>
          {payload.tutor_id === of ? null : <>{who(payload.tutor_id)} </>}offers{' '}
          {String(payload.available_hours_this_week)} hours this week
        </>
      )
    case 'supply_demand_update':
      return (
        <>
          <b>{String(payload.subject)}</b>, {String(payload.region ?? region)}:{' '}
          {BALANCES[String(payload.balance_status)]}
        </>
      )
    default:
      return <>{plain(event_type)}</>
  }
}

const BALANCES: Record<string, string> = {
  high_demand: 'short of tutors',
  balanced: 'balanced',
  oversupplied: 'more tutors than wanted',
}

function Stars({ rating }: { rating: unknown }) {
  return (
    <span role="img" aria-label={`${String(rating)} of 5 stars`}>
      {stars(rating)}
    </span>
  )
}

export function Who({ id }: { id: string }) {
  return (
    <button
      type="button"
      class="plain who"
      title={id}
      onClick={() => {
        person.value = id
      }}
    >
      {nameOf(id)}
    </button>
  )
}
