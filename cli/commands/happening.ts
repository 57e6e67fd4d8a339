// A session or a call of a stored world: whose it was, what was planned and what came of it, what led to it and what
// followed. Most of it is in the events of its student; the state knows what is under way, and what the warm-up left.

import { formatInstant, MINUTE } from '../../engine/index.ts'
import { type Event, type EventType, instantIn, type Marketplace } from '../../model/index.ts'
import { personOf } from '../../model/people/index.ts'

export interface Happening {
  /** As a person reads it; null is not known. */
  state: Record<string, string | number | boolean | null>
  /** Events, the earliest first: what led to it, and what followed from it and from that. */
  led_to_it: Event[]
  followed: Event[]
  /** Its own events, and what followed. */
  timeline: Event[]
}

type PayloadOf<Type extends EventType> = Extract<Event, { event_type: Type }>['payload']

/**
 * @param id of a session or a call @param studentId whose it is
 * @param world at the tick that is looked at @param timeline the student's events before it
 * @param seed of the world, which names are made of
 * @returns undefined where neither knows it
 */
export function happeningOf(
  id: string,
  studentId: string,
  world: Marketplace,
  timeline: readonly Event[],
  seed: string,
): Happening | undefined {
  const own = timeline.filter(({ event_id }) => event_id.startsWith(`${id}.`))
  const payload = <Type extends EventType>(type: Type): PayloadOf<Type> | undefined =>
    own.find((event) => event.event_type === type)?.payload as PayloadOf<Type> | undefined
  const who = { student_id: studentId, student: personOf(seed, studentId).name }
  const state =
    session(id, world, payload('session_started'), payload('session_completed'), who, seed) ??
    call(id, world, payload('ib_call_logged'), who)
  if (!state) return undefined
  const followed = effectsOf(id, timeline)
  const of = new Set([...own, ...followed])
  return { state, led_to_it: causesOf(own, timeline), followed, timeline: timeline.filter((event) => of.has(event)) }
}

type Who = { student_id: string; student: string }

function session(
  id: string,
  world: Marketplace,
  started: PayloadOf<'session_started'> | undefined,
  completed: PayloadOf<'session_completed'> | undefined,
  who: Who,
  seed: string,
): Happening['state'] | undefined {
  const view = world.session(id)
  if (!started && !completed && !view) return undefined
  const start = instantIn(id)
  const after = (minutes: number | null): string | null =>
    minutes === null ? null : formatInstant(start + minutes * MINUTE)
  const tutorId = started?.tutor_id ?? completed?.tutor_id ?? view?.tutor_id ?? null
  const planned = started?.scheduled_duration_minutes ?? null
  const actual = completed?.actual_duration_minutes ?? view?.actual_duration_minutes ?? null
  return {
    state: actual === null ? 'under_way' : 'completed',
    ...who,
    tutor_id: tutorId,
    tutor: tutorId === null ? null : personOf(seed, tutorId).name,
    subject: started?.subject ?? completed?.subject ?? view?.subject ?? null,
    session_type: started?.session_type ?? view?.session_type ?? null,
    started: formatInstant(start),
    scheduled_duration_minutes: planned,
    planned_end: after(planned),
    actual_duration_minutes: actual,
    ended: after(actual),
    completed_successfully: completed?.completed_successfully ?? view?.completed_successfully ?? null,
    student_rating: completed?.student_rating ?? view?.student_rating ?? null,
    tutor_rating: completed?.tutor_rating ?? null,
  }
}

function call(
  id: string,
  world: Marketplace,
  logged: PayloadOf<'ib_call_logged'> | undefined,
  who: Who,
): Happening['state'] | undefined {
  if (!logged && !world.call(id)) return undefined
  return {
    state: logged ? (logged.resolved ? 'resolved' : 'unresolved') : null,
    ...who,
    logged: formatInstant(instantIn(id)),
    reason: logged?.reason ?? null,
    priority: logged?.priority ?? null,
    duration_seconds: logged?.duration_seconds ?? null,
    resolved: logged?.resolved ?? null,
  }
}

/** What led to the first of some events, and to that, as far back as the timeline goes. */
function causesOf([first]: readonly Event[], timeline: readonly Event[]): Event[] {
  const causes: Event[] = []
  for (let event: Event | undefined = first; event; ) {
    const { caused_by }: Event = event
    event = timeline.find(({ event_id }) => event_id === caused_by)
    if (event) causes.unshift(event)
  }
  return causes
}

/** What it led to, and what that led to; its own events are no part of that. */
function effectsOf(id: string, timeline: readonly Event[]): Event[] {
  const isOwn = (eventId: string): boolean => eventId.startsWith(`${id}.`)
  const known = new Set<string>()
  return timeline.filter(({ event_id, caused_by }) => {
    if (isOwn(event_id) || caused_by === null || !(isOwn(caused_by) || known.has(caused_by))) return false
    known.add(event_id)
    return true
  })
}
