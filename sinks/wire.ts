// What sinks know of the six events: where an event belongs and where it stands in the stream, told from its line.

import { parseInstant } from '../engine/index.ts'

/** What an event's payload says, as far as sinks look at it. */
export interface Payload {
  timestamp: string
  student_id?: string
  tutor_id?: string
  subject?: string
  region?: string
}

/** In the order in which markets go ahead of one another at the same instant: by region, then by subject. */
const REGIONS = ['northeast', 'southeast', 'midwest', 'west', 'southwest']
const SUBJECTS = [
  'Mathematics',
  'Physics',
  'Chemistry',
  'Biology',
  'English',
  'History',
  'Computer Science',
  'Spanish',
  'French',
]
/** Kinds of action that events come from, in the order in which they go ahead of one another at the same instant. */
const KIND = { tutorWeek: 0, session: 1, call: 2, window: 3, market: 4, unknown: 9 }
/** A session is over after 95 minutes at the most; a window that it leaves is a week long at least. */
const SESSION_MILLISECONDS_MAX = 86_400_000

/** What keeps the events of one student, tutor or market in order; empty for an event of another world than ours. */
export function partitionKeyOf({ student_id, tutor_id, subject, region }: Payload): string {
  return student_id ?? tutor_id ?? (subject === undefined ? '' : `${subject}|${region}`)
}

/**
 * Where an event stands in the stream, as text that sorts: `<instant>.<kind>.<agent>.<step>`, the order of the world's
 * own merge. All of it is told from the event alone, so it is the same in every run.
 */
export function sequenceOf(eventType: string, causedBy: string | null, payload: Payload): string {
  const instant = parseInstant(payload.timestamp) ?? 0
  const agent = agentOf(payload)
  const kind = kindOf(eventType, causedBy, instant)
  return `${String(instant).padStart(15, '0')}.${kind}.${String(agent).padStart(10, '0')}.${stepOf(eventType)}`
}

function agentOf({ student_id, tutor_id, subject, region }: Payload): number {
  const id = student_id ?? tutor_id
  if (id !== undefined) return Number(id.slice(id.indexOf('_') + 1))
  return Math.max(0, REGIONS.indexOf(region ?? '') * SUBJECTS.length + SUBJECTS.indexOf(subject ?? ''))
}

function kindOf(eventType: string, causedBy: string | null, instant: number): number {
  switch (eventType) {
    case 'tutor_availability_updated':
      return KIND.tutorWeek
    case 'session_started':
    case 'session_completed':
      return KIND.session
    case 'ib_call_logged':
      return KIND.call
    case 'customer_health_update':
      return kindOfCause(causedBy ?? '', instant)
    case 'supply_demand_update':
      return KIND.market
    default:
      return KIND.unknown
  }
}

/** A health update comes with the session or the call that it is about, or when that leaves a window. */
function kindOfCause(causedBy: string, instant: number): number {
  const [what, began] = causedBy.split('_') as [string, string | undefined]
  const ago = instant - Number(began)
  if (what === 'sess' && ago <= SESSION_MILLISECONDS_MAX) return KIND.session
  return what === 'call' && ago === 0 ? KIND.call : KIND.window
}

/** What comes first of one action. */
function stepOf(eventType: string): number {
  if (eventType === 'customer_health_update') return 1
  return eventType === 'session_started' ? 2 : 0
}
