// One student or tutor at an instant: who they are, how they are, what happened to them, and what is planned.

import { DAY, HOUR, MINUTE, parseInstant } from '../../engine/index.ts'
import {
  type EventType,
  entityNamed,
  instantAt,
  instantIn,
  localAt,
  type StudentView,
  type TutorView,
  Zone,
} from '../../model/index.ts'
import { personOf } from '../../model/people/index.ts'
import type { Chronicle } from './chronicle.ts'
import type { Feed, FeedEvent } from './feed.ts'
import type { Names } from './names.ts'
import type { Past } from './past.ts'
import type { Person, PersonSession } from './shapes.ts'

const TIMELINE_MAX = 200
/** Events of somebody's whole history that are looked at. */
const EVENTS_MAX = 20_000

/** What is read of a world. */
export interface Sources {
  chronicle: Chronicle
  feed: Feed
  past: Past
  names: Names
}

/** Undefined where there is nobody of that id at that instant. */
export async function personAt(
  { chronicle, feed, past, names }: Sources,
  id: string,
  at: number,
): Promise<Person | undefined> {
  const entity = entityNamed(id)
  if (!entity || (entity.kind !== 'student' && entity.kind !== 'tutor')) return
  const { kind } = entity
  const tick = chronicle.tickAt(at)
  const world = await past.at(tick)
  const state = kind === 'student' ? world.student(id) : world.tutor(id)
  if (!state) return
  const { events: newestFirst } = await feed.page(at, EVENTS_MAX, { person: id })
  const events = newestFirst.toReversed()
  const timeline = newestFirst.slice(0, TIMELINE_MAX)
  const sessions = sessionsIn(events)
  return {
    ...{ id, kind, ...personOf(chronicle.settings.seed, id), simulated: true as const, at, tick, state: { ...state } },
    heard_since: events[0]?.at ?? null,
    timeline,
    timeline_count: events.length,
    names: { ...names.in(timeline), ...names.ofAll(metBy(state)) },
    sessions,
    ...(kind === 'student' ? ofStudent(events, state as StudentView) : { health: [], calls: [], planned: [] }),
    week: kind === 'tutor' ? weekOf(state as TutorView, sessions, at) : [],
  }
}

/** The person, and the tutors of their slots, of whom no event may tell. */
function metBy(state: StudentView | TutorView): string[] {
  if ('tutor_id' in state) return [state.tutor_id]
  return [state.student_id, ...state.slots.flatMap(({ tutor_id }) => tutor_id ?? [])]
}

function ofStudent(events: readonly FeedEvent[], state: StudentView) {
  return {
    health: events.flatMap((event) =>
      event.event_type === 'customer_health_update'
        ? [{ at: event.at, score: event.payload.health_score, risk: event.payload.churn_risk }]
        : [],
    ),
    calls: events.flatMap((event) => {
      if (event.event_type !== 'ib_call_logged') return []
      const { call_id, reason, resolved, priority } = event.payload
      return [{ at: event.at, call_id, reason, resolved, priority }]
    }),
    planned: state.planned.map((planned) => ({ ...planned, at: parseInstant(planned.starts) as number })),
  }
}

/** Sessions by their starts; of one that began before the history only its end is known. */
function sessionsIn(events: readonly FeedEvent[]): PersonSession[] {
  const sessions = new Map<string, PersonSession>()
  for (const { event_type, payload, at } of events) {
    if (event_type === ('session_started' satisfies EventType)) {
      const { session_id, student_id, tutor_id, subject, session_type: type } = payload
      const open = { until: null, minutes: null, rating: null, ok: null }
      sessions.set(session_id, { session_id, student_id, tutor_id, subject, at, type, ...open })
    } else if (event_type === ('session_completed' satisfies EventType)) {
      const { session_id, student_id, tutor_id, subject } = payload
      const known = sessions.get(session_id)
      sessions.set(session_id, {
        ...{
          session_id,
          student_id,
          tutor_id,
          subject,
          at: known?.at ?? instantIn(session_id),
          type: known?.type ?? null,
        },
        ...{ until: at, minutes: payload.actual_duration_minutes },
        ...{ rating: payload.student_rating, ok: payload.completed_successfully },
      })
    }
  }
  return [...sessions.values()]
}

const ZONES = { EST: Zone.eastern, CST: Zone.central, MST: Zone.mountain, PST: Zone.pacific } as const
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
/** 1970 began on a Thursday. */
const MONDAY_OFFSET = 3 * DAY

/** A tutor's week, from Monday on their own clock: what they taught, and the hours that they keep. */
function weekOf({ timezone, reserved }: TutorView, sessions: readonly PersonSession[], at: number) {
  const zone = ZONES[timezone]
  const local = localAt(zone, at)
  const monday = Math.floor((local + MONDAY_OFFSET) / (7 * DAY)) * 7 * DAY - MONDAY_OFFSET
  const [from, until] = [instantAt(zone, monday), instantAt(zone, monday + 7 * DAY)]
  const instantOf = (weekday: string, time: string): number => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    return instantAt(zone, monday + WEEKDAYS.indexOf(weekday) * DAY + hours * HOUR + minutes * MINUTE)
  }
  const kept = reserved.map(({ weekday, from: begins, to: ends }) => {
    const begin = instantOf(weekday, begins)
    const end = instantOf(weekday, ends)
    return { at: begin, until: end > begin ? end : end + DAY, student_id: null, what: 'reserved' as const }
  })
  const taught = sessions
    .filter((session) => session.at >= from && session.at < until)
    .map(({ at: begin, until: end, student_id }) => ({
      at: begin,
      until: end ?? at,
      student_id,
      what: 'session' as const,
    }))
  return [...kept, ...taught].sort((a, b) => a.at - b.at)
}
