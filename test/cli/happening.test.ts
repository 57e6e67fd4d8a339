// What `show` says of a session or a call: as much as its student's events and the state know of it.

import { describe, expect, it } from 'vitest'
import { happeningOf } from '../../cli/commands/happening.ts'
import { createWorld, type Event } from '../../model/index.ts'

const SEED = 'happening'
// It ends on a Tuesday at five in the afternoon, when lessons are under way.
const world = createWorld({ seed: SEED, students: 120, start: '2026-01-05T22:00:00Z', tick: '1h', warmup: '20d' })
const events = world.run('22d')

type Of<Type extends Event['event_type']> = Extract<Event, { event_type: Type }>
const isOf =
  <Type extends Event['event_type']>(type: Type) =>
  (event: Event): event is Of<Type> =>
    event.event_type === type
const timelineOf = (studentId: string): Event[] =>
  events.filter(({ payload }) => 'student_id' in payload && payload.student_id === studentId)
const shown = (id: string, studentId: string, timeline = timelineOf(studentId)) =>
  happeningOf(id, studentId, world, timeline, SEED)

const started = new Map(events.filter(isOf('session_started')).map((event) => [event.payload.session_id, event]))
const completed = events.filter(isOf('session_completed'))

describe('a session', () => {
  it('has what was planned and what came of it, who, and when', () => {
    for (const { payload } of completed.filter(({ payload }) => started.has(payload.session_id)).slice(0, 100)) {
      const plan = started.get(payload.session_id)?.payload as Of<'session_started'>['payload']
      const state = shown(payload.session_id, payload.student_id)?.state
      expect(state).toMatchObject({
        state: 'completed',
        student_id: payload.student_id,
        tutor_id: payload.tutor_id,
        subject: payload.subject,
        session_type: plan.session_type,
        started: plan.timestamp,
        scheduled_duration_minutes: plan.scheduled_duration_minutes,
        actual_duration_minutes: payload.actual_duration_minutes,
        ended: payload.timestamp,
        completed_successfully: payload.completed_successfully,
        student_rating: payload.student_rating,
        tutor_rating: payload.tutor_rating,
      })
      expect(Date.parse(String(state?.planned_end)) - Date.parse(plan.timestamp)).toBe(
        plan.scheduled_duration_minutes * 60_000,
      )
    }
  })

  it('under way has no end yet but the planned one', () => {
    for (const { session_id, student_id } of world.sessions()) {
      expect(shown(session_id, student_id)?.state).toMatchObject({
        state: 'under_way',
        ended: null,
        student_rating: null,
      })
      // Without its events the state still knows it.
      expect(shown(session_id, student_id, [])?.state).toMatchObject({ state: 'under_way' })
    }
    expect([...world.sessions()].length).toBeGreaterThan(0)
  })

  it('from before the log is told as far as the state knows it, and with what followed', () => {
    const leaving = events
      .filter(isOf('customer_health_update'))
      .filter(
        ({ caused_by }) => caused_by?.startsWith('sess_') && !events.some(({ event_id }) => event_id === caused_by),
      )
    const last = leaving.findLast(({ payload }) => world.student(payload.student_id)?.state !== 'gone') as Event
    const id = String(last.caused_by).replace('.completed', '')
    const student = `stu_${id.split('_')[2]}`
    const happening = shown(id, student)
    if (happening) expect(happening.followed).toContainEqual(last)
    expect(leaving.length).toBeGreaterThan(10)
  })

  it('is followed by all that its end led to, and that led to, but not by itself', () => {
    const call = events.find(
      (event) => event.event_type === 'ib_call_logged' && event.caused_by?.startsWith('sess_'),
    ) as Of<'ib_call_logged'>
    const session = String(call.caused_by).replace(/\.\w+$/, '')
    const happening = shown(session, call.payload.student_id)
    expect(happening?.followed).toContainEqual(call)
    const update = events.find((event) => event.caused_by === call.event_id)
    expect(happening?.followed).toContainEqual(update)
    expect(happening?.followed.some(({ event_id }) => event_id.startsWith(`${session}.`))).toBe(false)
    expect(happening?.timeline.length).toBeGreaterThan(happening?.followed.length ?? 0)
  })

  it('that neither knows is not shown', () => {
    expect(shown('sess_1767571200001_1000', 'stu_1000')).toBeUndefined()
    expect(shown('call_1767571200001_1000', 'stu_1000')).toBeUndefined()
  })
})

describe('a call', () => {
  it('has why it was made, how it went, and the chain that led to it', () => {
    for (const call of events.filter(isOf('ib_call_logged')).slice(-60)) {
      const { call_id, student_id, reason, priority, duration_seconds, resolved, timestamp } = call.payload
      const happening = shown(call_id, student_id)
      const state = resolved ? 'resolved' : 'unresolved'
      expect(happening?.state).toMatchObject({
        state,
        student_id,
        reason,
        priority,
        duration_seconds,
        logged: timestamp,
      })
      let { caused_by } = call as Event
      for (const cause of happening?.led_to_it.toReversed() ?? []) {
        expect(cause.event_id).toBe(caused_by)
        caused_by = cause.caused_by
      }
    }
  })
})
